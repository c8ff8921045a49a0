"""Reading practices: what this person sees, in which order the network shows them, and what of a theme.

Inside `acting`.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.classifier.models import ThemeGroup
from otklik.failures import NotYours
from otklik.practice import allowed
from otklik.practice.models import Practice
from otklik.territory.models import Territory
from otklik.typed_text import typed


def seen_by(actor: Actor) -> QuerySet[Practice]:
    """Confirmed ones for the network; those on their way for their centre and for curators. Inside `acting`."""
    rows = Practice.objects.select_related("place", "contact", "file", "effect")
    if allowed.keeps_region(actor):
        return rows
    return rows.filter(Q(state=Practice.State.CONFIRMED) | Q(place_id__in=sorted(allowed.kept_ids(actor))))


def the_practice(actor: Actor, practice_id: int) -> Practice:
    """One that this person may read. `NotYours` when there is none."""
    row = seen_by(actor).filter(pk=practice_id).first()
    if row is None:
        raise NotYours(_("Такой практики нет, или она ещё не подтверждена."))
    return row


@dataclass(frozen=True)
class Listed:
    """A practice in the list: how many centres like mine, and how many in all, took it and still work so."""

    row: Practice
    like_mine: int
    took: int
    in_use: int


def listed(actor: Actor, near: Collection[int], *, group: str = "", words: str = "") -> list[Listed]:
    """Practices, those first that most centres like mine took and still use after three months; then by all centres.

    `near`: ids of the centres like mine (`league.like`).
    """
    rows = seen_by(actor).exclude(state=Practice.State.RETIRED)
    if group:
        rows = rows.filter(group=group)
    for word in typed(words).split()[:8]:
        rows = rows.filter(Q(title__icontains=word) | Q(problem__icontains=word) | Q(steps__icontains=word))
    used = Q(takings__in_use=True)
    rows = rows.annotate(
        took=Count("takings", distinct=True), used=Count("takings", filter=used, distinct=True),
        near=Count("takings", filter=used & Q(takings__place_id__in=list(near)), distinct=True),
    )
    return [
        Listed(row, row.near, row.took, row.used)
        for row in rows.order_by("-near", "-used", "-took", "-confirmed_at", "-pk")[:100]
    ]


def best_of(place: Territory, most: int = 5) -> QuerySet[Practice]:
    """Confirmed practices of a centre, those that most centres still use first."""
    rows = Practice.objects.filter(place=place, came_from=None, state=Practice.State.CONFIRMED)
    rows = rows.annotate(used=Count("takings", filter=Q(takings__in_use=True)))
    return rows.order_by("-used", "-confirmed_at")[:most]


def groups() -> dict[str, str]:
    """Code → name of the groups of themes of the newest edition of each."""
    found: dict[str, str] = {}
    for code, name in ThemeGroup.objects.order_by("version_id").values_list("code", "name"):
        found[code] = name
    return dict(sorted(found.items(), key=lambda one: one[1]))
