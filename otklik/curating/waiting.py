"""What a centre owes the ЦУР now, for the small line of its board: counts, asked along with the list's."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from otklik.acting import Staff
from otklik.curating.models import AskPart, SampledAnswer
from otklik.curating.people import REPLIERS


def own_scopes(actor: Staff) -> frozenset[int]:
    """The scopes where this person answers the ЦУР: their centre's; the whole region's people answer for none."""
    return frozenset().union(*(g.scopes or frozenset() for g in actor.grants if g.role in REPLIERS))


def owed(actor: Staff, now: datetime) -> dict[str, QuerySet[Any]]:
    """Open requests, remarks without a reply, and what of both is overdue; nothing for the ЦУР itself."""
    scopes = own_scopes(actor)
    if not scopes:
        return {}
    asks = AskPart.objects.filter(scope_id__in=scopes, state__in=["sent", "returned"])
    remarks = SampledAnswer.objects.filter(scope_id__in=scopes, state="remarked")
    return {
        "asks": asks, "asks_late": asks.filter(due_at__lt=now), "remarks": remarks,
        "remarks_late": remarks.filter(due_at__lt=now),
    }
