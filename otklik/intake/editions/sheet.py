"""Editions of the classifier and their mapping tables as sheets: CSV and XLSX out, any kind in."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import BinaryIO

import xlsxwriter
from django.utils.translation import gettext as _

from otklik.classifier.reading import ClassifierError, ClassifierSpec
from otklik.classifier.tabular import COLUMNS, TableRow, edition_of, fields_of, rows_of
from otklik.intake.sheets.layout import guarded, unguarded
from otklik.intake.sheets.reading import open_sheet
from otklik.intake.sheets.rows import Broken, SheetRejected

MAP_COLUMNS = ("Старый код", "Старая тема", "Новый код")
NOWHERE = "требует разбора"
_OLD = ("старый код", "old", "from", "старая", "был код")
_NEW = ("новый код", "new", "to", "новая", "стал код")


def read_edition(
    source: Path | BinaryIO, *, name: str = "", valid_from: date, known: ClassifierSpec | None = None, title: str = ""
) -> ClassifierSpec:
    """The edition in a sheet; it is called by its day. Raises `ClassifierError` with line and column of a fault."""
    headers, lines = _lines(source, name)
    fields = fields_of(headers)
    rows = (
        TableRow(number, {field: values.get(column, "") for field, column in fields.items()})
        for number, values in lines
    )
    return edition_of(
        rows, code=f"edition-{valid_from:%Y-%m-%d}", name=title or f"Классификатор тем с {valid_from:%d.%m.%Y}",
        valid_from=valid_from, known=known,
    )


def read_mapping(source: Path | BinaryIO, *, name: str = "") -> dict[str, list[str]]:
    """Old code → new codes of a mapping table; several lines of one old code are a split, «требует разбора» is none."""
    headers, lines = _lines(source, name)
    old, new = _column(headers, _OLD, MAP_COLUMNS[0]), _column(headers, _NEW, MAP_COLUMNS[2])
    found: dict[str, list[str]] = {}
    for number, values in lines:
        before, after = values.get(old, "").strip(), values.get(new, "").strip()
        if not before:
            if after:
                raise ClassifierError(_("таблица соответствий"), _("пусто, а должно быть заполнено"), number, old)
            continue
        if not after:
            continue  # not said yet: the report asks for it
        codes = found.setdefault(before, [])
        if after.casefold() in (NOWHERE, "-", "—"):
            continue
        for code in filter(None, (piece.strip() for piece in after.split("|"))):
            if code not in codes:
                codes.append(code)
    return found


def write_edition(spec: ClassifierSpec, kind: str) -> bytes:
    """The edition as «csv» or «xlsx»; read again it is the same."""
    return _written(COLUMNS, rows_of(spec), kind, (14, 26, 30, 26, 40, 50, 50, 10, 14, 22, 50))


def write_mapping(lines: Iterable[Sequence[str]], kind: str) -> bytes:
    """A mapping table to be filled in: old code, its name, new code."""
    return _written(MAP_COLUMNS, lines, kind, (30, 50, 40))


def _written(columns: Sequence[str], rows: Iterable[Sequence[str]], kind: str, widths: Sequence[int]) -> bytes:
    out = io.BytesIO()
    if kind == "csv":
        text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text, delimiter=";")
        writer.writerow(columns)
        writer.writerows([guarded(cell) for cell in row] for row in rows)
        return out.getvalue()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    sheet = book.add_worksheet("Темы")
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for place, (column, width) in enumerate(zip(columns, widths, strict=True)):
        sheet.write_string(0, place, column, bold)
        sheet.set_column(place, place, width)
    for at, row in enumerate(rows, 1):
        for place, cell in enumerate(row):
            sheet.write_string(at, place, cell)
    book.close()
    return out.getvalue()


def _lines(source: Path | BinaryIO, name: str) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    try:
        sheet = open_sheet(source, name or None)
    except SheetRejected as error:
        raise ClassifierError(name or _("таблица"), error.message) from error
    except OSError as error:
        raise ClassifierError(str(source), _("файла нет или его нельзя прочесть")) from error

    def lines() -> Iterator[tuple[int, dict[str, str]]]:
        with sheet:
            try:
                for row in sheet.rows():
                    if isinstance(row, Broken):
                        raise ClassifierError(name or _("таблица"), row.reason, row.number, row.column or "")
                    yield row.number, {key: unguarded(str(value)) for key, value in row.values.items()}
            except SheetRejected as error:
                raise ClassifierError(name or _("таблица"), error.message) from error

    return sheet.columns, lines()


def _column(headers: Sequence[str], words: Sequence[str], shown: str) -> str:
    for header in headers:
        if " ".join(header.casefold().split()) in words:
            return header
    raise ClassifierError(_("таблица соответствий"), _("нет столбца «%(shown)s»") % {"shown": shown}, 1)
