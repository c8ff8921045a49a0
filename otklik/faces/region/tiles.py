"""Tiles: the same rows as equal squares, each with its value in words and a grade for the colour.

Colour never stands alone: the value is written on the tile, the grade in words is in its title.
"""

from bisect import bisect_right
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.faces.region.measuring import SHOWN
from otklik.faces.region.rows import Row

NO_GRADE = "none"
SHARE_STEPS = (0.5, 0.7, 0.85, 0.95)  # where the grade of «в срок» changes; a way of looking, not a norm
OVERDUE_STEPS = (1, 3, 10, 30)  # cases
_LEAST_TO_MOST: tuple[str | Promise, ...] = (
    _("меньше всех"), _("меньше среднего"), _("среднее"), _("больше среднего"), _("больше всех"),
)
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

    row: Row
    value: str
    grade: str
    words: str | Promise


@dataclass(frozen=True)
class Sample:
    """One line of the legend: the grade, its word, and the values it stands for, so that it reads without colour."""

    grade: str
    words: str | Promise
    values: str


def tiles(rows: list[Row], figure: str) -> list[Tile]:
    """Tiles of the rows for a figure, in the rows' order."""
    known = sorted(value for row in rows if (value := _value(row, figure)) is not None)
    return [_tile(row, figure, known) for row in rows]


def graded(value: float | None, figure: str, known: list[float]) -> tuple[str, str | Promise]:
    """The CSS grade of a value and its word, among all the `known` values (sorted) of the same drawing."""
    if value is None:
        return NO_GRADE, _("нет данных")
    step = _step(value, figure, known)
    words = WORDS.get(figure, _LEAST_TO_MOST)[step]
    better = SHOWN[figure].better
    if not better:
        return f"load-{step}", words
    return f"bad-{4 - step if better == 'more' else step}", words


def _value(row: Row, figure: str) -> float | None:
    return SHOWN[figure].value(row)


def _tile(row: Row, figure: str, known: list[float]) -> Tile:
    value = _value(row, figure)
    grade, words = graded(value, figure, known)
    return Tile(row, SHOWN[figure].told(row), grade, words)


def _step(value: float, figure: str, known: list[float]) -> int:
    """Which fifth: by fixed steps, or by the place among all the others where no step would suit every region."""
    if figure == "in_time_share":
        return bisect_right(SHARE_STEPS, value)
    if figure == "overdue":
        return bisect_right(OVERDUE_STEPS, value)
    if known[0] == known[-1]:
        return 2
    return min(4, bisect_right(known, value) * 5 // (len(known) + 1))


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
    least, greatest = SHOWN[figure].text(min(values)), SHOWN[figure].text(max(values))
    return least if least == greatest else f"{least} – {greatest}"
