"""Taking back the last act where an answer is concerned: a publication whose answer has not gone out yet."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.answers.models import Answer, Promise
from otklik.answers.public_promises import follow
from otklik.cases import standing
from otklik.cases.actions.undo_last import undoing
from otklik.cases.gate import Passage
from otklik.cases.models import Case, CaseMessage
from otklik.channels.models import Attempt, Delivery, Message
from otklik.failures import Refused

OF_ANSWER = (
    "state", "approved_by_id", "approved_at", "approval_note", "published_by_id", "published_at", "message_id",
)  # fmt: skip
OF_PROMISE = ("state", "until", "kept_at", "ended_at", "ended_by_id", "moved_to_id")


def note_standing(gate: Passage) -> None:
    """Note how the case, its answers and promises stand before a publication that may be taken back."""
    standing.note(gate)
    if gate.before is not None:
        gate.before["answers"] = standing.rows_of(Answer.objects.filter(case=gate.case), OF_ANSWER)
        gate.before["promises"] = standing.rows_of(Promise.objects.filter(case=gate.case), OF_PROMISE)


def undo(
    actor: Actor, case_id: int, *, now: datetime | None = None, version: int | None = None,
    since: datetime | None = None,
) -> Case:
    """Take the last act back, a publication, too. Raises `Refused` when its answer is already on its way.

    `version`, `since`: as in `cases.actions.undo_last.undoing`.
    """
    with undoing(actor, case_id, now=now, version=version, since=since) as (gate, last, entry):
        if last.verb == "publish":
            _unpublish(gate, last.before, entry.fields["answer"])
        return gate.case


def _unpublish(gate: Passage, before: dict[str, Any], answer_id: int) -> None:
    """The message leaves the thread again; its text stays as the answer's version."""
    answer = Answer.objects.select_for_update().get(pk=answer_id, case=gate.case)
    message_id = answer.message_id
    if message_id is None:
        raise Refused(_("Ответ уже уходит жителю: отменить нельзя."))
    sending = Delivery.objects.select_for_update().filter(message_id=message_id).first()
    if sending is not None and (
        sending.state not in (Delivery.State.WAITING, Delivery.State.DONE, Delivery.State.BY_HAND)
        or Attempt.objects.filter(delivery=sending).exists()
    ):
        raise Refused(_("Ответ уже уходит жителю: отменить нельзя."))
    standing.restore(Promise.objects.filter(case=gate.case), before["promises"])
    for promise in Promise.objects.filter(case=gate.case):
        follow(promise)  # what everybody sees of it
    standing.restore(Answer.objects.filter(case=gate.case), before["answers"])
    CaseMessage.objects.filter(message_id=message_id).delete()
    Message.objects.filter(pk=message_id).delete()
