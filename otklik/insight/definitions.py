"""What every figure counts, written once: the words shown by «как посчитано?» and the condition that counts.

Which cases count at all is decided in `facts.fact_of`: not spam, thanks or what is no incident, and not what
was imported as history from before the go-live date.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.insight.models import CaseFact

PERIODS = (7, 30, 90)  # days that a page offers
WEEKS_OF_USUAL = 8


@dataclass(frozen=True)
class Figure:
    """One figure: its name in code and address, its words, and whether it looks at a period or at now."""

    code: str
    label: str | Promise
    explanation: str | Promise
    of_period: bool
    counted: bool = True  # a number of cases that can be listed; a ratio is listed by what it is made of


NOT_COUNTED = _(
    "Не считаются спам, благодарности, закрытые с важностью «не инцидент» и история, загруженная из таблиц "
    "до начала работы в программе."
)

FIGURES: dict[str, Figure] = {
    figure.code: figure
    for figure in (
        Figure(
            "received", _("Поступило"),
            _("Сколько сообщений поступило за период, по дню поступления (время региона)."), True,
        ),
        Figure(
            "per_1000", _("На 1000 жителей"),
            _("Поступившие за период, делённые на число жителей муниципалитета в тысячах."), True, counted=False,
        ),
        Figure(
            "open", _("В работе"),
            _("Сообщения, на которые ещё нет окончательного ответа и которые не закрыты: все на сейчас, когда бы "
              "ни поступили."), False,
        ),
        Figure(
            "overdue", _("Просрочено"),
            _("Срок ответа (первого или окончательного) уже прошёл, а ответа нет: все на сейчас, когда бы ни "
              "поступили. Пока срок приостановлен, сообщение не просрочено."), False,
        ),
        Figure(
            "in_time", _("Ответили в срок"),
            _("Поступившие за период, по которым все ответы даны не позже срока. Если житель написал «не "
              "исправлено», в срок должен быть и новый ответ."), True,
        ),
        Figure(
            "failed", _("Не в срок"),
            _("Поступившие за период, по которым ответ дан позже срока или срок прошёл, а ответа всё ещё нет."),
            True,
        ),
        Figure(
            "in_time_share", _("Доля ответов в срок"),
            _("Ответили в срок, делённое на сумму «ответили в срок» и «не в срок». Сообщения, срок которых ещё "
              "идёт, не входят; просроченные без ответа входят как «не в срок»."), True, counted=False,
        ),
    )
}
TODAY_AND_USUAL = _(
    "Сегодня — сколько сообщений поступило с полуночи. Обычно — середина (медиана) таких же дней недели за "
    "последние 8 недель, за целый день."
)
WEEK = _("Доля ответов в срок среди поступивших за последние 7 дней, считая сегодня.")
FRESH = _(
    "Цифры идут за журналом и отстают от него на несколько секунд; у каждой страницы написано, на какое время они "
    "верны. Каждую цифру можно открыть списком: в нём те же сообщения, что посчитаны."
)
ROLL_UP = _("Внутригородские районы входят в свой город.")


def today(now: datetime) -> date:
    """The day it is in the region."""
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def first_day(now: datetime, days: int) -> date:
    """The first day of a period of that many days that ends today."""
    return today(now) - timedelta(days=days - 1)


def is_overdue(now: datetime) -> Q:
    """Facts whose limit has passed without an answer."""
    return Q(waits_due__lt=now)


def is_failed(now: datetime) -> Q:
    """Facts that count as not in time."""
    return Q(verdict=CaseFact.Verdict.LATE) | Q(verdict=CaseFact.Verdict.OPEN, waits_due__lt=now)


def condition(figure: str, now: datetime, days: int) -> Q:
    """Which facts a figure counts. Raises KeyError for a figure that cannot be listed."""
    counted = {
        "received": Q(),
        "open": Q(open=True),
        "overdue": is_overdue(now),
        "in_time": Q(verdict=CaseFact.Verdict.IN_TIME),
        "failed": is_failed(now),
    }[figure] & Q(counts=True)
    return counted & Q(day__gte=first_day(now, days)) if FIGURES[figure].of_period else counted
