"""How many people work with cases, by place: what the load per person is made of. Inside `acting`."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from otklik.insight.definitions import today
from otklik.organisations.models import RoleAssignment
from otklik.territory.models import Kind

ROLES = ("operator", "coordinator", "approver", "head")


def people_of(now: datetime, scopes: Collection[int] | None = None) -> dict[int, int]:
    """Municipality (or region) → how many people have a role there today, each once; those of inner districts are their
    city's. Places without people are left out. One query.
    """
    day = today(now)
    found = RoleAssignment.objects.filter(
        Q(until=None) | Q(until__gte=day), since__lte=day, role__in=ROLES, user__is_active=True,
        territory__kind__in=[Kind.REGION, Kind.MUNICIPALITY, Kind.DISTRICT],
    )
    if scopes is not None:
        found = found.filter(territory__scope_id__in=scopes) | found.filter(territory_id__in=scopes)
    by_place = found.annotate(place=Coalesce("territory__municipality_id", F("territory_id"))).values("place")
    return dict(by_place.annotate(n=Count("user_id", distinct=True)).values_list("place", "n"))
