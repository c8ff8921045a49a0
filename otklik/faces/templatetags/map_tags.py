"""What a page with a case says about its point, without drawing the map before it is asked for."""

from contextlib import suppress
from typing import Any

from django import template
from django.db import InterfaceError, OperationalError

from otklik.faces.maps import part
from otklik.territory.whereabouts import disagrees

register = template.Library()


@register.simple_tag(takes_context=True)
def allow_tiles(context: Any) -> str:
    """Let the page ask the tile server for pictures: for pages into which a map comes later. Writes nothing."""
    request = context.get("request")
    if request is not None:
        with suppress(OperationalError, InterfaceError):  # the report is shown even while the database is away
            part.allow_tiles(request)
    return ""


@register.simple_tag
def point_elsewhere(case: Any) -> Any:
    """The municipality in which the case's point lies, when that is not the case's own; else None."""
    return disagrees(case.territory, case.latitude, case.longitude)
