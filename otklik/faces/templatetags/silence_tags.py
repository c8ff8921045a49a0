"""What lies untouched, for the page that leads to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.db.models import Count, Window

from otklik.acting import Staff
from otklik.cases.models import SilentQueue
from otklik.cases.postponed import postponed_now
from otklik.together import together

register = template.Library()


@dataclass(frozen=True)
class Untouched:
    """How many queues are silent; how many decisions are postponed, and since when the oldest waits."""

    silent: int = 0
    postponed: int = 0
    oldest: datetime | None = None


@register.simple_tag(takes_context=True)
def untouched(context: dict[str, Any]) -> Untouched:
    """What this person sees of both. One statement."""
    actor = getattr(context.get("request"), "actor", None)
    if not isinstance(actor, Staff):
        return Untouched()
    queues = SilentQueue.objects.filter(ended_at=None).only("pk")
    found = together({
        "queues": queues if actor.sees is None else queues.filter(place_id__in=actor.sees),
        "postponed": postponed_now(actor).annotate(n=Window(Count("pk")))[:1],
    })
    oldest = next(iter(found["postponed"]), None)
    return Untouched(len(found["queues"]), oldest.n if oldest else 0, oldest.since if oldest else None)
