"""What is made every week: the sheet for the planning meeting, the ЦУР's table, digests. Inside `acting`."""

from datetime import date, timedelta
from typing import Any

from django.db.models import F

from otklik.cases import numbers
from otklik.cases.clock_rules import zone
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case
from otklik.insight.figures import region_rows
from otklik.reports import parts, russian
from otklik.reports.asking import Asked
from otklik.reports.document import Cell, Document, Heading, Number, Table, words
from otklik.reports.models import Order
from otklik.reports.papers import paper
from otklik.reports.risks import risks_of
from otklik.reports.story import story_of

MOST_OVERDUE = 40  # cards of one service
MOST_ORDERS = 200


def planning(asked: Asked) -> Document:
    """The sheet for the Monday planning meeting: what each service has to say about, and the open orders."""
    standing = sum(row.overdue for row in region_rows(asked.now, 1, asked.scopes))
    blocks: list[Any] = [parts.summary(asked, standing=standing), Heading("О чём спросить")]
    blocks += [
        words(Number(one.words, one.address), f" — {one.who}, {one.by_words}.", look="item")
        for one in risks_of(asked, most=6)
    ] or [words("Просроченного, обещанного и громкого нет.")]
    services = parts.by_service(asked)
    blocks += [services, Heading("Просрочено по службам"), *_overdue(asked)]
    blocks += [orders_table(asked, "Поручения, которые в работе")]
    return paper(asked, "planning", "Лист к планёрке", blocks)


def _overdue(asked: Asked) -> list[Any]:
    """The overdue cards of each service: number, theme, place without a house, since when, who has it."""
    rows = Case.objects.filter(
        state__in=IN_WORK, due_at__lt=asked.now, notifies=True, restricted=False
    ).select_related("executor", "theme", "territory", "owner").order_by(
        F("executor__name_key").asc(nulls_last=True), "due_at", "pk"
    )
    if asked.scopes is not None:
        rows = rows.filter(scope_id__in=asked.scopes)
    by_service: dict[str, list[Case]] = {}
    for case in rows[:1000]:
        by_service.setdefault(case.executor.short_name if case.executor else "Никому не назначено", []).append(case)
    if not by_service:
        return [words("Просроченного нет.")]
    out: list[Any] = []
    for number, (name, cases) in enumerate(by_service.items(), 1):
        more = len(cases) - MOST_OVERDUE
        out.append(Table(
            f"overdue_{number}", f"{name}: {len(cases)}", ("Карточка", "О чём", "Где", "Срок был", "Ведёт"),
            tuple(_card(case) for case in cases[:MOST_OVERDUE]), wide=(12, 30, 28, 12, 18),
            note=f"И ещё {more}." if more > 0 else "",
        ))
    return out


def _card(case: Case) -> tuple[Cell, ...]:
    shown = numbers.shown(case.number)
    due = case.due_at.astimezone(zone()).date() if case.due_at else None
    return (
        Number(shown, f"/desk/case/{shown}/"), case.theme.name if case.theme else parts.NO_THEME,
        ", ".join(filter(None, (case.territory.short_name, case.street))), russian.day(due) if due else "—",
        case.owner.short_name if case.owner else "никто",
    )


def orders_table(asked: Asked, title: str, meeting_id: int | None = None) -> Table:
    """Open orders of the place, or all of one meeting."""
    rows = Order.objects.filter(scope_id=asked.place.pk).order_by("due", "pk")
    rows = rows.filter(meeting_id=meeting_id) if meeting_id else rows.filter(state=Order.State.OPEN)
    found: list[tuple[Cell, ...]] = [
        (one.words, one.who, russian.day(one.due), _state(one, asked.today)) for one in rows[:MOST_ORDERS]
    ]
    return Table(
        "orders", title, ("Что сделать", "Кто", "Срок", "Как идёт"), tuple(found), wide=(50, 22, 12, 16),
        empty="Поручений в работе нет.",
    )


def _state(order: Order, today: date) -> str:
    if order.state == Order.State.DONE:
        return "выполнено"
    if order.state == Order.State.OFF:
        return "снято"
    late = (today - order.due).days
    return f"просрочено на {russian.counted(late, 'день', 'дня', 'дней')}" if late > 0 else "в работе"


def tsur_table(asked: Asked) -> Document:
    """The ЦУР's table: one row a municipality (of one place: its own), as it is sent every week."""
    blocks: list[Any] = [parts.by_place(asked), parts.by_group(asked), parts.by_channel(asked)]
    return paper(asked, "tsur", "Таблица ЦУР", [parts.summary(asked), *blocks], landscape=True)


def digest(asked: Asked) -> Document:
    """What a week (or a month) was like: of a centre, or of the whole network."""
    themes, services = parts.by_theme(asked), parts.by_service(asked, most=parts.TOP)
    days = parts.days_chart(asked)
    blocks: list[Any] = [parts.summary(asked), *told(asked), days, parts.days_table(asked, days)]
    if asked.is_region:
        blocks.append(parts.by_place(asked))
    blocks += [themes, parts.bars_chart("О чём писали чаще всего", themes), services]
    blocks += [parts.by_channel(asked), parts.times(asked)]
    story = story_of(asked)
    if story is not None and (asked.today - asked.period.until) <= timedelta(days=7):
        told_words = words(f"{story.words} Карточка ", Number(story.number, story.address), ".")
        blocks += [Heading("Хорошая новость"), told_words]
    name = "Дайджест ЦУР" if asked.is_region else "Дайджест МЦУ"
    return paper(asked, "digest", name, blocks)


def told(asked: Asked) -> list[Any]:
    """The numbers in two sentences, each number a link."""
    now, before = asked.whole(), asked.whole(asked.period.before)
    change = now.received - before.received
    than = "столько же, сколько раньше" if change == 0 else (
        f"на {russian.whole(abs(change))} {'больше' if change > 0 else 'меньше'}, чем раньше"
    )
    runs: list[Any] = [
        "За этот период пришло ",
        Number(russian.counted(now.received, "сообщение", "сообщения", "сообщений"),
               asked.cases("received") if now.received else "", now.received),
        f" — {than}. ",
    ]
    if now.judged:
        runs += [
            "Ответили в срок на ", asked.number("in_time", now.in_time), f" ({russian.share(now.in_time_share)}), "
            "не в срок — на ", asked.number("failed", now.late), ". ",
        ]
    if now.overdue:
        runs += ["Ждут ответа дольше срока: ", asked.number("overdue", now.overdue), "."]
    return [words(*runs)]
