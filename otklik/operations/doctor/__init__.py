"""`otklik doctor`: what is wrong with this database, what was mended, what cannot be.

Others may use: `examine(now, fix=…)` → `Diagnosis`, and `CHECKS`. Each check is a small function that takes a `Visit`
and yields `Finding`s; it reads in batches, so that memory does not grow with the region.
"""

from otklik.operations.doctor.examining import CHECKS, examine
from otklik.operations.doctor.findings import Check, Diagnosis, Finding, Level, Visit

__all__ = ["CHECKS", "Check", "Diagnosis", "Finding", "Level", "Visit", "examine"]
