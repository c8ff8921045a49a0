"""Charts: Vega-Lite specs as files, drawn here to SVG for a page and to PNG, PDF or SVG for a report."""

from otklik.insight.charts.drawing import draw, names, picture

__all__ = ["draw", "names", "picture"]
