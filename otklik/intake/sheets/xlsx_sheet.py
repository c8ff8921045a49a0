"""XLSX, streamed row by row from the first sheet that has anything in it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final, Protocol

import openpyxl
from django.utils.translation import gettext as _

from otklik.intake.sheets.layout import header_layout
from otklik.intake.sheets.rows import Broken, Row, SheetRejected

MAX_ENTRIES: Final = 5_000
MAX_UNPACKED: Final = 2 * 1024**3  # bytes of all parts; sheets are streamed
# Bytes of parts that are read whole: shared strings and styles.
MAX_WHOLE_PART: Final = 300 * 1024**2
_HEADER_WITHIN: Final = 50  # rows


class _Worksheet(Protocol):
    """The two calls of openpyxl's read-only sheet that are used here."""

    def reset_dimensions(self) -> None: ...

    def iter_rows(self, *, values_only: bool) -> Iterator[Sequence[object]]: ...


class XlsxSheet:
    """A workbook. Dates come as datetime without a zone, numbers as people write them."""

    encoding = "utf-8"

    def __init__(self, stream: BinaryIO) -> None:
        _check_archive(stream)
        try:
            stream.seek(0)
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        except Exception as trouble:  # openpyxl raises whatever its parsers meet in a damaged file
            raise SheetRejected(_damaged()) from trouble
        found = _first_filled(book.worksheets)
        if found is None:
            raise SheetRejected(_("В книге нет листа с данными. Проверьте, тот ли это файл."))
        self._sheet, self._header_row, header = found
        self.layout = header_layout(header)

    def rows(self) -> Iterator[Row | Broken]:
        for number, cells in _cells(self._sheet):
            if number > self._header_row:
                row = self.layout.row(number, cells)
                if row is not None:
                    yield row


def _first_filled(
    sheets: Sequence[_Worksheet],
) -> tuple[_Worksheet, int, Sequence[object]] | None:
    for sheet in sheets:
        for number, cells in _cells(sheet):
            if any(cell not in (None, "") for cell in cells):
                return sheet, number, cells
            if number >= _HEADER_WITHIN:
                break
    return None


def _cells(sheet: _Worksheet) -> Iterator[tuple[int, Sequence[object]]]:
    number = 0
    try:
        sheet.reset_dimensions()  # some systems write a false size of the sheet
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, cells
    except Exception as trouble:
        raise SheetRejected(_damaged(after_row=number)) from trouble


def _check_archive(stream: BinaryIO) -> None:
    """Refuse archives that are no workbook or would unpack to something enormous."""
    try:
        stream.seek(0)
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as trouble:
        raise SheetRejected(_damaged()) from trouble
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
        raise SheetRejected(_("Это не книга Excel. Сохраните таблицу как «Книга Excel (.xlsx)» или .csv."))
    whole = max(
        (part.file_size for part in parts if not part.filename.startswith("xl/worksheets/sheet")), default=0
    )
    if (
        len(parts) > MAX_ENTRIES
        or sum(part.file_size for part in parts) > MAX_UNPACKED
        or whole > MAX_WHOLE_PART
    ):
        raise SheetRejected(_("Книга распаковывается в слишком большой объём. Сохраните таблицу как .csv."))


def _damaged(after_row: int = 0) -> str:
    if after_row:
        return _(
            "Файл Excel повреждён после строки %(row)d. Откройте его в Excel, сохраните заново "
            "как .xlsx и загрузите ещё раз."
        ) % {"row": after_row}
    return _(
        "Файл Excel повреждён или загрузился не целиком. Откройте его в Excel, сохраните заново "
        "как .xlsx и загрузите ещё раз."
    )
