"""`open_sheet`: any of the three kinds of sheet as columns and rows, read as a stream."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal, Protocol, Self

from django.utils.translation import gettext as _

from otklik.intake.sheets import csv_sheet, jsonl_sheet, xlsx_sheet
from otklik.intake.sheets.layout import Layout
from otklik.intake.sheets.rows import Broken, Row, SheetRejected

Kind = Literal["csv", "jsonl", "xlsx"]

_MARKUP: Final = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml|head|meta|style)", re.IGNORECASE
)
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


def open_sheet(source: str | Path | BinaryIO, name: str | None = None) -> Sheet:
    """Open a sheet by path or seekable binary file object; the kind is told by content first.

    `name` helps where content does not tell (a JSON Lines file whose first line is broken).
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
        reader = _READERS[kind](stream)
    except BaseException:
        close()
        raise
    return Sheet(kind, reader.encoding, reader.layout.columns, reader.layout.is_report, reader, close)


_READERS: Final[dict[Kind, Callable[[BinaryIO], Reader]]] = {
    "csv": csv_sheet.CsvSheet,
    "jsonl": jsonl_sheet.JsonLinesSheet,
    "xlsx": xlsx_sheet.XlsxSheet,
}


def _kind_of(stream: BinaryIO, name: str) -> Kind:
    stream.seek(0)
    start = stream.read(1 << 16)
    stream.seek(0)
    if not start.strip():
        raise SheetRejected(_("Файл пустой. Проверьте, тот ли это файл."))
    if start.startswith(b"PK"):
        return "xlsx"
    _refuse_other_kinds(start)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"[") and name.endswith((".json", ".jsonl")):
        raise SheetRejected(_("Это JSON одним списком. Нужен JSON Lines: по одной записи {…} на строку."))
    if text.startswith(b"{") or name.endswith((".jsonl", ".ndjson", ".json")):
        return "jsonl"
    return "csv"


def _refuse_other_kinds(start: bytes) -> None:
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetRejected(
            _(
                "Это книга Excel старого вида (.xls) или под паролем. "
                "Сохраните её в Excel как «Книга Excel (.xlsx)» без пароля."
            )
        )
    if _MARKUP.match(start):
        raise SheetRejected(
            _("Это веб-страница, хотя и с таблицей. Откройте её в Excel и сохраните как .xlsx или .csv.")
        )
    if start.startswith(b"%PDF"):
        raise SheetRejected(_("Это PDF, строк из него не прочесть. Выгрузите данные в .xlsx или .csv."))
    utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not utf16 and sum(byte in _CONTROLS for byte in start) > max(8, len(start) // 20):
        raise SheetRejected(_("Это не таблица. Принимаем .csv, .xlsx и .jsonl."))
