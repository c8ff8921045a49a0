"""Rows that were not taken, as a file to mend and import again.

The file has the sheet's own columns and three more at the end: «Строка», «Столбец», «Причина».
`layout.header_layout` knows them by that place and leaves them aside when the file comes back. A
value that a spreadsheet would run as a formula stands behind an apostrophe, which reading takes off.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO, Final

import xlsxwriter
from django.utils.translation import gettext as _

from otklik.intake.sheets.layout import REPORT_COLUMNS, guarded
from otklik.intake.sheets.rows import Broken, stored_text

# Excel's own limits.
_MAX_CELL: Final = 32_767
_MAX_ROWS: Final = 1_048_575


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that was not taken: its number in the file, the column at fault if one is, and why."""

    number: int
    column: str | None
    reason: str
    values: Mapping[str, object]

    @classmethod
    def of(cls, broken: Broken) -> Rejected:
        return cls(broken.number, broken.column, broken.reason, broken.values)


def write_csv(columns: Sequence[str], rejected: Iterable[Rejected], out: BinaryIO) -> int:
    """Write the report as Excel in Russia opens it by a double click: UTF-8 with a mark, semicolons.

    Returns the number of rows; leaves `out` open.
    """
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text, delimiter=";")
        writer.writerow([*map(guarded, columns), *REPORT_COLUMNS])
        written = 0
        for row in rejected:
            cells = [guarded(_as_text(row.values.get(column, ""))) for column in columns]
            writer.writerow([*cells, row.number, guarded(row.column or ""), guarded(stored_text(row.reason))])
            written += 1
        return written
    finally:
        text.detach()


def write_xlsx(columns: Sequence[str], rejected: Iterable[Rejected], out: BinaryIO) -> int:
    """Write the report as a workbook; memory does not grow with its length. Returns the number of rows.

    A text longer than Excel's cell is left out of its cell and the reason says so: a text cut
    without a word would come back as if it were whole.
    """
    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_("Не принято"))
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for place, name in enumerate([*map(guarded, columns), *REPORT_COLUMNS]):
        sheet.write_string(0, place, name, bold)
    written = 0
    for row in rejected:
        if written == _MAX_ROWS:
            break
        written += 1
        reason = row.reason
        for place, column in enumerate(columns):
            cell = guarded(_as_text(row.values.get(column, "")))
            if len(cell) > _MAX_CELL:
                reason += _(". Ячейка «%(column)s» не помещается в Excel: возьмите отчёт в CSV") % {
                    "column": column
                }
            elif cell:
                sheet.write_string(written, place, cell)
        sheet.write_number(written, len(columns), row.number)
        sheet.write_string(written, len(columns) + 1, guarded(row.column or ""))
        sheet.write_string(written, len(columns) + 2, stored_text(reason)[:_MAX_CELL])
    book.close()
    return written


def _as_text(value: object) -> str:
    """Dates in the form that `values.parse_moment` reads back to the same moment."""
    if isinstance(value, datetime):
        short = value.tzinfo is None and not value.microsecond
        return value.strftime("%d.%m.%Y %H:%M:%S") if short else value.isoformat()
    if isinstance(value, date):
        return value.strftime("%d.%m.%Y")
    return str(value)
