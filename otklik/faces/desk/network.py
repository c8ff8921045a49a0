"""The desk over several centres: the ЦУР's own tabs, and one municipality chosen of many."""

from typing import Any

from django.core.cache import cache
from django.http import QueryDict

from otklik.acting import Staff
from otklik.cases.upper import UPPER_TABS
from otklik.territory.models import Kind, Territory

KEPT_SECONDS = 60


def works_above(actor: Staff) -> bool:
    """Whether somebody works at the desk for the whole region."""
    return any(grant.scopes is None and grant.role in ("operator", "coordinator", "curator") for grant in actor.grants)


def tabs_of(actor: Staff, names: tuple[str, ...]) -> tuple[str, ...]:
    """The counted tabs of a person: for the ЦУР its own come first, what waits for its decision before all."""
    return (*UPPER_TABS, *names) if works_above(actor) else names


def hidden_tabs(actor: Staff) -> frozenset[str]:
    """Tabs that mean nothing to a person of one centre. What they asked of the ЦУР is theirs to watch, too."""
    hidden = set() if works_above(actor) else {"upper_own"}
    if not any(actor.reads_restricted(scope) for scope in actor.sees or (None,)):
        hidden.add("restricted")
    return frozenset(hidden)


def sees_several(actor: Staff) -> bool:
    """Whether cases of more than one centre come to this desk."""
    return actor.sees is None or len(actor.sees) > 1


def municipalities(actor: Staff, query: QueryDict, chosen: int | None) -> dict[str, Any]:
    """What the choice of a municipality above the queue shows, with everything else of the address kept."""
    if not sees_several(actor):
        return {"several": False}
    kept = [(name, value) for name in query for value in query.getlist(name) if name not in ("territory", "after")]
    return {
        "several": True,
        "municipalities": [
            one for one in _centres()
            if (one["kind"] == Kind.MUNICIPALITY if actor.sees is None else one["pk"] in actor.sees)
        ],
        "chosen_place": chosen,
        "kept": [(name, value[:200]) for name, value in kept[:20]],
    }


def _centres() -> list[Any]:
    """Places that are centres of their own, by name, as they were a minute ago at most."""
    found: list[Any] | None = cache.get("network-centres")
    if found is None:
        rows = Territory.objects.filter(active=True, kind__in=[Kind.MUNICIPALITY, Kind.DISTRICT]).order_by("name_key")
        found = list(rows.values("pk", "short_name", "kind"))
        cache.set("network-centres", found, KEPT_SECONDS)
    return found
