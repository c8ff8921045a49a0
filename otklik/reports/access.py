"""Who sees reports, and of which places. The database shows rows of one's scopes; roles are asked here."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System
from otklik.failures import NotYours, Refused
from otklik.reports.models import Report
from otklik.territory.models import Kind, Territory

ROLES = frozenset({"head", "coordinator", "curator", "analyst"})
GIVERS = frozenset({"head", "coordinator"})  # who gives orders and keeps minutes
FORMERS = frozenset({"head", "administrator"})  # who uploads forms; of the whole region also its analysts


def seen(actor: Actor) -> frozenset[int] | None:
    """The scopes whose reports this person sees; None is the whole region. Raises `Refused` without a fitting role."""
    if isinstance(actor, System):
        return None
    grants = [one for one in actor.grants if one.role in ROLES] if isinstance(actor, Staff) else []
    if not grants:
        raise Refused(_("Отчёты видят руководители, координаторы, кураторы и аналитики."))
    if any(one.scopes is None for one in grants):
        return None
    return frozenset().union(*(one.scopes or frozenset() for one in grants))


def places_of(actor: Actor) -> list[Territory]:
    """The places whose reports this person may ask for: the region first, then municipalities by name."""
    scopes = seen(actor)
    rows = Territory.objects.filter(kind__in=[Kind.REGION, Kind.MUNICIPALITY, Kind.DISTRICT], active=True)
    rows = rows.exclude(kind=Kind.DISTRICT) if scopes is None else rows.filter(pk__in=scopes)
    found = sorted(rows, key=lambda one: (one.kind != Kind.REGION, one.name_key))
    cities = {one.pk for one in found if one.kind == Kind.MUNICIPALITY}
    return [one for one in found if one.kind != Kind.DISTRICT or one.municipality_id not in cities]


def place_of(actor: Actor, place_id: int | None) -> Territory:
    """One of these places; the first when none is named. Raises `NotYours`."""
    return one_of(places_of(actor), place_id)


def one_of(places: Sequence[Territory], place_id: int | None) -> Territory:
    """One of the places that were read already. Raises `NotYours`."""
    chosen = next((one for one in places if place_id is None or one.pk == place_id), None)
    if chosen is None:
        raise NotYours(_("Такого места нет, или оно не ваше."))
    return chosen


def reports_of(actor: Actor) -> QuerySet[Report]:
    """The reports that this person may read. Inside `acting`."""
    scopes = seen(actor)
    rows = Report.objects.all()
    if scopes is not None:
        rows = rows.filter(scope_id__in=scopes)
    if not isinstance(actor, Staff) or actor.reads_restricted(None):
        return rows
    named = frozenset().union(*(one.scopes or frozenset() for one in actor.grants))
    return rows.filter(Q(restricted=False) | Q(scope_id__in=[one for one in named if actor.reads_restricted(one)]))


def may_give(actor: Actor, scope_id: int) -> bool:
    """Whether this person gives orders in the name of the place."""
    return isinstance(actor, System) or isinstance(actor, Staff) and bool(GIVERS & actor.roles_at(scope_id))


def may_form(actor: Actor, place: Territory) -> bool:
    """Whether this person uploads forms of a place; the region's are its administrators', heads' and analysts'."""
    if not isinstance(actor, Staff):
        return isinstance(actor, System)
    if place.kind == Kind.REGION:
        return any(one.scopes is None and one.role in FORMERS | {"analyst"} for one in actor.grants)
    return bool(FORMERS & actor.roles_at(place.pk))
