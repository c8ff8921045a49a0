"""What centres of the demo learnt from each other: a passport, a meeting by video with what was taken, a question.

Each through its gate, by people of the demo's own town and of a neighbour. A second run makes nothing twice.
"""

from datetime import timedelta

from django.utils import timezone

from otklik.acting import Staff, acting
from otklik.operations.demo_network import ACTOR
from otklik.operations.demo_wide import Wide
from otklik.organisations.models import RoleAssignment
from otklik.organisations.staffing import staff_actor
from otklik.practice import exchange_taking, exchanges, passports, questions
from otklik.practice.exchanges import Meeting
from otklik.practice.models import Exchange
from otklik.territory.models import Kind, Territory

TYPED = {
    "act": "Постановление администрации № 14 (пример)", "address": "Главная площадь, 1, кабинет 12 (пример)",
    "units": "Четыре ставки, все заняты", "training": "Курс «Ответ жителю», все сотрудники, весной",
    "room": "Кабинет на пять рабочих мест и переговорная", "equipment": "Экран на стене, видеосвязь",
    "practices": "Ответ с днём и фамилией ответственного", "plans": "Дежурство в выходные — с нового года",
}
HELD_BEFORE = timedelta(days=21)


def make_exchange(wide: Wide) -> int:
    """Returns how many things were made."""
    with acting(ACTOR, read_only=True):
        known, head, other = Exchange.objects.exists(), _head(wide), _neighbour(wide)
    if known or other is None:
        return 0
    own, theirs, made = wide.team.coordinator, wide.stage.network.teams[other.code].coordinator, len(TYPED)
    for code, text in TYPED.items():
        passports.write(own, wide.town, code, text, now=wide.end - timedelta(days=30))
    if head is not None:
        with acting(head, read_only=True):
            seen = passports.draft(wide.town, wide.end).digest
        passports.approve(head, wide.town, seen=seen, now=wide.end)
    begins = (wide.end - HELD_BEFORE).replace(minute=0, second=0, microsecond=0)
    row = exchanges.plan(
        own, Meeting("Снег и наледь: ответ за один день", "call", other.pk, wide.town.pk, begins,
                     begins + timedelta(hours=1), where="https://call.example.ru/snow"), now=begins,
    )  # fmt: skip
    said = "Показали одну карточку от сообщения до ответа. Разобрали, кто читает сообщения в выходные."
    exchanges.write(own, row.pk, {"minutes": said}, version=row.version, now=begins + timedelta(hours=2))
    exchanges.finish(own, row.pk, held=True, now=begins + timedelta(hours=2))
    exchange_taking.take(own, row.pk, what="Дежурство в выходные по графику", place_id=wide.town.pk,
                   due=timezone.localdate(wide.end) + timedelta(days=20), responsible_id=own.user_id, now=wide.end)
    asked = questions.ask(own, place_id=wide.town.pk, title="Как отвечаете, когда снег идёт вторые сутки?",
                          text="Срок ответа вышел, а дворы снова занесло.", now=wide.end - timedelta(days=5))
    questions.reply(theirs, asked.pk, place_id=other.pk, now=wide.end - timedelta(days=4),
                    text="В первый день пишем, когда пройдёт техника и кто отвечает. После уборки — второй ответ.")
    return made + 5


def _head(wide: Wide) -> Staff | None:
    held = RoleAssignment.objects.filter(role="head", territory=wide.town).select_related("user").order_by("pk").first()
    return staff_actor(held.user, timezone.localdate(wide.end)) if held else None


def _neighbour(wide: Wide) -> Territory | None:
    """The largest other municipality whose centre has people."""
    rows = Territory.objects.filter(kind=Kind.MUNICIPALITY, code__in=list(wide.stage.network.teams))
    return rows.exclude(pk=wide.town.pk).order_by("-population", "pk").first()
