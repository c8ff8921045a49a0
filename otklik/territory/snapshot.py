"""The territories of the database as values for the gazetteer."""

from __future__ import annotations

from collections import defaultdict

from otklik.territory.gazetteer import Place
from otklik.territory.models import Alias, Kind, Territory


def places_from_db() -> list[Place]:
    """Read all active territories with their other names. Two queries."""
    aliases: dict[int, list[str]] = defaultdict(list)
    for territory_id, name in Alias.objects.values_list("territory_id", "name"):
        aliases[territory_id].append(name)
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
        known=row.kind != Kind.SETTLEMENT or population >= 500 or row.latitude is not None,
    )
