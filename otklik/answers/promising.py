"""Promises to residents: proposed by the words of an answer, taken when it leaves, kept, moved, taken off.

Whoever moves a promise tells the resident in the same act: nobody learns of a missed day by waiting for it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff
from otklik.answers import outgoing
from otklik.answers.approval import chain_is_empty
from otklik.answers.coach.promised_dates import promised_dates
from otklik.answers.coaching import channel_of
from otklik.answers.models import Answer, Promise
from otklik.answers.public_promises import follow
from otklik.cases import clocks
from otklik.cases.clocks import zone
from otklik.cases.gate import Passage, looking, passing, said
from otklik.cases.lifecycle import APPROVERS
from otklik.cases.models import Case, CaseMessage
from otklik.cases.registered import LAWS
from otklik.channels.models import Delivery, Message
from otklik.failures import BadInput, NotYours, Refused
from otklik.policy.loading import calendar_for
from otklik.triage.personal import personal_spans
from otklik.typed_text import line

FARTHEST = timedelta(days=366 * 5)
MOST_WORDS, MOST_TITLE, MOST_TAKEN = 300, 160, 12
OPEN = Promise.State.OPEN
DONE = (Case.Fix.REPORTED, Case.Fix.CONFIRMED)
# To the resident, who is written to in Russian whatever language the page of staff is in.
MOVED_WORDS = "Срок изменился. Мы обещали до %(was)s, новый срок — до %(until)s.\n%(reason)s"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A day found in the words of an answer. `until` None: the words name a term that cannot be dated."""

    start: int
    words: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A promise that the person who publishes takes down."""

    until: date
    words: str


def proposed_in(text: str, now: datetime, promised_for: date | None = None) -> list[Proposed]:
    """The days that an answer promises by its words, each day once; the interim answer's own day is not among them."""
    found: dict[date | str, Proposed] = {}
    for one in promised_dates(text, today(now), calendar_for().add_working_days):
        if one.until is None or one.until != promised_for:
            found.setdefault(one.until or one.words, Proposed(one.start, one.words, one.until))
    return list(found.values())[:MOST_TAKEN]


def dated_in(text: str, now: datetime, promised_for: date | None = None) -> list[Taken]:
    """What is taken down where nobody ticks boxes: each day of the words that a promise may have."""
    farthest = today(now) + FARTHEST
    found = proposed_in(text, now, promised_for)
    return [Taken(one.until, one.words) for one in found if one.until and today(now) <= one.until <= farthest]


def today(now: datetime) -> date:
    """The local day."""
    return now.astimezone(zone()).date()


def written(case: Case, answer: Answer, now: datetime) -> datetime:
    """From when the days of a text are counted. What leaves outside the program is noted later, maybe after its day:
    a letter by law and an answer in another system are judged by the day they were approved.
    """
    outside = case.regime in LAWS or case.answer_by == Case.AnswerBy.OUTSIDE
    return answer.approved_at if outside and answer.approved_at else now


def take(gate: Passage, answer: Answer, taken: Sequence[Taken], at: datetime) -> list[Promise]:
    """Take down the promises of an answer that has just left. Inside its gate."""
    made = []
    for one in taken[:MOST_TAKEN]:
        _day(one.until, written(gate.case, answer, gate.now))
        made.append(
            Promise.objects.create(
                case=gate.case, scope_id=gate.case.scope_id, answer=answer, until=one.until, made_at=at,
                words=line(one.words, MOST_WORDS, "words"),
            )
        )
    if made:
        gate.fields["promised"] = [row.pk for row in made]
    return made


def interim(gate: Passage, answer: Answer, at: datetime) -> None:
    """The day of an interim answer: the earlier one of the case has moved to it. Inside its gate."""
    if answer.promised_for is None:
        return
    fresh = Promise.objects.create(
        case=gate.case, scope_id=gate.case.scope_id, answer=answer, until=answer.promised_for, made_at=at
    )
    for at_once, old in enumerate(
        Promise.objects.filter(case=gate.case, state=OPEN, words="").exclude(pk=fresh.pk).order_by("-pk")
    ):
        _end(gate, old, Promise.State.MOVED, None if at_once else fresh)
    clocks.start_fix(gate.case, answer.promised_for, at)
    gate.case.fix = Case.Fix.PROMISED


