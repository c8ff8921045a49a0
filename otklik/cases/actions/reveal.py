"""Показать контакты: each showing is an entry with its reason."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases.gate import passing, said
from otklik.failures import BadInput
from otklik.residents.contacts import show


def reveal_contacts(
    actor: Actor, case_id: int, *, reason: str, now: datetime | None = None
) -> list[tuple[str, str]]:
    """The contacts of the case's resident as (kind, value). Raises `Failure` when the key is not the host's."""
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, зачем нужен контакт: запись останется в журнале."), "reason")
    with passing(actor, case_id, "reveal", now=now) as gate:
        contacts = list(gate.case.resident.contacts.order_by("id")) if gate.case.resident else []
        gate.fields["count"] = len(contacts)
        gate.words = words
        return [(c.kind, show(c)) for c in contacts]
