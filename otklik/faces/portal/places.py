"""«Где?»: the places a report can be about, read from the territory tree.

The list of municipalities is kept for a minute in the web process: the form can be shown again with
everything that was typed even while the database is away.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from django.db import OperationalError
from django.db.models import Q

from otklik.acting import Visitor, acting
from otklik.organisations.models import Organisation
from otklik.territory.models import Kind, Territory
from otklik.territory.naming import name_key, split_type
from otklik.territory.whereabouts import whereabouts

_FRESH_SECONDS: Final = 60
_MOST_FOUND: Final = 8
_MOST_WORDS: Final = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """One place to choose. `within` tells it from its namesakes; `operator` answers for personal data."""

    id: int
    label: str
    within: str = ""
    operator: str = ""


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality with its inner districts, as the list of the form shows them."""

    choice: Choice
    districts: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """What the form needs to know about the region."""

    name: str
    municipalities: tuple[Municipality, ...]

    def choice(self, territory_id: int | None) -> Choice | None:
        """The municipality or inner district with this id, if it is in the list."""
        for municipality in self.municipalities:
            for choice in (municipality.choice, *municipality.districts):
                if choice.id == territory_id:
                    return choice
        return None


_region: Region | None = None
_read_at = 0.0


def region() -> Region:
    """The region's municipalities. Opens its own `acting`, or joins the visitor's.

    While the database is away the last list is given; OperationalError when there is none yet.
    """
    global _region, _read_at
    if _region is not None and time.monotonic() - _read_at < _FRESH_SECONDS:
        return _region
    try:
        with acting(Visitor(), read_only=True):
            _region = _read()
    except OperationalError:
        if _region is None:
            raise
    _read_at = time.monotonic()
    return _region


def forget() -> None:
    """Read the list anew at the next question."""
    global _region
    _region = None


def _read() -> Region:
    operators = dict(
        Organisation.objects.filter(kind=Organisation.Kind.ADMINISTRATION, active=True)
        .order_by("-id")
        .values_list("territory_id", "name")
    )
    rows = list(
        Territory.objects.filter(
            active=True, kind__in=[Kind.REGION, Kind.MUNICIPALITY, Kind.DISTRICT]
        ).order_by("name_key", "id")
    )
    districts: dict[int | None, list[Choice]] = {}
    for row in rows:
        if row.kind == Kind.DISTRICT:
            operator = operators.get(row.id) or operators.get(row.municipality_id or 0, "")
            districts.setdefault(row.municipality_id, []).append(Choice(row.id, row.short_name, operator=operator))
    municipalities = [
        Municipality(
            Choice(row.id, row.short_name, operator=operators.get(row.id, "")), tuple(districts.get(row.id, ()))
        )
        for row in rows
        if row.kind == Kind.MUNICIPALITY
    ]
    name = next((row.name for row in rows if row.kind == Kind.REGION), "")
    return Region(name, tuple(municipalities))


def search(text: str) -> list[Choice]:
    """Places whose name, or whose municipality's name, begins with the typed words; best first.

    Words behind the name («Камышин, Мира 12») are left out until something is found. To be called inside
    `acting`.
    """
    first = text.split(",")[0]
    words = name_key(first).split() if _known_whole(first) else name_key(split_type(first).name).split()
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        found = _named(words[:count])
        if found:
            return found
    return []


def _named(words: list[str]) -> list[Choice]:
    wanted = Q()
    for word in words:
        wanted &= _begins("name_key", word) | _begins("municipality__name_key", word) | _begins(
            "aliases__name_key", word
        )
    named = _begins("name_key", words[0]) | _begins("aliases__name_key", words[0])
    rows = (
        Territory.objects.filter(wanted, named, active=True)
        .exclude(kind=Kind.REGION)
        .select_related("municipality")
        .distinct()[:200]
    )
    found = sorted(rows, key=lambda row: _rank(row, words))
    return [_choice(row) for row in found if not _is_its_municipality(row)][:_MOST_FOUND]


def _is_its_municipality(row: Territory) -> bool:
    """A town that is a municipality by itself stands in the list once, as the municipality."""
    return row.municipality is not None and row.municipality_id != row.id and row.name_key == row.municipality.name_key


@dataclass(frozen=True, slots=True)
class Near:
    """What to offer to somebody who stands at a point: the place, then its municipality, if that is another.

    `by` is as in `territory.whereabouts`.
    """

    choices: tuple[Choice, ...]
    by: str


def near(latitude: float, longitude: float) -> Near:
    """The places of a point. To be called inside `acting`."""
    here = whereabouts(latitude, longitude)
    found = [row for row in (here.place, here.unit if here.by == "boundary" else None) if row is not None]
    return Near(tuple(_choice(row) for row in dict.fromkeys(found)), here.by)


def choice(territory_id: int) -> Choice | None:
    """One place of the region by its id, a settlement too. To be called inside `acting`."""
    row = Territory.objects.filter(id=territory_id, active=True).exclude(kind=Kind.REGION)
    found = row.select_related("municipality").first()
    return _choice(found) if found else None


def as_listed(territory_id: int) -> Choice | None:
    """One place as the list shows it: a town that is a municipality by itself is the municipality. Inside `acting`."""
    row = Territory.objects.filter(id=territory_id, active=True).exclude(kind=Kind.REGION)
    found = row.select_related("municipality").first()
    if found is not None and _is_its_municipality(found):
        found = found.municipality
    return _choice(found) if found else None


def _known_whole(text: str) -> bool:
    """Whether the text is itself the beginning of a name («Новый Город» has no type to cut off)."""
    key = name_key(text)
    return bool(key) and Territory.objects.filter(active=True, name_key__startswith=key).exists()


def _begins(field: str, word: str) -> Q:
    return Q(**{f"{field}__startswith": word}) | Q(**{f"{field}__contains": " " + word})


def _rank(row: Territory, words: list[str]) -> tuple[object, ...]:
    kinds = {Kind.MUNICIPALITY: 0, Kind.DISTRICT: 1}
    typed = " ".join(words)
    return (
        row.name_key != typed,
        not row.name_key.startswith(typed),
        kinds.get(Kind(row.kind), 2),
        -(row.population or 0),
        row.name_key,
        row.id,
    )


def _choice(row: Territory) -> Choice:
    above = region().choice(row.municipality_id) if row.municipality_id else None
    label = f"{row.type_name} {row.short_name}" if row.kind == Kind.SETTLEMENT and row.type_name else row.short_name
    within = row.municipality.short_name if row.municipality and row.municipality_id != row.id else ""
    return Choice(row.id, label, within, above.operator if above else "")