def over(gate: Passage, at: datetime) -> None:
    """A final answer: what was promised before it is done if the executor has said so. Inside its gate.

    Otherwise the promise stays open with its alarm: a refusal is an answer, too, and a person says what became of it.
    """
    if gate.case.fix not in DONE:
        return
    for old in Promise.objects.filter(case=gate.case, state=OPEN):
        _end(gate, old, Promise.State.KEPT, at=at)


def keep(actor: Actor, promise_id: int, *, words: str = "", now: datetime | None = None) -> Promise:
    """«Сделано»: what was promised is done."""
    words = said(words)
    with passing(actor, _case_of(actor, promise_id), "promise_kept", now=now) as gate:
        row = _open(gate, promise_id)
        _end(gate, row, Promise.State.KEPT)
        gate.words = words
        return row


def hold(actor: Actor, promise_id: int, *, reason: str, now: datetime | None = None) -> Promise:
    """«Вернулись по другому поводу»: what was promised was done, though the case came back. It is kept again, at the
    moment when it was said to be; the next turn of the case is judged anew.
    """
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, по какому поводу вернулись и почему обещанное сделано."), "reason")
    with passing(actor, _case_of(actor, promise_id), "promise_held", now=now) as gate:
        row = _locked(gate, promise_id)
        if row.state != Promise.State.UNMET:
            raise Refused(_("Это обещание уже «%(state)s». Обновите страницу.") % {"state": row.get_state_display()})
        _end(gate, row, Promise.State.KEPT, at=row.said_kept_at)
        row.held_turn = gate.case.turn
        row.save(update_fields=["held_turn"])
        gate.words = words
        return row


def take_off(actor: Actor, promise_id: int, *, reason: str, now: datetime | None = None) -> Promise:
    """«Снять»: nothing was promised by these words, or it was taken down twice."""
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, почему снимаете."), "reason")
    with passing(actor, _case_of(actor, promise_id), "promise_off", now=now) as gate:
        row = _open(gate, promise_id)
        _end(gate, row, Promise.State.OFF)
        gate.words = words
        return row


def move(actor: Actor, promise_id: int, *, until: date, reason: str, now: datetime | None = None) -> Promise:
    """Another day, with a reason that the resident reads: the message goes out in the same act.

    Where answers are approved by others, so is this: only who may approve moves a promise there. A case of another
    system is told there by hand, and by law with a letter; the notice on the page says so.
    """
    reason = said(reason)
    if not reason:
        raise BadInput(_("Напишите причину: её прочитает житель."), "reason")
    with passing(actor, _case_of(actor, promise_id), "promise_moved", now=now) as gate:
        row = _open(gate, promise_id)
        _day(until, gate.now)
        if until == row.until:
            raise BadInput(_("Это тот же день."), "until")
        _may_tell(actor, gate.case)
        if channel_of(gate.case) == "public" and personal_spans(reason):
            raise BadInput(_("Причину увидят все: уберите личные данные."), "reason")
        fresh = Promise.objects.create(
            case=gate.case, scope_id=gate.case.scope_id, answer=row.answer, until=until, made_at=gate.now,
            words=row.words, title=row.title,
        )
        _end(gate, row, Promise.State.MOVED, fresh)
        gate.fields |= {"until": [row.until.isoformat(), until.isoformat()], "next": fresh.pk}
        gate.words = reason
        if not row.words:
            clocks.start_fix(gate.case, until, gate.now)
        _tell(gate, row, until, reason)
        follow(fresh)
        return fresh


