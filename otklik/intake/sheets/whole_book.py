"""XLS and ODS, read whole by calamine: their form cannot be streamed, so only small files are taken.

The bounds stand before the reading: bytes of the file, and for ODS what it unpacks to and how many cells its repeats
make. Bigger tables are saved as XLSX or CSV, which are read row by row.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final
from xml.parsers import expat

from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum, load_workbook

from otklik.intake.sheets.columns import is_known
from otklik.intake.sheets.headers import Heading, Known, find_heading
from otklik.intake.sheets.layout import header_layout
from otklik.intake.sheets.rows import Broken, Row, SheetRejected
from otklik.intake.sheets.xlsx_sheet import no_such_tab

MAX_FILE: Final = 20 * 1024**2  # bytes
MAX_CONTENT: Final = 150 * 1024**2  # bytes of an unpacked content.xml
MAX_CELLS: Final = 3_000_000
_REPEATS: Final = {
    "table:table-row": "table:number-rows-repeated", "table:table-cell": "table:number-columns-repeated",
}  # fmt: skip


class WholeBook:
    """A workbook of XLS or ODS. Values come as from XLSX."""

    encoding = "utf-8"

    def __init__(self, stream: BinaryIO, tab: str = "", known: Known = is_known) -> None:
        _check_size(stream)
        try:
            stream.seek(0)
            book = load_workbook(stream)
            names = _names(book)
            if tab and tab not in names:
                raise SheetRejected(no_such_tab(tab, names))
            found = _filled(book, [tab] if tab else names, known)
        except SheetRejected:
            raise
        except PasswordError as trouble:
            raise SheetRejected(under_password()) from trouble
        except Exception as trouble:  # calamine has an error for each part of each format
            raise SheetRejected(_damaged()) from trouble
        if found is None:
            raise SheetRejected(_("В книге нет листа с данными. Проверьте, тот ли это файл."))
        self.tab, self._rows, self._heading = found
        self.tabs = names
        self.layout = header_layout(self._heading.cells)

    def rows(self) -> Iterator[Row | Broken]:
        for number, cells in _numbered(self._rows):
            if number > self._heading.number:
                row = self.layout.row(number, cells)
                if row is not None:
                    yield row


def under_password() -> str:
    """The sentence for a book that nobody can open without its password."""
    return _("Книга под паролем. Снимите пароль в Excel (Файл → Сведения → Защита книги) и загрузите её ещё раз.")


def _check_size(stream: BinaryIO) -> None:
    size = stream.seek(0, 2)
    stream.seek(0)
    start = stream.read(2)
    if size > MAX_FILE:
        raise _too_big()
    if start != b"PK":
        return
    try:
        with zipfile.ZipFile(stream) as archive:
            if b"encryption-data" in archive.read("META-INF/manifest.xml")[: 1 << 20]:
                raise SheetRejected(under_password())
            if archive.getinfo("content.xml").file_size > MAX_CONTENT or _cells(archive) > MAX_CELLS:
                raise _too_big()
    except SheetRejected:
        raise
    except Exception as trouble:
        raise SheetRejected(_damaged()) from trouble


def _cells(archive: zipfile.ZipFile) -> int:
    """How many cells with something in them an ODS makes, its repeats counted; stops beyond the limit."""
    counted = _Counted()
    parser = expat.ParserCreate()
    parser.StartElementHandler = counted.start
    parser.EndElementHandler = counted.end
    parser.StartDoctypeDeclHandler = _refuse  # no office writes one, and entities make a small file a big one
    with archive.open("content.xml") as part:
        while (chunk := part.read(1 << 20)) and counted.total <= MAX_CELLS:
            parser.Parse(chunk, False)
    return counted.total


def _refuse(*_given: object) -> None:
    raise SheetRejected(_damaged())


class _Counted:
    """The area that calamine will hold: down to the last row and out to the last column with a value."""

    def __init__(self) -> None:
        self._width = self._place = self._widest = self._rows = self._empty_rows = 0
        self._times = 1

    @property
    def total(self) -> int:
        return self._widest * self._rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        times = max(1, int(attributes.get(_REPEATS.get(name, ""), "1")))
        if name == "table:table-row":
            self._times, self._place, self._width = times, 0, 0
        elif name == "table:table-cell":
            self._place += times
            if "office:value-type" in attributes or "calcext:value-type" in attributes:
                self._width = self._place

    def end(self, name: str) -> None:
        if name != "table:table-row":
            return
        if not self._width:
            self._empty_rows += self._times
            return
        self._widest = max(self._widest, self._width)
        self._rows += self._times + self._empty_rows
        self._empty_rows = 0


def _names(book: CalamineWorkbook) -> list[str]:
    """The names of its tables, hidden ones last."""
    tables = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    return [one.name for one in sorted(tables, key=lambda one: one.visible != SheetVisibleEnum.Visible)]


def _filled(
    book: CalamineWorkbook, names: Sequence[str], known: Known
) -> tuple[str, Sequence[Sequence[object]], Heading] | None:
    for name in names:
        rows: Sequence[Sequence[object]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        heading = find_heading(_numbered(rows), known)
        if heading is not None:
            return name, rows, heading
    return None


def _numbered(rows: Sequence[Sequence[object]]) -> Iterator[tuple[int, Sequence[object]]]:
    yield from enumerate(rows, start=1)


def _too_big() -> SheetRejected:
    return SheetRejected(
        _("Таблица слишком большая для .xls и .ods: их приходится держать в памяти целиком. "
          "Сохраните её как «Книга Excel (.xlsx)» или .csv и загрузите ещё раз.")
    )  # fmt: skip


def _damaged() -> str:
    return _("Файл повреждён или загрузился не целиком. Откройте его, сохраните как .xlsx и загрузите ещё раз.")
