"""Publication: the answer goes out once, through the way the resident chose, and the clock stops at its time."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.answers import coaching, outgoing, promising
from otklik.answers.approval import case_of, chain_is_empty, check_steps, in_state, same_text, whole
from otklik.answers.models import Answer, CoachOverride
from otklik.answers.reading import text_of
from otklik.answers.undoing import note_standing
from otklik.cases import clocks, parts
from otklik.cases.gate import Passage, looking, passing
from otklik.cases.lifecycle import ACTED
from otklik.cases.models import Case, CaseMessage, Registration
from otklik.cases.registered import LAWS, end, open_registration, still_open
from otklik.channels.models import Delivery, Message
from otklik.channels.registered import never_there
from otklik.failures import BadInput, Refused
from otklik.typed_text import typed, within

MAX_LINK = 500
INTERIM = ("publish_interim", "publish_common_interim")
NOW = timedelta(0)


def publish(
    actor: Actor, answer_id: int, *, version: int | None = None, in_spite: str = "", now: datetime | None = None,
    hold: timedelta = NOW, vouched: str = "", promises: Sequence[promising.Taken] = (),
) -> Answer:
    """Publish on the resident's page (or note the call that was made). Outside cases go by `published_by_hand`.

    `version` is the text the person has read; a newer one is refused. `in_spite`: why a final answer of a joint matter
    goes out before every part of it is over. `hold`: the answer is published now, and its clock stops now, but nobody
    outside sees it before this time is over: so long its author may take it back (`undoing.py`). `vouched`: why it goes
    out although the coach found something grave. `promises`: days of its words that are taken down.
    """
    case_id = case_of(actor, answer_id)
    with passing(actor, case_id, _move(actor, answer_id), now=now, verb="publish") as gate:
        if hold:
            note_standing(gate)
        if gate.case.answer_by == Case.AnswerBy.OUTSIDE:
            raise Refused(
                never_there(gate.case.account.channel)
                or _("Эта карточка из другой системы: скопируйте ответ туда и отметьте «опубликовано вручную».")
            )
        return publish_in(
            gate, answer_id, gate.now, "", version, in_spite, hold, vouched=vouched, promises=promises
        )


def published_by_hand(
    actor: Actor, answer_id: int, *, link: str = "", at: datetime, version: int | None = None,
    in_spite: str = "", now: datetime | None = None, vouched: str = "", promises: Sequence[promising.Taken] = (),
) -> Answer:
    """Note that the answer was put by hand into the outside system, with link and time. The clock stops at `at`."""
    now = now or timezone.now()
    if at > now:
        raise BadInput(_("Время публикации ещё не наступило."), "at")
    link = typed(link)
    if link:
        try:
            URLValidator(schemes=["http", "https"])(within(link, MAX_LINK, "link"))
        except ValidationError as error:
            raise BadInput(_("Ссылка должна начинаться с https:// или http://."), "link") from error
    case_id = case_of(actor, answer_id)
    with passing(actor, case_id, _move(actor, answer_id), now=now, verb="publish") as gate:
        if at < gate.case.turn_began_at:
            raise BadInput(_("Ответ не может быть раньше сообщения."), "at")
        gate.fields["by_hand"] = True
        return publish_in(gate, answer_id, at, link, version, in_spite, vouched=vouched, promises=promises)


def _move(actor: Actor, answer_id: int) -> str:
    with looking(actor):
        kind = Answer.objects.filter(pk=answer_id).values_list("kind", flat=True).first()
    return "publish_interim" if kind == Answer.Kind.INTERIM else "publish"


def publish_in(
    gate: Passage, answer_id: int, at: datetime, link: str, version: int | None, in_spite: str, hold: timedelta = NOW,
    *, vouched: str = "", promises: Sequence[promising.Taken] = (),
) -> Answer:
    """Publish inside an open gate. Clocks that wait for this answer stop at its time, others at the time of the act."""
    case = gate.case
    free = chain_is_empty(case)
    states = [Answer.State.APPROVED] + ([Answer.State.DRAFT, Answer.State.REVIEW] if free else [])
    answer = Answer.objects.select_for_update().get(pk=answer_id)
    if answer.state in (Answer.State.DRAFT, Answer.State.REVIEW) and not free:
        raise Refused(_("Сначала ответ согласует другой сотрудник."))
    answer = in_state(gate, answer_id, *states)
    same_text(gate, version)
    whole(text_of(answer).text)
    if answer.state == Answer.State.APPROVED:
        check_steps(gate, answer)
    unread = answer.state != Answer.State.APPROVED  # nobody has looked at it with the coach's findings yet
    if (answer.kind == Answer.Kind.INTERIM) != (gate.move.name in INTERIM):
        raise Refused(_("Вид ответа только что изменили. Обновите страницу."))
    keep_as_sent(gate, answer, at, link, hold)
    gate.fields |= {"kind": answer.kind, "at": at.isoformat()}
    gate.fields["stopped"] = clocks.stop_by(case, at, [event for event in gate.move.events if event != ACTED])
    if answer.kind == Answer.Kind.FINAL:
        case.answered_at = at
        parts.check_over(gate, in_spite)
        _in_other_registers(gate, at)
        promising.over(gate, at)
    else:
        clocks.start(case, interim=at)
        promising.interim(gate, answer, at)
    if unread:
        coaching.vouch(gate, answer, text_of(answer).text, vouched, CoachOverride.Step.PUBLISH)
    promising.take(gate, answer, promises, at)
    return answer


def keep_as_sent(gate: Passage, answer: Answer, at: datetime, link: str = "", hold: timedelta = NOW) -> None:
    """The answer's text joins the thread as what went out at that time. Inside an open gate."""
    answer.message = _message(gate, answer, at, link, hold)
    answer.state, answer.published_by_id, answer.published_at = Answer.State.PUBLISHED, gate.user_id, at
    answer.save()


