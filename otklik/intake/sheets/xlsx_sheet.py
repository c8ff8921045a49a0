"""XLSX, streamed row by row from the chosen sheet, or the first visible one that has anything in it.

Formulas give their stored values, macros are never run; rows that somebody hid are rows like the others.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final, Protocol

from django.utils.translation import gettext as _

from otklik.intake.sheets.columns import is_known
from otklik.intake.sheets.headers import Heading, Known, find_heading
from otklik.intake.sheets.layout import header_layout
from otklik.intake.sheets.rows import Broken, Row, SheetRejected

MAX_ENTRIES: Final = 5_000
MAX_UNPACKED: Final = 2 * 1024**3  # bytes of all parts; sheets are streamed
# Bytes of parts that are read whole: shared strings and styles.
MAX_WHOLE_PART: Final = 300 * 1024**2
MAX_ROWS: Final = 300_000  # of one sheet; what is bigger comes as CSV, which has no bound
_COUNTED_FROM: Final = 20 * 1024**2  # bytes of a sheet below which it cannot be too long
_SHEETS: Final = ("xl/worksheets/sheet", "xl/sharedStrings.xml")  # what is read as a stream


class _Worksheet(Protocol):
    """What is used here of openpyxl's read-only sheet."""

    title: str
    sheet_state: str

    def reset_dimensions(self) -> None: ...

    def iter_rows(self, *, values_only: bool) -> Iterator[Sequence[object]]: ...


class XlsxSheet:
    """A workbook. Dates come as datetime without a zone, numbers as people write them."""

    encoding = "utf-8"

    def __init__(self, stream: BinaryIO, tab: str = "", known: Known = is_known) -> None:
        _check_archive(stream)
        try:
            stream.seek(0)
            # Loaded only where a workbook is read: a third of a second and 30 MB that no other page needs.
            from otklik.intake.sheets.shared_strings import FrugalReader

            reader = FrugalReader(stream, read_only=True, data_only=True, keep_links=False)
            reader.read()
            sheets: list[_Worksheet] = list(reader.wb.worksheets)
        except Exception as trouble:  # openpyxl raises whatever its parsers meet in a damaged file
            raise SheetRejected(_damaged()) from trouble
        filled = _filled(sheets, tab, known)
        if filled is None:
            raise SheetRejected(_("В книге нет листа с данными. Проверьте, тот ли это файл."))
        self._sheet, self._heading = filled
        self.tab, self.tabs = self._sheet.title, [sheet.title for sheet in sheets]
        self.layout = header_layout(self._heading.cells)

    def rows(self) -> Iterator[Row | Broken]:
        for number, cells in _cells(self._sheet):
            if number > self._heading.number:
                row = self.layout.row(number, cells)
                if row is not None:
                    yield row


def _filled(sheets: Sequence[_Worksheet], tab: str, known: Known) -> tuple[_Worksheet, Heading] | None:
    """The named sheet, else the first visible one with something in it, else the first hidden one."""
    named = [sheet for sheet in sheets if sheet.title == tab]
    if tab and not named:
        raise SheetRejected(no_such_tab(tab, [sheet.title for sheet in sheets]))
    for sheet in named or sorted(sheets, key=lambda one: one.sheet_state != "visible"):
        heading = find_heading(_cells(sheet), known)
        if heading is not None:
            return sheet, heading
    return None


def no_such_tab(tab: str, tabs: Sequence[str]) -> str:
    """The sentence for a sheet's name that the book does not have."""
    there = ", ".join(f"«{name}»" for name in tabs[:30])
    return _("Листа «%(tab)s» в книге нет. Есть: %(tabs)s.") % {"tab": tab, "tabs": there}


def _cells(sheet: _Worksheet) -> Iterator[tuple[int, Sequence[object]]]:
    number = 0
    try:
        sheet.reset_dimensions()  # some systems write a false size of the sheet
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, cells
    except SheetRejected:
        raise
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
    whole = max((part.file_size for part in parts if not part.filename.startswith(_SHEETS)), default=0)
    if (
        len(parts) > MAX_ENTRIES
        or sum(part.file_size for part in parts) > MAX_UNPACKED
        or whole > MAX_WHOLE_PART
    ):
        raise SheetRejected(_("Книга распаковывается в слишком большой объём. Сохраните таблицу как .csv."))
    _check_lengths(stream, [p.filename for p in parts if p.filename.startswith(_SHEETS[0])
                            and p.file_size > _COUNTED_FROM])  # fmt: skip


def _check_lengths(stream: BinaryIO, names: Sequence[str]) -> None:
    """Refuse a sheet with too many rows before anything of it is read: they are counted, whatever it says itself."""
    try:
        stream.seek(0)
        with zipfile.ZipFile(stream) as archive:
            lengths = [_length(archive, name) for name in names]
    except Exception as trouble:  # a damaged part: zlib, zipfile and the encryption flag each have errors of their own
        raise SheetRejected(_damaged()) from trouble
    if max(lengths, default=0) > MAX_ROWS + 1:
        raise SheetRejected(
            _("В книге строк больше %(limit)d: это заняло бы слишком много времени и памяти. "
              "Сохраните таблицу как .csv (там длина любая) или разделите её на части.") % {"limit": MAX_ROWS}
        )  # fmt: skip


def _length(archive: zipfile.ZipFile, name: str) -> int:
    """The number of rows of a sheet, by their tags; stops beyond the limit."""
    count, rest = 0, b""
    with archive.open(name) as part:
        while (chunk := part.read(1 << 20)) and count <= MAX_ROWS + 1:
            rest += chunk
            count += rest.count(b"<row ") + rest.count(b"<row>")
            rest = rest[-4:]
    return count


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
