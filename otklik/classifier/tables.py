"""Tables of a classifier in CSV: strict reading that can name the line and column of a fault."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from otklik.failures import Failure


class ClassifierError(Failure):
    """A file of a classifier cannot be taken. `line` counts from 1, 0 when the whole file is meant."""

    exit_code = 2

    def __init__(self, file: str, reason: str, line: int = 0, column: str = "") -> None:
        place = [
            file,
            *([_("строка %(line)s") % {"line": line}] if line else []),
            *([_("столбец «%(column)s»") % {"column": column}] if column else []),
        ]
        super().__init__(f"{', '.join(place)}: {reason}")
        self.file, self.line, self.column, self.reason = file, line, column, reason


@dataclass(frozen=True)
class Row:
    """One line of a table; knows where it stands, for the sake of messages."""

    file: str
    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """The cell without outer spaces; raises `ClassifierError` when it is empty."""
        value = self.cells[column].strip()
        if not value:
            raise self.fault(column, _("пусто, а должно быть заполнено"))
        return value

    def fault(self, column: str, reason: str) -> ClassifierError:
        """The error that names this line and the column."""
        return ClassifierError(self.file, reason, self.line, column)


def read_rows(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    """Lines of the table at `path`, whose first line names exactly `columns`. Empty lines are passed over."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ClassifierError(path.name, _("файла нет или его нельзя прочесть")) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ClassifierError(path.name, _("это не UTF-8"), line) from error
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        yield from _rows(path.name, reader, columns)
    except csv.Error as error:
        raise ClassifierError(
            path.name, _("сломаны кавычки или разделители: %(error)s") % {"error": error}, reader.line_num
        ) from error


def _rows(file: str, reader: Iterator[list[str]], columns: Sequence[str]) -> Iterator[Row]:
    header = [cell.strip() for cell in next(reader, [])]
    for place, column in enumerate(columns):
        if place >= len(header) or header[place] != column:
            wanted = _("первая строка должна быть «%(columns)s»") % {"columns": ",".join(columns)}
            raise ClassifierError(file, wanted, 1, column)
    if len(header) > len(columns):
        raise ClassifierError(file, _("лишний столбец"), 1, header[len(columns)])
    line = 2
    for cells in reader:
        start, line = line, reader.line_num + 1  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            missing = columns[len(cells)] if len(cells) < len(columns) else columns[-1]
            counts = {"cells": len(cells), "columns": len(columns)}
            raise ClassifierError(file, _("ячеек %(cells)s, а столбцов %(columns)s") % counts, start, missing)
        yield Row(file, start, dict(zip(columns, cells, strict=True)))