def name(actor: Actor, promise_id: int, *, title: str, now: datetime | None = None) -> Promise:
    """The words under which everybody sees a promise; empty ones take it off the portal. Never the resident's own."""
    title = line(title, MOST_TITLE, "title")
    if personal_spans(title):
        raise BadInput(_("Название увидят все: уберите имена, телефоны и квартиры."), "title")
    with passing(actor, _case_of(actor, promise_id), "promise_named", now=now) as gate:
        row = Promise.objects.select_for_update().get(pk=promise_id, case=gate.case)
        gate.unchanged = row.title == title
        row.title = title
        row.save(update_fields=["title"])
        gate.fields |= {"promise": row.pk, "public": bool(title)}
        if title and follow(row) is None:
            raise Refused(
                _("Эту карточку на портал не выносят: обращение по закону, закрытая тема, или показ выключен.")
            )
        if not title:
            follow(row)
        return row


def must_be_told_by_hand(case: Case) -> bool:
    """Whether the program cannot tell the resident of a moved day itself."""
    return case.answer_by == Case.AnswerBy.OUTSIDE or channel_of(case) == "letter"


def _may_tell(actor: Actor, case: Case) -> None:
    may = isinstance(actor, Staff) and bool(actor.roles_at(case.scope_id) & APPROVERS)
    if not may and not chain_is_empty(case):
        raise Refused(_("Житель получит сообщение о переносе: переносит тот, кто согласует ответы."))


def _tell(gate: Passage, row: Promise, until: date, reason: str) -> None:
    case = gate.case
    if must_be_told_by_hand(case):
        gate.fields["tell_by_hand"] = True
        return
    text = MOVED_WORDS % {"was": f"{row.until:%d.%m.%Y}", "until": f"{until:%d.%m.%Y}", "reason": reason}
    by_channel = case.answer_by == Case.AnswerBy.CHANNEL
    message = Message.objects.create(
        account=outgoing.way_of(case)[0] if by_channel else case.account, external_id=f"promise:{row.pk}",
        direction=Message.Direction.OUT, scope_id=case.scope_id, resident_id=case.resident_id, text=text,
        salt=secrets.token_bytes(16), written_at=gate.now, received_at=gate.now,
    )
    CaseMessage.objects.create(case=case, message=message, scope_id=case.scope_id, turn=case.turn)
    if by_channel:
        outgoing.enqueue(case, message, gate.now)
    else:
        Delivery.objects.create(
            message=message, scope_id=case.scope_id, state=Delivery.State.DONE, attempts=1, done_at=gate.now
        )


def _end(
    gate: Passage, row: Promise, state: Promise.State, moved_to: Promise | None = None, at: datetime | None = None
) -> None:
    row.state, row.ended_at, row.ended_by_id, row.moved_to = state, at or gate.now, gate.user_id, moved_to
    row.kept_at = row.ended_at if state == Promise.State.KEPT else None
    row.save()
    gate.fields.setdefault("promises", []).append(row.pk)
    follow(row)


def _day(until: date, now: datetime) -> None:
    if until < today(now):
        raise BadInput(_("Обещанная дата уже прошла."), "until")
    if until > today(now) + FARTHEST:
        raise BadInput(_("Слишком далёкий день: не дальше пяти лет."), "until")


def _case_of(actor: Actor, promise_id: int) -> int:
    with looking(actor):
        found = Promise.objects.filter(pk=promise_id).values_list("case_id", flat=True).first()
    if found is None:
        raise NotYours(_("Такого обещания нет, или оно не в вашем муниципалитете."))
    return found


def _locked(gate: Passage, promise_id: int) -> Promise:
    return Promise.objects.select_for_update(of=("self",)).select_related("answer").get(pk=promise_id, case=gate.case)


def _open(gate: Passage, promise_id: int) -> Promise:
    row = _locked(gate, promise_id)
    if row.state != OPEN:
        raise Refused(_("Это обещание уже «%(state)s». Обновите страницу.") % {"state": row.get_state_display()})
    return row
