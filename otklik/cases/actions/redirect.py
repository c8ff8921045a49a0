"""Перенаправить: «не наше» with its reason; every redirect is a hop that the responsibility map remembers."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor, acting
from otklik.cases import responsibility
from otklik.cases.actions.assign import place_task
from otklik.cases.gate import passing
from otklik.cases.models import Assignment, Case
from otklik.failures import BadInput, NotYours

SECOND_HOP = 1  # after this many redirects the next is decided one level higher


def redirect(
    actor: Actor,
    case_id: int,
    *,
    assignment_id: int,
    organisation_id: int,
    reason: str,
    task: str | None = None,
    now: datetime | None = None,
) -> Assignment:
    """Take a task from one organisation and give it to another. From the second time on the ЦУР decides."""
    if not reason.strip():
        raise BadInput(_("Напишите, почему передаёте: причина останется в карточке."), "reason")
    with acting(actor):
        hops = Case.objects.filter(pk=case_id).values_list("hops", flat=True).first()
    move = "redirect" if (hops or 0) < SECOND_HOP else "redirect_again"
    with passing(actor, case_id, move, now=now, verb="redirect") as gate:
        case = gate.case
        old = Assignment.objects.filter(pk=assignment_id, case=case).exclude(
            state=Assignment.State.WITHDRAWN
        ).first()
        if old is None:
            raise NotYours(_("Такого поручения нет: возможно, его уже передали. Обновите страницу."))
        if old.organisation_id == organisation_id:
            raise BadInput(_("Поручение уже у этой организации."), "organisation")
        old.state, old.finished_at = Assignment.State.WITHDRAWN, gate.now
        old.save(update_fields=["state", "finished_at"])
        new = place_task(
            gate, organisation_id, task or old.task, old.part, address=old.address, due_at=case.control_at
            if case.control_at and case.control_at > gate.now else None, reason=reason.strip(), hop=old.hop + 1,
        )
        if old.part == Assignment.Part.RESPONSIBLE:
            case.executor_id = organisation_id
            case.hops += 1
            responsibility.remember_redirected(case, old.organisation_id, organisation_id)
        else:
            gate.target = case.state
        gate.fields |= {
            "from_organisation": old.organisation_id, "organisation": organisation_id, "assignment": new.pk,
            "hop": case.hops,
        }
        return new
