"""`open_sheet`: any of the five kinds of sheet as columns and rows, all but XLS and ODS read as a stream."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal, Protocol, Self

from django.utils.translation import gettext as _

from otklik.intake.sheets import csv_sheet, jsonl_sheet, whole_book, xlsx_sheet
from otklik.intake.sheets.columns import is_known
from otklik.intake.sheets.headers import Known
from otklik.intake.sheets.layout import Layout
from otklik.intake.sheets.rows import Broken, Row, SheetRejected

Kind = Literal["csv", "jsonl", "xlsx", "xls", "ods"]

_MARKUP: Final = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml|head|meta|style)", re.IGNORECASE
)
_OLD_BOOK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROLS: Final = frozenset(range(32)) - {9, 10, 12, 13, 26, 27}


class Reader(Protocol):
    """What each kind brings: its encoding and layout, found at opening, and its rows."""

    encoding: str
    layout: Layout

    def rows(self) -> Iterator[Row | Broken]: ...


@dataclass(slots=True)
class Sheet:
    """An open sheet. Close it, or use it in `with`; a file object given by the caller stays open.

    `columns` are the header's names made unique, without the three columns of our own report;
    `is_report` tells that they were there.
    """

    kind: Kind
    encoding: str
    columns: list[str]
    is_report: bool
    tab: str  # the sheet of the book that is read; "" where there are none
    tabs: list[str]  # all of them
    _reader: Reader
    _close: Callable[[], None]

    def rows(self, after: int = 0) -> Iterator[Row | Broken]:
        """Rows from the beginning, those numbered up to `after` left out; may be called again.

        Raises `SheetRejected` when an XLSX turns out damaged in the middle.
        """
        for row in self._reader.rows():
            if row.number > after:
                yield row

    def close(self) -> None:
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_sheet(
    source: str | Path | BinaryIO, name: str | None = None, tab: str = "", known: Known = is_known
) -> Sheet:
    """Open a sheet by path or seekable binary file object; the kind is told by content first.

    `name` helps where content does not tell (a JSON Lines file whose first line is broken); `tab` is the sheet of a
    book to read, the first filled one if it is not given; `known` tells the names by which a book's header is found
    below a title.
    Raises `SheetRejected` with advice, OSError when the path cannot be opened.
    """
    if isinstance(source, (str, Path)):
        stream: BinaryIO = Path(source).open("rb")  # noqa: SIM115 (closed by Sheet.close)
        close: Callable[[], None] = stream.close
        name = name or Path(source).name
    else:
        stream, close = source, lambda: None
    try:
        kind = _kind_of(stream, (name or "").lower())
        reader = _reader(kind, stream, tab, known)
    except BaseException:
        close()
        raise
    return Sheet(kind, reader.encoding, reader.layout.columns, reader.layout.is_report,
                 getattr(reader, "tab", ""), getattr(reader, "tabs", []), reader, close)  # fmt: skip


def _reader(kind: Kind, stream: BinaryIO, tab: str, known: Known) -> Reader:
    if kind == "csv":
        return csv_sheet.CsvSheet(stream)
    if kind == "jsonl":
        return jsonl_sheet.JsonLinesSheet(stream)
    book = xlsx_sheet.XlsxSheet if kind == "xlsx" else whole_book.WholeBook
    return book(stream, tab, known)


def _kind_of(stream: BinaryIO, name: str) -> Kind:
    stream.seek(0)
    start = stream.read(1 << 16)
    stream.seek(0)
    if not start.strip():
        raise SheetRejected(_("Файл пустой. Проверьте, тот ли это файл."))
    if start.startswith(b"PK"):
        return _kind_of_archive(stream)
    if start.startswith(_OLD_BOOK):
        return _kind_of_old_book(stream)
    _refuse_other_kinds(start)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"[") and name.endswith((".json", ".jsonl")):
        raise SheetRejected(_("Это JSON одним списком. Нужен JSON Lines: по одной записи {…} на строку."))
    if text.startswith(b"{") or name.endswith((".jsonl", ".ndjson", ".json")):
        return "jsonl"
    return "csv"


def _kind_of_archive(stream: BinaryIO) -> Kind:
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist())
    except Exception:  # the reader of XLSX says what is wrong with it
        return "xlsx"
    finally:
        stream.seek(0)
    return "ods" if "content.xml" in names and "xl/workbook.xml" not in names else "xlsx"


def _kind_of_old_book(stream: BinaryIO) -> Kind:
    """XLS, unless it is plainly not: an XLSX under a password lies in the same wrapping, and so do other documents."""
    stream.seek(0)
    content = stream.read(whole_book.MAX_FILE + 1)
    stream.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise SheetRejected(whole_book.under_password())
    if any(name.encode("utf-16-le") in content for name in ("WordDocument", "PowerPoint Document", "__nameid_version")):
        raise SheetRejected(_("Это не таблица, а другой файл Office. Принимаем .csv, .xlsx, .xls, .ods и .jsonl."))
    return "xls"


def _refuse_other_kinds(start: bytes) -> None:
    if _MARKUP.match(start):
        raise SheetRejected(
            _("Это веб-страница, хотя и с таблицей. Откройте её в Excel и сохраните как .xlsx или .csv.")
        )
    if start.startswith(b"%PDF"):
        raise SheetRejected(_("Это PDF, строк из него не прочесть. Выгрузите данные в .xlsx или .csv."))
    utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not utf16 and sum(byte in _CONTROLS for byte in start) > max(8, len(start) // 20):
        raise SheetRejected(_("Это не таблица. Принимаем .csv, .xlsx, .xls, .ods и .jsonl."))
