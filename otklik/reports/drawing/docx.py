"""A document as DOCX that a clerk goes on editing: headings, paragraphs, tables, charts as pictures, links."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document as new_document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from otklik.reports.document import (
    Cell,
    Chart,
    Document,
    Figures,
    Heading,
    Number,
    Run,
    Table,
    Words,
    source_runs,
)
from otklik.reports.drawing.links import whole
from otklik.reports.drawing.pictures import chart_png, photo_of

FONT, SIZE = "Times New Roman", 12
ARROWS = {"up": " ↑", "down": " ↓", "same": " =", "": ""}
CELLS = "Report Cells"  # the look of text in tables
PHOTO_WIDTH = 16.5  # cm at most
PHOTO_HEADING = "Хорошая новость"


def as_docx(document: Document, base: str = "") -> bytes:
    """The Word document. `base`: the public address for links, "" for none."""
    page = new_document()
    _set_up(page, document)
    title = page.add_paragraph()
    title.add_run(document.title).bold = True
    title.runs[0].font.size = Pt(16)
    page.add_paragraph(f"{document.place} · {document.period}")
    for block in document.blocks:
        if isinstance(block, Heading):
            page.add_heading(block.text, level=min(max(block.level - 1, 1), 3))
            if block.text == PHOTO_HEADING:
                _photo(page, document)
        elif isinstance(block, Words):
            _words(page, block, base)
        elif isinstance(block, Figures):
            _figures(page, block, base)
        elif isinstance(block, Chart):
            if block.empty:
                continue
            page.add_paragraph().add_run(block.title).bold = True
            page.add_picture(io.BytesIO(chart_png(block)), width=Cm(16))
        else:
            _table(page, block, base)
    for one in (f"Посчитано {document.made}.", *document.sources):
        _words(page, Words(source_runs(one), "note"), base)
    out = io.BytesIO()
    page.save(out)
    return out.getvalue()


def _set_up(page: Any, document: Document) -> None:
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    if document.landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin, section.right_margin = Cm(2.5), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(1.8)
    for name in ("Normal", "Heading 1", "Heading 2", "Heading 3"):
        style = page.styles[name]
        style.font.name = FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
        for attribute in ("w:asciiTheme", "w:hAnsiTheme"):
            style.element.rPr.rFonts.attrib.pop(qn(attribute), None)
    page.styles["Normal"].font.size = Pt(SIZE)
    page.styles["Normal"].paragraph_format.space_after = Pt(4)
    cells = page.styles.add_style(CELLS, WD_STYLE_TYPE.PARAGRAPH)
    cells.base_style = page.styles["Normal"]
    cells.font.size, cells.paragraph_format.space_after = Pt(10), Pt(0)
    page.core_properties.title = document.title
    page.core_properties.author = document.place


def _photo(page: Any, document: Document) -> None:
    found = photo_of(str(document.extra.get("photo") or ""))
    if found:
        page.add_picture(io.BytesIO(found.content), height=Cm(min(6, PHOTO_WIDTH / found.ratio)))


def _words(page: Any, block: Words, base: str) -> None:
    paragraph = page.add_paragraph(style="List Bullet" if block.look == "item" else None)
    for one in block.runs:
        _run(paragraph, one, base)
    if block.look == "note":
        for run in paragraph.runs:
            run.font.size = Pt(9)


def _figures(page: Any, block: Figures, base: str) -> None:
    table = page.add_table(rows=0, cols=3)
    table.style = "Table Grid"
    for one in block.items:
        row = table.add_row().cells
        row[0].text = one.label
        _run(row[1].paragraphs[0], one.number, base)
        row[1].paragraphs[0].add_run(ARROWS[one.arrow])
        _run(row[2].paragraphs[0], one.earlier or one.note, base)
    page.add_paragraph()


def _table(page: Any, block: Table, base: str) -> None:
    if block.title:
        page.add_paragraph().add_run(block.title).bold = True
    if not block.rows:
        page.add_paragraph(block.empty)
        return
    table = page.add_table(rows=1, cols=len(block.columns))
    table.style = "Table Grid"
    section = page.sections[0]
    room, weights = section.page_width - section.left_margin - section.right_margin, _weights(block)
    for column, weight in zip(table.columns, weights, strict=True):
        column.width = table.rows[0].cells[column._index].width = int(room * weight / sum(weights))
    for cell, name in zip(table.rows[0].cells, block.columns, strict=True):
        cell.paragraphs[0].style = CELLS
        cell.paragraphs[0].add_run(name).bold = True
    repeats = OxmlElement("w:tblHeader")
    repeats.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeats)
    # A row is made once and copied: asking the library for each cell of a long table takes seconds.
    for row in block.rows:
        _row(table, row, base, page.part)
    if block.note:
        page.add_paragraph().add_run(block.note).font.size = Pt(9)
    else:
        page.add_paragraph()


def _weights(block: Table) -> Sequence[float]:
    """How wide the columns are to each other: as the report says, else numbers narrow and words wide."""
    if len(block.wide) == len(block.columns):
        return block.wide
    def short(cell: Cell) -> bool:
        return isinstance(cell, Number) and len(cell.text) < 10

    return [1 if all(short(row[n]) for row in block.rows) else 2.5 for n in range(len(block.columns))]


def _row(table: Any, row: tuple[Cell, ...], base: str, part: Any) -> None:
    made = OxmlElement("w:tr")
    for cell in row:
        inside, paragraph = OxmlElement("w:tc"), OxmlElement("w:p")
        look, style = OxmlElement("w:pPr"), OxmlElement("w:pStyle")
        style.set(qn("w:val"), CELLS.replace(" ", ""))
        look.append(style)
        if isinstance(cell, Number) and cell.value is not None:
            side = OxmlElement("w:jc")
            side.set(qn("w:val"), "right")
            look.append(side)
        paragraph.append(look)
        paragraph.append(_element(cell, base, part))
        inside.append(paragraph)
        made.append(inside)
    table._tbl.append(made)


def _run(paragraph: Any, one: Run, base: str) -> None:
    if isinstance(one, Number) and whole(one.address, base):
        paragraph._p.append(_element(one, base, paragraph.part))
    else:
        paragraph.add_run(one.text if isinstance(one, Number) else one)


def _element(cell: Cell, base: str, part: Any) -> Any:
    """A run, or a run inside a hyperlink."""
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = _clean(cell.text if isinstance(cell, Number) else cell)
    text.set(qn("xml:space"), "preserve")
    address = whole(cell.address, base) if isinstance(cell, Number) else ""
    if not address:
        run.append(text)
        return run
    look, colour = OxmlElement("w:rPr"), OxmlElement("w:color")
    colour.set(qn("w:val"), "1A56A0")
    look.append(colour)
    run.append(look)
    run.append(text)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    link.append(run)
    return link


def _clean(text: str) -> str:
    """Without signs that XML does not take."""
    return "".join(sign for sign in text if sign in "\t\n" or ord(sign) >= 32)
