"""Approval: the steps of the chain one after another, each by another person than the author; returned or withdrawn.

The chain is data of the policy (`answers.chain`). With something grave found by the coach nobody agrees without a
reason.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff
from otklik.answers import chain, coaching
from otklik.answers.models import Agreement, Answer, AnswerVersion, CoachOverride
from otklik.answers.reading import text_of
from otklik.answers.templating import gaps_in
from otklik.cases.gate import Passage, looking, passing, said
from otklik.cases.models import Case
from otklik.cases.noticing import notify
from otklik.failures import BadInput, NotYours, Refused
from otklik.typed_text import line

MAX_NOTE = 300


def chain_is_empty(case: Case) -> bool:
    """Whether an answer of this case may be published without another person's approval."""
    return not chain.chain_of(case)


def send_to_review(actor: Actor, answer_id: int, *, now: datetime | None = None) -> Answer:
    """Draft → on approval."""
    with passing(actor, case_of(actor, answer_id), "send_to_review", now=now) as gate:
        answer = in_state(gate, answer_id, Answer.State.DRAFT)
        whole(text_of(answer).text)
        answer.state = Answer.State.REVIEW
        answer.save(update_fields=["state"])
        _tell_next(gate, answer)
        return answer


def approve(
    actor: Actor, answer_id: int, *, note: str = "", version: int | None = None, in_spite: str = "",
    now: datetime | None = None,
) -> Answer:
    """Take the next step of the chain; the last one makes the answer approved.

    `note` may say «согласовано устно: кем, когда», and then the note is who approved. `version` is the text the
    approver has read: a newer one is refused, so that nobody approves what they have not seen. `in_spite`: why it is
    approved although the coach found something grave.
    """
    note = line(note, MAX_NOTE, "note")
    with passing(actor, case_of(actor, answer_id), "approve", now=now) as gate:
        answer = in_state(gate, answer_id, *_waiting_states(gate, answer_id))
        same_text(gate, version)
        whole(text_of(answer).text)
        writers = AnswerVersion.objects.filter(answer=answer).values_list("author_id", flat=True)
        row, last = chain.take(
            actor, answer, chain.chain_of(gate.case), version=gate.fields["version"], writers=writers, note=note,
            now=gate.now, owner_id=gate.owner_before,
        )
        gate.words = note
        coaching.vouch(gate, answer, text_of(answer).text, in_spite, CoachOverride.Step.APPROVE)
        if row is not None:
            gate.fields |= {"step": row.step, "role": row.role, "oral": bool(note)}
        if last:
            answer.state, answer.approved_by_id, answer.approved_at = Answer.State.APPROVED, gate.user_id, gate.now
            answer.approval_note = note
            answer.save()
        else:
            _tell_next(gate, answer)
        return answer


def return_to_author(actor: Actor, answer_id: int, *, reason: str, now: datetime | None = None) -> Answer:
    """On approval (or approved) → draft, with what is to be changed. No step that was taken holds any more."""
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, что поправить."), "reason")
    with passing(actor, case_of(actor, answer_id), "return", now=now) as gate:
        answer = in_state(gate, answer_id, Answer.State.REVIEW, Answer.State.APPROVED)
        chain.end_steps(answer, Agreement.Ended.RETURNED, gate.now)
        answer.state, answer.approved_by, answer.approved_at = Answer.State.DRAFT, None, None
        answer.save()
        gate.words = words
        _tell_author(gate, answer)
        return answer


def _tell_next(gate: Passage, answer: Answer) -> None:
    """Whoever takes the next step learns that it waits for them."""
    step = chain.next_step(answer, chain.chain_of(gate.case))
    if step is not None:
        to = chain.holders_of(step.role, gate.case.scope, gate.now) - {gate.user_id}
        notify([one for one in to if one], "approval", case=gate.case, now=gate.now)


def _tell_author(gate: Passage, answer: Answer) -> None:
    """Whoever wrote the last text learns that it came back."""
    author = text_of(answer).author_id
    if author and author != gate.user_id:
        notify([author], "returned", case=gate.case, now=gate.now)


def withdraw(actor: Actor, answer_id: int, *, reason: str, now: datetime | None = None) -> Answer:
    """«Отозвать согласование»: who agreed takes it back while the answer is not out. It and the steps after it end.

    A head takes back anybody's. Raises `Refused` when there is no step of this person, or the answer is out.
    """
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, почему отзываете согласование."), "reason")
    with passing(actor, case_of(actor, answer_id), "withdraw_approval", now=now) as gate:
        answer = in_state(gate, answer_id, Answer.State.REVIEW, Answer.State.APPROVED)
        gate.fields["step"] = take_back(actor, answer, gate.now)
        answer.state, answer.approved_by, answer.approved_at = Answer.State.REVIEW, None, None
        answer.approval_note = ""
        answer.save()
        gate.words = words
        return answer


def take_back(actor: Actor, subject: chain.Subject, now: datetime) -> int:
    """End this person's step and those after it (a head: from the first one on). Returns its number."""
    steps = list(chain.taken_for(subject))
    mine = next((one.step for one in steps if isinstance(actor, Staff) and one.user_id == actor.user_id), None)
    if mine is None and steps and isinstance(actor, Staff) and "head" in actor.roles_at(subject.scope_id):
        mine = steps[0].step
    if mine is None:
        raise Refused(_("Отозвать можно своё согласование, а вы этот текст не согласовали."))
    chain.end_steps(subject, Agreement.Ended.WITHDRAWN, now, since=mine)
    return mine


def _waiting_states(gate: Passage, answer_id: int) -> tuple[str, ...]:
    """Approved already, and yet one more step is wanted: the case became more important since."""
    answer = Answer.objects.get(pk=answer_id)
    more = answer.state == Answer.State.APPROVED and chain.next_step(answer, chain.chain_of(gate.case)) is not None
    return (Answer.State.REVIEW, Answer.State.APPROVED) if more else (Answer.State.REVIEW,)


def check_steps(gate: Passage, answer: Answer) -> None:
    """Refuse an approved answer whose chain has grown since: by an importance that was raised after the approval."""
    if not answer.agreements.filter(ended_at=None).exists():
        return  # approved together with others (one answer to a problem), or before there were steps
    missing = chain.next_step(answer, chain.chain_of(gate.case))
    if missing is not None:
        raise Refused(
            _("Важность карточки изменилась, и нужен ещё один шаг согласования: %(who)s.")
            % {"who": missing.role_name}
        )


def whole(text: str) -> None:
    """Refuse a text in which a placeholder is still empty: nobody gets «{имя}» for an answer."""
    if gaps := gaps_in(text):
        raise BadInput(
            _("В тексте есть незаполненное: %(gaps)s. Впишите или уберите.") % {"gaps": ", ".join(gaps)}, "text"
        )


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
