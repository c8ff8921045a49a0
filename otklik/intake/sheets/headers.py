"""Where the header of a workbook's sheet is: below a title, in one row, or in two that were merged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from otklik.intake.sheets.columns import is_known
from otklik.intake.sheets.rows import plain_value

HEADER_WITHIN: Final = 50  # rows
_MARGIN: Final = 2  # a row further down is the header only when it has so many more names that we know


@dataclass(frozen=True, slots=True)
class Heading:
    """The names of columns, and the number of the last row they stand in."""

    number: int
    cells: Sequence[object]


Known = Callable[[str], bool]


def find_heading(rows: Iterable[tuple[int, Sequence[object]]], known: Known = is_known) -> Heading | None:
    """The header among the first rows; None when there is nothing in them.

    It is the first row with something in it, unless one below has clearly more names that we know (a title stands
    above the table). A merged header of two rows («Адрес» over «Улица» and «Дом») is read as one: the lower name wins.
    `known`: whether a name is one that the reader of this sheet looks for.
    """
    seen: list[tuple[int, list[object]]] = []
    for number, cells in islice(rows, HEADER_WITHIN):
        plain = [plain_value(cell) for cell in cells]
        if any(cell != "" for cell in plain):
            seen.append((number, plain))
    if not seen:
        return None
    best, most = Heading(*seen[0]), _known(seen[0][1], known)
    needed = most + _MARGIN
    for place, (number, cells) in enumerate(seen):
        if place and _known(cells, known) >= needed:
            best, needed, most = Heading(number, cells), _known(cells, known) + 1, _known(cells, known)
        below = seen[place + 1] if place + 1 < len(seen) else None
        if below is not None and below[0] == number + 1:
            joined = _joined(cells, below[1])
            parts = max(_known(cells, known), _known(below[1], known), most)
            if joined is not None and _known(joined, known) > parts:
                best, most = Heading(below[0], joined), _known(joined, known)
                needed = most + 1
    return best


def _known(cells: Sequence[object], known: Known) -> int:
    return sum(isinstance(cell, str) and known(cell) for cell in cells)


def _joined(upper: Sequence[object], lower: Sequence[object]) -> list[object] | None:
    """Two rows of a merged header as one; None when they cannot be: in a merged header each has a gap of the other."""
    width = max(len(upper), len(lower))
    above, under = [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]
    if all(cell != "" for cell in under) or not any(a != "" and b == "" for a, b in zip(above, under, strict=True)):
        return None
    return [b if b != "" else a for a, b in zip(above, under, strict=True)]
