"""The case: its lifecycle, its clocks, its tasks and links. A case changes only through `cases.actions`.

Others may use: `lifecycle`, `gate`, `opening`, `reading`, `queue`, `numbers`, `clocks`, `knowledge`,
`resident_links`, `actions.*`, and the models for reading.
"""
