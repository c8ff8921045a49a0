"""The list of erasures, for whoever may erase."""

from django.db.models import Q, QuerySet

from otklik.acting import Actor, Staff, acting, widened
from otklik.intake.erasing.finding import scopes_of
from otklik.intake.erasing.models import Erasure


def erasures(actor: Actor, limit: int = 200) -> list[Erasure]:
    """The newest erasures of the actor's scopes, and those that they asked for themselves."""
    scopes = scopes_of(actor)
    with acting(actor), widened():
        rows: QuerySet[Erasure] = Erasure.objects.select_related("asked_by", "done_by", "scope").order_by("-pk")
        if scopes is not None:
            own = Q(asked_by_id=actor.user_id) if isinstance(actor, Staff) else Q()
            rows = rows.filter(Q(scope_id__in=scopes) | own)
        return list(rows[:limit])
