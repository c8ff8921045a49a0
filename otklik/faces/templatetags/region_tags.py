"""How figures are written: a share, a number that leads to its cases, the name of a case."""

import re
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.faces.region.choices import Choices
from otklik.faces.region.measuring import SHOWN, Shown, written
from otklik.faces.region.rows import Row, cell_of
from otklik.insight.definitions import FIGURES
from otklik.reports.document import Cell, Number, Table

register = template.Library()
LONG_BEGINNING = re.compile(r"\b(Средне|Старо|Ново)(?=\w{8})")
LONG_ENDING = re.compile(r"(?<=\w{6})(ский|ская|ское)\b")


@register.filter
def share(value: float | None) -> str:
    """0.873 → «87 %»; nothing judged yet → «—»."""
    return written(value, "share")


@register.filter
def per_thousand(value: float | None) -> str:
    """Messages per thousand residents; a population not known → «—»."""
    return written(value, "thousand")


@register.filter
def soft(name: str) -> str:
    """A long name with places where it may be broken: «Ново-николаев-ский»."""
    return LONG_ENDING.sub("\u00ad\\1", LONG_BEGINNING.sub("\\1\u00ad", name))


@register.filter
def decimals(value: float) -> str:
    """A coordinate of a drawing, with a point whatever the language."""
    return f"{value:.2f}"


@register.simple_tag
def figure_link(row: Any, figure: str, choice: Choices) -> SafeString:
    """The number of a figure as a link to the very cases; nothing to open, no link."""
    value = getattr(row, figure)
    if not value:
        return format_html("{}", value)
    address = reverse("region:place_cases", args=[row.code, figure])
    title = _("%(figure)s: показать список") % {"figure": FIGURES[figure].label}
    query = choice.address(places=())
    return format_html('<a href="{}{}" title="{}">{}</a>', address, query, title, written(value, "count"))


@register.simple_tag
def row_figure(row: Row, code: str, choice: Choices) -> SafeString:
    """A figure of a place as it is written, leading to the cases that it is made of."""
    cell = cell_of(row, SHOWN[code], choice)
    return format_html('<a href="{}">{}</a>', cell.address, cell.text) if cell.address else format_html("{}", cell.text)


@register.filter
def case_name(case: Case) -> str:
    """Staff's own wording, else the beginning of the resident's words."""
    return case.title or Truncator(" ".join(case.text.split())).chars(110)


@register.simple_tag
def shown(figure: Shown, value: float | None) -> str:
    """A value as its figure is written."""
    return figure.text(value)


@register.simple_tag
def trend(figure: Shown, arrow: str) -> SafeString:
    """An arrow with its word for those who do not see it; good and bad by the figure's own sense."""
    signs = {"up": ("↑", _("выросло")), "down": ("↓", _("снизилось")), "same": ("=", _("столько же"))}
    if arrow not in signs:
        return SafeString()
    sign, words = signs[arrow]
    better = {"more": "up", "less": "down"}.get(figure.better, "")
    look = "" if arrow == "same" or not better else " trend-good" if arrow == better else " trend-bad"
    return format_html(
        '<span class="trend-sign{}" aria-hidden="true">{}</span><span class="visually-hidden">{}</span>',
        look, sign, words,
    )


@register.simple_tag
def inside_address(choice: Choices) -> str:
    """The choice as it goes on inside one place: without the places of the whole page."""
    return choice.address(places=(), beside="")


@register.simple_tag
def without_about(choice: Choices) -> str:
    """The choice without its theme."""
    return choice.address(about="")


@register.filter
def heads(table: Table) -> list[tuple[str, bool]]:
    """The heads of a table, and whether its column is of numbers."""
    first = table.rows[0] if table.rows else ()
    return [
        (name, place > 0 and place < len(first) and isinstance(first[place], Number))
        for place, name in enumerate(table.columns)
    ]


@register.simple_tag
def table_rows(table: Table) -> SafeString:
    """The rows of a table of a document; written here, for a heat map has a thousand cells."""
    return mark_safe("".join(  # noqa: S308 - every word is escaped in `_cell`
        f"<tr>{''.join(_cell(cell, first=not place) for place, cell in enumerate(row))}</tr>" for row in table.rows
    ))


def _cell(cell: Cell, *, first: bool) -> str:
    inside: str
    if isinstance(cell, Number):
        inside = escape(cell.text)
        if cell.address:
            inside = f'<a href="{escape(cell.address)}">{inside}</a>'
    else:
        inside = escape(cell)
    if first:
        return f'<th scope="row" lang="ru">{inside}</th>'
    return f'<td class="text-end">{inside}</td>' if isinstance(cell, Number) else f'<td lang="ru">{inside}</td>'
