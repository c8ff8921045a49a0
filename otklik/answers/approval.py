"""Approval: another person than the author, unless the policy of a one-person centre says otherwise."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.answers.models import Answer, AnswerVersion
from otklik.answers.reading import text_of
from otklik.cases.clocks import Rules
from otklik.cases.gate import Passage, looking, passing, said
from otklik.cases.models import Case
from otklik.failures import BadInput, NotYours, Refused
from otklik.organisations import region_settings
from otklik.typed_text import line

MAX_NOTE = 300


def chain_is_empty(case: Case) -> bool:
    """Whether an answer of this case may be published without another person's approval.

    So it is for regime `social` when the policy's chain is empty, or when the centre is marked as one person's.
    """
    if case.regime != Case.Regime.SOCIAL:
        return False
    one_person = region_settings.get("one_person", case.scope.municipality_id or case.scope_id)
    return bool(one_person) or not Rules().policy(case, case.received_at).approval


def send_to_review(actor: Actor, answer_id: int, *, now: datetime | None = None) -> Answer:
    """Draft → on approval."""
    with passing(actor, case_of(actor, answer_id), "send_to_review", now=now) as gate:
        answer = in_state(gate, answer_id, Answer.State.DRAFT)
        answer.state = Answer.State.REVIEW
        answer.save(update_fields=["state"])
        return answer


def approve(
    actor: Actor, answer_id: int, *, note: str = "", version: int | None = None, now: datetime | None = None
) -> Answer:
    """On approval → approved. `note` may say «согласовано устно: кем, когда», and then the note is who approved.

    `version` is the text the approver has read: a newer one is refused, so that nobody approves what they have not
    seen.
    """
    note = line(note, MAX_NOTE, "note")
    with passing(actor, case_of(actor, answer_id), "approve", now=now) as gate:
        answer = in_state(gate, answer_id, Answer.State.REVIEW)
        same_text(gate, version)
        writers = set(AnswerVersion.objects.filter(answer=answer).values_list("author_id", flat=True))
        if gate.user_id in writers and not note and not chain_is_empty(gate.case):
            raise Refused(_("Свой ответ согласует другой сотрудник. Если согласовали устно, запишите кем и когда."))
        answer.state, answer.approved_by_id, answer.approved_at = Answer.State.APPROVED, gate.user_id, gate.now
        answer.approval_note = gate.words = note
        answer.save()
        return answer


def return_to_author(actor: Actor, answer_id: int, *, reason: str, now: datetime | None = None) -> Answer:
    """On approval (or approved) → draft, with what is to be changed."""
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, что поправить."), "reason")
    with passing(actor, case_of(actor, answer_id), "return", now=now) as gate:
        answer = in_state(gate, answer_id, Answer.State.REVIEW, Answer.State.APPROVED)
        answer.state, answer.approved_by, answer.approved_at = Answer.State.DRAFT, None, None
        answer.save()
        gate.words = words
        return answer


def case_of(actor: Actor, answer_id: int) -> int:
    """The case of an answer, as the actor sees it. Raises `NotYours`."""
    with looking(actor):
        found = Answer.objects.filter(pk=answer_id).values_list("case_id", flat=True).first()
    if found is None:
        raise NotYours(_("Такого ответа нет, или он не в вашем муниципалитете."))
    return found


def in_state(gate: Passage, answer_id: int, *states: str) -> Answer:
    """The answer, locked, if it is in one of these states; puts its id and version into the journal entry."""
    answer = Answer.objects.select_for_update().get(pk=answer_id)
    if answer.turn != gate.case.turn:
        raise Refused(_("Этот ответ — на прежнее сообщение: с тех пор житель написал снова. Обновите страницу."))
    if answer.state not in states:
        raise Refused(
            _("Ответ уже в состоянии «%(state)s». Обновите страницу.") % {"state": answer.get_state_display()}
        )
    gate.fields |= {"answer": answer.pk, "version": text_of(answer).number}
    return answer


def same_text(gate: Passage, version: int | None) -> None:
    """Refuse when the answer's text is newer than the one a person has read (None: they do not say which)."""
    if version is not None and version != gate.fields["version"]:
        raise Refused(_("Пока вы читали, текст ответа изменили. Прочитайте новый."))
