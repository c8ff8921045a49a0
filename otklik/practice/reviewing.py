"""The quarterly review of the exchange of experience, built from data: what was met, asked, taken and applied.

Inside `acting`. Its words are a paper's: Russian without gettext (decision 085).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count

from otklik.cases.clock_rules import zone
from otklik.practice.allowed import CENTRES
from otklik.practice.models import (
    CentreQuestion,
    CentreReply,
    Exchange,
    LentTemplate,
    PassportVersion,
    Practice,
    Taken,
    TemplateCopy,
)
from otklik.practice.papers import Block, Heading, Paper, Points, Rows, Words
from otklik.territory.models import Territory
from otklik.together import counted

MOST_ROWS = 40


@dataclass(frozen=True)
class Quarter:
    """A quarter of a year, 1..4."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def after(self) -> date:
        """The first day of the next one."""
        return date(self.year + self.number // 4, self.number % 4 * 3 + 1, 1)

    @property
    def before(self) -> "Quarter":
        """The one before."""
        return quarter_of(self.first - timedelta(days=1))

    @property
    def code(self) -> str:
        """«2026-4»."""
        return f"{self.year}-{self.number}"

    def __str__(self) -> str:
        return f"{('I', 'II', 'III', 'IV')[self.number - 1]} квартал {self.year} года"


def quarter_of(day: date) -> Quarter:
    """The quarter of a day."""
    return Quarter(day.year, (day.month + 2) // 3)


def read_quarter(text: str, today: date) -> Quarter:
    """«2026-4»; this quarter for anything else, and for what has not begun."""
    year, _sign, number = text.partition("-")
    if len(year) == 4 and year.isascii() and year.isdecimal() and number in {"1", "2", "3", "4"} and int(year) >= 2020:
        asked = Quarter(int(year), int(number))
        if asked.first <= today:
            return asked
    return quarter_of(today)


@dataclass(frozen=True)
class Review:
    """The quarter in numbers and rows. Names are as they stand on cards."""

    quarter: Quarter
    met: tuple[Exchange, ...]
    calls: int
    taken: tuple[Taken, ...]  # at meetings of this quarter
    answered: tuple[Taken, ...]  # whose answer after 90 days came in this quarter
    silent: int  # asked and not answered yet, of whenever
    asked: int
    with_reply: int
    replies: int
    helped: int
    most_helpful: tuple[tuple[str, int], ...]
    lent: int
    copied: int
    passports: int
    centres: int
    practices: tuple[str, ...]

    @property
    def applied(self) -> int:
        """How many of the answered were applied."""
        return sum(one.outcome == Taken.Outcome.APPLIED for one in self.answered)


def review(quarter: Quarter, now: datetime) -> Review:
    """Count the quarter."""
    begins, ends = _begins(quarter.first), _begins(quarter.after)
    met = tuple(
        Exchange.objects.filter(state=Exchange.State.HELD, begins_at__gte=begins, begins_at__lt=ends)
        .order_by("begins_at")
    )
    rows = list(Taken.objects.select_related("exchange", "place").filter(exchange__state=Exchange.State.HELD))
    ids = {one.pk for one in met}
    questions = CentreQuestion.objects.filter(at__gte=begins, at__lt=ends).annotate(n=Count("replies"))
    replies = list(CentreReply.objects.filter(at__gte=begins, at__lt=ends).select_related("place"))
    asked = list(questions.values_list("n", flat=True))
    centres = Territory.objects.filter(kind__in=CENTRES, active=True)  # the region's own, too: it has a passport
    approved = PassportVersion.objects.filter(state=PassportVersion.State.APPROVED, decided_at__lt=min(ends, now))
    n = counted({
        "lent": LentTemplate.objects.filter(at__gte=begins, at__lt=ends),
        "copied": TemplateCopy.objects.filter(at__gte=begins, at__lt=ends),
        "passports": centres.filter(pk__in=approved.values("place")), "centres": centres,
    })
    return Review(
        quarter, met, sum(one.way == Exchange.Way.CALL for one in met),
        tuple(one for one in rows if one.exchange_id in ids),
        tuple(one for one in rows if one.answered_at and begins <= one.answered_at < ends),
        sum(bool(one.asked_at) and not one.outcome for one in rows),
        len(asked), sum(n > 0 for n in asked), len(replies), sum(one.helped for one in replies),
        tuple(_most(one.place.short_name for one in replies if one.helped)),
        n["lent"], n["copied"], n["passports"], n["centres"], tuple(_practices(begins, ends)),
    )


def _most(names: Iterable[str]) -> list[tuple[str, int]]:
    return Counter(names).most_common(3)


def _begins(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone())


def _practices(begins: datetime, ends: datetime) -> list[str]:
    """Practices of our own centres that were confirmed in the quarter."""
    rows = Practice.objects.filter(came_from=None, confirmed_at__gte=begins, confirmed_at__lt=ends)
    return list(rows.order_by("confirmed_at").values_list("title", flat=True)[:MOST_ROWS])


def paper_of(found: Review) -> Paper:
    """The review as a paper."""
    counts = (
        ("Встречи", f"{len(found.met)}, из них по видеосвязи: {found.calls}"),
        ("Взяли", str(len(found.taken))),
        ("Применили через 90 дней", f"{found.applied} из {len(found.answered)}; ещё не ответили: {found.silent}"),
        ("Вопросы", f"{found.asked}, с ответом: {found.with_reply}; ответов: {found.replies}, помогли: {found.helped}"),
        ("Шаблоны", f"дали в сеть: {found.lent}, взяли копий: {found.copied}"),
        ("Паспорта", f"утверждены у {found.passports} из {found.centres} центров"),
    )
    blocks: list[Block] = [Rows(counts)]
    if found.met:
        blocks += [Heading("Кто с кем встретился"), Rows(tuple(
            (f"{one.begins_at.astimezone(zone()):%d.%m.%Y}", f"{one.guest_name} — у {one.host_name}", one.topic)
            for one in found.met[:MOST_ROWS]
        ), ("Когда", "Кто", "Тема"), (16, 42, 42))]
    if found.taken:
        blocks += [Heading("Что взяли"), Rows(tuple(
            (_where(one), one.what, one.responsible_name, f"{one.due:%d.%m.%Y}") for one in found.taken[:MOST_ROWS]
        ), ("Центр", "Что", "Кто", "Срок"), (22, 40, 24, 14))]
    if found.answered:
        blocks += [Heading("Что стало через 90 дней"), Rows(tuple(
            (_where(one), one.what, "применили" if one.outcome == Taken.Outcome.APPLIED else "не применили", one.why)
            for one in found.answered[:MOST_ROWS]
        ), ("Центр", "Что", "Итог", "Почему"), (22, 32, 16, 30))]
    if found.practices:
        blocks += [Heading("Новые практики"), Points(found.practices)]
    if found.most_helpful:
        blocks += [Heading("Чьи ответы помогли"), Points(tuple(f"{name}: {n}" for name, n in found.most_helpful))]
    if not (found.met or found.asked or found.answered):
        blocks.append(Words("За квартал центры не встречались и ни о чём друг друга не спрашивали."))
    foot = "Собрано программой «Отклик» по карточкам встреч."
    return Paper("Обмен опытом: обзор квартала", str(found.quarter), tuple(blocks), foot)


def _where(one: Taken) -> str:
    return one.place.short_name if one.place else one.exchange.guest_name
