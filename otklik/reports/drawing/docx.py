"""A document as DOCX that a clerk goes on editing: headings, paragraphs, tables, charts as pictures, links."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document as new_document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
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
KEPT = 8  # rows of a table that is not divided between pages
LOOKED_AT = 200  # rows, for the longest word
SIGN, BOLD_SIGN, EDGES = 0.18, 0.2, 0.45  # cm: a sign of a cell, of its head, both edges of a cell
LONG_WORD = 14  # signs: a longer word may be broken
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
            _titled(page, block.title)
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
    cells.font.size = Pt(10)
    cells.paragraph_format.space_before = cells.paragraph_format.space_after = Pt(1)
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
        _titled(page, block.title)
    if not block.rows:
        page.add_paragraph(block.empty)
        return
    table = page.add_table(rows=1, cols=len(block.columns))
    table.style = "Table Grid"
    section = page.sections[0]
    table.autofit = False  # else a program that opens it may make a column narrower than its longest word
    numeric = {n for n in range(len(block.columns)) if any(_counts(row[n]) for row in block.rows)}
    widths = column_widths(block, (section.page_width - section.left_margin - section.right_margin) / Cm(1))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = table.rows[0].cells[column._index].width = Cm(width)
    for number, (cell, name) in enumerate(zip(table.rows[0].cells, block.columns, strict=True)):
        cell.paragraphs[0].style = CELLS
        cell.paragraphs[0].paragraph_format.keep_with_next = True
        if number in numeric:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        cell.paragraphs[0].add_run(name).bold = True
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(_set("w:cantSplit"))
    head.append(_set("w:tblHeader"))
    # A row is made once and copied: asking the library for each cell of a long table takes seconds.
    for place, row in enumerate(block.rows, 1):
        _row(table, row, base, page.part, numeric, together=len(block.rows) <= KEPT and place < len(block.rows))
    if block.note:
        page.add_paragraph().add_run(block.note).font.size = Pt(9)
    else:
        page.add_paragraph()


def _titled(page: Any, title: str) -> None:
    """A title that never stays behind on the page before."""
    paragraph = page.add_paragraph()
    paragraph.add_run(title).bold = True
    paragraph.paragraph_format.keep_with_next = True


def _counts(cell: Cell) -> bool:
    return isinstance(cell, Number) and cell.value is not None


def column_widths(block: Table, room: float) -> list[float]:
    """How wide the columns are, in cm: by their weights, but none narrower than its longest word."""
    least = [_least(name, [row[n] for row in block.rows[:LOOKED_AT]]) for n, name in enumerate(block.columns)]
    if sum(least) >= room:
        return [one * room / sum(least) for one in least]
    weights, narrow = _weights(block), set[int]()
    while True:
        left = room - sum(least[n] for n in narrow)
        shared = sum(weight for n, weight in enumerate(weights) if n not in narrow)
        given = [least[n] if n in narrow else left * weight / shared for n, weight in enumerate(weights)]
        more = {n for n, width in enumerate(given) if width < least[n]} - narrow
        if not more:
            return given
        narrow |= more


def _least(name: str, cells: Sequence[Cell]) -> float:
    texts = (cell.text if isinstance(cell, Number) else cell for cell in cells)
    longest = max((min(len(word), LONG_WORD) for text in texts for word in text.split()), default=0)
    return max(BOLD_SIGN * max(len(word) for word in [*name.split(), ""]), SIGN * longest) + EDGES


def _weights(block: Table) -> Sequence[float]:
    """How wide the columns are to each other: as the report says, else numbers narrow and words wide."""
    if len(block.wide) == len(block.columns):
        return block.wide
    def short(cell: Cell) -> bool:
        return isinstance(cell, Number) and len(cell.text) < 10

    return [1 if all(short(row[n]) for row in block.rows) else 2.5 for n in range(len(block.columns))]


def _row(
    table: Any, row: tuple[Cell, ...], base: str, part: Any, numeric: set[int], *, together: bool
) -> None:
    """`together`: it stays on one page with the row below."""
    made, whole_row = OxmlElement("w:tr"), OxmlElement("w:trPr")
    whole_row.append(_set("w:cantSplit"))
    made.append(whole_row)
    for number, cell in enumerate(row):
        inside, paragraph = OxmlElement("w:tc"), OxmlElement("w:p")
        look, style = OxmlElement("w:pPr"), OxmlElement("w:pStyle")
        style.set(qn("w:val"), CELLS.replace(" ", ""))
        look.append(style)
        if together:
            look.append(_set("w:keepNext"))
        if number in numeric:
            side = OxmlElement("w:jc")
            side.set(qn("w:val"), "right")
            look.append(side)
        paragraph.append(look)
        paragraph.append(_element(cell, base, part))
        inside.append(paragraph)
        made.append(inside)
    table._tbl.append(made)


def _set(name: str) -> Any:
    made = OxmlElement(name)
    made.set(qn("w:val"), "true")
    return made


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
