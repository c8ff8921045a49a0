"""Who may look at figures, and of which places."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff
from otklik.failures import NotYours, Refused
from otklik.insight.figures import scopes_of, with_scopes
from otklik.territory.models import Kind, Territory

ROLES = frozenset({"head", "coordinator", "curator", "analyst"})


def seen_scopes(actor: Actor) -> frozenset[int] | None:
    """The scopes whose figures the actor may see; None is the whole region.

    Raises `Refused` for everybody without one of the `ROLES`: administrators see nothing of content.
    """
    grants = [g for g in actor.grants if g.role in ROLES] if isinstance(actor, Staff) else []
    if not grants:
        raise Refused(
            _("Цифры видят руководители, координаторы, кураторы и аналитики. Попросите роль у администратора.")
        )
    seen: frozenset[int] = frozenset()
    for grant in grants:
        if grant.scopes is None:
            return None
        seen |= grant.scopes
    return seen


def curated(actor: Actor) -> frozenset[int]:
    """The scopes that this person curates by name; empty for others and for who curates the whole region alike."""
    grants = actor.grants if isinstance(actor, Staff) else ()
    return frozenset().union(*(g.scopes for g in grants if g.role == "curator" and g.scopes is not None))


def the_place(code: str, seen: frozenset[int] | None) -> tuple[Territory, frozenset[int]]:
    """A place by code, with the scopes of its row that the actor may see. `NotYours` for a stranger."""
    kinds = [Kind.REGION, Kind.MUNICIPALITY, Kind.DISTRICT]
    place = with_scopes(Territory.objects.filter(code=code, kind__in=kinds)).first()
    scopes = frozenset(scopes_of(place)) if place else frozenset()
    if seen is not None:
        scopes &= seen
    if place is None or not scopes:
        raise NotYours(_("Такого места нет, или оно не ваше."))
    return place, scopes


def actor_of(request: HttpRequest) -> Actor:
    """Whoever asks for the page."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]
