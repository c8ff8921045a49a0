"""What pages beside the figures of the network show, as documents for files: bursts, official pages, samples, effects.

The same rows as on the page, all of them: a page may show the first ones only.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from otklik.curating.beside import Centre
from otklik.curating.page_figures import Table as Registry
from otklik.faces.region.list_file import moment
from otklik.faces.region.page_file import number, stamp
from otklik.insight.radar_reading import Line
from otklik.practice.models import Practice
from otklik.reports.document import Block, Cell, Chart, Document, Number, Table
from otklik.territory.models import Territory

MOST_BARS = 25
COLOURS = {"helped": "good", "harmed": "late"}


def query_of(request: HttpRequest) -> str:
    """The address of this page up to the next parameter: what is chosen there is chosen for the file."""
    kept = [(name, value[:200]) for name in request.GET if name not in ("as", "chart")
            for value in request.GET.getlist(name)]  # fmt: skip
    return f"?{urlencode(kept)}&" if kept else "?"


def charts_of(document: Document) -> list[str]:
    """The titles of what can be taken as a picture."""
    return [block.title for block in document.blocks if isinstance(block, Chart)]


def bursts_document(running: Sequence[Line], past: Sequence[Line], now: datetime) -> Document:
    """Bursts that go on and those of the last days."""
    bars = [
        (f"{one.row.scope.short_name}: {one.name}", one.row.total, str(one.row.total), "late" if live else "usual")
        for lines, live in ((running, True), (past, False)) for one in lines
    ]
    columns = (
        _("Состояние"), _("Где"), _("О чём"), _("Сообщений"), _("Почему это всплеск"), _("Начался"), _("Затих"),
        _("Проблема"),
    )
    rows = tuple(
        (
            str(one.row.get_state_display()), one.row.scope.short_name,
            Number(one.name, reverse("region:burst", args=[one.row.pk])), number(one.row.total, "count"), one.seen,
            moment(one.row.began_at), moment(one.row.ended_at), str(one.row.problem_id or ""),
        )
        for one in (*running, *past)
    )
    table = Table("bursts", _("Всплески"), columns, rows, wide=(9, 12, 18, 8, 24, 11, 11, 7))
    return _paper(_("Всплески"), "otklik-bursts", now, _bars(_("Сообщений во всплесках"), bars), table)


def registry_document(
    found: Registry, places: Iterable[Territory], counts: Iterable[tuple[str, Any, int]], words: Mapping[str, Any],
    now: datetime, place: str = "",
) -> Document:
    """The registry of official pages: what is missing, the places, the pages."""
    of_places = [(one, found.places[one.pk]) for one in places if one.pk in found.places]
    by_page = {row.page.pk: row for row in found.pages}
    gaps = Table(
        "gaps", _("Чего не хватает"), (_("Что"), _("Орган"), _("Страница"), _("Сколько")),
        tuple(
            (str(words[gap.kind]), found.bodies[gap.body_id].short_name,
             by_page[gap.page_id].page.address if gap.page_id in by_page else "",
             number(gap.n, "count") if gap.n else "")
            for gap in found.gaps
        ),
        wide=(25, 35, 30, 10), empty=_("Пробелов нет: у всех, кто обязан, есть живая страница."),
    )
    table = Table(
        "places", _("По муниципалитетам"),
        (_("Муниципалитет"), _("Пробелы"), _("Есть страница"), _("Обязаны"), _("Публикаций"), _("Комментариев"),
         _("Отвечено, %"), _("Ждут ответа")),
        tuple(
            (one.short_name, number(row.gaps, "count"), number(row.fulfilled, "count"), number(row.obliged, "count"),
             number(row.posts, "count"), number(row.comments, "count"), _share(row.share),
             number(row.waiting, "count"))
            for one, row in of_places
        ),
    )
    pages = Table(
        "registry", _("Реестр"),
        (_("Орган"), _("Сеть"), _("Адрес"), _("Ответственный"), _("Отметка"), _("Последняя публикация"),
         _("Отвечено"), _("Комментариев")),
        tuple(
            (row.page.body.short_name, str(row.page.get_network_display()), row.page.address, row.page.responsible,
             str(row.page.get_mark_display()), f"{row.last_post:%d.%m.%Y}" if row.last_post else _("не знаем"),
             number(row.figure.answered, "count") if row.figure else "",
             number(row.figure.comments, "count") if row.figure else "")
            for row in found.pages
        ),
        wide=(18, 9, 20, 14, 11, 11, 8, 9), empty=_("Реестр пуст"),
    )
    return _paper(
        _("Официальные страницы"), "otklik-pages", now,
        _bars(_("Чего не хватает"), [(str(label), n, str(n), "late") for _code, label, n in counts]),
        gaps, table, pages, place=place,
    )


def samples_document(rows: Sequence[Centre], weeks: Sequence[date], now: datetime) -> Document:
    """Centres side by side, and their good answers by week."""
    columns = (
        _("Центр"), _("Сегодня"), _("Просрочено"), _("Проверить"), _("Замечания"), _("Решить"), _("Запросы"),
        _("Хорошие ответы, %"), _("Проверено"),
    )
    table = Table("beside", _("Центры рядом"), columns, tuple(
        (one.row.name, *(number(n, "count") for n in (
            one.row.received, one.row.overdue, one.to_check, one.remarks, one.replied + one.asks_replied, one.asks,
        )), _share(one.share.per_cent), number(one.share.checked, "count"))
        for one in rows
    ))
    by_week = Table(
        "weeks", _("Хорошие ответы по неделям, %"), (_("Центр"), *(f"{week:%d.%m}" for week in weeks)),
        tuple((one.row.name, *(_share(one.weeks[week].per_cent) for week in weeks)) for one in rows),
        wide=(4, *(1 for _week in weeks)),
    )
    known = [(one.row.name, one.share.per_cent) for one in rows if one.share.per_cent is not None]
    bars = [(name, share, f"{share:.0f} %", "bar") for name, share in sorted(known, key=lambda one: -one[1])]
    chart = _bars(_("Хорошие ответы за восемь недель, %"), bars)
    return _paper(_("Выборка ответов"), "otklik-samples", now, chart, table, by_week)


def effects_document(rows: Iterable[Practice], groups: Mapping[str, str], now: datetime) -> Document:
    """What each practice did, with its interval, in points of a hundred."""
    columns = (
        _("Практика"), _("Чья"), _("Тема"), _("Вывод"), _("Эффект, п. п."), _("От"), _("До"), _("Ответов до"),
        _("Ответов после"), _("Взяли"), _("Не брали"),
    )
    cells: list[tuple[Cell, ...]] = []
    points: list[dict[str, Any]] = []
    for row in rows:
        effect = getattr(row, "effect", None)
        name = Number(row.title, reverse("region:practice", args=[row.pk]))
        told: tuple[Cell, ...] = (_("рано судить"), *("" for _column in columns[4:]))
        if effect is not None and effect.estimate is not None:
            three = [round(one * 100, 1) for one in (effect.estimate, effect.low, effect.high)]
            told = (
                str(effect.get_said_display()), *(Number(_points(one), "", one) for one in three),
                *(number(n, "count") for n in (
                    effect.cases_before, effect.cases_after, effect.took, effect.untouched,
                )),
            )
            points.append({
                "name": row.title, "n": three[0], "low": three[1], "high": three[2], "shown": _points(three[0]),
                "colour": COLOURS.get(effect.said, "usual"),
            })
        cells.append((name, row.whose, groups.get(row.group, ""), *told))
    table = Table("effects", _("Эффект практик"), columns, tuple(cells), wide=(22, 12, 14, *(7 for _n in columns[3:])))
    chart = Chart("range", _("Эффект с интервалом 95 %, п. п."), tuple(points[:MOST_BARS]))
    return _paper(_("Эффект практик"), "otklik-effects", now, chart, table)


def _paper(title: str, file_name: str, now: datetime, *blocks: Block, place: str = "") -> Document:
    shown = tuple(one for one in blocks if not (isinstance(one, Chart) and not one.rows))
    return Document(
        "region", title, place or _("все, что вам видно"), _("на сейчас"), stamp(now), shown, file_name=file_name,
        landscape=True,
    )


def _bars(title: str, bars: Sequence[tuple[str, float, str, str]]) -> Chart:
    return Chart("bars", title, tuple(
        {"name": name, "n": n, "shown": shown, "colour": colour} for name, n, shown, colour in bars[:MOST_BARS]
    ))


def _share(per_cent: float | None) -> Number:
    """Whole per cents, as the pages write them."""
    return Number("—", "", None) if per_cent is None else Number(f"{per_cent:.0f}", "", round(per_cent))


def _points(value: float) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number_format(abs(value), 1)}"
