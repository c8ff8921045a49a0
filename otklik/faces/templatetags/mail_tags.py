"""How many letters wait for their key, for the desk's own page."""

from typing import Any

from django import template

from otklik.acting import Staff
from otklik.intake import asking

register = template.Library()


@register.simple_tag(takes_context=True)
def mail_waiting(context: dict[str, Any]) -> int | None:
    """The number; None for who does not sort mail. Inside the actor's transaction."""
    actor = getattr(context.get("request"), "actor", None)
    if not isinstance(actor, Staff) or not actor.roles_at(None) & asking.ROLES:
        return None
    return asking.waiting(actor).count()
