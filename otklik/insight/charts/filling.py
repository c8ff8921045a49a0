"""A spec with its rows, words and colours put in. Pure: gives a new spec, asks nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from otklik.insight.charts.palette import LIGHT
from otklik.insight.charts.words import WORDS

SPECS = Path(__file__).parent / "specs"
FONT = "Liberation Sans"  # comes inside vl-convert, has Cyrillic; a page draws the words in its own type
MARK = "_mark"  # a row's number, by which a drawn mark finds its link and its words again
Row = Mapping[str, Any]


def names() -> list[str]:
    """All charts that there are."""
    return sorted(path.stem for path in SPECS.glob("*.json"))


@cache
def _spec(name: str) -> str:
    if name not in names():
        raise KeyError(name)
    return (SPECS / f"{name}.json").read_text(encoding="utf-8")


def filled(
    name: str,
    rows: Sequence[Row],
    *,
    width: int,
    colours: Mapping[str, str] = LIGHT,
    words: Mapping[str, object] | None = None,
    title: str = "",
    note: str = "",
) -> dict[str, Any]:
    """The spec `name` ready to be drawn, `width` pixels wide. KeyError for an unknown chart, word or colour."""
    said = {**WORDS, **(words or {})}
    spec: dict[str, Any] = _put(json.loads(_spec(name)), said, colours, width)
    spec["data"] = {"name": "rows", "values": [{**row, MARK: n} for n, row in enumerate(rows)]}
    spec["width"] = width
    spec.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
    spec["config"] = _look(colours) | spec.get("config", {})
    if title:
        spec["title"] = {
            "text": title, "subtitle": note, "anchor": "start", "frame": "bounds", "fontSize": 16, "offset": 14,
            "subtitleFontSize": 12, "color": colours["ink"], "subtitleColor": colours["soft"],
        }
    return spec


def _put(part: Any, words: Mapping[str, object], colours: Mapping[str, str], width: int) -> Any:
    """`@name` becomes a phrase, `$name` a colour, `#0.26` that part of the width, everywhere in the spec."""
    if isinstance(part, dict):
        return {key: _put(value, words, colours, width) for key, value in part.items()}
    if isinstance(part, list):
        return [_put(value, words, colours, width) for value in part]
    if isinstance(part, str) and part[:1] == "@":
        return str(words[part[1:]])
    if isinstance(part, str) and part[:1] == "$":
        return colours[part[1:]]
    if isinstance(part, str) and part[:2] == "#0":
        return int(float(part[1:]) * width)
    return part


def _look(colours: Mapping[str, str]) -> dict[str, Any]:
    """How all charts look alike: type, lines, no frame, no second voice beside the table."""
    quiet = {"labelColor": colours["soft"], "titleColor": colours["soft"], "aria": False}
    return {
        "background": None,
        "font": FONT,
        "view": {"stroke": None},
        "axis": quiet | {
            "labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal", "gridColor": colours["grid"],
            "domainColor": colours["grid"], "tickColor": colours["grid"], "labelLimit": 210, "ticks": False,
            "labelPadding": 6, "domain": False,
        },
        "axisX": {"grid": False},
        "legend": quiet | {
            "labelFontSize": 13, "titleFontSize": 13, "orient": "top", "title": None, "symbolSize": 160,
            "labelLimit": 240, "labelColor": colours["ink"],
        },
        "text": {"fontSize": 13, "color": colours["ink"]},
    }
