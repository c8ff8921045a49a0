"""A chart of a document as it stands in a page: two widths, a legend, and the table that says the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from otklik.insight.charts import draw
from otklik.insight.charts.drawing import NARROW
from otklik.reports.document import Chart, Table

WIDE = 1040  # pixels of a card of a page


@dataclass(frozen=True)
class Sample:
    """One line of a legend: a class of the stylesheet and what it means."""

    look: str
    words: str | Promise
    grade: str = ""  # of a heat map: load-0 … bad-4


@dataclass(frozen=True)
class Drawn:
    """One figure of a page. `narrow` is empty where the wide one is scrolled instead."""

    code: str
    title: str
    wide: SafeString
    narrow: SafeString
    table: Table | None
    legend: Sequence[Sample] = ()
    open: bool = False


def drawn(
    chart: Chart, table: Table | None, code: str, *, legend: Sequence[Sample] = (), wide: int = WIDE,
    narrow: int = NARROW,
) -> Drawn:
    """The chart drawn; a row's `address` is where its mark leads, its `tip` what is said on pointing. 0: not narrow."""
    links = [str(row.get("address", "")) for row in chart.rows]
    # Drawn by our own code, which lets only listed elements and attributes through (insight/charts/cleaning.py).
    big = mark_safe(draw(chart.name, chart.rows, width=wide, links=links))  # noqa: S308
    small = mark_safe(draw(chart.name, chart.rows, width=narrow, links=links)) if narrow else SafeString()  # noqa: S308
    return Drawn(code, chart.title, big, small, table, legend)
