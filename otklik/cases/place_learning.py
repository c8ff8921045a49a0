"""What staff's word about a place teaches the reader: another name of it, a street in it, a landmark.

A name counts from two different cases on (`LearnedName.ENOUGH`), within its municipality; a correction takes the case's
word back. Kept are the name and the ids of the cases: never a house, a flat, a person's name or words of a message.
To be called inside a gate (`passing`), where the directory may be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import connection

from otklik.cases.models import Case
from otklik.cases.public_words import spans_of
from otklik.territory.known_landmarks import landmark_key
from otklik.territory.known_streets import common_streets
from otklik.territory.locating import SURE, Located
from otklik.territory.models import Kind, LearnedName, Street, Territory
from otklik.territory.naming import place_key
from otklik.territory.street_names import split_street, street_key
from otklik.territory.unheard import unheard_place

What = LearnedName.What
# A street's name is words and ordinals; a number at its end would be a house.
_A_STREET: Final = re.compile(
    r"(?:\d{1,3}(?:-?(?:й|я|ая|ый|го|летия)|\sлет)?\s)?[А-ЯЁа-яё][А-ЯЁа-яё.-]*(?:\s[А-ЯЁа-яё][А-ЯЁа-яё.-]*){0,3}"
)
_FLAT: Final = re.compile(r"\b(?:кв|квартир\w*|подъезд\w*|этаж\w*|д|дом\w*)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Taught:
    """One name that a case teaches."""

    what: LearnedName.What
    name: str
    key: str
    type_name: str = ""


def learn(case: Case, found: Located) -> list[int]:
    """Take a person's word on where a case is. Returns ids of the names it now speaks for."""
    taught = list(_taught(case, found)) if case.territory.kind != Kind.REGION else []
    if not taught and not LearnedName.objects.filter(evidence__contains=[case.pk]).exists():
        return []
    with connection.cursor() as cursor:  # one at a time: two cases may teach each other's names
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('territory.learned'))")
    forget(case.pk)
    return [_keep(case, one) for one in taught]


def forget(case_id: int) -> None:
    """Take back what a case taught: its place is being corrected."""
    for row in LearnedName.objects.filter(evidence__contains=[case_id]):
        row.evidence = [one for one in row.evidence if one != case_id]
        row.confirmations = max(0, row.confirmations - 1)
        row.save(update_fields=["evidence", "confirmations"])
    LearnedName.objects.filter(confirmations=0, forbidden=False).delete()


def _keep(case: Case, taught: Taught) -> int:
    row, _made = LearnedName.objects.get_or_create(
        territory=case.territory, what=taught.what, name_key=taught.key,
        defaults={"name": taught.name, "type_name": taught.type_name},
    )
    if case.pk not in row.evidence:
        row.evidence = [*row.evidence, case.pk][-LearnedName.KEPT :]
        row.confirmations += 1
        if taught.what == What.LANDMARK and case.latitude is not None and row.latitude is None:
            row.latitude, row.longitude = case.latitude, case.longitude
        row.save()
    return row.pk


def _taught(case: Case, found: Located) -> Iterator[Taught]:
    place = case.territory
    street = _street(case, place)
    if street is not None:
        yield street
    landmark = found.landmark
    if landmark is not None and landmark.is_own and place.kind != Kind.MUNICIPALITY and _is_clean(landmark.name):
        yield Taught(What.LANDMARK, landmark.name[:100], landmark_key(landmark.name)[:100])
    known = found.place is not None and found.place.confidence >= SURE and found.place.kind != "municipality"
    if not known and place.kind != Kind.MUNICIPALITY:
        name = unheard_place(case.text, found)
        if name and _is_clean(f"посёлок {name}") and not common_streets().named([place_key(name)]):
            yield Taught(What.PLACE, name, place_key(name)[:100])


def _street(case: Case, place: Territory) -> Taught | None:
    """The street a person gave, when no list has it."""
    if not case.street.strip():
        return None
    type_name, name = split_street(case.street)
    key = street_key(name)
    if not key or len(name) > 80 or not _A_STREET.fullmatch(name) or not _is_clean(f"улица {name}"):
        return None
    if Street.objects.filter(territory=place, name_key=key, active=True).exists():
        return None
    return Taught(What.STREET, name, key[:100], type_name)


def _is_clean(name: str) -> bool:
    """Whether a name says nothing about a person: no contact, no flat, nobody's full name.

    It comes with the word of its kind: «улица Клыкова» is a street, a bare «Клыкова» is somebody.
    """
    return not spans_of(name) and not _FLAT.search(name)
