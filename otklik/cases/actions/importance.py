"""Исправить важность: a person says otherwise than the reader, and why; the card remembers both."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import alarms, clocks
from otklik.cases.gate import passing, said
from otklik.cases.models import Case
from otklik.failures import BadInput
from otklik.policy.regulation import CRITICAL

BY_PERSON = "указано сотрудником"
DISMISSED = "угрозы нет: важность исправлена"


def correct_importance(
    actor: Actor, case_id: int, *, importance: int, reason: str, now: datetime | None = None
) -> Case:
    """Set the importance a person decided. The reason is asked for: it goes beside the journal's entry.

    Up to 4 the alarm rings as for any danger. Down from 4 an alarm nobody took is over, and says so. What the reader
    had said stays in the suggestion beside the decision, so that the share of corrected can be counted. Agreeing is a
    decision too; it needs no reason and leaves no entry.
    """
    if not 0 <= importance <= CRITICAL:
        raise BadInput(_("Важность бывает от 0 до 4."), "importance")
    words = said(reason)
    with passing(actor, case_id, "set_importance", now=now) as gate:
        case = gate.case
        before = case.importance
        _remember(case, importance)
        if importance == before:
            case.save(update_fields=["suggestion"])
            gate.unchanged = True
            return case
        if not words:
            raise BadInput(_("Напишите, почему: это останется в журнале."), "reason")
        gate.words = words
        gate.fields["importance"] = [before, importance]
        if isinstance(case.suggestion, dict) and isinstance(case.suggestion.get("importance"), int):
            gate.fields["read_importance"] = case.suggestion["importance"]
        case.importance, case.importance_reason = importance, BY_PERSON
        clocks.recompute(case)
        if importance < CRITICAL:
            gate.fields |= alarms.dismiss(case, gate.now, gate.user_id, DISMISSED)
        else:
            alarms.raise_if_dangerous(case, gate.now, by_person=True)
        return case


def _remember(case: Case, importance: int) -> None:
    suggestion: dict[str, Any] = dict(case.suggestion or {})
    if isinstance(suggestion.get("importance"), int):
        case.suggestion = suggestion | {"decided_importance": importance}


def corrected_share() -> tuple[int, int]:
    """How many importances people decided and how many of these they changed, in what the actor sees."""
    decided = Case.objects.filter(suggestion__has_key="decided_importance")
    pairs = decided.values_list("suggestion__importance", "suggestion__decided_importance")
    told = list(pairs)
    return len(told), sum(read != said for read, said in told)
