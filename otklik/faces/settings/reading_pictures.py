"""The coverage curve and the weeks as plain SVG: points only, colours come from the style sheet."""

from collections.abc import Mapping, Sequence
from typing import Any

from otklik.cases.reader_drift import LEAST, Week

WIDTH, HEIGHT = 320, 160
LOWEST = 0.5  # precision at the bottom of the picture


def drawn_curve(points: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The line of precision over coverage, and the band of its interval, as lists of points for SVG."""
    told = sorted((point for point in points if point["n"] >= LEAST // 2), key=lambda point: point["coverage"])
    if len(told) < 2:
        return None
    line = [_at(point["coverage"], point["precision"]) for point in told]
    band = [_at(p["coverage"], p["high"]) for p in told] + [_at(p["coverage"], p["low"]) for p in reversed(told)]
    shares = (0.5, 0.6, 0.7, 0.8, 0.9, 1)
    marks = [{"y": _at(0, share).split(",")[1], "percent": round(share * 100)} for share in shares]
    return {"line": " ".join(line), "band": " ".join(band), "marks": marks, "width": WIDTH, "height": HEIGHT}


def drawn_weeks(weeks: Sequence[Week]) -> dict[str, Any] | None:
    """Bars of both shares, a pair a week; None while nothing was read."""
    if not any(week.read or week.decided for week in weeks):
        return None
    step = WIDTH / len(weeks)
    top = max([0.1, *(share for week in weeks for share in (week.low_share, week.corrected_share) if share)])
    bars = []
    for number, week in enumerate(weeks):
        for place, (name, share) in enumerate((("low", week.low_share), ("corrected", week.corrected_share))):
            tall = HEIGHT * (share or 0) / top
            bars.append({
                "kind": name, "x": f"{number * step + place * step / 2.5 + step / 10:.1f}", "y": f"{HEIGHT - tall:.1f}",
                "width": f"{step / 2.8:.1f}", "height": f"{tall:.1f}",
            })  # fmt: skip
    return {"bars": bars, "top": round(top * 100), "width": WIDTH, "height": HEIGHT}


def _at(coverage: float, precision: float) -> str:
    height = (max(precision, LOWEST) - LOWEST) / (1 - LOWEST)
    return f"{coverage * WIDTH:.1f},{HEIGHT - height * HEIGHT:.1f}"
