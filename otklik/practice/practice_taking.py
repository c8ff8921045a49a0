"""«Взять себе»: a centre takes a practice as dated tasks of named people; three months later it is asked once.

Gates open `acting` themselves; readers are called inside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.cases.noticing import notify
from otklik.failures import BadInput, NotYours, Refused
from otklik.insight.definitions import today
from otklik.journal.appending import NewEntry, append
from otklik.practice import allowed
from otklik.practice.models import Practice, Taking, TakingTask
from otklik.practice.practices import page_of
from otklik.practice.residents import refuse_residents
from otklik.territory.models import Territory
from otklik.typed_text import line

ASKED_AFTER = timedelta(days=90)
LONGEST = 400  # days ahead that a task may lie
MOST_TASKS = 5
PER_RUN = 200


@dataclass(frozen=True)
class Planned:
    """One task as it is typed."""

    what: str
    responsible_id: int | None
    due: date | None


@dataclass(frozen=True)
class _Task:
    what: str
    responsible_id: int
    due: date


def take(
    actor: Actor, practice_id: int, *, place_id: int | None, tasks: Sequence[Planned], now: datetime | None = None
) -> Taking:
    """A centre takes a confirmed practice: one task at least, each with a person of the centre and a day."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = Practice.objects.select_for_update(of=("self",)).filter(pk=practice_id).first()
        if row is None or row.state != Practice.State.CONFIRMED:
            raise NotYours(_("Такой практики нет, или она ещё не подтверждена."))
        place = next((one for one in allowed.centres() if one.pk == place_id), None)
        if place is None:
            raise BadInput(_("Выберите, какой центр берёт."), "place")
        allowed.require_keeper(actor, place.pk)
        if place.pk == row.place_id and row.came_from_id is None:
            raise Refused(_("Это ваша практика: её берут другие."))
        given = _checked(tasks, place, today(now))
        try:
            with transaction.atomic():
                taken = Taking.objects.create(practice=row, place=place, at=now, taken_by_id=allowed.user_id(actor))
        except IntegrityError as twice:
            raise Refused(_("Ваш центр эту практику уже взял.")) from twice
        TakingTask.objects.bulk_create(
            TakingTask(taking=taken, number=number, what=one.what, responsible_id=one.responsible_id, due=one.due)
            for number, one in enumerate(given, 1)
        )
        _note(row, actor, "practice_taken", now, place=place.pk, tasks=len(given))
        for one in given:
            notify([one.responsible_id], "exchange", case=None, now=now, link=page_of(row),
                   words=f"Вам поручено до {one.due:%d.%m.%Y}: {one.what[:150]} (практика «{row.title[:100]}»)")
        if row.contact_id:
            notify([row.contact_id], "exchange", case=None, now=now, link=page_of(row),
                   words=f"{allowed.centre_name(place)} берёт вашу практику «{row.title[:120]}»")
    return taken


def done(actor: Actor, task_id: int, *, words: str, now: datetime | None = None) -> TakingTask:
    """The task is done, with a word on how. By whoever is responsible, or who keeps the centre. Once."""
    now, words = now or timezone.now(), line(words, 500, "words")
    if not words:
        raise BadInput(_("Напишите одной строкой, что сделали."), "words")
    refuse_residents(words, "words")
    with acting(actor), widened():
        task = TakingTask.objects.select_for_update(of=("self",)).select_related("taking__practice").filter(
            pk=task_id
        ).first()
        if task is None or not may_do(actor, task):
            raise NotYours(_("Такой задачи нет, или она не ваша."))
        if task.done_at is not None:
            raise Refused(_("Эту задачу уже отметили сделанной."))
        task.done_at, task.done_by_id, task.words = now, allowed.user_id(actor), words
        task.save(update_fields=["done_at", "done_by", "words"])
        _note(task.taking.practice, actor, "practice_task_done", now, place=task.taking.place_id, task=task.number)
    return task


def may_do(actor: Actor, task: TakingTask) -> bool:
    """Whether this person may say that the task is done."""
    own = isinstance(actor, Staff) and actor.user_id == task.responsible_id
    return own or allowed.may_keep(actor, task.taking.place_id)


