"""Tiles: the same rows as equal squares, each with its value in words and a grade for the colour.

Colour never stands alone: the value is written on the tile, the grade in words is in its title.
"""

from bisect import bisect_right
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.insight.figures import RegionRow

NO_GRADE = "none"
SHARE_STEPS = (0.5, 0.7, 0.85, 0.95)  # where the grade of «в срок» changes; a way of looking, not a norm
OVERDUE_STEPS = (1, 3, 10, 30)  # cases
WORDS: dict[str, tuple[str | Promise, ...]] = {
    "in_time_share": (_("очень мало"), _("мало"), _("средне"), _("хорошо"), _("отлично")),
    "overdue": (_("нет"), _("единицы"), _("немного"), _("много"), _("очень много")),
    "per_1000": (
        _("ниже всех"), _("ниже средней"), _("средняя"), _("выше средней"), _("выше всех"),
    ),
}


@dataclass(frozen=True)
class Tile:
    """One place: what is written on it, and the CSS grade, e.g. "bad-3" or "load-2"."""

    row: RegionRow
    value: str
    grade: str
    words: str | Promise


def tiles(rows: list[RegionRow], figure: str) -> list[Tile]:
    """Tiles of the rows for a figure, in the rows' order."""
    loads = sorted(r.per_1000 for r in rows if r.per_1000 is not None)
    return [_tile(row, figure, loads) for row in rows]


def _tile(row: RegionRow, figure: str, loads: list[float]) -> Tile:
    value = getattr(row, figure)
    if value is None:
        return Tile(row, "—", NO_GRADE, _("нет данных"))
    if figure == "in_time_share":
        step = bisect_right(SHARE_STEPS, value)
        return Tile(row, f"{percent(value)} %", f"bad-{4 - step}", WORDS[figure][step])
    if figure == "overdue":
        step = bisect_right(OVERDUE_STEPS, value)
        return Tile(row, str(value), f"bad-{step}", WORDS[figure][step])
    step = min(4, bisect_right(loads, value) * 5 // (len(loads) + 1)) if loads[0] != loads[-1] else 2
    return Tile(row, per_thousand(value), f"load-{step}", WORDS[figure][step])


def per_thousand(value: float) -> str:
    """Messages per thousand residents; below one with hundredths, or small places would all look alike."""
    return number_format(round(value, 2 if value < 1 else 1), 2 if value < 1 else 1)


def percent(share: float) -> int:
    """A share as whole percents; only a full one is 100, so that one failure is never rounded away."""
    return 99 if 0.99 < share < 1 else round(share * 100)


def legend(figure: str) -> list[Tile]:
    """A sample of each grade with its word."""
    kind = "load" if figure == "per_1000" else "bad"
    grades = range(5) if kind == "load" or figure == "overdue" else range(4, -1, -1)
    empty = RegionRow(0, "", "")
    return [Tile(empty, "", f"{kind}-{grade}", word) for grade, word in zip(grades, WORDS[figure], strict=True)]
