"""Recording who wrote, so that the same person in the same centre is one row."""

import secrets
from datetime import datetime

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
