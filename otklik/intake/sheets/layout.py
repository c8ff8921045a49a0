"""The header of a sheet: unique column names, and the three columns of our report left aside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from otklik.intake.sheets.rows import Broken, Row, SheetRejected, plain_value

# Names that `report` adds at the end; a file that ends with them is our report coming back.
REPORT_COLUMNS: Final = ("Строка", "Столбец", "Причина")
MAX_COLUMNS: Final = 500

# A spreadsheet would run such a cell as a formula, so `report` puts an apostrophe before it.
_GUARD: Final = re.compile(r"'*[=+\-@\t\r]")
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")


def guarded(value: str) -> str:
    """The value with an apostrophe before it when a spreadsheet could take it for a formula."""
    return "'" + value if _GUARD.match(value) else value


def unguarded(value: str) -> str:
    """The value that `guarded` got."""
    return value[1:] if _GUARDED.match(value) else value


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns in the order of the file. A report's cells lose the apostrophes it wrote."""

    columns: list[str]
    is_report: bool = False

    def row(self, number: int, cells: Sequence[object]) -> Row | Broken | None:
        """The cells by column; None for an empty row; Broken when the cells do not fit the header."""
        plain = [plain_value(cell) for cell in cells]
        while plain and plain[-1] == "":
            plain.pop()
        if not plain:
            return None
        width = len(self.columns)
        if self.is_report:
            plain = [unguarded(value) if isinstance(value, str) else value for value in plain[:width]]
        values = dict(zip(self.columns, [*plain, *[""] * (width - len(plain))], strict=False))
        if len(plain) > width:
            surplus = "»; «".join(str(value)[:200] for value in plain[width:])
            return Broken(
                number, None, _("Ячеек больше, чем столбцов (%(columns)d). Лишнее: «%(surplus)s»")
                % {"columns": width, "surplus": surplus[:1000]}, values,
            )  # fmt: skip
        return Row(number, values)


def header_layout(cells: Sequence[object]) -> Layout:
    """The layout by the header's cells. Nameless columns get «Столбец N», repeated ones a number."""
    names = [" ".join(str(plain_value(cell)).replace("\ufeff", "").split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise SheetRejected(_("В файле нет строки с названиями столбцов."))
    if len(names) > MAX_COLUMNS:
        raise SheetRejected(
            _("Столбцов больше %(limit)d. Оставьте в файле только нужные.") % {"limit": MAX_COLUMNS}
        )
    is_report = tuple(names[-3:]) == REPORT_COLUMNS and len(names) > 3
    if is_report:
        names = names[:-3]
    return Layout(_unique(names), is_report)


def _unique(names: list[str]) -> list[str]:
    seen: set[str] = set()
    result: list[str] = []
    for place, given in enumerate(names, start=1):
        name = wanted = given or _("Столбец %(place)d") % {"place": place}
        turn = 1
        while name in seen:
            turn += 1
            name = f"{wanted} ({turn})"
        seen.add(name)
        result.append(name)
    return result
