"""What may go wrong today: each risk one sentence with who and by when. Inside `acting`; reads the place's rows only.

Kinds in the order in which they are chosen; of one kind at most one. Nothing of a resident stands in a sentence: a
number of a card, a theme, a place without a house.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Min, Q

from otklik.answers.models import Promise
from otklik.cases import numbers
from otklik.cases.clock_rules import zone
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Alarm, Case, Clock, SilentQueue
from otklik.cases.problem_models import LIVE_STATES, Problem
from otklik.cases.registered import LAWS
from otklik.insight.radar_reading import running_bursts
from otklik.reports import russian
from otklik.reports.asking import Asked

MOST = 3
LAW_DAYS = 3  # days before an answer by law is due
CROWD = 5  # cards of one problem
PILE = 3  # overdue cards of one body


@dataclass(frozen=True)
class Risk:
    """One sentence, who is to act, by when, and the page with what it is about. `key` names it from day to day."""

    key: str
    words: str
    who: str
    user_id: int | None
    organisation_id: int | None
    by: date
    address: str
    at_once: bool = False

    @property
    def by_words(self) -> str:
        """«до 27 ноября», «сейчас»."""
        return "сейчас" if self.at_once else f"до {russian.day_and_month(self.by)}"


def risks_of(asked: Asked, most: int = MOST) -> list[Risk]:
    """The gravest risks of the place now."""
    found: list[Risk] = []
    for look in LOOKS:
        if len(found) == most:
            break
        found += list(look(asked))[:1]
    return found


def _here(asked: Asked, column: str = "scope_id") -> Q:
    return Q() if asked.scopes is None else Q(**{f"{column}__in": asked.scopes})


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, zone())


def _where(case: Case) -> str:
    """The settlement and the street, without a house."""
    return ", ".join(filter(None, (case.territory.short_name, case.street)))


def _theme(case: Case) -> str:
    return f"«{case.theme.name}»" if case.theme else "без темы"


def _responsible(case: Case, asked: Asked) -> tuple[str, int | None, int | None]:
    """Who is to act: whoever has the card, else the body that has it, else the coordinator."""
    if case.owner is not None:
        return case.owner.short_name, case.owner_id, case.executor_id
    if case.executor is not None:
        return case.executor.short_name, None, case.executor_id
    return "координатор центра", None, None


def _card(case: Case) -> str:
    return f"/desk/case/{numbers.shown(case.number)}/"


def _of_case(asked: Asked, key: str, case: Case, words: str, by: date) -> Risk:
    who, user_id, organisation_id = _responsible(case, asked)
    return Risk(key, words, who, user_id, organisation_id, max(by, asked.today), _card(case))


CASE = ("territory", "theme", "owner", "executor")


def _danger(asked: Asked) -> Iterable[Risk]:
    rows = Alarm.objects.filter(_here(asked), confirmed_at=None, case__restricted=False).order_by("raised_at")
    for alarm in rows.select_related(*(f"case__{one}" for one in CASE))[:1]:
        case = alarm.case
        found = _of_case(
            asked, f"danger-{case.pk}", case,
            f"Угроза жизни: {_where(case)}, {numbers.shown(case.number)} — тревогу никто не принял", asked.today,
        )
        yield replace(found, at_once=True)


def _law(asked: Asked) -> Iterable[Risk]:
    soon = _end_of(asked.today + timedelta(days=LAW_DAYS))
    rows = Clock.objects.filter(
        _here(asked, "case__scope_id"), kind=Clock.Kind.ANSWER, stopped_at=None, due_at__lte=soon,
        registration__regime__in=LAWS, case__restricted=False, case__notifies=True,
    )
    counted = rows.aggregate(n=Count("pk"))["n"]
    wanted = ("registration", *(f"case__{one}" for one in CASE))
    for clock in rows.select_related(*wanted).order_by("due_at", "pk")[:1]:
        case = clock.case
        due = clock.due_at.astimezone(zone()).date()
        called = (clock.registration.number if clock.registration else "") or numbers.shown(case.number)
        late = "срок по закону прошёл" if clock.due_at < asked.now else "срок по закону кончается"
        more = f"; всего таких {counted}" if counted > 1 else ""
        yield _of_case(
            asked, f"law-{case.pk}", case,
            f"Обращение {called}: {late} {russian.day_and_month(due)}, ответа нет{more}", due,
        )


def _burst(asked: Asked) -> Iterable[Risk]:
    """What the radar hears now, the newest of one's own first; what has a problem stands among the problems."""
    heard = [line for line in running_bursts(asked.scopes, 5) if line.row.problem_id is None]
    here: frozenset[int] = asked.scopes or frozenset()
    for one in sorted(heard, key=lambda line: line.row.scope_id not in here)[:1]:  # one's own before a wider one
        yield Risk(
            f"burst-{one.row.pk}",
            f"Всплеск: «{one.name}», {one.row.scope.short_name}: {one.seen}",
            "координатор центра", None, None, asked.today, f"/region/bursts/{one.row.pk}/",
        )


