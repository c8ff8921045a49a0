"""Pieces that several reports share: what stands out, tables by place, theme, service, channel. Inside `acting`."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from otklik.channels.models import Account
from otklik.classifier.models import Theme, ThemeGroup
from otklik.insight import slices
from otklik.insight.measures import Measures, Spread
from otklik.organisations.models import Organisation
from otklik.reports import russian
from otklik.reports.asking import HOW, Asked, arrow_of, earlier, share_number
from otklik.reports.document import Cell, Chart, Figure, Figures, Number, Table
from otklik.reports.periods import Period
from otklik.territory.models import Kind, Territory

SOURCE = "Как посчитан каждый показатель: /region/how/. Спам, благодарности и «не инцидент» не считаются."
NO_THEME = "без темы"
TOP = 15
YEAR = timedelta(weeks=52)  # the same weekdays
COLUMNS = ("Поступило", "Раньше", "Отвечено", "В срок", "Не в срок", "Доля в срок", "Из них просрочено")


def summary(asked: Asked, *, standing: int | None = None) -> Figures:
    """The same eight numbers for a week, a month, a quarter: against the like period before.

    `standing`: how many are overdue now whenever they came, where a report is about today.
    """
    now, before = asked.whole(), asked.whole(asked.period.before)
    return Figures((
        _figure(asked, "received", "Поступило", now, before),
        _figure(asked, "answered", "Отвечено", now, before),
        Figure("in_time_share", "Ответили в срок", share_number(now.in_time_share, "in_time_share"),
               f"раньше {russian.share(before.in_time_share)}", *_better(now.in_time_share, before.in_time_share)),
        Figure("overdue", "Просрочено сейчас", asked.number("overdue", now.overdue), "из поступивших за период",
               good=False if now.overdue else None) if standing is None else
        Figure("overdue", "Просрочено сейчас", Number(
            russian.whole(standing), asked.cases("overdue", standing=True) if standing else "", standing,
        ), "всех, когда бы ни пришли", good=False if standing else None),
        _figure(asked, "verified", "Исправлено и проверено", now, before, more_is_better=True),
        _figure(asked, "reopened", "Вернулось", now, before, more_is_better=False),
        _figure(asked, "repeated", "Повторилось", now, before, more_is_better=False),
        Figure("rating", "Оценка жителей",
               Number("—") if now.rating is None else Number(
                   russian.with_tenth(now.rating), f"{HOW}#satisfaction", round(now.rating, 2)
               ), **earlier(asked.number("rated", now.rated), "оценили")),
    ))


def _figure(
    asked: Asked, code: str, label: str, now: Measures, before: Measures, *, more_is_better: bool | None = None
) -> Figure:
    one, other = int(getattr(now, code)), int(getattr(before, code))
    good = None if more_is_better is None or one == other else (one > other) == more_is_better
    was = asked.number(code, other, asked.period.before)
    return Figure(code, label, asked.number(code, one), arrow=arrow_of(one, other), good=good, **earlier(was))


def _better(now: float | None, before: float | None) -> tuple[str, bool | None]:
    one, other = (None if value is None else round(value * 100) for value in (now, before))
    return arrow_of(one, other), None if one is None or other is None or one == other else one > other


def times(asked: Asked) -> Table:
    """How long it took: the middle, and within what nine of ten were done."""
    rows: list[tuple[Cell, ...]] = []
    for measure, figure, name in (
        ("react", "reacted", "До первого действия"), ("answer", "answered", "До ответа"),
        ("fix", "fixed", "До исправления"),
    ):
        found: dict[Any, Spread] = slices.spread(asked.slice_of(), measure, None, asked.now)  # type: ignore[arg-type]
        one = found.get(None)
        if one is not None and one.n:
            rows.append((name, Number(russian.minutes(one.median), "", one.median),
                         Number(russian.minutes(one.p90), "", one.p90), asked.number(figure, one.n)))
    return Table("times", "Сколько времени уходит", ("Что", "У половины быстрее", "У девяти из десяти быстрее",
                 "Посчитано по"), tuple(rows), empty="Времени пока не по чему считать.")


Name = Callable[[Any], str]


def by_key(
    asked: Asked, code: str, title: str, first: str, by: slices.By, name: Name, narrow: str = "", *,
    most: int | None = None, keep: Callable[[Any], bool] | None = None,
) -> Table:
    """A table of the measures by key, the most first. `narrow`: by which word of a slice its key is asked for."""
    now, before = asked.by(by), asked.by(by, asked.period.before)
    keys = [key for key in {*now, *before} if keep is None or keep(key)]
    keys.sort(key=lambda key: (key is None, -now.get(key, Measures()).received, name(key)))
    shown = keys if most is None else keys[:most]
    rows = [
        (name(key), *cells(asked, now.get(key, Measures()), before.get(key, Measures()), narrow, key)) for key in shown
    ]
    left = len(keys) - len(shown)
    note = f"Показаны первые {most}, ещё строк: {left}." if left else ""
    return Table(code, title, (first, *COLUMNS), tuple(rows), note)


def cells(asked: Asked, now: Measures, before: Measures, narrow: str, key: Any) -> tuple[Cell, ...]:
    """The cells under `COLUMNS`, each with its cases."""
    return counts(asked, now, before, **({narrow: key} if narrow else {}))


def counts(asked: Asked, now: Measures, before: Measures, **narrowed: Any) -> tuple[Cell, ...]:
    """The same of a slice that is narrowed in several ways."""

    def number(figure: str, value: int) -> Number:
        return asked.number(figure, value, **narrowed)

    return (
        number("received", now.received), asked.number("received", before.received, asked.period.before, **narrowed),
        number("answered", now.answered), number("in_time", now.in_time), number("failed", now.late),
        share_number(now.in_time_share), number("overdue", now.overdue),
    )


def by_theme(asked: Asked, most: int | None = TOP) -> Table:
    """The themes that most is written about."""
    names = theme_names()
    return by_key(
        asked, "themes", "Темы", "Тема", "theme", lambda key: names.get(key, NO_THEME), "theme", most=most
    )


def by_group(asked: Asked) -> Table:
    """The groups of themes."""
    names = dict(ThemeGroup.objects.values_list("pk", "name"))
    return by_key(asked, "groups", "Группы тем", "Группа", "group", lambda key: names.get(key, NO_THEME), "group")


def by_service(asked: Asked, most: int | None = None) -> Table:
    """The bodies that work on it."""
    names = service_names()
    return by_key(
        asked, "services", "Службы", "Служба", "executor", lambda key: names.get(key, "никому не назначено"),
        "executor", most=most,
    )


def by_channel(asked: Asked) -> Table:
    """Through what residents wrote."""
    names = {code: str(label) for code, label in Account.Channel.choices}
    return by_key(
        asked, "channels", "Откуда пишут", "Канал", "channel", lambda key: names.get(key, key or "—"), "channel"
    )


def by_place(asked: Asked) -> Table:
    """The municipalities of the network; of one municipality its inner districts."""
    places = {
        one.pk: one for one in Territory.objects.filter(
            kind__in=[Kind.MUNICIPALITY, Kind.REGION] if asked.is_region else [Kind.DISTRICT, Kind.MUNICIPALITY]
        )
    }
    by: slices.By = "place" if asked.is_region else "scope"
    now, before = asked.by(by), asked.by(by, asked.period.before)
    whole = [one for one in places.values() if one.kind == Kind.MUNICIPALITY and one.active] if asked.is_region else []
    keys = {*now, *before, *(one.pk for one in whole)} & set(places)
    rows: list[tuple[Cell, ...]] = []
    for key in sorted(keys, key=lambda one: (places[one].kind == Kind.REGION, places[one].name_key)):
        # Of the network's rows a city holds its districts; of a city's each is by itself, as the region's own.
        alone = places[key].kind == Kind.REGION or not asked.is_region and key == asked.place.pk
        there, name = asked.at(places[key], alone=alone), places[key].short_name
        if places[key].kind == Kind.REGION:
            name = "ЦУР (место неизвестно)"
        measures = now.get(key, Measures())
        load = measures.per_1000(places[key].population)
        row = cells(there, measures, before.get(key, Measures()), "", None)
        rows.append((name, *row, Number("—") if load is None else Number(
            f"{load:.2f}".replace(".", ","), "", round(load, 3)
        )))
    own = "Районы города" if len(rows) > 1 else "Муниципалитет"
    return Table("places", "Муниципалитеты" if asked.is_region else own,
                 ("Муниципалитет", *COLUMNS, "На 1000 жителей"), tuple(rows))


def days_chart(asked: Asked) -> Chart:
    """Messages by day; of a long period by week."""
    long = asked.period.days > 120
    by: slices.By = "week" if long else "day"
    now = {key: one.received for key, one in asked.by(by).items()}
    ago = {key: one.received for key, one in asked.by(by, asked.period.year_ago).items()}
    days = every(asked.period, 7 if long else 1)
    rows = tuple(
        {"day": one.isoformat(), "n": now.get(one, 0), "usual": None,
         "before": ago.get(one - YEAR, 0) if ago and _year_ago(asked, one, long) else None,
         "tip": f"{russian.day(one)}: {now.get(one, 0)}"}
        for one in days
    )
    title = "Сообщения по неделям" if long else "Сообщения по дням"
    return drawn_days(title + (" (пунктир — год назад)" if ago else ""), rows)


def drawn_days(title: str, rows: tuple[dict[str, Any], ...]) -> Chart:
    """The chart, without a row where nobody wrote at all: noughts of a year are neither a picture nor a table."""
    return Chart("days", title, rows if any(row["n"] or row["before"] for row in rows) else ())


def _year_ago(asked: Asked, first: date, weeks: bool) -> Period | None:
    """The days a year before a day (or a week), as far as the period of a year ago holds them."""
    whole, since = asked.period.year_ago, first - YEAR
    days = Period(max(since, whole.since), min(since + timedelta(days=6 if weeks else 0), whole.until))
    return days if days.since <= days.until else None


def days_table(asked: Asked, chart: Chart, **narrowed: Any) -> Table:
    """The numbers of such a chart, each day (or week) with its cases."""
    ago = any(row["before"] is not None for row in chart.rows)
    weeks = len(chart.rows) > 1 and date.fromisoformat(chart.rows[1]["day"]) - date.fromisoformat(
        chart.rows[0]["day"]
    ) > timedelta(days=1)
    rows: list[tuple[Cell, ...]] = []
    for row in chart.rows:
        first = date.fromisoformat(row["day"])
        days = Period(
            max(first, asked.period.since), min(first + timedelta(days=6 if weeks else 0), asked.period.until)
        )
        n = asked.number("received", row["n"], days, **narrowed)
        then = None if row["before"] is None else _year_ago(asked, first, weeks)
        before = (asked.number("received", row["before"], then, **narrowed) if then else Number("—"),) if ago else ()
        rows.append((russian.day(first), n, *before))
    title = chart.title.partition(" (")[0]
    columns = ("Неделя с" if weeks else "День", "Поступило", *(("Год назад",) if ago else ()))
    return Table("days", title, columns, tuple(rows))


def every(period: Period, step: int) -> Iterable[date]:
    """The days of a period by `step`; weeks (7) begin on Mondays, the first one maybe before the period."""
    first = period.since - timedelta(days=period.since.weekday()) if step == 7 else period.since
    return [first + timedelta(days=n) for n in range(0, (period.until - first).days + 1, step)]


def bars_chart(title: str, table: Table, most: int = 10) -> Chart:
    """The first numeric column of a table as lying bars, without noughts."""
    rows = [
        {"name": str(row[0] if isinstance(row[0], str) else row[0].text), "n": cell.value, "shown": cell.text,
         "colour": "bar", "tip": f"{row[0]}: {cell.text}"}
        for row in table.rows[:most] if isinstance(cell := row[1], Number) and cell.value
    ]
    return Chart("bars", title, tuple(rows))


def theme_names() -> Mapping[int | None, str]:
    """All themes by id."""
    return dict(Theme.objects.values_list("pk", "name"))


def service_names() -> Mapping[int | None, str]:
    """All organisations by id."""
    return dict(Organisation.objects.values_list("pk", "short_name"))
