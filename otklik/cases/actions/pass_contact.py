"""Передать контакт: name and phone leave to one executor, with a basis, and come back when asked."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor, Link
from otklik.cases.gate import passing, said
from otklik.cases.models import Assignment, PassedContact
from otklik.failures import BadInput
from otklik.residents.contacts import seal_words, show, unseal_words

MAX_SHOWN = 3


def pass_contact(
    actor: Actor, case_id: int, *, assignment_id: int, basis: str, reason: str, now: datetime | None = None
) -> PassedContact:
    """Let one executor see the resident's name and contacts on the page of their task.

    Raises `BadInput` without a basis or a reason, for a task that is withdrawn, and when there is no contact.
    """
    words = said(reason)
    if basis not in PassedContact.Basis.values:
        raise BadInput(_("Выберите, на каком основании передаёте контакт."), "basis")
    if not words:
        raise BadInput(_("Напишите, зачем исполнителю контакт: запись останется в журнале."), "reason")
    with passing(actor, case_id, "pass_contact", now=now) as gate:
        task = Assignment.objects.filter(pk=assignment_id, case=gate.case).exclude(
            state=Assignment.State.WITHDRAWN
        ).first()
        if task is None:
            raise BadInput(_("Это поручение уже снято. Обновите страницу."), "assignment")
        resident = gate.case.resident
        contacts = list(resident.contacts.order_by("id")[:MAX_SHOWN]) if resident else []
        if resident is None or not contacts:
            raise BadInput(_("Контакта нет: житель его не оставил."), "reason")
        lines = [resident.name, *(show(contact) for contact in contacts)]
        cipher, key_id = seal_words("\n".join(line for line in lines if line))
        passed, _new = PassedContact.objects.update_or_create(
            assignment=task,
            defaults={
                "case": gate.case, "scope_id": gate.case.scope_id, "basis": basis, "cipher": cipher,
                "key_id": key_id, "passed_by_id": gate.user_id, "passed_at": gate.now,
            },
        )
        gate.fields |= {"assignment": task.pk, "organisation": task.organisation_id, "basis": basis}
        gate.words = words
        return passed


def take_back(actor: Actor, case_id: int, *, assignment_id: int, now: datetime | None = None) -> None:
    """The executor sees the contact no more. Nothing was passed: nothing happens."""
    with passing(actor, case_id, "take_contact_back", now=now) as gate:
        gone, _rows = PassedContact.objects.filter(assignment_id=assignment_id, case=gate.case).delete()
        gate.unchanged = not gone
        gate.fields["assignment"] = assignment_id


def passed_to(link: Link, assignment_id: int) -> list[str]:
    """The lines that the executor of this task may see now. Inside `acting(link)`."""
    row = PassedContact.objects.filter(assignment_id=assignment_id, case_id=link.case_id).first()
    return unseal_words(bytes(row.cipher), row.key_id).splitlines() if row and link.holder == "executor" else []
