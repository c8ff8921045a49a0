"""Recording who wrote, so that the same person in the same centre is one row."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from otklik.failures import BadInput
from otklik.residents.contacts import lookup_hash, seal
from otklik.residents.models import Contact, Resident


def surname_key(name: str) -> str:
    """The first word of a name, lower case, ё as е: what a clerk types to find somebody."""
    words = name.split()
    return words[0].lower().replace("ё", "е")[:120] if words else ""


def record(scope_id: int, *, name: str, phone: str, email: str, at: datetime) -> Resident | None:
    """Find the resident of this scope by phone or mail, else make one. None when nothing is known.

    Raises `BadInput` for a phone that is none. Caller writes as the gate (widened).
    """
    given = [(Contact.Kind.PHONE, phone), (Contact.Kind.EMAIL, email)]
    given = [(kind, value.strip()) for kind, value in given if value.strip()]
    name = " ".join(name.split())[:200]
    if not given and not name:
        return None
    resident = None
    for kind, value in given:
        found = (
            Contact.objects.filter(scope_id=scope_id, kind=kind, lookup=lookup_hash(kind, value))
            .select_related("resident").first()
        )
        if found:
            resident = found.resident
            break
    if resident is None:
        resident = Resident.objects.create(
            scope_id=scope_id, name=name, surname_key=surname_key(name), salt=secrets.token_bytes(16), created_at=at
        )
    elif name and not resident.name:
        resident.name, resident.surname_key = name, surname_key(name)
        resident.save(update_fields=["name", "surname_key"])
    for kind, value in given:
        cipher, key_id, lookup = seal(kind, value)
        Contact.objects.get_or_create(
            resident=resident, kind=kind, lookup=lookup,
            defaults={"scope_id": scope_id, "cipher": cipher, "key_id": key_id},
        )
    return resident


def record_many(
    scope_ids: Sequence[int], people: Sequence[tuple[str, str, str]], at: datetime
) -> list[Resident | None]:
    """`record` for a batch of (name, phone, email), with few round trips. A phone that is none is left out.

    The same person twice in a batch is one row. Caller writes as the gate (widened).
    """
    keyed = [_keys_of(scope, phone, email) for scope, (_name, phone, email) in zip(scope_ids, people, strict=True)]
    known: dict[tuple[int, str, str], Resident] = {}
    lookups = {key[2] for keys in keyed for key in keys}
    for contact in Contact.objects.filter(lookup__in=lookups).select_related("resident"):
        known[contact.scope_id, contact.kind, contact.lookup] = contact.resident
    fresh: list[Resident] = []
    contacts: list[Contact] = []
    out: list[Resident | None] = []
    for scope, (name, phone, email), keys in zip(scope_ids, people, keyed, strict=True):
        called = " ".join(name.split())[:200]
        resident = next((known[k] for k in keys if k in known), None)
        if resident is None and (keys or called):
            resident = Resident(
                scope_id=scope, name=called, surname_key=surname_key(called), salt=secrets.token_bytes(16), created_at=at
            )
            fresh.append(resident)
        for key in keys:
            if resident is not None and key not in known:
                known[key] = resident
                cipher, key_id, lookup = seal(key[1], phone if key[1] == Contact.Kind.PHONE else email)
                contacts.append(
                    Contact(resident=resident, scope_id=scope, kind=key[1], cipher=cipher, key_id=key_id, lookup=lookup)
                )
        out.append(resident)
    Resident.objects.bulk_create(fresh)
    Contact.objects.bulk_create(contacts)
    return out


def _keys_of(scope_id: int, phone: str, email: str) -> list[tuple[int, str, str]]:
    keys = []
    for kind, value in ((Contact.Kind.PHONE, phone.strip()), (Contact.Kind.EMAIL, email.strip())):
        if value:
            try:
                keys.append((scope_id, str(kind), lookup_hash(kind, value)))
            except BadInput:
                continue
    return keys
