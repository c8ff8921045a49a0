"""Who is told: the people of a centre, the curators of a place; and the small entries of this room. Inside a gate."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff
from otklik.failures import Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import RoleAssignment
from otklik.territory.models import Kind, Territory

CENTRE = frozenset({"coordinator", "operator", "head"})  # who of a centre is told, and who may answer
REPLIERS = CENTRE | {"approver"}
CURATOR = "curator"


def entry(actor: Actor, stream: str, verb: str, at: datetime, **fields: Any) -> None:
    """A journal entry of this room: ids, codes and dates only. The row it tells of is locked by the caller."""
    append(NewEntry(stream, verb, actor.reference, at, fields))


def user_id(actor: Actor) -> int | None:
    """The member of staff behind an actor."""
    return actor.user_id if isinstance(actor, Staff) else None


def require_curator(actor: Actor, scope_id: int) -> None:
    """Raise `Refused` unless the actor curates this scope."""
    if not isinstance(actor, Staff) or CURATOR not in actor.roles_at(scope_id):
        raise Refused(_("Это делает куратор ЦУР."))


def require_keeper(actor: Actor, scope_id: int) -> None:
    """Raise `Refused` unless the actor curates this scope, or coordinates or heads it."""
    if not isinstance(actor, Staff) or not actor.roles_at(scope_id) & {CURATOR, "coordinator", "head"}:
        raise Refused(_("Это делают координатор и руководитель муниципалитета или куратор ЦУР."))


def of_centre(actor: Actor, scope: Territory) -> bool:
    """Whether the actor answers for this centre: by a role of its own, not by one over the whole region."""
    grants = [grant for grant in actor.grants if grant.role in REPLIERS] if isinstance(actor, Staff) else []
    if scope.kind == Kind.REGION:
        return any(grant.scopes is None for grant in grants)
    return any(grant.scopes is not None and scope.pk in grant.scopes for grant in grants)


def people_of(scope: Territory, day: date, roles: Collection[str] = CENTRE) -> list[int]:
    """Ids of who holds one of these roles in the centre of this scope itself (of its city, for an inner district)."""
    above = [one for one in (scope.pk, scope.municipality_id) if one]
    return _ids(Q(territory_id__in=above) | Q(territory__scope_id=scope.pk), day, roles)


def curators_of(scope: Territory, day: date) -> list[int]:
    """Curators of this place by name; where it has none, those of the whole region."""
    named = people_of(scope, day, {CURATOR}) if scope.kind != Kind.REGION else []
    return named or _ids(Q(territory__kind=Kind.REGION), day, {CURATOR})


def _ids(where: Q, day: date, roles: Collection[str]) -> list[int]:
    held = RoleAssignment.objects.filter(where, role__in=set(roles), user__is_active=True, since__lte=day)
    held = held.filter(Q(until=None) | Q(until__gte=day))
    return sorted(set(held.values_list("user_id", flat=True)))
