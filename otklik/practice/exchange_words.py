"""What the program writes into a new card: a programme by the way of meeting, questions of the guest's weakest themes.

They go into a row and onto paper, so they are Russian without gettext (decision 085).
"""

import re
from datetime import datetime, timedelta

from otklik.cases.clock_rules import zone
from otklik.classifier.models import ThemeGroup
from otklik.practice.league import weakest
from otklik.practice.models import Exchange
from otklik.territory.models import Territory

_CALL = (
    (10, "Знакомство: кто за столом, паспорта центров"),
    (20, "Хозяин показывает: одна карточка от сообщения до ответа"),
    (20, "Вопросы гостя"),
    (10, "Что берём: не больше трёх вещей, у каждой имя и срок"),
)
_VISIT = (
    (30, "Встреча, паспорта центров"),
    (60, "За рабочим столом: разбор сообщений, поручение, ответ"),
    (60, "Выезд на место или к исполнителю"),
    (60, "Вопросы гостя, шаблоны и акты"),
    (30, "Что берём: не больше трёх вещей, у каждой имя и срок"),
)
_HOUR = re.compile(r"^([01]?\d|2[0-3]):([0-5]\d)(?!\d)", re.MULTILINE)  # a point of a programme begins with its hour
_USUAL = (
    "Кто первым читает сообщение и за сколько минут?",
    "Как согласуете ответ, когда руководителя нет?",
    "Чем подтверждаете, что исправлено?",
)


def programme_of(row: Exchange) -> str:
    """A programme that fills the time of the meeting, one point a line."""
    points = _CALL if row.way == Exchange.Way.CALL else _VISIT
    at: datetime = row.begins_at.astimezone(zone())
    whole = sum(minutes for minutes, _words in points)
    given = max(int((row.ends_at - row.begins_at) / timedelta(minutes=1)), 1)
    scale = min(given / whole, 1) if given < whole else 1
    lines = []
    for minutes, words in points:
        lines.append(f"{at:%H:%M} {words}")
        at += timedelta(minutes=round(minutes * scale))
    return "\n".join(lines)


def retimed(programme: str, by: timedelta) -> str:
    """A programme whose hours stand so much later: the meeting was moved, or is read where clocks show another hour."""
    minutes = int(by / timedelta(minutes=1))

    def later(hour: re.Match[str]) -> str:
        at = (int(hour[1]) * 60 + int(hour[2]) + minutes) % (24 * 60)
        return f"{at // 60:02}:{at % 60:02}"

    return _HOUR.sub(later, programme) if minutes else programme


def clock_between(before: datetime, after: datetime) -> timedelta:
    """How much later the second moment stands on the clock of the region; the day does not matter."""
    old, new = before.astimezone(zone()), after.astimezone(zone())
    return timedelta(hours=new.hour - old.hour, minutes=new.minute - old.minute)


def questions_of(guest: Territory, now: datetime) -> str:
    """One question for each theme in which the guest is furthest behind centres of its size, then what all ask."""
    found = weakest(guest, now)
    names = dict(ThemeGroup.objects.filter(pk__in=[one.group_id for one in found]).values_list("pk", "name"))
    lines = [
        f"{names[one.group_id]}: отвечаем в срок {100 * one.own:.0f} % (сообщений со сроком: {one.judged}), "
        f"у похожих центров {100 * one.like:.0f} %. Кому поручаете, что пишете в первый день, кто следит за сроком?"
        for one in found if one.group_id in names
    ]
    return "\n".join([*lines, *_USUAL])
