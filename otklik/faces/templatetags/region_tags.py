"""How figures are written: a share, a number that leads to its cases, the name of a case."""

import re

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.faces.region import tiles
from otklik.faces.region.tiles import percent
from otklik.insight.definitions import FIGURES
from otklik.insight.figures import RegionRow

register = template.Library()
LONG_BEGINNING = re.compile(r"\b(Средне|Старо|Ново)(?=\w{8})")
LONG_ENDING = re.compile(r"(?<=\w{6})(ский|ская|ское)\b")


@register.filter
def share(value: float | None) -> str:
    """0.873 → «87 %»; nothing judged yet → «—»."""
    return "—" if value is None else f"{percent(value)}\u00a0%"


@register.filter
def per_thousand(value: float | None) -> str:
    """Messages per thousand residents; a population not known → «—»."""
    return "—" if value is None else tiles.per_thousand(value)


@register.filter
def soft(name: str) -> str:
    """A long name with places where it may be broken: «Ново-николаев-ский»."""
    return LONG_ENDING.sub("\u00ad\\1", LONG_BEGINNING.sub("\\1\u00ad", name))


@register.filter
def decimals(value: float) -> str:
    """A coordinate of a drawing, with a point whatever the language."""
    return f"{value:.2f}"


@register.simple_tag
def figure_link(row: RegionRow, figure: str, days: int) -> SafeString:
    """The number of a figure as a link to the very cases; nothing to open, no link."""
    value = getattr(row, figure)
    if not value:
        return format_html("{}", value)
    address = reverse("region:place_cases", args=[row.code, figure])
    title = _("%(figure)s: показать список") % {"figure": FIGURES[figure].label}
    return format_html('<a href="{}?days={}" title="{}">{}</a>', address, days, title, value)


@register.filter
def case_name(case: Case) -> str:
    """Staff's own wording, else the beginning of the resident's words."""
    return case.title or Truncator(" ".join(case.text.split())).chars(110)
