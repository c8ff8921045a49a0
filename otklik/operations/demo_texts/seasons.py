"""Seasons: how often a theme comes up in a month of the demo year."""

import csv
from functools import lru_cache
from types import MappingProxyType

from otklik.operations.demo_texts.matters import FOLDER, matters

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def how_often(theme_code: str, month: int) -> float:
    """The weight of choosing `theme_code` in `month` (1–12), against the other themes; 0: not in this month.

    A line of `season.csv` for the theme goes before the line of its group; without either the year is even.
    Raises KeyError for a theme without texts, IndexError for a month that is none.
    """
    lines = seasons()
    line = lines.get(theme_code) or lines.get(theme_code.partition(".")[0]) or (1.0,) * len(MONTHS)
    if not 1 <= month <= len(MONTHS):
        raise IndexError(f"month {month} is none of 1-12")
    return matters()[theme_code].often * line[month - 1]


@lru_cache(maxsize=1)
def seasons() -> MappingProxyType[str, tuple[float, ...]]:
    """Twelve weights by code of theme or group, 1 being usual."""
    with (FOLDER / "season.csv").open(encoding="utf-8", newline="") as lines:
        return MappingProxyType(
            {row["theme"]: tuple(float(row[month]) for month in MONTHS) for row in csv.DictReader(lines)}
        )