def _in_other_registers(gate: Passage, at: datetime) -> None:
    """An answer under the case's own rules ends the case only when no register waits for one.

    What is answered by law is sent, with a number and a signature, and that is noted there; an answer put by hand
    into the ПОС is the answer there.
    """
    case = gate.case
    if case.regime in LAWS:
        raise Refused(_("Ответ здесь отправляют с исходящим номером: отметьте «Отправлено» рядом с регистрацией."))
    if case.regime == Case.Regime.POS:
        entry = open_registration(case, case.regime)
        if entry is not None:
            entry.out_at = at
            end(gate, entry, Registration.EndedBy.SENT, at)
    if still_open(case):
        gate.target = case.state


def _message(gate: Passage, answer: Answer, at: datetime, link: str, hold: timedelta) -> Message:
    """The answer in the thread, and its line in the ledger: to be sent where the resident wrote, or done already.

    While it is held back, `received_at` lies ahead: nothing outside shows a message before that.
    """
    case = gate.case
    by_channel = case.answer_by == Case.AnswerBy.CHANNEL and not gate.fields.get("by_hand")
    account = outgoing.way_of(case)[0] if by_channel else case.account
    message = Message.objects.create(
        account=account, external_id=f"answer:{answer.pk}", direction=Message.Direction.OUT,
        scope_id=case.scope_id, resident_id=case.resident_id, text=text_of(answer).text,
        salt=secrets.token_bytes(16), written_at=at, received_at=gate.now + hold,
    )
    CaseMessage.objects.create(case=case, message=message, scope_id=case.scope_id, turn=case.turn)
    if by_channel:
        outgoing.enqueue(case, message, gate.now + hold)
    else:
        Delivery.objects.create(
            message=message, scope_id=case.scope_id, state=Delivery.State.DONE, attempts=1, link=link, done_at=at
        )
    return message
