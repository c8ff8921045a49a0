"""Drawing. V8 is inside the wheel: the first chart of a process takes half a second, further ones some tens of ms."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from django.core.cache import cache
from django.utils.translation import get_language

from otklik.insight.charts.cleaning import cleaned
from otklik.insight.charts.filling import Row, filled, names
from otklik.insight.charts.painting import PLACED, Holed, bare, holed, painted
from otklik.insight.charts.palette import DARK, LIGHT

VERSION = "6.4"  # of Vega-Lite, among those inside the wheel
KEPT_SECONDS = 600
HOLES_KEPT_SECONDS = 86_400
WIDE, NARROW = 820, 340  # pixels: a column of a page, a telephone
Locale = Literal["ru-RU", "en-US"]

__all__ = ["NARROW", "WIDE", "draw", "names", "picture"]


def draw(
    name: str,
    rows: Sequence[Row],
    *,
    width: int = WIDE,
    links: Sequence[str] = (),
    words: Mapping[str, object] | None = None,
) -> str:
    """The chart as SVG to stand in a page, with `region/charts.css`; day and night by its classes.

    `rows` have the fields that the spec reads; `tip` of a row are the words on pointing. `links` are addresses of this
    site, one a row ("" for none). Kept for ten minutes by all that shapes it; of charts
    that `painting` fills, the drawing without figures for a day. A page also needs a table of the same
    rows: the drawing is hidden from screen readers. KeyError for an unknown chart.
    """
    if name in PLACED:
        return painted(_holes(name, rows, width, words), rows, links)
    spec = filled(name, rows, width=width, words=words)
    key = "chart:" + _digest(spec, links)
    found: str | None = cache.get(key)
    if found is None:
        found = cleaned(_svg(spec), links, [str(row.get("tip", "")) for row in rows])
        cache.set(key, found, KEPT_SECONDS)
    return found


def _holes(name: str, rows: Sequence[Row], width: int, words: Mapping[str, object] | None) -> Holed:
    """The drawing without figures, kept for a day: only another name, order or number of marks makes it anew."""
    spec = filled(name, bare(name, rows), width=width, words=words)
    key = "chart-holes:" + _digest(spec, ())
    found: Holed | None = cache.get(key)
    if found is None:
        found = holed(lambda links, tips: cleaned(_svg(spec), links, tips), len(rows))
        cache.set(key, found, HOLES_KEPT_SECONDS)
    return found


def picture(
    name: str,
    rows: Sequence[Row],
    kind: Literal["png", "pdf", "svg"] = "png",
    *,
    width: int = WIDE,
    dark: bool = False,
    words: Mapping[str, object] | None = None,
    title: str = "",
    note: str = "",
) -> bytes:
    """The same chart as a file that stands by itself: colours inside, white (or dark) ground, no links.

    `title` and `note` (period, place, how fresh) are written above it. KeyError for an unknown chart.
    """
    import vl_convert

    colours = DARK if dark else LIGHT
    spec = filled(name, rows, width=width, colours=colours, words=words, title=title, note=note)
    spec["config"] |= {"background": colours["paper"]}
    spec["padding"] = 16
    locale = _locale()
    if kind == "png":
        return vl_convert.vegalite_to_png(
            spec, vl_version=VERSION, scale=2, format_locale=locale, time_format_locale=locale
        )
    if kind == "pdf":
        return vl_convert.vegalite_to_pdf(
            spec, vl_version=VERSION, format_locale=locale, time_format_locale=locale
        )
    return _svg(spec).encode()


def _svg(spec: dict[str, Any]) -> str:
    import vl_convert  # loaded by the first chart: its library takes 80 MB of memory

    locale = _locale()
    return vl_convert.vegalite_to_svg(spec, vl_version=VERSION, format_locale=locale, time_format_locale=locale)


def _locale() -> Locale:
    """How numbers and months are written."""
    return "en-US" if (get_language() or "").startswith("en") else "ru-RU"


def _digest(spec: dict[str, Any], links: Sequence[str]) -> str:
    told = json.dumps([spec, list(links), _locale()], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()
