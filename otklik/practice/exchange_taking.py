"""«Берём»: at most three things of a meeting, whose and by when; and the one question after 90 days.

Gates open `acting` themselves; readers are called inside it.
"""

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.cases.noticing import notify
from otklik.failures import BadInput, NotYours, Refused
from otklik.insight.definitions import today
from otklik.journal.appending import NewEntry, append
from otklik.practice import allowed
from otklik.practice.exchange_reading import page_of
from otklik.practice.exchanges import State, locked, note
from otklik.practice.models import MOST_TAKEN, Exchange, Taken
from otklik.practice.residents import refuse_at_meeting
from otklik.territory.models import Territory
from otklik.typed_text import line, typed, within

ASK_AFTER = timedelta(days=90)


def take(
    actor: Actor, exchange_id: int, *, what: str, due: date, responsible_id: int | None = None, name: str = "",
    place_id: int | None, now: datetime | None = None,
) -> Taken:
    """«Берём»: one of at most three things, with whose it is and by when. `place_id`: which of our two takes it."""
    now = now or timezone.now()
    what = line(what, 300, "what")
    if not what:
        raise BadInput(_("Напишите, что берёте."), "what")
    if due < today(now):
        raise BadInput(_("Срок уже прошёл: поставьте день впереди."), "due")
    if due > today(now) + timedelta(days=731):
        raise BadInput(_("Дольше двух лет: возьмите шаг поближе."), "due")
    with acting(actor), widened():
        row = locked(actor, exchange_id)
        if place_id is None or place_id not in (row.host_id, row.guest_id):
            raise BadInput(_("Выберите, кто берёт: хозяин или гость."), "place")
        allowed.require_keeper(actor, place_id)
        if row.state == State.CANCELLED:
            raise Refused(_("Встреча отменена: брать нечего."))
        person = next(
            (one for one in allowed.colleagues(Territory.objects.get(pk=place_id)) if one.pk == responsible_id), None
        )
        called = person.full_name if person else line(name, 200, "name")
        if not called:
            raise BadInput(_("Назовите, кто это сделает."), "responsible")
        refuse_at_meeting(row, [(what, "what")], called)
        number = free_number(row)
        taken = Taken.objects.create(
            exchange=row, number=number, place_id=place_id, what=what, responsible=person, responsible_name=called,
            due=due,
        )
        note(row, actor, "exchange_taken", now, number=number, place=place_id, due=due.isoformat())
        if person and person.pk != allowed.user_id(actor):
            notify([person.pk], "exchange", case=None, now=now, link=page_of(row),
                   words=f"Вам поручили взятое на встрече, до {due:%d.%m.%Y}")
    return taken


def free_number(row: Exchange) -> int:
    """The next number of what is taken. `Refused` after the third."""
    used = set(Taken.objects.filter(exchange=row).values_list("number", flat=True))
    free = [one for one in range(1, MOST_TAKEN + 1) if one not in used]
    if not free:
        raise Refused(_("С одной встречи берут не больше трёх вещей: так их доводят до конца."))
    return free[0]


def give_up(actor: Actor, taken_id: int, *, now: datetime | None = None) -> None:
    """Strike a thing off while nobody was asked about it yet."""
    now = now or timezone.now()
    with acting(actor), widened():
        taken = _taken(actor, taken_id)
        if taken.asked_at or taken.outcome:
            raise Refused(_("О взятом уже спросили: ответьте «нет» и почему."))
        row = Exchange.objects.select_for_update().get(pk=taken.exchange_id)
        taken.delete()
        note(row, actor, "exchange_struck", now, number=taken.number)


def answer(actor: Actor, taken_id: int, *, applied: bool, why: str = "", now: datetime | None = None) -> Taken:
    """«Применили» or «нет» and why: the one question after 90 days, or earlier by oneself. The last answer holds."""
    now, why = now or timezone.now(), within(typed(why), 500, "why")
    if not applied and not why:
        raise BadInput(_("Напишите, почему не применили: это поможет другим."), "why")
    with acting(actor), widened():
        taken = _taken(actor, taken_id)
        refuse_at_meeting(taken.exchange, [(why, "why")], taken.responsible_name)
        taken.outcome = Taken.Outcome.APPLIED if applied else Taken.Outcome.NOT_APPLIED
        taken.why, taken.answered_at, taken.answered_by_id = why, now, allowed.user_id(actor)
        taken.save()
        note(taken.exchange, actor, "exchange_answered", now, number=taken.number, outcome=taken.outcome)
    return taken


def ask_due(now: datetime, limit: int = 200) -> int:
    """Ask once about everything that was taken 90 days ago: whose it is, or the centre's people. Returns how many."""
    due = Taken.objects.filter(
        asked_at=None, outcome="", place__isnull=False, exchange__state=State.HELD,
        exchange__begins_at__lte=now - ASK_AFTER,
    )
    asked = 0
    for taken in due.select_related("exchange", "place").select_for_update(of=("self",), skip_locked=True)[:limit]:
        assert taken.place is not None
        own = taken.responsible_id
        told = [own] if own and taken.responsible and taken.responsible.is_active else []
        told = told or allowed.people_of(taken.place, "head", "coordinator")
        notify(told, "exchange", case=None, now=now, words="Прошло 90 дней: применили то, что взяли на встрече?",
               link=f"{page_of(taken.exchange)}#taken-{taken.number}")
        taken.asked_at = now
        taken.save(update_fields=["asked_at"])
        append(NewEntry(f"exchange:{taken.exchange_id}", "exchange_asked", "system:exchange", now,
                        {"number": taken.number}))
        asked += 1
    return asked


def waits_for(actor: Actor, taken: Taken) -> bool:
    """Whether the answer about a taken thing is this person's."""
    return allowed.may_keep(actor, taken.place_id) or (
        isinstance(actor, Staff) and taken.responsible_id == actor.user_id
    )


def asked_of(actor: Actor) -> list[Taken]:
    """What was asked and waits for this person's answer. Inside `acting`."""
    rows = Taken.objects.exclude(asked_at=None).filter(outcome="").select_related("exchange", "place")
    mine = Q(responsible_id=allowed.user_id(actor) or 0)
    return [one for one in rows.filter(mine | Q(place__isnull=False))[:200] if waits_for(actor, one)]


def _taken(actor: Actor, taken_id: int) -> Taken:
    taken = Taken.objects.select_for_update(of=("self",)).select_related("exchange").filter(pk=taken_id).first()
    if taken is None:
        raise NotYours(_("Такой записи нет."))
    if not waits_for(actor, taken):
        raise Refused(_("Отвечает тот, кто взял, или его руководитель."))
    return taken
