"""One plain paper of this room as DOCX, to be edited, and as PDF, to be printed: passports, letters, programmes. Pure.

What stands on paper is Russian without gettext (decision 085). Words come to Typst as data, never as its own markup:
nothing that a person wrote can be a command in it.
"""

import io
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typst
from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

FONT = "Times New Roman"
KEPT = 6  # rows of a table that is not divided between pages


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a paper."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """Paragraphs, one a line. `strong`: all of it; `note`: small and grey."""

    text: str
    strong: bool = False
    note: bool = False

    @property
    def lines(self) -> list[str]:
        """The paragraphs."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]


@dataclass(frozen=True, slots=True)
class Points:
    """A list; numbered where the order is of weight."""

    lines: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A table. Without a head it is pairs: what it is, what it says."""

    rows: tuple[tuple[str, ...], ...]
    head: tuple[str, ...] = ()
    widths: tuple[int, ...] = (34, 66)  # parts of the whole


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG with its caption."""

    content: bytes
    caption: str = ""


Block = Heading | Words | Points | Rows | Picture


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper: its title, a line below it, blocks, a foot. `size`: points of its letters."""

    title: str
    below: str
    blocks: tuple[Block, ...]
    foot: str = ""
    size: int = 12


def as_docx(paper: Paper) -> bytes:
    """A Word document."""
    page = Document()
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(1.5 if paper.size < 11 else 2)
    style = page.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(paper.size)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(2)
    page.core_properties.title, page.core_properties.author = paper.title, "Отклик"
    title = page.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(paper.title)
    run.bold, run.font.size = True, Pt(paper.size + 3)
    if paper.below:
        _grey(page, paper.below, paper.size, WD_ALIGN_PARAGRAPH.CENTER)
    for block in paper.blocks:
        _in_word(page, block, paper.size)
    if paper.foot:
        _grey(page, paper.foot, max(paper.size - 2, 8))
    out = io.BytesIO()
    page.save(out)
    return out.getvalue()


def _grey(page: DocumentType, text: str, size: int, where: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT) -> None:
    for line in text.splitlines():
        paragraph = page.add_paragraph()
        paragraph.alignment = where
        run = paragraph.add_run(line)
        run.font.size, run.font.color.rgb = Pt(size), RGBColor(0x55, 0x55, 0x55)


def _in_word(page: DocumentType, block: Block, size: int) -> None:
    match block:
        case Heading(text):
            paragraph = page.add_paragraph()
            paragraph.paragraph_format.space_before = Pt(6)
            paragraph.paragraph_format.keep_with_next = True
            paragraph.add_run(text).bold = True
        case Words():
            if block.note:
                _grey(page, block.text, max(size - 2, 8))
            else:
                for line in block.lines:
                    page.add_paragraph().add_run(line).bold = block.strong
        case Points(lines, numbered):
            for line in lines:
                page.add_paragraph(line, style="List Number" if numbered else "List Bullet")
        case Rows():
            _table_in_word(page, block)
        case Picture(content, caption):
            page.add_picture(io.BytesIO(content), width=Cm(14))
            if caption:
                _grey(page, caption, max(size - 2, 8))


def _table_in_word(page: DocumentType, block: Rows) -> None:
    rows = [*([block.head] if block.head else []), *block.rows]
    if not rows:
        return
    table = page.add_table(rows=0, cols=len(rows[0]))
    table.style = "Table Grid"
    table.autofit = False
    whole = sum(block.widths)
    for column, part in zip(table.columns, block.widths, strict=True):
        column.width = Cm(17 * part / whole)  # of the grid, too: not every program reads the cells'
    for number, row in enumerate(rows):
        cells = table.add_row().cells
        for cell, text, part in zip(cells, row, block.widths, strict=True):
            cell.width = Cm(17 * part / whole)
            cell.paragraphs[0].paragraph_format.keep_with_next = number + 1 < len(rows) <= KEPT
            first, *more = str(text).splitlines() or [""]
            run = cell.paragraphs[0].add_run(first)
            run.bold = bool(block.head) and number == 0
            for line in more:
                cell.add_paragraph(line)


_TYPST = """
#let it = json(bytes(sys.inputs.paper))
#set document(title: it.title, author: "Отклик")
#set page(paper: "a4", margin: (left: 2.2cm, right: 1.5cm, y: 1.6cm),
  footer: context align(right, text(size: 8pt, fill: luma(90), counter(page).display("1 / 1", both: true))))
