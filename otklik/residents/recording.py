"""Recording who wrote, so that the same person in the same centre is one row."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from otklik.failures import BadInput
from otklik.residents.contacts import lookup_hash, seal
from otklik.residents.models import Contact, Resident
from otklik.typed_text import typed

MAX_NAME = 200
Key = tuple[int, str, str]  # scope, kind, look-up hash


def surname_key(name: str) -> str:
    """The first word of a name, lower case, ё as е: what a clerk types to find somebody."""
    words = name.split()
    return words[0].lower().replace("ё", "е")[:120] if words else ""


def record(
    scope_id: int, *, name: str, phone: str, email: str, at: datetime, outside: str = ""
) -> Resident | None:
    """Find the resident of this scope by phone, mail or page (`vk:123`), else make one. None when nothing is known.

    Two forms of one person at the same moment make one row. Raises `BadInput` for a phone that is none. Caller
    writes as the gate (widened).
    """
    contacts = {
        (scope_id, str(kind), lookup_hash(kind, value)): value
        for kind, value in (
            (Contact.Kind.PHONE, typed(phone)), (Contact.Kind.EMAIL, typed(email)),
            (Contact.Kind.OUTSIDE, typed(outside)),
        ) if value
    }
    name = _short(name)
    if not contacts and not name:
        return None
    resident = _known(list(contacts))
    if resident is None:
        try:
            with transaction.atomic():
                resident = _new(scope_id, name, at)
                resident.save()
                Contact.objects.bulk_create([_contact(resident, key, value) for key, value in contacts.items()])
            return resident
        except IntegrityError:  # the same person's other form was first, and is committed now
            resident = _known(list(contacts))
            if resident is None:
                raise
    if name and not resident.name:
        resident.name, resident.surname_key = name, surname_key(name)
        resident.save(update_fields=["name", "surname_key"])
    Contact.objects.bulk_create(
        [_contact(resident, key, value) for key, value in contacts.items()], ignore_conflicts=True
    )
    return resident


def record_many(
    scope_ids: Sequence[int], people: Sequence[tuple[str, str, str]], at: datetime
) -> list[Resident | None]:
    """`record` for a batch of (name, phone, email), with few round trips. A phone that is none is left out.

    The same person twice in a batch is one row. Caller writes as the gate (widened).
    """
    keyed = [_contacts_of(scope, phone, mail) for scope, (_name, phone, mail) in zip(scope_ids, people, strict=True)]
    known: dict[Key, Resident] = {}
    lookups = {key[2] for contacts in keyed for key in contacts}
    for contact in Contact.objects.filter(lookup__in=lookups).select_related("resident"):
        known[contact.scope_id, contact.kind, contact.lookup] = contact.resident
    fresh: list[Resident] = []
    added: list[Contact] = []
    out: list[Resident | None] = []
    for scope, (name, _phone, _mail), contacts in zip(scope_ids, people, keyed, strict=True):
        called = _short(name)
        resident = next((known[key] for key in contacts if key in known), None)
        if resident is None and (contacts or called):
            resident = _new(scope, called, at)
            fresh.append(resident)
        for key, value in contacts.items():
            if resident is not None and key not in known:
                known[key] = resident
                added.append(_contact(resident, key, value))
        out.append(resident)
    Resident.objects.bulk_create(fresh)
    # In one order everywhere, so that two batches with the same people cannot wait for each other in a ring; and
    # a person whom a form recorded a moment ago keeps the contact.
    added.sort(key=lambda contact: (contact.kind != Contact.Kind.PHONE, contact.lookup, contact.scope_id))
    Contact.objects.bulk_create(added, ignore_conflicts=True)
    return out


def _short(name: str) -> str:
    return " ".join(typed(name).split())[:MAX_NAME]


def _new(scope_id: int, name: str, at: datetime) -> Resident:
    return Resident(
        scope_id=scope_id, name=name, surname_key=surname_key(name), salt=secrets.token_bytes(16), created_at=at
    )


def _known(keys: Sequence[Key]) -> Resident | None:
    for scope_id, kind, lookup in keys:
        found = Contact.objects.filter(scope_id=scope_id, kind=kind, lookup=lookup).select_related("resident").first()
        if found is not None:
            return found.resident
    return None


def _contact(resident: Resident, key: Key, value: str) -> Contact:
    scope_id, kind, _lookup = key
    cipher, key_id, lookup = seal(kind, value)
    return Contact(resident=resident, scope_id=scope_id, kind=kind, cipher=cipher, key_id=key_id, lookup=lookup)


def _contacts_of(scope_id: int, phone: str, email: str) -> dict[Key, str]:
    contacts: dict[Key, str] = {}
    for kind, value in ((Contact.Kind.PHONE, typed(phone)), (Contact.Kind.EMAIL, typed(email))):
        if value:
            try:
                contacts[scope_id, str(kind), lookup_hash(kind, value)] = value
            except BadInput:
                continue
    return contacts
