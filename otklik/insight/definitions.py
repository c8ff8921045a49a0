"""What every figure counts, written once: the words shown by «как посчитано?» and the condition that counts.

Which cases count at all is decided in `deriving`: not spam, thanks or what is no incident, and not what was imported
as history from before the go-live date. What one case adds to an aggregate stands in `counting.ADDED`; `MEASURED` here
is the same as a condition, for lists of cases, and a test holds the two together.
"""

from collections.abc import Callable
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
        Figure(
            "answered", _("Отвечено"),
            _("Поступившие за период, на которые дан хотя бы первый ответ: окончательный или промежуточный."), True,
        ),
        Figure(
            "reacted", _("Рассмотрено"),
            _("Поступившие за период, на которые посмотрел сотрудник или которые зарегистрированы, и известно когда."),
            True,
        ),
        Figure(
            "react_time", _("Время реакции"),
            _("Сколько прошло от поступления до первого действия сотрудника или регистрации, по календарю, вместе с "
              "ночами и выходными. Середина: половина сообщений рассмотрена не позже. Девять из десяти: столько ждали "
              "почти все. Значения округлены до шага шкалы, ошибка не больше 5 %."), True, counted=False,
        ),
        Figure(
            "answer_time", _("Время ответа"),
            _("Сколько прошло от поступления до первого ответа (окончательного или промежуточного), по календарю. "
              "Середина и девять из десяти, с ошибкой не больше 5 %. Ещё не отвеченные не входят: их видно по "
              "«просрочено»."), True, counted=False,
        ),
        Figure(
            "fix_time", _("Время до устранения"),
            _("Сколько прошло от поступления до последнего «сделано» исполнителя, которое не вернулось: житель не "
              "написал «не исправлено», перепроверка не нашла обратного. Середина и девять из десяти, по календарю."),
            True, counted=False,
        ),
        Figure(
            "fixed", _("Устранено"),
            _("Поступившие за период, о которых исполнитель сообщил «сделано», и это не вернулось."), True,
        ),
        Figure(
            "repeated", _("Повторные"),
            _("Поступившие за период, до которых за 90 дней на ту же тему уже ответили тому же жителю или по тому же "
              "дому. Сосед, который написал, пока никому не ответили, повторным не считается."), True,
        ),
        Figure(
            "reopened", _("Открыто снова"),
            _("Поступившие за период, к которым пришлось вернуться: житель написал «не исправлено», перепроверка не "
              "подтвердила или сотрудник открыл карточку снова."), True,
        ),
        Figure(
            "rated", _("С оценкой жителя"),
            _("Поступившие за период, по которым житель поставил оценку по своей ссылке. Если оценок несколько, "
              "считается последняя."), True,
        ),
        Figure(
            "satisfaction", _("Оценка жителей"),
            _("Среднее оценок от 1 до 5, всегда с числом оценивших: по нескольким оценкам судить рано."), True,
            counted=False,
        ),
        Figure(
            "checked", _("Проверено"),
            _("Поступившие за период с «сделано», о котором житель или перепроверка сказали, так ли это."), True,
        ),
        Figure(
            "verified", _("Подтверждено"),
            _("Из проверенных те, где житель или перепроверка подтвердили: сделано."), True,
        ),
        Figure(
            "postponed", _("Отложено"),
            _("Сообщения, которые сейчас ждут запланированного дня («отложенное решение»), когда бы ни поступили."),
            False,
        ),
        Figure(
            "hops", _("Передавали"),
            _("Поступившие за период, которые хотя бы раз передали: другой организации или другому центру. Среднее "
              "показывает, сколько передач приходится на одно сообщение."), True,
        ),
        Figure(
            "per_person", _("На сотрудника"),
            _("Поступившие за период, делённые на число людей центра, которые работают с карточками: операторы, "
              "координаторы, согласующие и руководители с действующей ролью. Человек считается один раз."), True,
            counted=False,
        ),
        Figure(
            "quality", _("Полнота карточек"),
            _("Среднее трёх долей среди поступивших за период: известно место (улица или точка), есть тема, известно, "
              "кому отвечать. Фото показано рядом, но в долю не входит: не всё можно снять."), True, counted=False,
        ),
        Figure(
            "unplaced", _("Без места"),
            _("Поступившие за период, у которых нет ни улицы, ни точки на карте: где это, известно только до "
              "муниципалитета."), True,
        ),
        Figure("unthemed", _("Без темы"), _("Поступившие за период, которым ещё не выбрали тему."), True),
        Figure(
            "unreachable", _("Некому ответить"),
            _("Поступившие за период, у которых нет способа связаться с жителем."), True,
        ),
        Figure(
            "comments", _("Ответы в официальных сообществах"),
            _("Из комментариев жителей под записями наших страниц, по которым заведены карточки, — доля тех, на "
              "которые ответили. Личные сообщения страницам, спам и благодарности не входят."), True, counted=False,
        ),
        Figure(
            "commented", _("Комментарии"),
            _("Поступившие за период как комментарий под записью нашей страницы: публичные слова, не личное "
              "сообщение."), True,
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


def _always(condition: Q) -> Callable[[datetime], Q]:
    return lambda now: condition


# Measure → which of the facts that count it counts, at a moment.
MEASURED: dict[str, Callable[[datetime], Q]] = {
    "received": _always(Q()),
    "answered": _always(Q(answered_at__isnull=False)),
    "in_time": _always(Q(verdict=CaseFact.Verdict.IN_TIME)),
    "late": is_failed,
    "open": _always(Q(open=True)),
    "overdue": is_overdue,
    "closed": _always(Q(closed_at__isnull=False)),
    "reacted": _always(Q(react_min__isnull=False)),
    "fixed": _always(Q(fix_min__isnull=False)),
    "repeated": _always(Q(repeated=True)),
    "reopened": _always(Q(turns__gt=1)),
    "rated": _always(Q(stars__isnull=False)),
    "verified": _always(Q(verified=True)),
    "checked": _always(Q(checked=True)),
    "postponed": _always(Q(postponed=True)),
    "hops": _always(Q(hops__gt=0)),
    "placed": _always(Q(placed=True)),
    "themed": _always(Q(theme_id__isnull=False)),
    "reachable": _always(Q(reachable=True)),
    "pictured": _always(Q(pictured=True)),
    "comments": _always(Q(comment=True)),
    "comments_answered": _always(Q(comment=True, answered_at__isnull=False)),
    "unplaced": _always(Q(placed=False)),
    "unthemed": _always(Q(theme_id__isnull=True)),
    "unreachable": _always(Q(reachable=False)),
}
MEASURE_OF = {"failed": "late", "commented": "comments"}  # figures that measures call otherwise


def condition(figure: str, now: datetime, days: int) -> Q:
    """Which facts a figure counts. Raises KeyError for a figure that cannot be listed."""
    if not FIGURES[figure].counted:
        raise KeyError(figure)
    counted = MEASURED[MEASURE_OF.get(figure, figure)](now) & Q(counts=True)
    return counted & Q(day__gte=first_day(now, days)) if FIGURES[figure].of_period else counted
