"""Pieces of a report on a page."""

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from otklik.acting import Staff
from otklik.insight.charts import draw
from otklik.reports import document as paper
from otklik.reports import russian
from otklik.reports.papers import WHOLE
from otklik.territory.models import Kind, Territory

register = template.Library()
KINDS = {
    paper.Heading: "heading", paper.Words: "words", paper.Figures: "figures", paper.Chart: "chart",
    paper.Table: "table",
}
ARROWS = {"up": ("↑", "больше, чем раньше"), "down": ("↓", "меньше, чем раньше"), "same": ("=", "столько же")}


@register.simple_tag(takes_context=True)
def reads_morning(context: dict[str, Any]) -> bool:
    """Whether the morning page is this person's own: a head's. Asks the database nothing."""
    actor = context.get("staff")
    return isinstance(actor, Staff) and "head" in actor.roles_at(None)


@register.filter
def block_kind(block: Any) -> str:
    """What a block is."""
    return KINDS[type(block)]


@register.filter
def source_runs(text: str) -> tuple[paper.Run, ...]:
    """A line of «как посчитано» with pages of ours as links."""
    return paper.source_runs(text)


@register.filter
def is_number(cell: Any) -> bool:
    """Whether a cell stands on the right."""
    return isinstance(cell, paper.Number) and (cell.value is not None or cell.text == "—")


@register.filter
def numeric(table: paper.Table, column: int) -> bool:
    """Whether a column of a table is of numbers, so that its name stands over them."""
    return column > 0 and all(is_number(row[column]) for row in table.rows)


@register.simple_tag
def report_cell(cell: Any) -> SafeString | str:
    """A text, or a number that leads to its cases. Only pages of ours: a kept report cannot lead elsewhere."""
    if not isinstance(cell, paper.Number):
        return str(cell)
    if cell.address.startswith("/") and not cell.address.startswith("//"):
        return format_html('<a href="{}">{}</a>', cell.address, cell.text)
    return cell.text


@register.simple_tag
def report_arrow(figure: paper.Figure) -> SafeString | str:
    """Which way a figure went: a sign, words for who hears the page, a colour that does not stand alone."""
    if figure.arrow not in ARROWS:
        return ""
    sign, words = ARROWS[figure.arrow]
    tone = "" if figure.good is None else " arrow-good" if figure.good else " arrow-bad"
    return format_html(
        '<span class="figure-arrow{}" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>', tone, words, sign, words,
    )


@register.simple_tag
def report_chart(chart: paper.Chart) -> SafeString:
    """The drawing; the table with the same numbers stands in the report."""
    return mark_safe(draw(chart.name, chart.rows))  # noqa: S308 - cleaned by the room of charts


@register.filter
def report_place(place: Territory) -> str:
    """How a place is called in reports."""
    return WHOLE if place.kind == Kind.REGION else place.short_name


@register.filter
def report_period(row: Any) -> str:
    """«ноябрь 2026» of whatever has two days."""
    return russian.period(row.since, row.until)


@register.filter
def until_words(day: date) -> str:
    """«до 27 ноября»."""
    return f"до {russian.day_and_month(day)}"
