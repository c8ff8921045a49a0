"""Records of a CSV file one by one, where a quote that nobody closed costs one row, not the rest.

Python's reader follows an open quote to the end of the file. Here it is stopped after a limit, the
row is reported, and reading goes on from the next line.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TextIO

from django.utils.translation import gettext as _

DELIMITERS: Final = (",", ";", "\t")
MAX_RECORD_LINES: Final = 3_000
MAX_RECORD_SIGNS: Final = 600_000
MAX_LINE_SIGNS: Final = 500_000
# One cell may hold up to `csv.field_size_limit()` = 131,072 characters.


@dataclass(frozen=True, slots=True)
class Record:
    """Cells of one record and the number of its first line, counted from 1."""

    number: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that cannot be read: the number of its first line, counted from 1, and why."""

    number: int
    reason: str
    start: str  # the first line as it stands in the file


class _RecordTooLong(Exception):
    pass


class _LineTooLong(Exception):
    pass


class _Lines:
    """Lines of the text with their numbers; lines taken for one record can be given back."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._waiting: deque[str] = deque()
        self.taken: list[str] = []
        self._signs = 0
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else self._text.readline(MAX_LINE_SIGNS)
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        self._signs += len(line)
        if len(line) >= MAX_LINE_SIGNS and not line.endswith("\n"):
            self._skip_to_line_end()
            raise _LineTooLong
        if len(self.taken) > MAX_RECORD_LINES or self._signs > MAX_RECORD_SIGNS:
            raise _RecordTooLong
        return line

    def start_record(self) -> None:
        self.taken.clear()
        self._signs = 0

    def give_back_all_but_first(self) -> None:
        self._waiting.extendleft(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1

    def _skip_to_line_end(self) -> None:
        while (rest := self._text.readline(MAX_LINE_SIGNS)) and not rest.endswith("\n"):
            pass


def read_records(text: TextIO, delimiter: str) -> Iterator[Record | Unreadable]:
    """Every record of the text, blank lines left out. Quotes are `"`, doubled inside a cell."""
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.start_record()
        first = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _RecordTooLong, _LineTooLong) as trouble:
            yield _recover(lines, first, delimiter, trouble)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            continue
        if cells:
            yield Record(first, cells)


def sniff(sample: str) -> tuple[str, int]:
    """The delimiter of a text by its beginning, and how many lines go before the header.

    Excel writes `sep=;` as the first line; otherwise the delimiter that gives the most columns to
    the header and to most of the rows after it wins.
    """
    first = sample.split("\n", 1)[0].strip().strip('"')
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4], 1
    return max(DELIMITERS, key=lambda mark: _fit(sample, mark)), 0


def _fit(sample: str, delimiter: str) -> float:
    widths: list[int] = []
    for record in read_records(io.StringIO(sample, newline=""), delimiter):
        widths.append(len(record.cells) if isinstance(record, Record) else 0)
        if len(widths) == 20:
            break
    if not widths or widths[0] < 2:
        return 0
    alike = sum(width == widths[0] for width in widths) / len(widths)
    return alike * widths[0]


def _recover(lines: _Lines, first: int, delimiter: str, trouble: Exception) -> Record | Unreadable:
    start = lines.taken[0]
    if isinstance(trouble, _LineTooLong):
        return Unreadable(
            first, _("Строка длиннее %(limit)d знаков") % {"limit": MAX_LINE_SIGNS}, start[:1000]
        )
    if len(lines.taken) == 1 and "expected after" in str(trouble):
        # A stray quote within one line: «"ООО "Заря" не отвечает"». Read as people mean it; if the
        # columns do not come out even, the caller reports the row.
        return Record(first, next(csv.reader([start], delimiter=delimiter)))
    lines.give_back_all_but_first()
    if "field larger" in str(trouble) and '"' not in start:
        reason = _("Ячейка длиннее %(limit)d знаков") % {"limit": csv.field_size_limit()}
    else:
        reason = _("Кавычка открыта, но не закрыта: проверьте кавычки в этой строке")
    return Unreadable(first, reason, start)
