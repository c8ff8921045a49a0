"""A filled form as PDF: its paragraphs, tables, pictures, headers and footers set by Typst in a scratch folder.

An office program is not there on a closed server, so the form is drawn anew from what the document says: order,
alignment, indents, sizes, bold and italic, tables without or with lines, pictures in their size. Frames that float over
the text stand where their anchor is. What is to look exactly like Word is printed from the DOCX.
"""

import io
import json
import tempfile
from pathlib import Path
from typing import Any

import typst
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

POINT = 12_700  # in the document's units (EMU)
PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}
_ALIGNED = {
    WD_ALIGN_PARAGRAPH.CENTER: "center", WD_ALIGN_PARAGRAPH.RIGHT: "right", WD_ALIGN_PARAGRAPH.JUSTIFY: "justify",
}
_TYPST = """
#let it = json("letter.json")
#let run(one) = {
  if one.kind == "image" { box(image(one.file, width: one.width * 1pt)) }
  else if one.kind == "break" { linebreak() }
  else if one.kind == "tab" { h(2em) }
  else {
    let words = text(size: one.size * 1pt, one.text)
    if one.underline { words = underline(words) }
    if one.italic { words = emph(words) }
    if one.bold { words = strong(words) }
    words
  }
}
#let block-of(one) = {
  if one.kind == "table" {
    table(columns: one.columns.map(c => c * 1fr), stroke: if one.lines { 0.5pt } else { none },
      inset: if one.lines { 4pt } else { 2pt },
      ..one.cells.map(cell => table.cell(colspan: cell.span, align: left + top,
        stack(spacing: 0.4em, ..cell.blocks.map(block-of)))))
  } else {
    let words = one.runs.map(run).join()
    if words == none { return block(height: 1em, above: one.above * 1pt, below: one.below * 1pt) }
    let side = if one.align == "center" { center } else if one.align == "right" { right } else { left }
    block(width: 100%, above: one.above * 1pt, below: one.below * 1pt, inset: (left: one.left * 1pt),
      align(side, par(justify: one.align == "justify", first-line-indent: (amount: one.first * 1pt, all: true),
        words)))
  }
}
#set document(title: it.title)
#set page(paper: "a4", margin: (left: it.margins.left * 1pt, right: it.margins.right * 1pt, top: it.margins.top * 1pt,
  bottom: it.margins.bottom * 1pt), header: if it.header.len() > 0 { it.header.map(block-of).join() },
  footer: if it.footer.len() > 0 { it.footer.map(block-of).join() })
#set text(lang: "ru", size: it.size * 1pt)
#set par(leading: 0.65em)
#it.blocks.map(block-of).join()
"""


