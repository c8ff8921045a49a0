"""What stays of a person after erasure: a row without name and contacts, to which cases point. For `intake.erasing`."""

from collections.abc import Sequence
from datetime import datetime

from otklik.residents.models import Consent, Contact, Resident

NO_SALT = b""  # the salt is gone: digests in the journal prove nothing any more


def redact(resident_ids: Sequence[int], at: datetime) -> dict[str, int]:
    """Delete contacts, withdraw consents, forget names and salts. Caller writes as the gate (widened)."""
    people = Resident.objects.filter(pk__in=resident_ids)
    contacts, _rows = Contact.objects.filter(resident__in=people).delete()
    consents = Consent.objects.filter(resident__in=people, withdrawn_at=None).update(withdrawn_at=at)
    names = people.exclude(name="").count()
    people.update(name="", surname_key="", salt=NO_SALT, erased_at=at)
    return {"contacts": contacts, "consents": consents, "names": names}
