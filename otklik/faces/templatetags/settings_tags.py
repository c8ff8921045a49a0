"""The sections of settings that this person may open, and words of their pages."""

from datetime import date
from typing import Any, NamedTuple

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.formats import date_format

from otklik.faces.settings.access import sections_of

register = template.Library()


class Tab(NamedTuple):
    """One section: where it is and whether we are in it."""

    address: str
    label: str
    icon: str
    here: bool


@register.simple_tag(takes_context=True)
def settings_tabs(context: Context, here: str) -> list[Tab]:
    """The sections for whoever asks, in order."""
    actor = context["request"].actor
    return [
        Tab(reverse(f"settings:{one.code}"), str(one.label), one.icon, one.code == here) for one in sections_of(actor)
    ]


@register.filter
def month_day(key: str) -> str:
    """«06-12» → «12 июня»."""
    month, day = key.split("-")
    return date_format(date(2024, int(month), int(day)), "j E")


@register.filter
def column(table: Any, name: str) -> Any:
    """One cell of a row kept as a mapping; empty when it has none."""
    return table.get(name, "") if hasattr(table, "get") else ""
