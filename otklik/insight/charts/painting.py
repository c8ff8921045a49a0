"""Charts whose marks stand where names say, whatever the figures are: drawn once, painted for each answer.

V8 needs a sixth of a second of processor for a heat map of a thousand cells, and each new message would have it drawn
anew. Of such a chart a figure changes only the colour of its mark, its words and its link: the drawing is kept with
holes by all that shapes it (rows without figures, width, language), and the holes are filled here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from otklik.insight.charts.cleaning import links_checked

# Chart → the fields that place a mark. Its colour is `grade`, by the name of a colour of the palette.
PLACED: dict[str, tuple[str, ...]] = {"heat": ("x", "xi", "y", "yi"), "hours": ("hour", "day", "di")}
UNPAINTED = "none"
# A mark as it was drawn with its number as link and words.
_MARK = re.compile(r'<a href="/(\d+)" tabindex="-1">(<path[^>]*? class=")c-none( [^>]*">)<title>\d+</title></path></a>')
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Holed:
    """A drawing with holes. `pieces` stand around the marks: one more than `marks`, each (row, before, after)."""

    pieces: tuple[str, ...]
    marks: tuple[tuple[int, str, str], ...]


def bare(name: str, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows with what places their marks, and nothing of their figures."""
    return [{field: row[field] for field in PLACED[name]} | {"grade": UNPAINTED} for row in rows]


def holed(draw: Callable[[Sequence[str], Sequence[str]], str], count: int) -> Holed:
    """What `draw(links, tips)` draws of so many bare rows, cut at its marks. ValueError where a mark is not found."""
    drawn = draw([f"/{n}" for n in range(count)], [str(n) for n in range(count)])
    pieces, marks, at = [], [], 0
    for found in _MARK.finditer(drawn):
        pieces.append(drawn[at : found.start()])
        marks.append((int(found[1]), found[2], found[3]))
        at = found.end()
    if len(marks) != count:
        raise ValueError(f"{len(marks)} marks of {count} rows")
    return Holed((*pieces, drawn[at:]), tuple(marks))


def painted(holes: Holed, rows: Sequence[Row], links: Sequence[str]) -> str:
    """The drawing with colours, words and links of these rows. ValueError for a link that is not our own."""
    links_checked(links)
    out = [holes.pieces[0]]
    for (n, before, after), piece in zip(holes.marks, holes.pieces[1:], strict=True):
        tip, link = str(rows[n].get("tip", "")), links[n] if n < len(links) else ""
        words = f"<title>{escape(tip, quote=False)}</title>" if tip else ""
        mark = f"{before}c-{rows[n]['grade']}{after}{words}</path>"
        out += [f'<a href="{escape(link)}" tabindex="-1">{mark}</a>' if link else mark, piece]
    return "".join(out)
