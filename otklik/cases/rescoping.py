"""Moving a case to another scope, with every row that carries a copy of the scope. Inside a gate only (widened).

Tables of rooms above (answers) are found among the models by their columns `case_id` and `scope_id`, so that no table
can be forgotten here; `doctor` looks at the same list.
"""

from django.apps import apps
from django.db import connection
from django.utils import timezone

from otklik.acting import current_actor
from otklik.cases.models import Case, CaseMessage
from otklik.cases.problems import part
from otklik.channels.models import Arrival, Attachment, Attempt, Delivery, Message, OutsideFile
from otklik.files.models import StoredFile
from otklik.residents.models import Contact, Resident


def move_scope(case: Case, scope_id: int) -> None:
    """Give the case and all that hangs on it to another scope; the gate saves the case itself."""
    if case.scope_id == scope_id:
        return
    part(case, current_actor(), timezone.now())  # a problem stays where it is
    messages = list(CaseMessage.objects.filter(case=case).values_list("message_id", flat=True))
    files = set(Attachment.objects.filter(message_id__in=messages).values_list("file_id", flat=True))
    files |= set(case.evidence.values_list("file_id", flat=True))
    Message.objects.filter(pk__in=messages).update(scope_id=scope_id)
    Attachment.objects.filter(message_id__in=messages).update(scope_id=scope_id)
    Delivery.objects.filter(message_id__in=messages).update(scope_id=scope_id)
    Attempt.objects.filter(delivery__message_id__in=messages).update(scope_id=scope_id)
    OutsideFile.objects.filter(message_id__in=messages).update(scope_id=scope_id)
    Arrival.objects.filter(message_id__in=messages).update(scope_id=scope_id)
    StoredFile.objects.filter(pk__in=files).update(scope_id=scope_id)
    with connection.cursor() as cursor:
        for table in tables_of_a_case():
            cursor.execute(f'UPDATE "{table}" SET scope_id = %s WHERE case_id = %s', [scope_id, case.pk])
    if case.resident is not None:
        case.resident = _resident_in(case.resident, case.pk, scope_id)
        Message.objects.filter(pk__in=messages, resident__isnull=False).update(resident=case.resident)
    case.scope_id = scope_id


def tables_of_a_case() -> list[str]:
    """Tables that hold a case's id and a copy of its scope; figures are left out, they follow by themselves."""
    return sorted(
        model._meta.db_table for model in apps.get_models()
        if {"case_id", "scope_id"} <= {field.attname for field in model._meta.concrete_fields}
        and model._meta.app_label != "insight"
    )


def _resident_in(resident: Resident, case_id: int, scope_id: int) -> Resident:
    """The same person as the other scope knows them: moved if this was their only case, else known there anew."""
    lookups = list(resident.contacts.values_list("kind", "lookup"))
    for kind, lookup in lookups:
        known = Contact.objects.filter(scope_id=scope_id, kind=kind, lookup=lookup).select_related("resident").first()
        if known:
            return known.resident
    if not Case.objects.filter(resident=resident).exclude(pk=case_id).exists():
        resident.scope_id = scope_id
        resident.save(update_fields=["scope"])
        resident.contacts.update(scope_id=scope_id)
        resident.consents.update(scope_id=scope_id)
        return resident
    contacts = list(resident.contacts.all())
    anew = Resident.objects.create(
        scope_id=scope_id, name=resident.name, surname_key=resident.surname_key, salt=resident.salt,
        created_at=resident.created_at,
    )
    Contact.objects.bulk_create(
        [
            Contact(resident=anew, scope_id=scope_id, kind=c.kind, cipher=c.cipher, key_id=c.key_id, lookup=c.lookup)
            for c in contacts
        ]
    )
    return anew
