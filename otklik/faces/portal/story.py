"""The story of one message in plain words, for the resident who holds its link.

No staff names, no internal notes, nothing the centre has not said itself. Read inside `acting(Link)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.answers.models import Answer
from otklik.answers.reading import is_held, published_of
from otklik.cases import clocks
from otklik.cases.actions.resident import NOT_JUDGED
from otklik.cases.models import Assignment, Case, CaseMessage, Clock, Evidence, Registration, TaskReply
from otklik.channels.models import Attachment, Message

S = Case.State
_AT_ONCE = timedelta(minutes=30)  # «сразу» has no minute of its own; nobody is told of lateness before this


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history: what happened, when; `text` are somebody's own words."""

    at: datetime
    title: str
    kind: Literal["event", "mine", "answer"] = "event"
    text: str = ""
    photos: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """The date by which something is due, and why that date."""

    kind: str
    due: datetime
    late: bool
    at_once: bool
    why: tuple[str, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class Story:
    """What the page shows."""

    case: Case
    now_title: str
    now_text: str
    limit: Limit | None
    answers: tuple[Line, ...]
    history: tuple[Line, ...]
    may_judge: bool
    may_rate: bool
    photos: frozenset[int] = field(default_factory=frozenset)


def tell(case_id: int, now: datetime) -> Story:
    """The story of the case as it stands at `now`."""
    case = Case.objects.select_related("territory", "executor").get(pk=case_id)
    published = published_of(case)
    if any(is_held(answer, now) for answer in published):  # it may still be taken back: nothing has happened yet
        published = [answer for answer in published if not is_held(answer, now)]
        case.state = S.REPLIED if case.state == S.ANSWERED else case.state
    said = _messages(case, published, now)
    by_law = _by_law(case)
    history = sorted([*said, *_events(case, published), *by_law], key=lambda line: line.at)
    title, text = _now(case, said, by_law)
    return Story(
        case=case,
        now_title=title,
        now_text=text,
        limit=_limit(case, now),
        answers=tuple(line for line in reversed(said) if line.kind == "answer"),
        history=tuple(history),
        may_judge=case.state in (S.ANSWERED, S.CLOSED) and _can_be_judged(case),
        may_rate=case.state in (S.ANSWERED, S.CLOSED) and bool(published) and case.outcome not in NOT_JUDGED,
        photos=frozenset(photo for line in history for photo in line.photos),
    )


def _can_be_judged(case: Case) -> bool:
    """An answer about a trouble can be judged; what was set aside as no message cannot."""
    return case.fix != Case.Fix.CONFIRMED and case.outcome not in NOT_JUDGED


def _messages(case: Case, published: list[Answer], now: datetime) -> list[Line]:
    """What the resident wrote and what was answered, with photos, oldest first."""
    finals = {answer.message_id: answer for answer in published}
    joined = CaseMessage.objects.filter(case=case).select_related("message").order_by("message__received_at", "id")
    lines: list[Line] = []
    after = _photos_after(case, published)
    sent: dict[int, tuple[int, ...]] = {}
    for message_id, file_id in (
        Attachment.objects.filter(message__in_case__case=case, file__width__gt=0)
        .order_by("id").values_list("message_id", "file_id")
    ):
        sent[message_id] = (*sent.get(message_id, ()), file_id)
    for row in joined:
        message = row.message
        attached = sent.get(message.pk, ())
        if message.direction == Message.Direction.IN:
            first = not lines
            title = _("Вы написали") if first else _("Вы написали ещё")
            lines.append(Line(message.received_at, title, "mine", message.text, attached))
            continue
        if message.received_at > now:
            continue
        answer = finals.get(message.pk)
        interim = answer is not None and answer.kind == Answer.Kind.INTERIM
        title = _("Промежуточный ответ") if interim else _("Ответ")
        photos = attached + (after.get(answer.pk, ()) if answer else ())
        lines.append(Line(message.written_at, title, "answer", message.text, photos))
    return lines


def _photos_after(case: Case, published: list[Answer]) -> dict[int, tuple[int, ...]]:
    """Photos of the finished work, given to the first final answer that came after them."""
    finals = [a for a in published if a.kind == Answer.Kind.FINAL and a.published_at]
    photos: dict[int, tuple[int, ...]] = {}
    shown = Evidence.objects.filter(case=case, moment=Evidence.Moment.AFTER).order_by("id")
    for file_id, added in shown.values_list("file_id", "added_at"):
        for answer in finals:
            if answer.published_at and added <= answer.published_at:
                photos[answer.pk] = (*photos.get(answer.pk, ()), file_id)
                break
    return photos


def _events(case: Case, published: list[Answer]) -> list[Line]:
    lines = []
    hops = Assignment.objects.filter(case=case, part=Assignment.Part.RESPONSIBLE).select_related("organisation")
    for hop in hops.order_by("id"):
        first = hop.hop == 1
        words = _("Передали тому, кто отвечает: %(who)s") if first else _("Передали другому исполнителю: %(who)s")
        lines.append(Line(hop.assigned_at, words % {"who": hop.organisation.name}))
    done = TaskReply.objects.filter(
        case=case, kind=TaskReply.Kind.DONE, assignment__part=Assignment.Part.RESPONSIBLE
    )
    for at in done.values_list("received_at", flat=True):
        lines.append(Line(at, _("Исполнитель сообщил, что сделал. Сотрудник центра готовит ответ")))
    if case.closed_at:
        lines.append(Line(case.closed_at, _closing_words(case)))
    return lines


def _by_law(case: Case) -> list[Line]:
    """What was done with it in the registers, under its numbers: by law the answer itself is a letter."""
    lines = []
    for entry in Registration.objects.filter(case=case).exclude(ended_by=Registration.EndedBy.MISTAKE).order_by("id"):
        named = {"number": entry.number, "out": entry.out_number}
        if entry.registered_at and entry.number:
            lines.append(Line(entry.registered_at, _("Зарегистрировали: вх. № %(number)s") % named))
        if entry.extended_days and entry.notice_at:
            words = ngettext(
                "Срок ответа продлили на %(n)s день: %(why)s", "Срок ответа продлили на %(n)s дней: %(why)s",
                entry.extended_days,
            )
            lines.append(Line(entry.notice_at, words % {"n": entry.extended_days, "why": entry.extension_reason}))
        if not (entry.out_at and entry.out_number):
            continue
        if entry.ended_by == Registration.EndedBy.FORWARDED:
            words = _("Переслали по компетенции: %(to)s, исх. № %(out)s. Ответит вам этот орган")
            lines.append(Line(entry.out_at, words % (named | {"to": entry.forwarded_to})))
        elif entry.ended_by in (Registration.EndedBy.SENT, Registration.EndedBy.DECIDED):
            words = _("Отправили письмо: исх. № %(out)s")
            if entry.way:
                words = _("Отправили вам письмо: исх. № %(out)s, %(way)s")
            lines.append(Line(entry.out_at, words % (named | {"way": entry.get_way_display()})))
    return lines


def _closing_words(case: Case) -> str:
    return {
        Case.Outcome.SOLVED: _("Сообщение закрыто: решено"),
        Case.Outcome.EXPLAINED: _("Сообщение закрыто: дано разъяснение"),
        Case.Outcome.SILENT: _("Сообщение закрыто: вы не ответили, исправлено ли"),
        Case.Outcome.DECLINED: _("Сообщение закрыто: не подтвердилось"),
        Case.Outcome.NOT_OURS: _("Сообщение закрыто: это решает другое ведомство"),
        Case.Outcome.SPAM: _("Сообщение закрыто: в нём не увидели проблемы, которую нужно решать"),
        Case.Outcome.THANKS: _("Спасибо за добрые слова, передали их"),
        Case.Outcome.LEFT: _("Сообщение закрыто: по закону на него не отвечают по существу"),
    }.get(Case.Outcome(case.outcome) if case.outcome else Case.Outcome.EXPLAINED, _("Сообщение закрыто"))


def _now(case: Case, said: Sequence[Line], by_law: Sequence[Line]) -> tuple[str, str]:
    """What is happening now: a short title and one sentence about what comes next."""
    below = any(line.kind == "answer" for line in said)
    who = case.executor.name if case.executor else ""
    if case.state == S.CLOSED:
        if case.fix == Case.Fix.CONFIRMED:
            return _("Исправлено"), _("Вы подтвердили, что всё исправлено. Спасибо.")
        if case.outcome == Case.Outcome.NOT_OURS and below:
            return _closing_words(case), _("Куда обратиться — прочитайте ниже.")
        return _closing_words(case), f"{by_law[-1].title}." if by_law else ""
    if case.state == S.ANSWERED and not below and by_law:
        return _("Мы ответили"), f"{by_law[-1].title}."
    if case.state == S.ANSWERED:
        return _("Мы ответили"), _("Прочитайте ответ ниже и скажите, исправлено ли.")
    if case.state == S.REPLIED:
        if case.executor is None:
            return _("Готовим ответ"), _("Сотрудник центра готовит ответ.")
        return _("Готовим ответ"), _("Исполнитель сообщил центру, что сделано. Сотрудник центра готовит ответ.")
    if case.state == S.ASSIGNED:
        return _("Передано исполнителю"), _("Этим занимается: %(who)s.") % {"who": who} if who else ""
    if case.turn > 1:
        return _("Взялись снова"), _("Вы написали, что не исправлено. Сотрудник центра разбирается ещё раз.")
    if case.state == S.TRIAGED:
        return _("Разбираемся"), _("Сотрудник центра прочитал сообщение и выбирает, кто будет исправлять.")
    return _("Получено"), _("Сотрудник центра прочитает сообщение и решит, кто поможет.")


def _limit(case: Case, now: datetime) -> Limit | None:
    """The most pressing promise of a date that concerns the resident: an answer, or the fix."""
    told = {Clock.Kind.ANSWER, Clock.Kind.FINAL, Clock.Kind.FIX}
    running = [clock for clock in clocks.running(case) if clock.kind in told]
    if not running or case.state in (S.ANSWERED, S.CLOSED):
        return None
    clock = running[0]
    at_once = clock.due_at - clock.started_at < _AT_ONCE
    return Limit(
        kind=clock.kind,
        due=clock.due_at,
        late=clock.due_at + (_AT_ONCE if at_once else timedelta(0)) < now,
        at_once=at_once,
        why=tuple(clocks.explain(clock)),
        provisional=clock.provisional,
    )
