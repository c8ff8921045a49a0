"""CSV as people export it: comma, semicolon or tab, in any of the usual encodings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from django.utils.translation import gettext as _

from otklik.intake.sheets.csv_records import Record, Unreadable, read_records, sniff
from otklik.intake.sheets.encoding import detect, open_text
from otklik.intake.sheets.layout import header_layout
from otklik.intake.sheets.rows import Broken, Row, SheetRejected, has_unreadable_byte, stored_text

_SAMPLE: Final = 1 << 16


class CsvSheet:
    """A CSV file, read line by line; the memory does not grow with its length."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.encoding = detect(stream)
        try:
            sample = open_text(stream, self.encoding, "").read(_SAMPLE)
        except UnicodeError:
            raise SheetRejected(
                _("Файл повреждён: его кодировку не прочесть. Выгрузите его заново.")
            ) from None
        self.delimiter, self._lines_before_header = sniff(sample)
        header = next(self._records(), None)
        if not isinstance(header, Record):
            raise SheetRejected(
                _("Не удалось прочесть строку с названиями столбцов: проверьте в ней кавычки.")
            )
        self.layout = header_layout(header.cells)
        self._header_line = header.number

    def rows(self) -> Iterator[Row | Broken]:
        try:
            for record in self._records():
                if record.number > self._header_line:
                    row = self._row(record)
                    if row is not None:
                        yield row
        except UnicodeError:  # only UTF-16 can fail here: the others keep unreadable bytes
            raise SheetRejected(_("Файл обрывается посреди знака. Выгрузите его заново.")) from None

    def _records(self) -> Iterator[Record | Unreadable]:
        for record in read_records(open_text(self._stream, self.encoding, ""), self.delimiter):
            if record.number > self._lines_before_header:
                yield record

    def _row(self, record: Record | Unreadable) -> Row | Broken | None:
        columns = self.layout.columns
        if isinstance(record, Unreadable):
            return Broken(
                record.number, None, record.reason, {columns[0]: stored_text(record.start.rstrip("\r\n"))}
            )
        cells = record.cells
        if len(cells) < len(columns):
            if not any(cells):
                return None
            return Broken(
                record.number,
                None,
                _("Ячеек %(cells)d, а столбцов %(columns)d: проверьте разделители и кавычки")
                % {"cells": len(cells), "columns": len(columns)},
                dict(zip(columns, map(stored_text, cells), strict=False)),
            )
        row = self.layout.row(record.number, cells)
        for place, cell in enumerate(cells):
            if has_unreadable_byte(cell):
                column = columns[place] if place < len(columns) else None
                return Broken(
                    record.number,
                    column,
                    _("Нечитаемый знак: не из кодировки файла"),
                    row.values if row else {},
                )
        return row
