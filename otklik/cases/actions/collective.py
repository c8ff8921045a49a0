"""Коллективное обращение: how many people signed it, and to whom of them the answer goes."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases.gate import passing
from otklik.cases.models import Case, Collective, Registration
from otklik.failures import BadInput, Refused
from otklik.typed_text import line

MOST_PEOPLE = 100_000


def set_collective(
    actor: Actor, case_id: int, *, people: int, answer_to: str, note: str = "", now: datetime | None = None
) -> Collective:
    """Note that several people signed (59-ФЗ, article 2, part 1). One appeal, whatever their number; one answer.

    Saying it again corrects it. Raises `BadInput` naming the field, `Refused` for what is no appeal by 59-ФЗ.
    """
    answer_to, note = line(answer_to, 200, "answer_to"), line(note, 300, "note")
    if not 2 <= people <= MOST_PEOPLE:
        raise BadInput(_("Подписавших — от двух человек."), "people")
    if not answer_to:
        raise BadInput(_("Напишите, кому из подписавших ответить."), "answer_to")
    with passing(actor, case_id, "collective", now=now) as gate:
        _check_appeal(gate.case)
        row = Collective.objects.select_for_update().filter(case=gate.case).first()
        if row is not None and (row.people, row.answer_to, row.note) == (people, answer_to, note):
            gate.unchanged = True
            return row
        row = row or Collective(case=gate.case)
        row.scope_id, row.people, row.answer_to, row.note = gate.case.scope_id, people, answer_to, note
        row.set_by_id, row.set_at = gate.user_id, gate.now
        row.save()
        gate.fields["people"] = people
        return row


def not_collective(actor: Actor, case_id: int, *, now: datetime | None = None) -> None:
    """Take it back: one person wrote."""
    with passing(actor, case_id, "collective", now=now, verb="not_collective") as gate:
        gone, _tables = Collective.objects.filter(case=gate.case).delete()
        gate.unchanged = not gone


def _check_appeal(case: Case) -> None:
    if case.regime == Case.Regime.LAW59:
        return
    rows = Registration.objects.filter(case=case, regime=Registration.Regime.LAW59)
    if not rows.exclude(ended_by=Registration.EndedBy.MISTAKE).exists():
        raise Refused(_("Коллективным бывает обращение по 59-ФЗ: сначала внесите регистрацию."))
