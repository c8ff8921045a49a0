"""Forms that strangers might send, and what is read of a document for them."""

import io
from typing import Any

from docx import Document as new_document
from openpyxl import Workbook

from otklik.reports.document import Document, Figure, Figures, Number, Table, words


def sample() -> Document:
    """A small report with signs that mean something to XML, Typst and jinja2."""
    return Document(
        "tsur", "Таблица <ЦУР> & #пример", "Пробный округ", "ноябрь 2026", "01.12.2026 09:00",
        (
            Figures((Figure("received", "Поступило", Number("12", "/region/cases/received/", 12), "раньше 10", "up"),)),
            words("Слова {{ 7*7 }} и #panic()"),
            Table("places", "Муниципалитеты", ("Муниципалитет", "Поступило"), (
                ("Первый & Ко", Number("7", "/region/a/", 7)), ("=HYPERLINK(\"http://x\")", Number("5", "", 5)),
            )),
        ),
    )


def docx(*paragraphs: str) -> bytes:
    out = io.BytesIO()
    page = new_document()
    for one in paragraphs:
        page.add_paragraph(one)
    page.save(out)
    return out.getvalue()


def xlsx(*rows: tuple[Any, ...]) -> bytes:
    out = io.BytesIO()
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()
