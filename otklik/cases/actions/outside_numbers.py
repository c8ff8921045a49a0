"""Номер в другой системе: added and taken away by hand, so that the matter is found by any of its numbers."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases.gate import passing
from otklik.cases.models import OutsideNumber
from otklik.cases.registering import SYSTEMS
from otklik.channels.models import Account
from otklik.failures import BadInput, NotYours
from otklik.journal.appending import salted_digest
from otklik.typed_text import line


def add_number(
    actor: Actor, case_id: int, *, system: str, number: str, url: str = "", now: datetime | None = None
) -> OutsideNumber:
    """Note the number of the case in another system. Said twice it is there once.

    Raises `BadInput` when something is missing or the number is another case's.
    """
    system, number, url = line(system, 80, "system"), line(number, 180, "number"), line(url, 500, "url")
    if not system:
        raise BadInput(_("Напишите, что это за система."), "system")
    if not number:
        raise BadInput(_("Напишите номер."), "number")
    if url:
        try:
            URLValidator(schemes=["http", "https"])(url)
        except ValidationError as error:
            raise BadInput(_("Ссылка должна начинаться с https:// или http://."), "url") from error
    with passing(actor, case_id, "outside_number", now=now, verb="number_added") as gate:
        case = gate.case
        found = OutsideNumber.objects.filter(system=system, number=number).first()
        if found is not None and found.case_id != case.pk:
            raise BadInput(_("Этот номер уже стоит у другой карточки."), "number")
        if found is not None:
            gate.unchanged = found.url == url or not url
            found.url = url or found.url
            found.save(update_fields=["url"])
            return found
        made = OutsideNumber.objects.create(case=case, scope_id=case.scope_id, system=system, number=number, url=url)
        gate.fields |= {**_named(system), "number": salted_digest(bytes(case.salt), number)}
        return made


def remove_number(actor: Actor, case_id: int, *, number_id: int, now: datetime | None = None) -> None:
    """Take a number away that was put there by mistake. The number by which an import knows its row stays.

    Raises `NotYours` when the case has no such number, `BadInput` for the one of its own source.
    """
    with passing(actor, case_id, "outside_number", now=now, verb="number_removed") as gate:
        case = gate.case
        found = OutsideNumber.objects.filter(pk=number_id, case=case).first()
        if found is None:
            raise NotYours(_("Такого номера у карточки уже нет."))
        if found.system == case.account.name:
            raise BadInput(_("По этому номеру загрузка узнаёт карточку: убрать его нельзя."), "number")
        gate.fields |= {**_named(found.system), "number": salted_digest(bytes(case.salt), found.number)}
        found.delete()


def _named(system: str) -> dict[str, str]:
    """The system for the journal, if it is one that we know: what a person typed may be anything, a name too."""
    known = system in SYSTEMS.values() or Account.objects.filter(name=system).exists()
    return {"system": system} if known else {}
