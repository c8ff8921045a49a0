"""Перенаправить: «не наше» with its reason; every redirect is a hop that the responsibility map remembers."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import part_clocks, responsibility, standing, upper
from otklik.cases.actions.assign import MAX_REASON, place_task
from otklik.cases.gate import looking, passing
from otklik.cases.models import Assignment, Case, Clock, UpperRequest
from otklik.cases.upper import SECOND_HOP
from otklik.failures import BadInput, NotYours, Refused
from otklik.typed_text import line


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
    """Take a task from one organisation and give it to another. From the second time on the ЦУР decides.

    The reason goes with the task and stays in the case, not in the journal.
    """
    reason = line(reason, MAX_REASON, "reason")
    if not reason:
        raise BadInput(_("Напишите, почему передаёте: причина останется в карточке."), "reason")
    move = "redirect_again" if _decided_above(actor, case_id, assignment_id) else "redirect"
    with passing(actor, case_id, move, now=now, verb="redirect") as gate:
        case = gate.case
        if not UpperRequest.objects.filter(case=case, state="open").exists():  # it is settled by this, and told so
            standing.note(gate)
        old = Assignment.objects.filter(pk=assignment_id, case=case).exclude(
            state=Assignment.State.WITHDRAWN
        ).first()
        if old is None:
            raise NotYours(_("Такого поручения нет: возможно, его уже передали. Обновите страницу."))
        if move == "redirect" and old.part == Assignment.Part.RESPONSIBLE and case.hops >= SECOND_HOP:
            raise Refused(_("Карточку уже передавали: второй раз решает ЦУР. Обновите страницу и попросите его."))
        at_work = Assignment.objects.filter(case=case, organisation_id=organisation_id)
        if at_work.exclude(state=Assignment.State.WITHDRAWN).exists():
            raise BadInput(_("Эта организация уже работает по карточке."), "organisation")
        old.state, old.finished_at = Assignment.State.WITHDRAWN, gate.now
        old.save(update_fields=["state", "finished_at"])
        new = place_task(
            gate, organisation_id, task or old.task, old.part, address=old.address, due_at=_own_date(old, gate.now),
            reason=reason, hop=old.hop + 1,
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
        upper.decided(gate)
        return new


def _own_date(old: Assignment, now: datetime) -> datetime | None:
    """The date that a person set for this part goes with it, unless it has passed."""
    row = Clock.objects.filter(assignment=old, policy_version=part_clocks.GIVEN).order_by("-id").first()
    return row.due_at if row and row.due_at > now else None


def _decided_above(actor: Actor, case_id: int, assignment_id: int) -> bool:
    """Whether this hop is the second one of the responsible task. The gate checks again under the lock."""
    with looking(actor):
        part = Assignment.objects.filter(pk=assignment_id, case_id=case_id).values_list("part", flat=True).first()
        hops = Case.objects.filter(pk=case_id).values_list("hops", flat=True).first()
    return part != Assignment.Part.CO_EXECUTOR and (hops or 0) >= SECOND_HOP
