"""A burst in the demo's own town: within the last half hour many write of one thing, and nobody has looked yet."""

from datetime import datetime, timedelta

from otklik.acting import Visitor, acting
from otklik.cases.models import Case
from otklik.insight.radar_looking import look
from otklik.intake.accepting import Incoming, accept, issue_key
from otklik.operations.demo_network import ACTOR
from otklik.operations.demo_wide import Wide

THEME = "water.no_supply"
MINUTES_APART = 3.5
TEXTS = (
    "Нет холодной воды на Речной с утра, когда дадут?",
    "На Речной пропала вода, никто ничего не объявлял.",
    "Вода кончилась во всём квартале, Речная, 8. Надолго это?",
    "Подскажите, почему на Речной не идёт вода? Соседи тоже сидят без неё.",
    "Речная улица без воды второй час, дозвониться никуда не могу.",
    "У нас в доме на Речной нет холодной воды, горячая тоже еле течёт.",
    "Опять нет воды на Речной! Хоть бы предупредили заранее.",
)


def make_burst(wide: Wide) -> int:
    """Messages of as many residents, the newest at the end of the demo. A second run makes none; returns how many."""
    with acting(ACTOR, read_only=True):
        if Case.objects.filter(scope_id=wide.town.scope_id or wide.town.pk, text=TEXTS[0]).exists():
            return 0
    row = wide.stage.themes[THEME]
    for number, text in enumerate(TEXTS):
        accept(
            Incoming("portal", issue_key(), text, wide.town.pk, street="ул. Речная", theme_id=row.id),
            actor=Visitor(), now=wide.end - timedelta(minutes=MINUTES_APART * (len(TEXTS) - 1 - number)),
        )
    return len(TEXTS)


def hear(now: datetime) -> None:
    """The radar looks once, so that its page is not empty when the demo opens. After the aggregates have followed."""
    look(now)
