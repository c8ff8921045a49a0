"""Prepared figures of the region, kept in step with the journal.

Others may use: `following.catch_up`, `rebuilding.rebuild` and `rebuilding.differences`, `figures`
(`region_rows`, `totals`, `freshness`, `cases_of`), `definitions.FIGURES`; for the schedule, `jobs`.
"""
