"""What reading gives: rows, broken rows, or the whole sheet refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final

# NUL cannot be stored; lone surrogates and non-characters cannot be written as UTF-8 or XML.
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")
_UNREADABLE_BYTE: Final = re.compile("[\udc80-\udcff]")


class SheetRejected(Exception):
    """The file as a whole cannot be read; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `number` is the number a person sees: of the line in a text file (the row's first
    line), of the row in XLSX; the header counts. Values are str, or datetime and date from XLSX."""

    number: int
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that could not be read. `values` holds what could be, for the report."""

    number: int
    column: str | None
    reason: str
    values: Mapping[str, object] = field(default_factory=dict)


def stored_text(value: str) -> str:
    """The text without what a database or a spreadsheet cannot hold."""
    return _UNSTORABLE.sub("", value)


def has_unreadable_byte(value: str) -> bool:
    """True when a byte of the file meant nothing in its encoding (kept as a lone surrogate)."""
    return _UNREADABLE_BYTE.search(value) is not None


def number_as_written(value: int | float) -> str:
    """A number as a person would write it: 2246.0 is "2246"."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def plain_value(value: object) -> object:
    """A cell of XLSX or JSON as str, datetime or date; nothing is an empty str."""
    if value is None:
        return ""
    if isinstance(value, str):
        return stored_text(value)
    if isinstance(value, bool):
        return "да" if value else "нет"  # what people write into such a cell
    if isinstance(value, (int, float)):
        return number_as_written(value)
    if isinstance(value, (datetime, date)):
        return value
    return value.isoformat() if isinstance(value, time) else stored_text(str(value))
