"""Streets and houses by a few letters, for the address field. Works without any import: then nothing is offered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from otklik.territory.models import Kind, Street, Territory
from otklik.territory.street_names import split_street, street_key, street_type

OFFERED: Final = 10
MAX_ASKED: Final = 100


@dataclass(frozen=True, slots=True)
class Offer:
    """One street to choose. `settlement` is where it lies, when that is not the place asked about itself."""

    street_id: int
    written: str
    settlement: str = ""


def offered_streets(territory_id: int, asked: str, settlement_id: int | None = None) -> list[Offer]:
    """Streets of a place that begin with what was typed; of its settlements too, those told apart by name.

    Inside `acting`. Without letters nothing is offered.
    """
    place = Territory.objects.select_related("municipality").filter(pk=settlement_id or territory_id).first()
    kind, name = split_street(asked[:MAX_ASKED])
    key = street_key(name)
    if place is None or not key or street_type(asked):
        return []
    own = _keepers(place)
    where = Q(territory_id__in=own)
    if place.kind == Kind.MUNICIPALITY:
        where |= Q(territory__municipality_id=place.pk)
    rows = Street.objects.filter(where, _begins(key), active=True).select_related("territory")
    if kind:
        rows = rows.filter(type_name__in=[kind, ""])
    found = sorted(rows[:300], key=lambda row: (
        row.territory_id not in own, row.name_key != key, not row.name_key.startswith(key),
        -(row.territory.population or 0), row.name_key, row.type_name, row.territory.name_key, row.pk,
    ))  # fmt: skip
    return [
        Offer(row.pk, str(row), "" if row.territory_id in own else row.territory.short_name)
        for row in found[:OFFERED]
    ]


def offered_houses(territory_id: int, street: str, asked: str, settlement_id: int | None = None) -> list[str]:
    """Known house numbers of a street that begin with what was typed. Inside `acting`."""
    place = Territory.objects.select_related("municipality").filter(pk=settlement_id or territory_id).first()
    kind, name = split_street(street[:MAX_ASKED])
    key = street_key(name)
    if place is None or not key:
        return []
    where = Q(territory_id__in=_keepers(place))
    if place.kind == Kind.MUNICIPALITY:
        where |= Q(territory__municipality_id=place.pk)
    rows = Street.objects.filter(where, name_key=key, active=True)
    rows = rows.filter(type_name__in=[kind, ""]) if kind else rows
    one = list(rows.only("houses")[:2])
    if len(one) != 1:  # two villages have such a street: whose houses would these be?
        return []
    typed = asked.strip().casefold()[:30]
    return [house for house in one[0].houses if house.casefold().startswith(typed)][:OFFERED]


def _keepers(place: Territory) -> set[int]:
    """The places that may keep the streets of this one: itself, its city for an inner district or for the town that the
    city is, and the other way round."""
    keepers = {place.pk}
    above = place.municipality
    if above is not None and (place.kind == Kind.DISTRICT or above.name_key == place.name_key):
        keepers.add(above.pk)
    return keepers


def _begins(key: str) -> Q:
    return Q(name_key__startswith=key) | Q(name_key__contains=f" {key}")