def _missed_promise(asked: Asked) -> Iterable[Risk]:
    rows = Promise.objects.filter(
        _here(asked), state=Promise.State.OPEN, until__lt=asked.today, case__restricted=False
    )
    counted = rows.aggregate(n=Count("pk"))["n"]
    for promise in rows.select_related(*(f"case__{one}" for one in CASE)).order_by("until", "pk")[:1]:
        case = promise.case
        more = f"; всего просроченных обещаний {counted}" if counted > 1 else ""
        yield _of_case(
            asked, f"promise-{promise.pk}", case,
            f"Обещали до {russian.day_and_month(promise.until)} и не сделали: {_theme(case)}, {_where(case)}{more}",
            asked.today,
        )


def _crowd(asked: Asked) -> Iterable[Risk]:
    rows = Problem.objects.filter(_here(asked), state__in=LIVE_STATES).annotate(
        n=Count("cases", filter=Q(cases__restricted=False))
    )
    for row in rows.filter(n__gte=CROWD).select_related("territory", "theme").order_by("-n", "pk")[:1]:
        case = Case.objects.filter(problem=row, restricted=False).select_related(*CASE).order_by(
            F("executor_id").asc(nulls_last=True), "pk"
        ).first()
        who, user_id, organisation_id = _responsible(case, asked) if case else ("координатор центра", None, None)
        place = ", ".join(filter(None, (row.territory.short_name, row.street)))
        theme = f"«{row.theme.name}»" if row.theme else "проблема"
        ripe = row.planned_for if row.planned_for and row.planned_for >= asked.today else None
        yield Risk(
            f"problem-{row.pk}",
            f"{theme}, {place}: {russian.counted(row.n, 'сообщение', 'сообщения', 'сообщений')} об одном"
            f" с {russian.day_and_month(row.opened_at.astimezone(zone()).date())}"
            + (f", работы {russian.day_and_month(ripe)}" if ripe else ", дня работ нет"),
            who, user_id, organisation_id, ripe or asked.today + timedelta(days=1), f"/desk/problem/{row.pk}/",
        )


def _pile(asked: Asked) -> Iterable[Risk]:
    late = Case.objects.filter(
        _here(asked), state__in=IN_WORK, urgent_at__lt=asked.now, notifies=True, restricted=False,
        executor__isnull=False, importance__lt=4,
    )
    rows = late.order_by().values("executor_id", "executor__short_name").annotate(
        n=Count("pk"), oldest=Min("urgent_at")
    )
    for row in rows.filter(n__gte=PILE).order_by("-n", "executor__short_name")[:1]:
        since = row["oldest"].astimezone(zone()).date()
        yield Risk(
            f"pile-{row['executor_id']}",
            f"{row['executor__short_name']}: просрочено "
            f"{russian.counted(row['n'], 'карточка', 'карточки', 'карточек')}, самая давняя"
            f" с {russian.day_and_month(since)}",
            row["executor__short_name"], None, row["executor_id"], asked.today + timedelta(days=1),
            asked.cases("overdue", standing=True, executor=row["executor_id"]),
        )


def _silent(asked: Asked) -> Iterable[Risk]:
    rows = SilentQueue.objects.filter(_here(asked, "place_id"), ended_at=None).select_related("place")
    for row in rows.order_by("-waiting", "pk")[:1]:
        yield Risk(
            f"silent-{row.place_id}",
            f"{row.place.short_name}: "
            f"{russian.counted(row.waiting, 'сообщение ждёт', 'сообщения ждут', 'сообщений ждут')}"
            f" с {russian.day_and_month(row.oldest_at.astimezone(zone()).date())}, никто не разбирает",
            "координатор центра", None, None, asked.today, "/region/queues/",
        )


def _overdue(asked: Asked) -> Iterable[Risk]:
    late = Case.objects.filter(
        _here(asked), state__in=IN_WORK, urgent_at__lt=asked.now, notifies=True, restricted=False, importance__lt=4
    )
    for case in late.select_related(*CASE).order_by("urgent_at", "pk")[:1]:
        assert case.urgent_at is not None
        since = case.urgent_at.astimezone(zone()).date()
        yield _of_case(
            asked, f"overdue-{case.pk}", case,
            f"Срок прошёл {russian.day_and_month(since)}: {_theme(case)}, {_where(case)}, "
            f"{numbers.shown(case.number)}", asked.today,
        )


def _due_today(asked: Asked) -> Iterable[Risk]:
    rows = Case.objects.filter(
        _here(asked), state__in=IN_WORK, urgent_at__gte=asked.now, urgent_at__lte=_end_of(asked.today), notifies=True,
        restricted=False, importance__gte=3,
    )
    for case in rows.select_related(*CASE).order_by("-importance", "urgent_at", "pk")[:1]:
        yield _of_case(
            asked, f"today-{case.pk}", case,
            f"Срок сегодня, важность {case.importance}: {_theme(case)}, {_where(case)}", asked.today,
        )


LOOKS: tuple[Callable[[Asked], Iterable[Risk]], ...] = (
    _danger, _law, _burst, _crowd, _missed_promise, _pile, _silent, _due_today, _overdue,
)
