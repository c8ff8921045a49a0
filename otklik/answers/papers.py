"""Papers that a clerk prints, hands over or publishes: one shape, drawn as DOCX, PDF or XLSX. Pure.

A paper is in Russian whatever the reader's language: it goes to Russian offices. Nothing that a person wrote can be a
command or a formula in it: to Typst words come as data, in a sheet they are texts.
"""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import typst
import xlsxwriter
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Cm, Pt

FONT = "Times New Roman"
MOST_CELL = 32_767  # letters in one cell of a sheet
Cell = str | int | float | date | datetime | None
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Table:
    """Rows under headings. Moments are of the region's zone, without an offset."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Paper:
    """A title, what stands under it, facts as «name: words», tables, lines at the foot to be signed."""

    title: str
    under: str = ""
    facts: Sequence[tuple[str, str]] = ()
    tables: Sequence[Table] = ()
    foot: Sequence[str] = field(default_factory=tuple)
    landscape: bool = False


def as_docx(paper: Paper) -> bytes:
    """A Word document."""
    page = Document()
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    if paper.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin, section.right_margin = Cm(2), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(1.5)
    style = page.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(12)
    style.paragraph_format.space_after = Pt(4)
    title = page.add_paragraph().add_run(paper.title)
    title.bold, title.font.size = True, Pt(14)
    if paper.under:
        page.add_paragraph(paper.under)
    for name, words in paper.facts:
        line = page.add_paragraph()
        line.add_run(f"{name}: ").bold = True
        line.add_run(words)
    for table in paper.tables:
        _docx_table(page, table)
    for words in paper.foot:
        page.add_paragraph()
        page.add_paragraph(words)
    out = io.BytesIO()
    page.save(out)
    return out.getvalue()


def _docx_table(page: object, table: Table) -> None:
    if table.title:
        page.add_paragraph().add_run(table.title).bold = True  # type: ignore[attr-defined]
    made = page.add_table(rows=1, cols=len(table.headings))  # type: ignore[attr-defined]
    made.style = "Table Grid"
    for cell, heading in zip(made.rows[0].cells, table.headings, strict=True):
        cell.paragraphs[0].add_run(heading).bold = True
    for row in table.rows:
        cells = made.add_row().cells
        for cell, value in zip(cells, row, strict=True):
            cell.text = shown(value)
    page.add_paragraph()  # type: ignore[attr-defined]


def shown(value: Cell) -> str:
    """A cell as people write it: «04.03.2026», «1 234», «12,5»."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, float):
        return f"{value:.1f}".replace(".", ",")
    return f"{value:,}".replace(",", "\u00a0") if isinstance(value, int) else value


_TYPST = """
#let it = json(bytes(sys.inputs.paper))
#set document(title: it.title)
#set page(paper: "a4", flipped: it.landscape, margin: (left: 2cm, right: 1.5cm, y: 1.5cm))
#set text(lang: "ru", size: 11pt)
#text(size: 14pt, weight: "bold", it.title)
#if it.under != "" { par(it.under) }
#for (name, words) in it.facts {
  par[#strong(name + ":") #for (i, line) in words.split("\\n").enumerate() { if i > 0 { linebreak() }; line }]
}
#for one in it.tables {
  if one.title != "" { strong(one.title) }
  table(columns: one.headings.len(), inset: 4pt, table.header(..one.headings.map(h => strong(h))), ..one.rows.flatten())
}
#for line in it.foot { v(1.2em); line }
"""


def as_pdf(paper: Paper) -> bytes:
    """A PDF with its text in it."""
    words = {
        "title": paper.title, "under": paper.under, "facts": [list(one) for one in paper.facts],
        "tables": [
            {"title": t.title, "headings": list(t.headings), "rows": [[shown(cell) for cell in row] for row in t.rows]}
            for t in paper.tables
        ],
        "foot": list(paper.foot), "landscape": paper.landscape,
    }
    made = typst.compile(_TYPST.encode(), format="pdf", sys_inputs={"paper": json.dumps(words, ensure_ascii=False)})
    assert isinstance(made, bytes)
    return made


def as_xlsx(tables: Sequence[Table]) -> bytes:
    """A workbook, a sheet a table. Texts are texts, never formulas or links."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        moment = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        names: set[str] = set()
        for table in tables:
            sheet = book.add_worksheet(_sheet_name(table.title, names))
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, max(len(table.headings) - 1, 0), 18)
            for column, heading in enumerate(table.headings):
                sheet.write_string(0, column, heading, bold)
            for place, row in enumerate(table.rows, 1):
                for column, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(place, column, value.replace(tzinfo=None), moment)
                    elif isinstance(value, date):
                        sheet.write_datetime(place, column, value, day)
                    elif isinstance(value, int | float):
                        sheet.write_number(place, column, value)
                    elif value:
                        sheet.write_string(place, column, value[:MOST_CELL])
    return out.getvalue()


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name that a workbook takes: without its special signs, at most 31 letters, no two alike."""
    plain = "".join(sign for sign in title if sign not in "[]:*?/\\'")[:28] or "1"
    name, number = plain, 2
    while name.lower() in taken:
        name, number = f"{plain} {number}", number + 1
    taken.add(name.lower())
    return name
