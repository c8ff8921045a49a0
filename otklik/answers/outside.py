"""A colleague answered straight from our own page while an answer of ours waited: a person says what becomes of it."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.answers.models import Answer
from otklik.answers.reading import IN_PROGRESS, answer_of
from otklik.cases import clocks
from otklik.cases.gate import Passage, passing
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case, CaseMessage
from otklik.channels.models import Message
from otklik.failures import Refused
from otklik.journal.models import Entry


def said_outside(case: Case) -> Message | None:
    """The newest answer of this turn that was given outside of the program. Inside `acting`."""
    rows = CaseMessage.objects.filter(
        case=case, turn=case.turn, message__outside=True, message__direction=Message.Direction.OUT
    )
    found = rows.select_related("message").order_by("-pk").first()
    return found.message if found else None


def asks_about_draft(case: Case) -> Message | None:
    """The outside answer because of which somebody has to decide about the draft that waits, if there is one."""
    if case.state in IN_WORK or answer_of(case) is None:
        return None
    return said_outside(case)


def drop_draft(actor: Actor, case_id: int, *, now: datetime | None = None) -> Answer:
    """«Снять черновик»: the answer from our page is the answer. The text stays in the case's versions."""
    with passing(actor, case_id, "drop_draft", now=now) as gate:
        answer = _waiting(gate)
        answer.state = Answer.State.WITHDRAWN
        answer.save(update_fields=["state"])
        gate.fields["answer"] = answer.pk
        return answer


def keep_draft(actor: Actor, case_id: int, *, now: datetime | None = None) -> Answer:
    """«Оставить»: what was said there was no final answer. The work goes on where it stood, with the final's clock.

    The clock that was stopped by the outside answer stays stopped at its time, as by an interim answer.
    """
    with passing(actor, case_id, "keep_draft", now=now) as gate:
        answer, case = _waiting(gate), gate.case
        before = Entry.objects.filter(stream=f"case:{case.pk}", verb="answered_outside").order_by("-seq").first()
        state = (before.fields or {}).get("from") if before else None
        if state in IN_WORK:
            gate.target = state
        at, case.answered_at = case.answered_at, None
        clocks.start(case, interim=at or gate.now)
        gate.fields["answer"] = answer.pk
        return answer


def _waiting(gate: Passage) -> Answer:
    rows = Answer.objects.select_for_update().filter(case=gate.case, turn=gate.case.turn, state__in=IN_PROGRESS)
    answer = rows.first()
    if answer is None or said_outside(gate.case) is None:
        raise Refused(_("Черновика, который ждёт решения, уже нет. Обновите страницу."))
    return answer
