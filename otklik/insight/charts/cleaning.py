"""A drawn SVG made fit for a page: no scripts, no styles, colours as classes, marks as links to our own addresses.

Only elements and attributes that are named here pass (the content policy forbids inline styles anyway). For a screen
reader the drawing is silent: the table behind it says the same, in order and in words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from otklik.insight.charts.palette import NAMES

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = frozenset({"svg", "g", "path", "rect", "line", "text", "tspan", "circle", "title"})
KEPT = frozenset({
    "d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "dx", "dy", "width", "height", "transform", "viewBox",
    "opacity", "fill-opacity", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linecap",
    "stroke-linejoin", "stroke-miterlimit", "text-anchor", "font-size", "font-weight", "fill", "stroke", "display",
})
PAINTED = {"fill": "c", "stroke": "k"}
_LONG = re.compile(r"-?\d+\.\d{3,}")
_NUMBERED = ("d", "transform", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy")


def cleaned(drawn: str, links: Sequence[str], tips: Sequence[str]) -> str:
    """The SVG for a page. `links` and `tips` belong to the rows by their numbers; an empty one gives none.

    ValueError for a link that is not an address of our own.
    """
    links_checked(links)
    root = ET.fromstring(drawn)  # noqa: S314 — made by our own drawing, never somebody else's file
    made = _copy(root, links, tips)
    assert made is not None
    made.attrib |= {"xmlns": SVG[1:-1], "class": "chart", "aria-hidden": "true", "focusable": "false"}
    return ET.tostring(made, encoding="unicode")


def links_checked(links: Sequence[str]) -> None:
    """ValueError for a link that is not an address of our own; "" is none."""
    wrong = [link for link in links if link and not (link.startswith("/") and not link.startswith("//"))]
    if wrong:
        raise ValueError(f"not an address of this site: {wrong[0]!r}")


def _copy(part: Any, links: Sequence[str], tips: Sequence[str]) -> ET.Element | None:
    """The element with what may stay of it, or None."""
    name = str(part.tag).removeprefix(SVG)
    if name not in ELEMENTS or part.get("display") == "none":
        return None
    made = ET.Element(name, _attributes(part.attrib))
    made.text = part.text
    for child in part:
        if (kept := _copy(child, links, tips)) is not None:
            made.append(kept)
    if name == "g" and not len(made):
        return None
    if name == "path" and not made.get("d"):
        return None
    return _with_link(made, part.get("aria-label") or "", links, tips)


def _attributes(given: Mapping[str, str]) -> dict[str, str]:
    out: dict[str, str] = {}
    classes = []
    for name, value in given.items():
        if name not in KEPT or "url(" in value:
            continue
        if name in PAINTED and value.lower() in NAMES:
            classes.append(f"{PAINTED[name]}-{NAMES[value.lower()]}")
        elif not (name in ("opacity", "fill-opacity") and value == "1"):
            out[name] = _LONG.sub(lambda m: f"{float(m[0]):.2f}", value) if name in _NUMBERED else value
    if classes:
        out["class"] = " ".join(classes)
    return out


def _with_link(made: ET.Element, mark: str, links: Sequence[str], tips: Sequence[str]) -> ET.Element:
    """A mark that knows its row gets the row's words, and stands inside a link where the row has one."""
    if not mark.isascii() or not mark.isdecimal():
        return made
    row = int(mark)
    if row < len(tips) and tips[row]:
        ET.SubElement(made, "title").text = tips[row]
    if row >= len(links) or not links[row]:
        return made
    link = ET.Element("a", {"href": links[row], "tabindex": "-1"})  # by keys one goes through the table
    link.append(made)
    return link
