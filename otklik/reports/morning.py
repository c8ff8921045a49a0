"""The head's morning page: five numbers, three risks, promises due, one good story. One A4. Inside `acting`.

What it shows is what everybody of the place who sees figures may know, so one page of a day is kept for all its heads.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from otklik.answers.models import Promise
from otklik.cases import numbers
from otklik.insight.definitions import WEEKS_OF_USUAL
from otklik.insight.figures import region_rows
from otklik.reports import russian
from otklik.reports.asking import Asked, arrow_of, earlier, share_number
from otklik.reports.document import Cell, Document, Figure, Figures, Heading, Number, Table, Words, words
from otklik.reports.periods import Period
from otklik.reports.risks import Risk, risks_of
from otklik.reports.story import Story, story_of

KIND = "morning"
MOST_PROMISES = 8
LONGEST_NOTICE = 300  # letters of a notice
WEEK_BEFORE = "неделей раньше"
ARROWS = {"up": "↑", "down": "↓", "same": "=", "": ""}


@dataclass(frozen=True)
class Due:
    """A promise to a resident whose day has come: without a word of the resident."""

    number: str
    what: str
    who: str
    until: date
    address: str


@dataclass(frozen=True)
class Morning:
    """The page of one place and day."""

    place: str
    day: date
    figures: tuple[Figure, ...]
    risks: tuple[Risk, ...]
    promises: tuple[Due, ...]
    more_promises: int
    story: Story | None


def morning_of(asked: Asked, overdue_before: int | None = None) -> Morning:
    """The page for the day of `asked.now`. `overdue_before`: how many were overdue on the last page, for the arrow."""
    promises, more = _promises(asked)
    name = "Вся сеть" if asked.is_region else asked.place.short_name
    return Morning(
        name, asked.today, tuple(_figures(asked, overdue_before)), tuple(risks_of(asked)), promises, more,
        story_of(asked),
    )


def _figures(asked: Asked, overdue_before: int | None) -> list[Figure]:
    """Yesterday against the usual; now; the last seven whole days against the seven before them."""
    yesterday = asked.today - timedelta(days=1)
    one_day = Period(yesterday, yesterday)
    week = Period(asked.today - timedelta(days=7), yesterday)
    new, last = asked.whole(week), asked.whole(week.before)
    came = asked.whole(one_day).received
    usual = _usual(asked, yesterday)
    overdue = sum(row.overdue for row in region_rows(asked.now, 1, asked.scopes))
    usual_words = "сколько обычно, станет видно через две недели" if usual is None else (
        f"обычно за такой день {russian.whole(usual)}"
    )
    return [
        Figure("received", "Поступило вчера", asked.number("received", came, one_day), usual_words,
               arrow_of(came, usual)),
        Figure("overdue", "Просрочено сейчас", Number(
            russian.whole(overdue), asked.cases("overdue", standing=True) if overdue else "", overdue,
        ), _than(overdue_before), arrow_of(overdue, overdue_before), _fell(overdue, overdue_before)),
        Figure("in_time_share", "Ответили в срок за 7 дней", share_number(new.in_time_share, "in_time_share"),
               f"неделей раньше {russian.share(last.in_time_share)}",
               arrow_of(_percent(new.in_time_share), _percent(last.in_time_share)),
               _rose(_percent(new.in_time_share), _percent(last.in_time_share))),
        Figure("verified", "Исправлено и проверено за 7 дней", asked.number("verified", new.verified, week),
               arrow=arrow_of(new.verified, last.verified), good=_rose(new.verified, last.verified),
               **earlier(asked.number("verified", last.verified, week.before), WEEK_BEFORE)),
        Figure("reopened", "Вернулось: «не исправлено»", asked.number("reopened", new.reopened, week),
               arrow=arrow_of(new.reopened, last.reopened), good=_fell(new.reopened, last.reopened),
               **earlier(asked.number("reopened", last.reopened, week.before), WEEK_BEFORE)),
    ]


def _than(before: int | None) -> str:
    return "" if before is None else f"на прошлой странице {russian.whole(before)}"


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100)


def _rose(now: float | None, before: float | None) -> bool | None:
    return None if now is None or before is None or now == before else now > before


def _fell(now: float | None, before: float | None) -> bool | None:
    rose = _rose(now, before)
    return None if rose is None else not rose


def _usual(asked: Asked, day: date) -> float | None:
    """The middle of the same weekday of the weeks before, where there are at least two with anything before them."""
    span = Period(day - timedelta(weeks=WEEKS_OF_USUAL), day - timedelta(days=1))
    by_day = {key: one.received for key, one in asked.by("day", span).items()}
    first = min(by_day, default=day)
    like = [day - timedelta(weeks=n) for n in range(1, WEEKS_OF_USUAL + 1)]
    known = [by_day.get(one, 0) for one in like if one >= first]
    return median(known) if len(known) > 1 else None


def _promises(asked: Asked) -> tuple[tuple[Due, ...], int]:
    rows = Promise.objects.filter(
        state=Promise.State.OPEN, until__gte=asked.today, until__lte=asked.today + timedelta(days=1),
        case__restricted=False,
    )
    if asked.scopes is not None:
        rows = rows.filter(scope_id__in=asked.scopes)
    rows = rows.order_by("until", "pk")
    count = rows.count()
    found = []
    for row in rows.select_related("case__theme", "case__territory", "case__owner", "case__executor")[:MOST_PROMISES]:
        case = row.case
        place = ", ".join(filter(None, (case.territory.short_name, case.street)))
        what = f"«{case.theme.name}», {place}" if case.theme else place
        who = case.owner.short_name if case.owner else case.executor.short_name if case.executor else "никто не ведёт"
        shown = numbers.shown(case.number)
        found.append(Due(shown, what, who, row.until, f"/desk/case/{shown}/"))
    return tuple(found), count - len(found)


def as_document(morning: Morning, made: str) -> Document:
    """The page as a report: the same blocks on the page, in PDF and DOCX."""
    blocks: list[Any] = [Figures(morning.figures), Heading("Риски")]
    blocks += [_risk_words(one) for one in morning.risks] or [words("Рисков, о которых стоит говорить с утра, нет.")]
    blocks.append(Heading("Обещали жителям"))
    blocks.append(_promise_table(morning))
    blocks.append(Heading("Хорошая новость"))
    story = morning.story
    blocks.append(words(f"{story.words} Карточка ", Number(story.number, story.address), ".") if story else words(
        "За неделю не было исправлений, которые подтвердил житель или проверил куратор."
    ))
    extra = {
        "day": morning.day.isoformat(), "photo": story.photo if story else "",
        "story": story is not None,
        "risks": [
            {"key": one.key, "words": one.words, "who": one.who, "user": one.user_id,
             "organisation": one.organisation_id, "by": one.by.isoformat(), "address": one.address}
            for one in morning.risks
        ],
    }
    return Document(
        KIND, "Утренняя страница", morning.place, russian.long_day(morning.day), made, tuple(blocks),
        file_name=f"utro-{morning.day:%Y-%m-%d}", extra=extra,
        sources=("Как посчитано — на странице /region/how/. Спам, благодарности и «не инцидент» не считаются.",),
    )


def _risk_words(risk: Risk) -> Words:
    return words(Number(risk.words, risk.address), f" — {risk.who}, {risk.by_words}.", look="item")


def _promise_table(morning: Morning) -> Table:
    rows: list[tuple[Cell, ...]] = [
        ("сегодня" if one.until == morning.day else "завтра", Number(one.number, one.address), one.what, one.who)
        for one in morning.promises
    ]
    more = morning.more_promises
    return Table(
        "promises", "", ("Срок", "Карточка", "О чём", "Кто"), tuple(rows), wide=(10, 13, 47, 30),
        empty="На сегодня и завтра обещаний нет.",
        note=f"И ещё {russian.counted(more, 'обещание', 'обещания', 'обещаний')}: вкладка «Обещания»." if more else "",
    )


def as_text(morning: Morning) -> str:
    """The page in a few lines, for a messenger: whole, as a person copies it."""
    lines = [f"{morning.place}, {russian.day_and_month(morning.day)}"]
    for one in morning.figures:
        arrow = ARROWS[one.arrow]
        lines.append(f"• {one.label}: {one.number.text}{' ' + arrow if arrow else ''}")
    if morning.risks:
        lines.append("Риски:")
        lines += [f"{n}. {one.words} — {one.who}, {one.by_words}." for n, one in enumerate(morning.risks, 1)]
    today = sum(one.until == morning.day for one in morning.promises)
    if morning.promises:
        tomorrow = len(morning.promises) - today
        lines.append(f"Обещания: сегодня {today}, завтра {tomorrow}{' и больше' if morning.more_promises else ''}.")
    if morning.story:
        lines.append(f"Хорошее: {morning.story.words}")
    return "\n".join(lines)


def as_notice(morning: Morning) -> str:
    """The shortest of it, for the bell and MAX: the numbers, the first risk, as much as fits."""
    by_code = {one.code: one for one in morning.figures}
    head = (
        f"{morning.place}: вчера {by_code['received'].number.text}, просрочено {by_code['overdue'].number.text}, "
        f"в срок {by_code['in_time_share'].number.text}."
    )
    risks = f" Рисков: {len(morning.risks)}. {morning.risks[0].words}." if morning.risks else " Рисков нет."
    text = head + risks
    return text if len(text) <= LONGEST_NOTICE else text[: LONGEST_NOTICE - 1].rstrip() + "…"


def overdue_of(document: Document) -> int | None:
    """How many were overdue on a kept page."""
    found = document.figures().get("overdue")
    return None if found is None or found.number.value is None else int(found.number.value)



