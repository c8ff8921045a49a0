"""Открыть снова: a new turn with new clocks, by staff and with a reason."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import clocks, done_reports
from otklik.cases.gate import Passage, passing, said
from otklik.cases.models import Assignment, Case, DoneReport
from otklik.failures import BadInput


def reopen(actor: Actor, case_id: int, *, reason: str, now: datetime | None = None) -> Case:
    """Open an answered or closed case again."""
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, почему открываете снова."), "reason")
    with passing(actor, case_id, "reopen", now=now) as gate:
        begin_turn(gate)
        gate.words = words
        return gate.case


def begin_turn(gate: Passage, fix: str = Case.Fix.UNKNOWN, *, came_of: str = "") -> None:
    """The next turn of a case: nothing is closed, answered or given to anybody any more. The gate starts the clocks.

    Importance is at most what the policy says for a turn (design, section 4, step 8): the danger to life was answered
    in the turn before; a new one is set by a person, and rings again. `came_of`: what that makes of a fix that was
    reported in the turn before.
    """
    case = gate.case
    returned = DoneReport.CameOf.REFUTED if fix == Case.Fix.REFUTED else DoneReport.CameOf.REOPENED
    done_reports.follow(case, came_of or returned, gate.now)
    most = clocks.Rules().policy(case, case.received_at).reopen_importance_max
    if most is not None and case.importance > most:
        gate.fields["importance"] = [case.importance, most]
        case.importance = most
    case.turn += 1
    case.turn_began_at = gate.now
    case.notifies = True  # whatever history it was, from now on it is live
    case.outcome, case.closed_at, case.answered_at, case.fix = "", None, None, fix
    # An executor's link of the turn before must not report on this one.
    Assignment.objects.filter(case=case).exclude(state=Assignment.State.WITHDRAWN).update(
        state=Assignment.State.WITHDRAWN, finished_at=gate.now
    )
    gate.fields["turn"] = case.turn
