"""A document as a workbook: what stands out first, a sheet for each table; numbers are numbers and links."""

import io
import re
from dataclasses import replace

import xlsxwriter

from otklik.reports.document import Cell, Document, Figures, Heading, Number, Table, Words
from otklik.reports.drawing.links import whole

MOST_NAME = 31  # letters of a sheet's name
MOST_TEXT = 32_767
MOST_LINK = 2_079
MOST_LINKS = 60_000
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


class _Book:
    """The workbook with its formats."""

    def __init__(self, out: io.BytesIO, base: str) -> None:
        self.book = xlsxwriter.Workbook(out, {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        })
        self.base = base
        self.links = 0
        self.names: set[str] = set()
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.bold = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self.heading = self.book.add_format({"bold": True, "font_size": 12})
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.number = self.book.add_format({"num_format": "#,##0.##", "valign": "top"})
        self.share = self.book.add_format({"num_format": "0%", "valign": "top"})
        self.linked = self.book.add_format({"num_format": "#,##0.##", "font_color": "#1A56A0", "valign": "top"})
        self.linked_text = self.book.add_format({"font_color": "#1A56A0", "text_wrap": True, "valign": "top"})

    def sheet(self, title: str) -> "xlsxwriter.worksheet.Worksheet":
        """A sheet under a name that no other has."""
        base = _FORBIDDEN.sub(" ", title).strip()[:MOST_NAME] or "Лист"
        name, number = base, 2
        while name.lower() in self.names:
            tail = f" {number}"
            name, number = base[: MOST_NAME - len(tail)] + tail, number + 1
        self.names.add(name.lower())
        return self.book.add_worksheet(name)

    def put(self, sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell) -> None:
        """A text as a text, never a formula; a number as a number, over its link where it has one."""
        if isinstance(cell, str):
            sheet.write_string(row, column, cell[:MOST_TEXT], self.wrap)
            return
        address = whole(cell.address, self.base)
        linked = bool(address) and len(address) <= MOST_LINK and self.links < MOST_LINKS
        if linked:
            self.links += 1
            sheet.write_url(row, column, address, self.linked_text, cell.text[:255])
        is_share = cell.text.endswith("%")
        if cell.value is not None:  # writing over a link keeps the link
            sheet.write_number(
                row, column, cell.value, self.share if is_share else self.linked if linked else self.number
            )
        elif not linked:
            sheet.write_string(row, column, cell.text[:MOST_TEXT], self.wrap)


def as_xlsx(document: Document, base: str = "") -> bytes:
    """The workbook. `base`: the public address for links, "" for none."""
    out = io.BytesIO()
    made = _Book(out, base)
    first = made.sheet("Сводка")
    first.set_column(0, 0, 46)
    first.set_column(1, 1, 16)
    first.set_column(2, 2, 44)
    first.write_string(0, 0, document.title, made.title)
    first.write_string(1, 0, f"{document.place} · {document.period}")
    row = 3
    for block in document.blocks:
        if isinstance(block, Heading):
            first.write_string(row, 0, block.text, made.heading)
            row += 1
        elif isinstance(block, Words):
            text = "".join(one.text if isinstance(one, Number) else one for one in block.runs)
            first.write_string(row, 0, text[:MOST_TEXT], made.wrap)
            row += 1
        elif isinstance(block, Figures):
            for one in block.items:
                first.write_string(row, 0, one.label)
                made.put(first, row, 1, one.number)
                made.put(first, row, 2, replace(one.earlier, value=None) if one.earlier else one.note)
                row += 1
            row += 1
        elif isinstance(block, Table):
            _table(made, block)
    for line in (f"Посчитано {document.made}.", *document.sources):
        first.write_string(row + 1, 0, line, made.wrap)
        row += 1
    made.book.close()
    return out.getvalue()


def _table(made: _Book, block: Table) -> None:
    sheet = made.sheet(block.title or block.code)
    for column, name in enumerate(block.columns):
        sheet.write_string(0, column, name, made.bold)
        longest = max((len(_text(row[column])) for row in block.rows), default=0)
        sheet.set_column(column, column, min(max(longest, len(name) // 2, 8) + 2, 60))
    for number, row in enumerate(block.rows, 1):
        for column, cell in enumerate(row):
            made.put(sheet, number, column, cell)
    sheet.freeze_panes(1, 1)
    if block.rows:
        sheet.autofilter(0, 0, len(block.rows), len(block.columns) - 1)


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell.text