def say_in_use(
    actor: Actor, taking_id: int, *, in_use: bool | None, why: str, now: datetime | None = None
) -> Taking:
    """«Ещё пользуетесь?» is answered: yes, or no and why. A later answer replaces it."""
    now, why = now or timezone.now(), line(why, 500, "why")
    if in_use is None:
        raise BadInput(_("Выберите «да» или «нет»."), "in_use")
    if not in_use and not why:
        raise BadInput(_("Напишите, почему перестали: это поможет другим."), "why")
    refuse_residents(why, "why")
    with acting(actor), widened():
        taken = Taking.objects.select_for_update(of=("self",)).select_related("practice").filter(pk=taking_id).first()
        if taken is None or not allowed.may_keep(actor, taken.place_id):
            raise NotYours(_("Ваш центр этой практики не брал."))
        if not may_be_asked(taken, now):
            raise Refused(_("Об этом спросим через три месяца после того, как взяли."))
        taken.in_use, taken.why, taken.answered_at = in_use, why, now
        taken.answered_by_id = allowed.user_id(actor)
        taken.save(update_fields=["in_use", "why", "answered_at", "answered_by"])
        _note(taken.practice, actor, "practice_in_use", now, place=taken.place_id, in_use=in_use)
    return taken


def may_be_asked(taken: Taking, now: datetime) -> bool:
    """Whether three months have gone by."""
    return now - taken.at >= ASKED_AFTER


def ask_due(now: datetime) -> int:
    """Ask those whose three months are over, once each; returns how many. Inside `acting` and `widened`."""
    rows = Taking.objects.select_for_update(of=("self",), skip_locked=True).select_related("practice", "place")
    rows = rows.filter(asked_at=None, in_use=None, at__lte=now - ASKED_AFTER)
    asked = 0
    for taken in rows.order_by("pk")[:PER_RUN]:
        people = {*allowed.people_of(taken.place, "coordinator", "head")}
        people |= {taken.taken_by_id} if taken.taken_by_id else set()
        notify(sorted(people), "exchange", case=None, now=now, link=page_of(taken.practice),
               words=f"Ещё пользуетесь практикой «{taken.practice.title[:150]}»? Ответьте «да» или «нет»")
        taken.asked_at = now
        taken.save(update_fields=["asked_at"])
        append(NewEntry(f"practice:{taken.practice_id}", "practice_asked", "system:practice", now,
                        {"place": taken.place_id}))  # fmt: skip
        asked += 1
    return asked


def remind_late(now: datetime) -> int:
    """Tell of tasks whose day has passed, once each; returns how many. Inside `acting` and `widened`."""
    rows = TakingTask.objects.select_for_update(of=("self",), skip_locked=True).select_related("taking__practice")
    late = list(rows.filter(done_at=None, reminded_at=None, due__lt=today(now)).order_by("pk")[:PER_RUN])
    for task in late:
        told = {task.responsible_id, task.taking.taken_by_id} - {None}
        notify(sorted(one for one in told if one), "exchange", case=None, now=now, link=page_of(task.taking.practice),
               words=f"Срок прошёл {task.due:%d.%m.%Y}: {task.what[:180]}")
        task.reminded_at = now
        task.save(update_fields=["reminded_at"])
    return len(late)


def _checked(tasks: Sequence[Planned], place: Territory, day: date) -> list[_Task]:
    given = [one for one in tasks if one.what.strip()]
    if not given:
        raise BadInput(_("Запишите хотя бы одну задачу: что, кто и к какому дню."), "what")
    if len(given) > MOST_TASKS:
        raise BadInput(_("Не больше %(n)s задач.") % {"n": MOST_TASKS}, "what")
    people = {one.pk for one in allowed.colleagues(place)}
    checked = []
    for number, one in enumerate(given, 1):
        what = line(one.what, 300, "what")
        refuse_residents(what, "what")
        if one.responsible_id is None or one.responsible_id not in people:
            raise BadInput(_("Задача %(n)s: выберите сотрудника своего центра.") % {"n": number}, "responsible")
        if one.due is None or not day <= one.due <= day + timedelta(days=LONGEST):
            raise BadInput(_("Задача %(n)s: укажите день не раньше сегодняшнего и не позже чем через год.")
                           % {"n": number}, "due")
        checked.append(_Task(what, one.responsible_id, one.due))
    return checked


def _note(row: Practice, actor: Actor, verb: str, now: datetime, **fields: object) -> None:
    append(NewEntry(f"practice:{row.pk}", verb, actor.reference, now, fields))


def open_tasks(user_id: int) -> list[TakingTask]:
    """What this person still has to do, by its day. Inside `acting`."""
    rows = TakingTask.objects.select_related("taking__practice").filter(Q(responsible_id=user_id), done_at=None)
    return list(rows.order_by("due", "pk")[:50])
