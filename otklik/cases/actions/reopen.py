"""Открыть снова: a new turn with new clocks, by staff and with a reason."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases.gate import Passage, passing
from otklik.cases.models import Case
from otklik.failures import BadInput


def reopen(actor: Actor, case_id: int, *, reason: str, now: datetime | None = None) -> Case:
    """Open an answered or closed case again."""
    if not reason.strip():
        raise BadInput(_("Напишите, почему открываете снова."), "reason")
    with passing(actor, case_id, "reopen", now=now) as gate:
        begin_turn(gate)
        gate.fields["reason"] = reason.strip()[:300]
        return gate.case


def begin_turn(gate: Passage, importance_max: int | None = None) -> None:
    """The next turn of a case: nothing is closed or answered any more. The gate starts the clocks."""
    case = gate.case
    case.turn += 1
    case.outcome, case.closed_at, case.answered_at = "", None, None
    if importance_max is not None:
        case.importance = min(case.importance, importance_max)
    gate.fields["turn"] = case.turn
