"""The territories of the database as values for the gazetteer, the streets and the names that were learned."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import QuerySet

from otklik.territory.gazetteer import Place
from otklik.territory.known_landmarks import LandmarkEntry
from otklik.territory.known_streets import StreetEntry
from otklik.territory.models import Alias, Kind, LearnedName, Street, Territory


def places_from_db() -> list[Place]:
    """Read all active territories with their other names, the learned ones among them. Three queries."""
    aliases: dict[int, list[str]] = defaultdict(list)
    for territory_id, name in Alias.objects.values_list("territory_id", "name"):
        aliases[territory_id].append(name)
    for learned in _learned(LearnedName.What.PLACE):
        aliases[learned.territory_id].append(learned.name)
    rows = Territory.objects.filter(active=True).order_by("id")
    return [_place(row, aliases[row.pk]) for row in rows]


def _place(row: Territory, aliases: list[str]) -> Place:
    population = row.population or 0
    named_by_district = "район" in row.short_name.lower()
    return Place(
        territory_id=row.pk,
        kind=row.kind,
        name=row.short_name,
        # A municipality that is one city is spoken of as the city: «г. Волжский».
        type_name="город" if row.kind == Kind.MUNICIPALITY and not named_by_district else row.type_name,
        names=(row.short_name, *aliases),
        municipality_id=row.municipality_id,
        population=population,
        known=row.kind != Kind.SETTLEMENT or row.is_centre or population >= 500 or row.latitude is not None,
        centre=row.is_centre,
        point=None if row.latitude is None or row.longitude is None else (row.latitude, row.longitude),
    )


def streets_from_db() -> list[StreetEntry]:
    """Read all active streets, imported and learned. Two queries."""
    fields = ("name", "type_name", "territory_id", "territory__municipality_id")
    imported = Street.objects.filter(active=True, territory__active=True).values_list(*fields)
    learned = (
        (row.name, row.type_name, row.territory_id, row.territory.municipality_id)
        for row in _learned(LearnedName.What.STREET).select_related("territory")
    )
    return [StreetEntry(*values) for values in (*imported.iterator(chunk_size=5000), *learned)]


def landmarks_from_db() -> list[LandmarkEntry]:
    """Read the landmarks that staff confirmed. One query."""
    return [
        LandmarkEntry(
            row.name, row.territory_id, row.territory.municipality_id,
            None if row.latitude is None or row.longitude is None else (row.latitude, row.longitude),
        )
        for row in _learned(LearnedName.What.LANDMARK).select_related("territory")
    ]


def _learned(what: LearnedName.What) -> QuerySet[LearnedName]:
    return LearnedName.objects.filter(
        what=what, forbidden=False, confirmations__gte=LearnedName.ENOUGH, territory__active=True
    )
