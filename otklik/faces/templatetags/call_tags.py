"""How many callers wait to be called back: beside the queue."""

from typing import Any

from django import template

from otklik.channels.models import MissedCall

register = template.Library()


@register.simple_tag(takes_context=True)
def calls_waiting(context: dict[str, Any]) -> int:
    """The count in this person's scope; the database shows no other. Inside the page's `acting`."""
    return MissedCall.objects.filter(settled_at=None).count()