def as_pdf(content: bytes, title: str) -> bytes:
    """The PDF of a document that `letter_form.fill` made."""
    page = Document(io.BytesIO(content))
    with tempfile.TemporaryDirectory(prefix="otklik-letter-") as folder:
        drawing = _Drawing(page, Path(folder))
        section = page.sections[0]
        told = {
            "title": title, "size": drawing.size, "blocks": drawing.blocks(page.element.body, page),
            "header": _head(drawing, section.header), "footer": _head(drawing, section.footer),
            "margins": {
                "left": _points(section.left_margin, 85), "right": _points(section.right_margin, 42),
                "top": _points(section.top_margin, 56), "bottom": _points(section.bottom_margin, 56),
            },
        }
        (Path(folder) / "letter.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        (Path(folder) / "letter.typ").write_text(_TYPST, encoding="utf-8")
        made = typst.compile(str(Path(folder) / "letter.typ"), root=folder, format="pdf")
    assert isinstance(made, bytes)
    return made


def _head(drawing: "_Drawing", part: Any) -> list[dict[str, Any]]:
    """A header or footer; one without words is none."""
    if part.is_linked_to_previous:
        return []
    blocks = drawing.blocks(part._element, part)
    return blocks if json.dumps(blocks).count('"text"') or "image" in json.dumps(blocks) else []


def _points(length: Any, otherwise: float) -> float:
    return round(length / POINT, 2) if length is not None else otherwise


class _Drawing:
    """What Typst is told, piece by piece."""

    def __init__(self, page: Any, folder: Path) -> None:
        self.folder = folder
        self.pictures = 0
        self.styles = page.styles
        usual = page.styles["Normal"].font.size
        self.size = min(max(_points(usual, 13), 6), 36)

    def blocks(self, root: Any, parent: Any) -> list[dict[str, Any]]:
        """Paragraphs and tables in order."""
        found: list[dict[str, Any]] = []
        for node in root.iterchildren():
            if node.tag == qn("w:p"):
                found.append(self._paragraph(Paragraph(node, parent)))
                found += self._frames(node, parent)
            elif node.tag == qn("w:tbl"):
                found.append(self._table(Table(node, parent)))
            elif node.tag == qn("w:sdt"):
                inner = node.find(qn("w:sdtContent"))
                found += self.blocks(inner, parent) if inner is not None else []
        return found

    def _frames(self, node: Any, parent: Any) -> list[dict[str, Any]]:
        """Words of frames that are anchored in a paragraph; of the two forms that Word keeps of each, one."""
        seen: list[dict[str, Any]] = []
        for frame in node.iter(qn("w:txbxContent")):
            if not any(above.tag.endswith("}Fallback") for above in frame.iterancestors()):
                seen += self.blocks(frame, parent)
        return seen

    def _table(self, table: Table) -> dict[str, Any]:
        cells = []
        widths = [max(_points(column.width, 100), 1) for column in table.columns] or [1]
        for row in table.rows:
            for cell in row._tr.tc_lst:
                span = int(cell.grid_span or 1)
                if cell.vMerge == "continue":
                    cells.append({"span": span, "blocks": []})
                else:
                    cells.append({"span": span, "blocks": self.blocks(cell, table)})
        return {"kind": "table", "columns": widths, "lines": self._has_lines(table), "cells": cells}

    def _has_lines(self, table: Table) -> bool:
        style = table.style.name if table.style is not None else ""
        borders = table._tbl.tblPr.find(qn("w:tblBorders"))
        shown = borders is not None and any(edge.get(qn("w:val")) not in ("none", "nil", None) for edge in borders)
        return shown or "grid" in (style or "").lower()

    def _paragraph(self, paragraph: Paragraph) -> dict[str, Any]:
        look = paragraph.paragraph_format
        based = paragraph.style.paragraph_format if paragraph.style is not None else look
        align = paragraph.alignment if paragraph.alignment is not None else based.alignment
        return {
            "kind": "paragraph", "align": next((word for one, word in _ALIGNED.items() if one == align), "left"),
            "first": max(_points(look.first_line_indent, 0), 0), "left": max(_points(look.left_indent, 0), 0),
            "above": min(max(_points(look.space_before, 0), 0), 60) + 1,
            "below": min(max(_points(look.space_after, 0), 0), 60) + 5,
            "runs": self._runs(paragraph),
        }

    def _runs(self, paragraph: Paragraph) -> list[dict[str, Any]]:
        based = paragraph.style.font if paragraph.style is not None else None
        out: list[dict[str, Any]] = []
        for run in paragraph.runs:
            font = run.font
            size = font.size or (based.size if based is not None else None)
            words = {
                "kind": "text", "bold": bool(font.bold if font.bold is not None else based and based.bold),
                "italic": bool(font.italic if font.italic is not None else based and based.italic),
                "underline": bool(font.underline), "size": min(max(_points(size, self.size), 5), 60),
            }
            for node in run._r:
                if node.tag == qn("w:t") and node.text:
                    out.append(words | {"text": node.text})
                elif node.tag == qn("w:tab"):
                    out.append({"kind": "tab"})
                elif node.tag in (qn("w:br"), qn("w:cr")):
                    out.append({"kind": "break"})
                elif node.tag in (qn("w:drawing"), qn("w:pict")):
                    out += self._picture(node, paragraph)
        return out

    def _picture(self, node: Any, paragraph: Paragraph) -> list[dict[str, Any]]:
        for blip in node.iter(qn("a:blip")):
            part = paragraph.part.related_parts.get(blip.get(qn("r:embed"), ""))
            kind = PICTURES.get(getattr(part, "content_type", ""))
            if part is None or kind is None:  # a drawing of Windows (EMF): there is nothing to set it with
                continue
            self.pictures += 1
            name = f"picture-{self.pictures}.{kind}"
            (self.folder / name).write_bytes(part.blob)
            extent = next(node.iter(qn("wp:extent")), None)
            width = int(extent.get("cx", "0")) / POINT if extent is not None else 60
            return [{"kind": "image", "file": name, "width": min(max(round(width, 1), 4), 480)}]
        return []
