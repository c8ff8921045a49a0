"""Erasing a person: found, looked at, erased for good (152-ФЗ, articles 14, 20, 21).

Others may use: `finding.ask` (find a person and note why), `holding.held` (all that is kept of them), `erase.erase`,
`erase.drop`, `reading.erasures`. This is the only caller of each room's `redaction`.
"""
