"""What is made every quarter and year: the review of appeals for the site, the section for the head's annual report.

Numbers, themes and causes only: the review is published. Inside `acting`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from otklik.cases.appeal_figures import DEFINITIONS, Figures, Row, analyse
from otklik.cases.appeal_figures import Asked as Appeals
from otklik.insight.measures import Measures
from otklik.reports import parts, russian
from otklik.reports.asking import Asked, appeal_number, earlier, plain_number, share_number
from otklik.reports.document import Cell, Document, Figure, Heading, Number, Table, words
from otklik.reports.document import Figures as Shown
from otklik.reports.origins import Origins, before_of, origins_of
from otklik.reports.papers import paper
from otklik.reports.periods import Period
from otklik.reports.weekly import told

LAWS = {"law59": "Обращения граждан (59-ФЗ)", "law8": "Запросы информации (8-ФЗ)"}
MOST = 12
Linked = Callable[..., Number]  # a figure, its value, a period and what narrows it → a number that leads to its list


def appeals(asked: Asked) -> Document:
    """Review of appeals: written, via higher bodies, oral, repeated, on control, outcomes, causes."""
    blocks: list[Any] = []
    for law, name in LAWS.items():
        figures = _figures(asked, law)
        if law == "law8" and not figures.counted.get("total"):
            continue
        blocks += [Heading(name), *_law(asked, law, figures)]
    return paper(
        asked, "appeals", "Обзор обращений", blocks,
        sources=tuple(f"{_up(str(name))}: {how}." for name, how in DEFINITIONS.values())[:8],
    )


def _up(text: str) -> str:
    return text[:1].upper() + text[1:]


def _figures(asked: Asked, law: str) -> Figures:
    scopes = None if asked.scopes is None else sorted(asked.scopes)
    return analyse(Appeals(law, asked.period.since, asked.period.until, scopes, asked.restricted_too), asked.now)


def _law(asked: Asked, law: str, figures: Figures) -> list[Any]:
    now, before = figures.counted, figures.before
    origins = origins_of(asked, law)
    past = before_of(asked)

    def number(figure: str, value: int, period: Period | None = None, **narrowed: Any) -> Number:
        return appeal_number(asked, law, figure, value, period, **narrowed)

    blocks: list[Any] = [_review(figures, origins, number), Shown(tuple(_shown(figures, origins, number, past)))]
    lines: list[tuple[Cell, ...]] = [
        (_up(str(label)), *(
            # How many people signed is no list of appeals: it leads to those that they signed.
            replace(number("collective", one.get("collective", 0), days), text=russian.whole(one.get(code, 0)),
                    value=one.get(code, 0))
            if code == "people" else number(code, one.get(code, 0), days)
            for one, days in ((now, None), (before, past))
        ))
        for code, (label, _how) in DEFINITIONS.items()
    ]
    lines += [
        ("Через вышестоящие органы", number("above", origins.above), number("above", origins.above_before, past)),
        ("На контроле", number("control", origins.control), number("control", origins.control_before, past)),
    ]
    blocks.append(Table(f"{law}_counted", "Все показатели", ("Показатель", "Сколько", "Раньше"), tuple(lines)))
    for code, title, first, by, rows in (
        ("kinds", "Виды", "Вид", "kind", figures.kinds),
        ("themes", "О чём писали", "Тема", "theme", figures.themes[:MOST]),
        ("results", "Результаты", "Результат", "ended", figures.results),
        ("outcomes", "Итоги", "Итог", "outcome", figures.outcomes),
        ("places", "Откуда", "Место", "place", figures.places[:MOST]),
        ("ways", "Как отвечали", "Способ", "way", figures.ways),
        ("causes", "Причины: общие проблемы", "Проблема", "problem", figures.causes),
        ("executors", "Кто исполнял", "Организация", "executor", figures.executors[:MOST]),
        ("receptions", "Личный приём", "Чем кончился", "", figures.receptions),
    ):
        if rows:
            blocks.append(_table(f"{law}_{code}", title, first, by, rows, number, past))
    if origins.bodies:
        blocks.append(Table(
            f"{law}_above", "Через кого пришло", ("Орган", "Сколько"),
            tuple((name, number("total", n, through=name)) for name, n in origins.bodies),
        ))
    return blocks


def _shown(figures: Figures, origins: Origins, number: Linked, past: Period) -> list[Figure]:
    now, before = figures.counted, figures.before
    written = now.get("total", 0) - now.get("oral", 0)
    was = before.get("total", 0) - before.get("oral", 0)

    def one(code: str, label: str, value: int, then: int) -> Figure:
        return Figure(code, label, number(code, value), **earlier(number(code, then, past)))

    return [
        one("total", "Всего", now.get("total", 0), before.get("total", 0)),
        one("written", "Письменных", written, was),
        one("above", "Через вышестоящие органы", origins.above, origins.above_before),
        one("oral", "Устных, с личного приёма", now.get("oral", 0), before.get("oral", 0)),
        one("repeated", "Повторных", now.get("repeated", 0), before.get("repeated", 0)),
        one("control", "На контроле", origins.control, origins.control_before),
        one("answered", "Дан ответ", now.get("answered", 0), before.get("answered", 0)),
        Figure("in_time_share", "Из них в срок", share_number(figures.in_time_share), "из отправленных"),
    ]


def _review(figures: Figures, origins: Origins, number: Linked) -> Any:
    now, before = figures.counted, figures.before
    total, was = now.get("total", 0), before.get("total", 0)
    than = "столько же, сколько за такой же период до этого" if total == was else (
        f"на {russian.whole(abs(total - was))} {'больше' if total > was else 'меньше'}, чем за такой же период до этого"
    )
    runs: list[Any] = [
        "Зарегистрировано ", number("total", total), f" — {than}. Письменных ",
        number("written", total - now.get("oral", 0)), ", с личного приёма ", number("oral", now.get("oral", 0)),
        ", коллективных ", number("collective", now.get("collective", 0)), ", повторных ",
        number("repeated", now.get("repeated", 0)), ", через вышестоящие органы ", number("above", origins.above), ". ",
    ]
    if figures.themes:
        runs.append("Чаще всего писали: ")
        for n, one in enumerate(figures.themes[:3]):
            runs += [f"{', ' if n else ''}«{one.name}» (", number("total", one.count, themes=(one.key or 0,)), ")"]
        runs.append(". ")
    if now.get("answered"):
        runs += [
            "Ответ дан на ", number("answered", now["answered"]), f", в срок {russian.share(figures.in_time_share)}; "
            "переслано по компетенции ", number("forwarded", now.get("forwarded", 0)), ", в работе ",
            number("open", now.get("open", 0)), ".",
        ]
    return words(*runs)


def _table(
    code: str, title: str, first: str, by: str, rows: Sequence[Row], number: Linked, past: Period
) -> Table:
    def cell(one: Row, value: int | None, period: Period | None = None) -> Number:
        if value is None:
            return Number("—")
        if not by:  # talks are in no register of appeals
            return plain_number(value)
        narrowed = {"themes": (one.key or 0,)} if by == "theme" else {"by": by, "key": one.key}
        return number("total", value, period, **narrowed)

    return Table(code, title, (first, "Сколько", "Раньше"), tuple(
        (one.name if not one.above else f"{one.name} ({one.above})", cell(one, one.count), cell(one, one.before, past))
        for one in rows
    ))


def annual(asked: Asked) -> Document:
    """The section on work with residents for the head's annual report: text, months, themes, services, appeals."""
    now, before = asked.whole(), asked.whole(asked.period.before)
    figures = _figures(asked, "law59")
    themes, groups = parts.by_theme(asked, 10), parts.by_group(asked)
    fixed: list[Any] = [
        "Исправлено и проверено жителями и куратором: ", asked.number("verified", now.verified),
        f" (раньше {russian.whole(before.verified)}). " + (
            "Жители оценок не ставили." if now.rating is None else
            f"Средняя оценка жителей {russian.with_tenth(now.rating)} при "
            f"{russian.counted(now.rated, 'оценке', 'оценках', 'оценках')}."
        ),
    ]
    months: list[tuple[Cell, ...]] = [_month(asked, first, one) for first, one in sorted(asked.by("month").items())]
    days = parts.days_chart(asked)
    blocks: list[Any] = [
        Heading("Работа с сообщениями жителей"), *told(asked), words(*fixed), parts.summary(asked),
        days, parts.days_table(asked, days),
        Table("months", "По месяцам", ("Месяц", "Поступило", "Отвечено", "В срок", "Не в срок", "Доля в срок"),
              tuple(months)),
        groups, themes, parts.by_service(asked, parts.TOP), parts.times(asked),
    ]
    if figures.counted.get("total"):
        blocks += [Heading("Обращения граждан (59-ФЗ)"), *_law(asked, "law59", figures)]
    return paper(asked, "annual", "Раздел для отчёта главы", blocks)


def _month(asked: Asked, first: date, one: Measures) -> tuple[Cell, ...]:
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    days = Period(max(first, asked.period.since), min(last, asked.period.until))
    return (
        f"{russian.MONTHS[first.month - 1]} {first.year}", asked.number("received", one.received, days),
        asked.number("answered", one.answered, days), asked.number("in_time", one.in_time, days),
        asked.number("failed", one.late, days), share_number(one.in_time_share),
    )
