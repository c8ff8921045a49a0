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
_LEAST_TO_MOST: tuple[str | Promise, ...] = (
    _("меньше всех"), _("меньше среднего"), _("среднее"), _("больше среднего"), _("больше всех"),
)
WORDS: dict[str, tuple[str | Promise, ...]] = {
    "received": _LEAST_TO_MOST,
    "open": _LEAST_TO_MOST,
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


@dataclass(frozen=True)
class Sample:
    """One line of the legend: the grade, its word, and the values it stands for, so that it reads without colour."""

    grade: str
    words: str | Promise
    values: str


def tiles(rows: list[RegionRow], figure: str) -> list[Tile]:
    """Tiles of the rows for a figure, in the rows' order."""
    known = sorted(value for row in rows if (value := _value(row, figure)) is not None)
    return [_tile(row, figure, known) for row in rows]


def _value(row: RegionRow, figure: str) -> float | None:
    found: float | None = getattr(row, figure)
    return found


def _tile(row: RegionRow, figure: str, known: list[float]) -> Tile:
    value = _value(row, figure)
    if value is None:
        return Tile(row, "—", NO_GRADE, _("нет данных"))
    step = _step(value, figure, known)
    bad = figure in ("in_time_share", "overdue")
    grade = f"bad-{4 - step}" if figure == "in_time_share" else f"{'bad' if bad else 'load'}-{step}"
    return Tile(row, shown(value, figure), grade, WORDS[figure][step])


def _step(value: float, figure: str, known: list[float]) -> int:
    """Which fifth: by fixed steps, or by the place among all the others where no step would suit every region."""
    if figure == "in_time_share":
        return bisect_right(SHARE_STEPS, value)
    if figure == "overdue":
        return bisect_right(OVERDUE_STEPS, value)
    if known[0] == known[-1]:
        return 2
    return min(4, bisect_right(known, value) * 5 // (len(known) + 1))


def shown(value: float, figure: str) -> str:
    """The value as it stands on a tile."""
    if figure == "in_time_share":
        return f"{percent(value)} %"
    return per_thousand(value) if figure == "per_1000" else str(int(value))


def per_thousand(value: float) -> str:
    """Messages per thousand residents; below one with hundredths, or small places would all look alike."""
    return number_format(round(value, 2 if value < 1 else 1), 2 if value < 1 else 1)


def percent(share: float) -> int:
    """A share as whole percents; only a full one is 100, so that one failure is never rounded away."""
    return 99 if 0.99 < share < 1 else round(share * 100)


def legend(figure: str, drawn: list[Tile]) -> list[Sample]:
    """A sample of each grade that occurs, with its word and the least and greatest value of it on this page."""
    values: dict[str, list[float]] = {}
    words: dict[str, str | Promise] = {}
    for tile in drawn:
        value = _value(tile.row, figure)
        if value is not None:
            values.setdefault(tile.grade, []).append(value)
        words[tile.grade] = tile.words
    order = sorted(words, key=lambda grade: (grade == NO_GRADE, min(values.get(grade, [0]))))
    return [Sample(grade, words[grade], _range(values.get(grade, []), figure)) for grade in order]


def _range(values: list[float], figure: str) -> str:
    if not values:
        return "—"
    least, greatest = shown(min(values), figure), shown(max(values), figure)
    return least if least == greatest else f"{least} – {greatest}"