#set text(lang: "ru", size: it.size * 1pt)
#set par(justify: false, leading: 0.6em)
#let lines(text) = text.split("\\n").map(line => [#line]).join(linebreak())
#align(center, text(size: (it.size + 3) * 1pt, strong(it.title)))
#if it.below != "" { align(center, text(fill: luma(80), lines(it.below))) }
#for block in it.blocks {
  if block.kind == "heading" { block_text(block) } else if block.kind == "words" {
    for line in block.lines { par(if block.strong { strong(line) }
      else if block.note { text(size: (it.size - 2) * 1pt, fill: luma(80), line) } else { line }) }
  } else if block.kind == "points" {
    if block.numbered { enum(..block.lines.map(line => [#line])) } else { list(..block.lines.map(line => [#line])) }
  } else if block.kind == "rows" {
    table(columns: block.widths.map(part => part * 1fr), stroke: 0.4pt + luma(170), inset: 4pt,
      ..(if block.head.len() > 0 { (table.header(..block.head.map(cell => strong(cell))),) } else { () }),
      ..block.rows.flatten().map(cell => lines(cell)))
  } else if block.kind == "picture" {
    align(center, image(block.file, width: 70%))
    if block.caption != "" { align(center, text(size: (it.size - 2) * 1pt, fill: luma(80), block.caption)) }
  }
}
#if it.foot != "" { v(0.6em); text(size: (it.size - 2) * 1pt, fill: luma(80), lines(it.foot)) }
""".replace(
    "block_text(block)",
    "v(0.3em); std.block(sticky: true, strong(text(size: (it.size + 1) * 1pt, block.text)))",
)


def as_pdf(paper: Paper) -> bytes:
    """A PDF with its text in it; pictures lie in a folder of their own while it is made."""
    with tempfile.TemporaryDirectory(prefix="otklik-paper-") as folder:
        blocks = [_for_typst(block, Path(folder), number) for number, block in enumerate(paper.blocks)]
        words = {"title": paper.title, "below": paper.below, "foot": paper.foot, "size": paper.size, "blocks": blocks}
        source = Path(folder) / "paper.typ"
        source.write_text(_TYPST, encoding="utf-8")
        made = typst.compile(
            source, root=Path(folder), format="pdf", sys_inputs={"paper": json.dumps(words, ensure_ascii=False)}
        )
    assert isinstance(made, bytes)
    return made


def _for_typst(block: Block, folder: Path, number: int) -> dict[str, object]:
    match block:
        case Heading(text):
            return {"kind": "heading", "text": text}
        case Words():
            return {"kind": "words", "lines": block.lines, "strong": block.strong, "note": block.note}
        case Points(lines, numbered):
            return {"kind": "points", "lines": list(lines), "numbered": numbered}
        case Rows(rows, head, widths):
            return {"kind": "rows", "rows": [list(map(str, row)) for row in rows], "head": list(head),
                    "widths": list(widths)}
        case Picture(content, caption):
            name = f"picture-{number}.jpg"
            (folder / name).write_bytes(content)
            return {"kind": "picture", "file": name, "caption": caption}


def made(paper: Paper, kind: str) -> bytes:
    """The paper as `docx` or `pdf`. KeyError for another kind."""
    return {"docx": as_docx, "pdf": as_pdf}[kind](paper)


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text that hold anything."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def numbered(lines: Sequence[str]) -> Points:
    """A numbered list."""
    return Points(tuple(lines), numbered=True)
