"""A report as a value: headings, words with numbers that lead to their slices, figures, tables, charts. Pure.

It is kept as JSON and drawn as a page, PDF, DOCX and XLSX by functions that know nothing of what it is about. Reports
are papers, so their words are Russian whatever language the page of staff speaks (decision 085).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Number:
    """What a reader sees, the value itself for sheets, and the page of ours with the very cases ("" when none is)."""

    text: str
    address: str = ""
    value: float | None = None


Cell = str | Number
Run = str | Number


@dataclass(frozen=True)
class Heading:
    """A heading inside the report: level 2 or 3."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Words:
    """One paragraph; `look`: "" plain, "item" of a list, "note" in small letters."""

    runs: tuple[Run, ...]
    look: str = ""


@dataclass(frozen=True)
class Figure:
    """One number that stands out. `arrow`: up, down, same or "" (nothing to compare with); `good`: that it is."""

    code: str
    label: str
    number: Number
    note: str = ""
    arrow: str = ""
    good: bool | None = None
    earlier: Number | None = None  # the note as a number of an earlier period, with the page of its cases


@dataclass(frozen=True)
class Figures:
    """A row of such numbers."""

    items: tuple[Figure, ...]


@dataclass(frozen=True)
class Table:
    """A table with a code by which templates call it. Numeric columns are those whose cells are `Number`."""

    code: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    empty: str = "За этот период такого нет."
    wide: tuple[int, ...] = ()  # how wide the columns are to each other; () as the words ask


@dataclass(frozen=True)
class Chart:
    """A drawing of `insight.charts`: its name and rows; the table with the same numbers stands in the report, too."""

    name: str
    title: str
    rows: tuple[dict[str, Any], ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw: no rows, or nothing but noughts."""
        return all("n" in row and not row["n"] for row in self.rows)


Block = Heading | Words | Figures | Table | Chart


@dataclass(frozen=True)
class Document:
    """The whole report. `made`: «26.11.2026 08:00»; `fresh`: until when the figures were complete."""

    kind: str
    title: str
    place: str
    period: str
    made: str
    blocks: tuple[Block, ...]
    file_name: str = "report"
    landscape: bool = False
    sources: tuple[str, ...] = ()  # «как посчитано», a line each
    extra: dict[str, Any] = field(default_factory=dict)  # what one kind needs besides

    def table(self, code: str) -> Table:
        """The table of that code. Raises KeyError."""
        for block in self.blocks:
            if isinstance(block, Table) and block.code == code:
                return block
        raise KeyError(code)

    def figures(self) -> dict[str, Figure]:
        """All numbers that stand out, by code."""
        return {one.code: one for block in self.blocks if isinstance(block, Figures) for one in block.items}


def words(*runs: Run, look: str = "") -> Words:
    """A paragraph of these pieces."""
    return Words(tuple(runs), look)


_PAGE = re.compile(r"(/region/[a-z0-9/-]+/(?:#[a-z0-9_]+)?)")


def source_runs(text: str) -> tuple[Run, ...]:
    """A line of «как посчитано» with the pages of ours that it names as links."""
    pieces = _PAGE.split(text)
    return tuple(Number(one, one) if n % 2 else one for n, one in enumerate(pieces) if one)


def to_json(document: Document) -> dict[str, Any]:
    """The document as JSON; `from_json` gives the same back."""
    kept = {
        name: getattr(document, name)
        for name in ("kind", "title", "place", "period", "made", "file_name", "landscape", "extra")
    }
    return kept | {"sources": list(document.sources), "blocks": [_block(one) for one in document.blocks]}


def _cell(cell: Run) -> Any:
    return [cell.text, cell.address, cell.value] if isinstance(cell, Number) else cell


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"is": "heading", "text": block.text, "level": block.level}
    if isinstance(block, Words):
        return {"is": "words", "runs": [_cell(one) for one in block.runs], "look": block.look}
    if isinstance(block, Figures):
        return {"is": "figures", "items": [
            {"code": one.code, "label": one.label, "number": _cell(one.number), "note": one.note, "arrow": one.arrow,
             "good": one.good, "earlier": _cell(one.earlier) if one.earlier else None} for one in block.items
        ]}
    if isinstance(block, Chart):
        return {"is": "chart", "name": block.name, "title": block.title, "rows": list(block.rows)}
    return {
        "is": "table", "code": block.code, "title": block.title, "columns": list(block.columns), "note": block.note,
        "empty": block.empty, "wide": list(block.wide), "rows": [[_cell(cell) for cell in row] for row in block.rows],
    }


def from_json(kept: dict[str, Any]) -> Document:
    """What `to_json` wrote."""
    plain = {
        name: kept[name]
        for name in ("kind", "title", "place", "period", "made", "file_name", "landscape", "extra")
    }
    return Document(**plain, sources=tuple(kept["sources"]), blocks=tuple(_read(one) for one in kept["blocks"]))


def _run(kept: Any) -> Run:
    return kept if isinstance(kept, str) else Number(*kept)


def _read(kept: dict[str, Any]) -> Block:
    what = kept["is"]
    if what == "heading":
        return Heading(kept["text"], kept["level"])
    if what == "words":
        return Words(tuple(_run(one) for one in kept["runs"]), kept["look"])
    if what == "figures":
        return Figures(tuple(
            Figure(one["code"], one["label"], Number(*one["number"]), one["note"], one["arrow"], one["good"],
                   Number(*one["earlier"]) if one.get("earlier") else None)
            for one in kept["items"]
        ))
    if what == "chart":
        return Chart(kept["name"], kept["title"], tuple(kept["rows"]))
    return Table(
        kept["code"], kept["title"], tuple(kept["columns"]),
        tuple(tuple(_run(cell) for cell in row) for row in kept["rows"]), kept["note"], kept["empty"],
        tuple(kept["wide"]),
    )
