"""What is asked for when it is needed: a note on chosen themes of a period (snow, heating, flood). Inside `acting`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from otklik.classifier.models import Theme, ThemeGroup
from otklik.insight import slices
from otklik.insight.measures import Measures
from otklik.reports import parts, russian
from otklik.reports.asking import Asked, earlier, share_number
from otklik.reports.document import Chart, Document, Figure, Figures, Number, Table, words
from otklik.reports.papers import paper
from otklik.reports.periods import Period
from otklik.territory.models import Kind, Territory


@dataclass(frozen=True)
class Set:
    """A ready choice of themes: whole groups, single themes, by their codes."""

    name: str
    groups: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()


SETS: Mapping[str, Set] = {
    "snow": Set("Снег и гололёд", ("winter",)),
    "heating": Set("Отопление", ("heat",), ("school.cold",)),
    "flood": Set("Паводок и подтопление", (), (
        "safety.flooding", "safety.disaster_aid", "safety.bank_erosion", "water.storm_drain", "road.standing_water",
        "yard.puddle",
    )),
    "water": Set("Водоснабжение", ("water",)),
    "roads": Set("Дороги", ("road",)),
    "waste": Set("Вывоз мусора", ("waste",)),
}


def theme_ids(options: Mapping[str, Any]) -> tuple[str, set[int]]:
    """The name of the choice and the ids of its themes, of every edition: cases keep the theme of theirs."""
    chosen = SETS.get(str(options.get("set", "")))
    if chosen is not None:
        rows = Theme.objects.filter(group__code__in=chosen.groups) | Theme.objects.filter(code__in=chosen.themes)
        return chosen.name, set(rows.values_list("pk", flat=True))
    codes = [str(one) for one in options.get("groups", [])]
    names = ThemeGroup.objects.filter(code__in=codes).order_by("order").values_list("name", flat=True)
    return ", ".join(dict.fromkeys(names)) or "Выбранные темы", set(
        Theme.objects.filter(group__code__in=codes).values_list("pk", flat=True)
    )


def topic_ids(topic: str) -> tuple[str, set[int]]:
    """The same for a choice as an address says it: codes of ready choices and of groups, with commas."""
    if topic in SETS:
        return theme_ids({"set": topic})
    return theme_ids({"groups": topic.split(",")})


def topic_of(options: Mapping[str, Any]) -> str:
    """A choice as addresses say it."""
    chosen = str(options.get("set", ""))
    return chosen if chosen in SETS else ",".join(map(str, options.get("groups", [])))


def note(asked: Asked) -> Document:
    """Справка: the chosen themes in a place and period, against the like period before and a year ago."""
    name, ids = theme_ids(asked.options)
    before, ago = asked.period.before, asked.period.year_ago
    now_by, before_by = asked.by("theme"), asked.by("theme", before)
    now, was = _sum(now_by, ids), _sum(before_by, ids)
    year = _sum(asked.by("theme", ago), ids)
    days, topic = _days(asked, ids), topic_of(asked.options)

    def number(figure: str, value: int, period: Period | None = None) -> Number:
        return asked.number(figure, value, period, topic=topic)

    blocks: list[Any] = [
        Figures((
            Figure("received", "Поступило", number("received", now.received),
                   **earlier(number("received", was.received, before))),
            Figure("year_ago", "Год назад", number("received", year.received, ago),
                   russian.period(ago.since, ago.until)),
            Figure("in_time_share", "В срок", share_number(now.in_time_share, "in_time_share"),
                   f"раньше {russian.share(was.in_time_share)}"),
            Figure("overdue", "Просрочено сейчас", number("overdue", now.overdue), "из поступивших за период"),
            Figure("verified", "Исправлено и проверено", number("verified", now.verified),
                   **earlier(number("verified", was.verified, before))),
            Figure("repeated", "Повторилось", number("repeated", now.repeated),
                   **earlier(number("repeated", was.repeated, before))),
        )),
        words(*_told(asked, name, now, was, number("received", year.received, ago))),
        days, parts.days_table(asked, days, topic=topic),
        _themes(asked, now_by, before_by, ids),
        _places(asked, ids) if asked.is_region else _services(asked, ids),
    ]
    if asked.is_region:
        blocks.append(_services(asked, ids))
    return paper(asked, "note", f"Справка: {name}", blocks)


def _sum(by_theme: Mapping[Any, Measures], ids: set[int]) -> Measures:
    return sum((one for key, one in by_theme.items() if key in ids), Measures())


def _told(asked: Asked, name: str, now: Measures, was: Measures, year: Number) -> list[Any]:
    topic = topic_of(asked.options)
    change = now.received - was.received
    than = "столько же, сколько за такой же период до этого" if not change else (
        f"на {russian.whole(abs(change))} {'больше' if change > 0 else 'меньше'}, чем за такой же период до этого"
    )
    runs: list[Any] = [
        f"Тема «{name}»: ",
        replace(asked.number("received", now.received, topic=topic),
                text=russian.counted(now.received, "сообщение", "сообщения", "сообщений")),
        f", {than}; год назад — ", year, ". ",
    ]
    if now.judged:
        runs.append(f"Ответили в срок: {russian.share(now.in_time_share)}. ")
    if now.overdue:
        runs += ["Ждут ответа дольше срока: ", asked.number("overdue", now.overdue, topic=topic), "."]
    return runs


def _days(asked: Asked, ids: set[int]) -> Chart:
    long = asked.period.days > 120
    by: slices.By = "week" if long else "day"
    found = slices.crossed(asked.slice_of(), "theme", by, asked.now)
    counts: dict[Any, int] = {}
    for (theme, when), one in found.items():
        if theme in ids:
            counts[when] = counts.get(when, 0) + one.received
    days = parts.every(asked.period, 7 if long else 1)
    rows = tuple(
        {"day": one.isoformat(), "n": counts.get(one, 0), "usual": None, "before": None,
         "tip": f"{russian.day(one)}: {counts.get(one, 0)}"} for one in days
    )
    return parts.drawn_days("Сообщения по неделям" if long else "Сообщения по дням", rows)


def _themes(asked: Asked, now: Mapping[Any, Measures], before: Mapping[Any, Measures], ids: set[int]) -> Table:
    names = parts.theme_names()
    keys = sorted({key for key in {*now, *before} if key in ids}, key=lambda key: -now.get(key, Measures()).received)
    return Table("themes", "По темам", ("Тема", *parts.COLUMNS), tuple(
        (names.get(key, "—"), *parts.cells(asked, now.get(key, Measures()), before.get(key, Measures()), "theme", key))
        for key in keys
    ))


def _crossed(asked: Asked, ids: set[int], by: slices.By, period: Period | None = None) -> dict[Any, Measures]:
    out: dict[Any, Measures] = {}
    for (theme, key), one in slices.crossed(asked.slice_of(period), "theme", by, asked.now).items():
        if theme in ids:
            out[key] = out.get(key, Measures()) + one
    return out


def _places(asked: Asked, ids: set[int]) -> Table:
    now, before = _crossed(asked, ids, "place"), _crossed(asked, ids, "place", asked.period.before)
    places = {one.pk: one for one in Territory.objects.filter(pk__in=now)}
    return Table("places", "По муниципалитетам", ("Муниципалитет", *parts.COLUMNS), tuple(
        (_name_of(places[key]), *parts.counts(
            asked.at(places[key], alone=places[key].kind == Kind.REGION), now.get(key, Measures()),
            before.get(key, Measures()), topic=topic_of(asked.options),
        ))
        for key in sorted(now, key=lambda key: -now[key].received) if key in places
    ))


def _name_of(place: Territory) -> str:
    return "ЦУР (место неизвестно)" if place.kind == Kind.REGION else place.short_name


def _services(asked: Asked, ids: set[int]) -> Table:
    names = parts.service_names()
    now, before = _crossed(asked, ids, "executor"), _crossed(asked, ids, "executor", asked.period.before)
    return Table("services", "По службам", ("Служба", *parts.COLUMNS), tuple(
        (names.get(key, "никому не назначено"), *parts.counts(
            asked, now[key], before.get(key, Measures()), topic=topic_of(asked.options), executor=key,
        ))
        for key in sorted(now, key=lambda key: (key is None, -now[key].received))
    ))
