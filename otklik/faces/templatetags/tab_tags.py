"""The tabs of the region's pages, for `region/parts/tabs.html`."""

from typing import Any

from django import template

from otklik.acting import Staff
from otklik.faces.region.tabs import Rows, rows_for

register = template.Library()


@register.simple_tag(takes_context=True)
def region_tabs(context: dict[str, Any]) -> Rows:
    """The rows for whoever looks at this page."""
    request = context["request"]
    actor = getattr(request, "actor", None)
    return rows_for(request.path, actor.roles_at(None) if isinstance(actor, Staff) else frozenset())
