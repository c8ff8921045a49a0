"""Bursts that go on, for the pages that lead to them."""

from typing import Any

from django import template

from otklik.acting import Staff
from otklik.faces.region.access import ROLES
from otklik.insight.radar_reading import Line, running_named

register = template.Library()
SHOWN = 3


@register.simple_tag(takes_context=True)
def bursts_now(context: dict[str, Any], most: int = 20) -> list[Line]:
    """Those of this person's places, the newest first. One statement, whether there are any or not."""
    actor = getattr(context.get("request"), "actor", None)
    return running_named(actor.sees, most) if isinstance(actor, Staff) else []


@register.simple_tag(takes_context=True)
def opens_bursts(context: dict[str, Any]) -> bool:
    """Whether this person may open the page of bursts."""
    actor = getattr(context.get("request"), "actor", None)
    return isinstance(actor, Staff) and bool(actor.roles_at(None) & ROLES)
