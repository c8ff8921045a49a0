"""`/region/compare/`: any two or more municipalities side by side, figure by figure, and how it went week by week."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.faces.region import kept
from otklik.faces.region.access import actor_of, seen_scopes
from otklik.faces.region.choices import Choices, chosen
from otklik.faces.region.drawn import Drawn, drawn
from otklik.faces.region.filters import filters_for, told
from otklik.faces.region.measuring import SHOWN, Shown, dotted, offered
from otklik.faces.region.network import period_words
from otklik.faces.region.page_file import as_file, kind_of, stamp
from otklik.faces.region.places import Place, Places, places_of
from otklik.faces.region.rows import Row, cell_of, rows_of
from otklik.faces.region.times import TIMES, in_full
from otklik.insight import definitions
from otklik.insight.figures import freshness
from otklik.insight.measures import Measures, Spread, parts_of
from otklik.reports.document import Chart, Document, Number, Table

DRAWN = ("received", "per_1000", "in_time_share", "fixed_share", "repeated_share", "reopened_share", "rating")
LEAST_PLACES, MOST_PLACES = 2, 6  # side by side; more lines nobody tells apart
BY_DAYS = 14  # shorter periods are drawn by days


@dataclass(frozen=True)
class Line:
    """One figure of all places. `best` are the places of the best values, where one is better than another."""

    label: str | Promise
    explanation: str | Promise
    cells: tuple[Number, ...]
    best: frozenset[int] = frozenset()


@login_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """The page, or the same as a file. With fewer than two places it asks which."""
    now, choice = timezone.now(), chosen(request.GET, DRAWN)
    choice = replace(choice, places=choice.places[:MOST_PLACES])
    places = places_of(seen_scopes(actor_of(request)))
    fresh = freshness(now)
    rows = rows_of(choice, places, now, fresh.mark) if len(choice.places) >= LEAST_PLACES else []
    figure = SHOWN[choice.tiles] if choice.tiles in DRAWN else SHOWN["per_1000"]
    lines = lines_of(choice, rows, places, now, fresh.mark)
    chart = course(choice, rows, figure, places, now, fresh.mark) if rows else None
    if (kind := kind_of(request)) and chart:
        made = Document(
            "region", _("Сравнение муниципалитетов"), told(choice, places), period_words(choice, now), stamp(now),
            (chart, table_of(rows, lines)), file_name="otklik-compare", landscape=len(rows) > LEAST_PLACES + 1,
            sources=tuple(f"{line.label}: {line.explanation}" for line in lines if line.explanation),
        )
        return as_file(made, kind, request.GET.get("chart", ""))
    context = {
        "choice": choice, "filters": filters_for(choice, places, now), "freshness": fresh,
        "all_places": places.rows, "rows": rows, "lines": [(line, _marked(line)) for line in lines],
        "most": MOST_PLACES, "definitions": definitions,
        "chart": _drawn(chart) if chart else None,
        "figure": figure,
        "figures_offered": [
            {"label": f.label, "address": choice.address(tiles=f.code), "chosen": f.code == figure.code}
            for f in offered(DRAWN)
        ],
        "kept": [(n, v) for n, v in filters_for(choice, places, now).kept if n != "place"],
    }
    return render(request, "region/compare.html", context)


def _marked(line: Line) -> list[tuple[Number, bool]]:
    return [(cell, place in line.best) for place, cell in enumerate(line.cells)]


def lines_of(choice: Choices, rows: list[Row], places: Places, now: datetime, mark: str = "") -> list[Line]:
    """Every figure that has its definition. One query for the times."""
    if not rows:
        return []
    lines = [_line(f, rows, choice) for f in offered(SHOWN)]
    given = choice.slice(now, places.scopes(choice.places))
    found = kept.spreads(mark, given, "place", now)
    return lines + [_time_line(figure, rows, found[m], choice) for m, figure in TIMES.items() if found.get(m)]


def _line(figure: Shown, rows: list[Row], choice: Choices) -> Line:
    values = [figure.value(row) for row in rows]
    cells = tuple(cell_of(row, figure, choice) for row in rows)
    return Line(figure.label, figure.explanation, cells, _best(values, figure.better))


def _time_line(figure: Shown, rows: list[Row], found: Mapping[Any, Spread], choice: Choices) -> Line:
    took = [found.get(row.place.id) for row in rows]
    query = choice.address(places=())
    cells = tuple(
        Number(in_full(one), reverse("region:place_cases", args=[row.code, figure.listed]) + query if one else "",
               one.median if one else None)
        for one, row in zip(took, rows, strict=True)
    )
    return Line(figure.label, figure.explanation, cells, _best([one.median if one else None for one in took], "less"))


def _best(values: list[float | None], better: str) -> frozenset[int]:
    known = [v for v in values if v is not None]
    if not better or len(known) < LEAST_PLACES or min(known) == max(known):
        return frozenset()
    best = max(known) if better == "more" else min(known)
    return frozenset(place for place, value in enumerate(values) if value == best)


def course(
    choice: Choices, rows: list[Row], figure: Shown, places: Places, now: datetime, mark: str = ""
) -> Chart:
    """How the figure went, by weeks (a short period by days). One query."""
    given = choice.slice(now, places.scopes(choice.places))
    by_days = (given.until - given.since).days < BY_DAYS
    found = kept.crossed(
        mark, given, "scope", "day" if by_days else "week", now, parts_of("received", figure.code, figure.of)
    )
    folded: dict[tuple[int, date], Measures] = {}
    for (scope, day), m in found.items():
        row = places.home.get(scope)
        if row is not None:
            folded[row, day] = folded.get((row, day), Measures()) + m
    days = _days(given.since, given.until, by_days=by_days)
    points = [
        {"day": day.isoformat(), "who": row.name, "wi": place,
         **_point(figure, row.place, folded.get((row.place.id, day)))}
        for place, row in enumerate(rows) for day in days
    ]
    title = _("%(figure)s по дням") if by_days else _("%(figure)s по неделям")
    return Chart("lines", title % {"figure": figure.label}, tuple(points))


def _point(figure: Shown, place: Place, measures: Measures | None) -> dict[str, Any]:
    row = Row(place, measures or Measures())
    value = figure.value(row)
    if value is not None:
        value = round(value * 100, 1) if figure.way == "share" else round(value, 3)
    return {"n": value, "shown": figure.told(row)}


def _days(since: date, until: date, *, by_days: bool) -> list[date]:
    """Days, or the Mondays of all weeks of the period."""
    first = since if by_days else since - timedelta(days=since.weekday())
    step = 1 if by_days else 7
    return [first + timedelta(days=n) for n in range(0, (until - first).days + 1, step)]


def _drawn(chart: Chart) -> Drawn:
    names = list(dict.fromkeys(row["who"] for row in chart.rows))
    days = sorted({row["day"] for row in chart.rows})
    values = {(row["day"], row["who"]): Number(row["shown"], "", row["n"]) for row in chart.rows}
    rows: list[tuple[str | Number, ...]] = [(dotted(day), *(values[day, name] for name in names)) for day in days]
    return drawn(chart, Table("course", chart.title, (_("С какого дня"), *names), tuple(rows)), "course")


def table_of(rows: list[Row], lines: list[Line]) -> Table:
    """The figures as a table for files."""
    return Table(
        "compare", _("Сравнение"), (_("Показатель"), *(row.name for row in rows)),
        tuple((str(line.label), *line.cells) for line in lines),
    )
