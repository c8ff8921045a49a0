"""На кого жалоба: who is complained of, so that the complaint never goes to them (59-ФЗ, article 8, part 6)."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases.gate import passing
from otklik.cases.models import ComplainedOf
from otklik.failures import BadInput, NotYours
from otklik.organisations.models import Organisation
from otklik.typed_text import line

MOST = 10


def add_complained(
    actor: Actor, case_id: int, *, organisation_id: int | None = None, name: str = "", now: datetime | None = None
) -> ComplainedOf:
    """Note whom the resident complains of: an organisation of the directory, or by name. The same twice is nothing."""
    name = line(name, 300, "name")
    if organisation_id is None and not name:
        raise BadInput(_("Выберите или напишите, на кого жалуются."), "name")
    with passing(actor, case_id, "complained", now=now) as gate:
        rows = list(ComplainedOf.objects.filter(case=gate.case))
        organisation = None
        if organisation_id is not None:
            organisation = Organisation.objects.filter(pk=organisation_id).first()
            if organisation is None:
                raise BadInput(_("Выберите организацию из списка."), "organisation")
            name = ""
        there = next((row for row in rows if (row.organisation_id, row.name) == (organisation_id, name)), None)
        if there is not None:
            gate.unchanged = True
            return there
        if len(rows) >= MOST:
            raise BadInput(_("Не больше %(n)s: остальных назовите в письме.") % {"n": MOST}, "name")
        made = ComplainedOf.objects.create(
            case=gate.case, scope_id=gate.case.scope_id, organisation=organisation, name=name,
            added_by_id=gate.user_id, added_at=gate.now,
        )
        gate.fields["organisation"] = organisation_id or 0
        gate.words = name
        return made


def remove_complained(actor: Actor, case_id: int, *, complained_id: int, now: datetime | None = None) -> None:
    """The complaint is not about them after all. Raises `NotYours`."""
    with passing(actor, case_id, "complained", now=now, verb="not_complained") as gate:
        row = ComplainedOf.objects.filter(case=gate.case, pk=complained_id).first()
        if row is None:
            raise NotYours(_("Такой записи нет: возможно, её уже убрали. Обновите страницу."))
        gate.fields["organisation"] = row.organisation_id or 0
        gate.words = row.name
        row.delete()
