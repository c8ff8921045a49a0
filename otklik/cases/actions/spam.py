"""What is not a matter to solve: spam, thanks, not our competence. Leaves the queue with its reason."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import standing
from otklik.cases.gate import passing, said
from otklik.cases.models import Case
from otklik.cases.registered import still_open
from otklik.failures import BadInput, Refused

OUTCOMES = (Case.Outcome.SPAM, Case.Outcome.THANKS, Case.Outcome.NOT_OURS)


def set_aside(actor: Actor, case_id: int, *, outcome: str, reason: str = "", now: datetime | None = None) -> Case:
    """Close without an answer. «Не наша компетенция» needs words: the resident reads them (`answers.where_to_turn`)."""
    words = said(reason)
    if outcome not in OUTCOMES:
        raise BadInput(_("Выберите, что это: спам, благодарность или не наша компетенция."), "outcome")
    if outcome == Case.Outcome.NOT_OURS and not words:
        raise BadInput(_("Напишите, чьё это дело и куда обратиться: эти слова прочтёт житель."), "reason")
    with passing(actor, case_id, "set_aside", now=now) as gate:
        standing.note(gate)
        if still_open(gate.case):
            raise Refused(_("Карточка зарегистрирована: на неё отвечают с исходящим номером или пересылают."))
        gate.case.outcome, gate.case.closed_at = outcome, gate.now
        gate.fields["outcome"] = outcome
        gate.words = words
        return gate.case
