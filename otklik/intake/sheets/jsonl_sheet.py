"""JSON Lines: one object a line, in UTF-8 (or, from old systems, cp1251 and koi8-r)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import BinaryIO, Final

from django.utils.translation import gettext as _

from otklik.intake.sheets.encoding import detect, open_text
from otklik.intake.sheets.layout import MAX_COLUMNS, Layout
from otklik.intake.sheets.rows import (
    Broken,
    Row,
    SheetRejected,
    has_unreadable_byte,
    plain_value,
    stored_text,
)

_MAX_LINE: Final = 2_000_000  # characters
_LOOKED_AT: Final = 1_000  # lines whose keys make the columns


class JsonLinesSheet:
    """A JSON Lines file, read line by line. Columns are the keys of the first thousand lines."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.encoding = detect(stream)
        self.layout = Layout([])
        columns: dict[str, None] = {}
        for row in islice(self.rows(), _LOOKED_AT):
            if isinstance(row, Row):
                columns.update(dict.fromkeys(row.values))
        if not columns:
            raise SheetRejected(_("В файле нет ни одной записи {…} на отдельной строке."))
        self.layout = Layout(list(columns)[:MAX_COLUMNS])

    def rows(self) -> Iterator[Row | Broken]:
        text = open_text(self._stream, self.encoding, "\n")
        number = 0
        while line := text.readline(_MAX_LINE):
            number += 1
            if len(line) >= _MAX_LINE and not line.endswith("\n"):
                while (rest := text.readline(_MAX_LINE)) and not rest.endswith("\n"):
                    pass
                yield Broken(number, None, _("Строка длиннее %(limit)d знаков") % {"limit": _MAX_LINE})
            elif line.strip():
                row = _row(number, line)
                if isinstance(row, Broken) and not row.values and self.layout.columns:
                    # The line goes into the report as it is, so that a person can mend it.
                    row = replace(row, values={self.layout.columns[0]: stored_text(line.rstrip("\r\n"))})
                yield row


def _row(number: int, line: str) -> Row | Broken:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as trouble:
        return Broken(
            number,
            _("знак %(place)d") % {"place": trouble.colno},
            _("Это не JSON: проверьте кавычки и скобки"),
        )
    except (ValueError, RecursionError):
        return Broken(
            number, None, _("Запись слишком сложная: слишком длинное число или много вложенных скобок")
        )
    if not isinstance(record, dict):
        return Broken(number, None, _("Строка должна быть записью вида {…}"))
    values = {str(plain_value(key)): _flat(value) for key, value in record.items()}
    if has_unreadable_byte(line):
        bad = next((key for key in record if has_unreadable_byte(key + str(record[key]))), None)
        return Broken(number, bad, _("Нечитаемый знак: не из кодировки файла"), values)
    return Row(number, values)


def _flat(value: object) -> object:
    """Lists of plain values become «a, b»; anything nested stays as JSON."""
    if isinstance(value, list) and not any(isinstance(item, (list, dict)) for item in value):
        return ", ".join(str(plain_value(item)) for item in value)
    if isinstance(value, (list, dict)):
        return plain_value(json.dumps(value, ensure_ascii=False))
    return plain_value(value)
