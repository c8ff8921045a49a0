"""Practices of the demo: three that are confirmed and taken, one that waits for the curator, and their effects.

Each through its gate, by people of the demo's centres. A second run makes nothing twice.
"""

from datetime import date, datetime, timedelta

from django.utils import timezone

from otklik.acting import Staff, acting
from otklik.operations.demo_network import ACTOR
from otklik.operations.demo_wide import Wide
from otklik.organisations.models import RoleAssignment
from otklik.organisations.staffing import staff_actor
from otklik.practice import practice_reading, practice_taking, practices
from otklik.practice.jobs import count_effects, look_for_needs
from otklik.practice.models import Practice
from otklik.territory.models import Kind, Territory

TOLD = (
    practices.Typed(
        "Снег: три сообщения в день вместо тридцати звонков", "winter", "Зимой телефон центра занят с утра до вечера.",
        "С вечера пишем на странице, какие улицы утром\nВ семь утра дежурный отмечает, где прошла техника\n"
        "Отвечаем улицей и часом каждому, кто написал\nВечером — что осталось на завтра",
        "ничего, полчаса дежурного в день", "распоряжение № 41-р (пример)",
    ),
    practices.Typed(
        "Фонари: объезд раз в неделю вечером", "light", "О каждом погасшем фонаре писали по пять человек.",
        "Делим город на пять маршрутов\nКаждый вечер мастер проезжает один\nПогасшие отмечает на карте\n"
        "Жителям отвечаем днём замены",
        "два литра бензина в день", "",
    ),
    practices.Typed(
        "Мусор: фото площадки от перевозчика до обеда", "waste", "Перевозчик писал «вывезено», а контейнеры полны.",
        "Вписали фото в договор\nПеревозчик присылает снимок с временем\nОператор сверяет с сообщениями",
        "ничего", "дополнительное соглашение № 2 (пример)",
    ),
)
WAITING = practices.Typed(
    "Колодцы: обход перед паводком", "water", "Весной люки смывало, дворы заливало.",
    "Список колодцев по улицам\nОбход в начале марта\nЗаметка на карте, где решётка слаба", "два дня бригады", "",
)


def make_practices(wide: Wide) -> int:
    """Returns how many practices were made."""
    with acting(ACTOR, read_only=True):
        curator = _curator(timezone.localdate(wide.end))
        far = Territory.objects.filter(kind=Kind.MUNICIPALITY).exclude(pk=wide.town.pk).order_by("-population")[:3]
        others = [one for one in far if one.code in wide.stage.network.teams]
        known = Practice.objects.exists()
        groups = practice_reading.groups()
    if known or curator is None or not others:
        return 0
    own, day = wide.team.coordinator, timezone.localdate(wide.end)
    made = 0
    for number, given in enumerate(one for one in TOLD if one.group in groups):
        owner = others[number % len(others)]
        author = wide.stage.network.teams[owner.code].coordinator
        begun = wide.end - timedelta(days=120 + 20 * number)
        row = practices.make(author, given, place_id=owner.pk, now=begun)
        practices.offer(author, row.pk, now=begun)
        practices.confirm(curator, row.pk, version=row.version, now=begun)
        for taker in others:
            if taker.pk != owner.pk:
                _take(wide.stage.network.teams[taker.code].coordinator, row, taker, begun + timedelta(days=5), wide)
        if number == 0:
            plan = [practice_taking.Planned(step, own.user_id, day + timedelta(days=7 + n))
                    for n, step in enumerate(given.steps.splitlines()[:2])]  # fmt: skip
            practice_taking.take(own, row.pk, place_id=wide.town.pk, tasks=plan, now=wide.end - timedelta(days=1))
        made += 1
    if WAITING.group in groups:
        waits = practices.make(own, WAITING, place_id=wide.town.pk, now=wide.end)
        practices.offer(own, waits.pk, now=wide.end)
        made += 1
    count_effects(wide.end)
    look_for_needs(wide.end)
    return made


def _take(who: Staff, row: Practice, place: Territory, at: datetime, wide: Wide) -> None:
    due = timezone.localdate(at) + timedelta(days=10)
    step = row.steps.splitlines()[0]
    taken = practice_taking.take(
        who, row.pk, place_id=place.pk, tasks=[practice_taking.Planned(step, who.user_id, due)], now=at
    )
    task = taken.tasks.get()
    practice_taking.done(who, task.pk, words="Сделали, работает", now=at + timedelta(days=8))
    practice_taking.say_in_use(who, taken.pk, in_use=True, why="", now=wide.end)


def _curator(today: date) -> Staff | None:
    held = RoleAssignment.objects.filter(role="curator", territory__kind=Kind.REGION).select_related("user")
    first = held.order_by("pk").first()
    return staff_actor(first.user, today) if first is not None else None
