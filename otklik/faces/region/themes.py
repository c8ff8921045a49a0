"""`/region/themes/`: what people write about, by place, and when: two heat maps, down to the theme and to the cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.faces.region import kept
from otklik.faces.region.access import actor_of, seen_scopes
from otklik.faces.region.choices import Choices, chosen
from otklik.faces.region.drawn import Sample, drawn
from otklik.faces.region.filters import (
    about_name,
    filters_for,
    group_names,
    themes_known,
    told,
    weekday_names,
)
from otklik.faces.region.measuring import SHOWN, Shown, offered
from otklik.faces.region.network import period_words
from otklik.faces.region.page_file import as_file, kind_of, number, stamp
from otklik.faces.region.places import Place, Places, places_of
from otklik.faces.region.rows import Row
from otklik.faces.region.tiles import graded
from otklik.insight import definitions
from otklik.insight.figures import freshness
from otklik.insight.measures import Measures, parts_of
from otklik.insight.slices import By
from otklik.reports.document import Chart, Document, Number, Table

FIGURES = (
    "per_1000", "received", "in_time_share", "fixed_share", "repeated_share", "reopened_share", "rating", "hops_mean",
)
MOST_COLUMNS = 24
PIECE = 8  # columns of a table on paper
GRADES = 5
HEAT_WIDE = 1040


@dataclass(frozen=True)
class Heat:
    """What is in the heat map: rows are places, columns are groups or, of a chosen group, themes."""

    figure: Shown
    columns: list[tuple[str, str]]  # about, name
    places: list[Place]
    cells: Mapping[tuple[int, str], Row]


@login_required
@require_safe
def themes(request: HttpRequest) -> HttpResponse:
    """The page, or the same as a file."""
    now, choice = timezone.now(), chosen(request.GET, FIGURES)
    places = places_of(seen_scopes(actor_of(request)))
    fresh = freshness(now)
    heat = heat_of(choice, places, now, fresh.mark)
    period = choice.slice(now, places.scopes(choice.places))
    hours = kept.measured(fresh.mark, period, "weekday_hour", now, ("received",))
    blocks = _blocks(choice, heat, hours)
    if kind := kind_of(request):
        if kind == "pdf":  # a sheet of paper is narrower than a sheet of Excel
            blocks = [piece for one in blocks for piece in (in_pieces(one) if isinstance(one, Table) else [one])]
        made = Document(
            "region", _("Темы"), told(choice, places), period_words(choice, now), stamp(now), tuple(blocks),
            file_name="otklik-themes",
            sources=(f"{heat.figure.label}: {heat.figure.explanation}",),
        )
        return as_file(made, kind, request.GET.get("chart", ""))
    shown = {b.code: b for b in blocks if isinstance(b, Table)}
    charts = [b for b in blocks if isinstance(b, Chart)]
    context = {
        "choice": choice, "filters": filters_for(choice, places, now), "figure": heat.figure,
        "heat": drawn(charts[0], shown["heat"], "heat", legend=grade_legend(charts[0], heat.figure), wide=HEAT_WIDE,
                      narrow=0) if heat.columns else None,
        "hours": drawn(charts[-1], shown["hours"], "hours", legend=grade_legend(charts[-1], SHOWN["received"]))
        if hours else None,
        "group": about_name(choice.about) if choice.about[:1] == "g" else "",
        "figures_offered": [
            {"label": f.label, "address": choice.address(tiles=f.code), "chosen": f.code == heat.figure.code}
            for f in offered(FIGURES)
        ],
        "drill": [] if choice.about else [(choice.address(about=about), name) for about, name in heat.columns],
        "freshness": fresh, "definitions": definitions,
        "file_charts": [chart.title for chart in charts],
    }
    return render(request, "region/themes.html", context)


def heat_of(choice: Choices, places: Places, now: datetime, mark: str = "") -> Heat:
    """The heat map of a choice. One query, where `kept` does not have its rows under the `mark`."""
    inside = choice.about[:1] == "g"
    scopes = places.scopes(choice.places)
    by: By = "theme" if inside or choice.about else "group"
    only = parts_of("received", choice.tiles if choice.tiles in FIGURES else "received")
    found = kept.crossed(mark, choice.slice(now, scopes), by, "scope", now, only)
    names = _names(choice)
    sums: dict[str, int] = {}
    measures: dict[tuple[int, str], Measures] = {}
    for (key, scope), m in found.items():
        row = places.home.get(scope)
        about = f"{'t' if inside or choice.about else 'g'}{key}" if key is not None else ""
        if row is None or about not in names:
            continue
        sums[about] = sums.get(about, 0) + m.received
        measures[row, about] = measures.get((row, about), Measures()) + m
    columns = sorted((a for a in sums), key=lambda a: (-sums[a], names[a]))[:MOST_COLUMNS]
    shown = places.named(choice.places) if choice.places else places.rows
    with_some = {row for row, _about in measures}
    rows = [p for p in shown if not p.region or p.id in with_some]
    cells = {
        (place.id, about): Row(place, measures.get((place.id, about), Measures()))
        for place in rows for about in columns
    }
    return Heat(_figure(choice, rows), [(a, names[a]) for a in columns], rows, cells)


def _figure(choice: Choices, rows: list[Place]) -> Shown:
    if choice.tiles in FIGURES:
        return SHOWN[choice.tiles]
    return SHOWN["per_1000" if len(rows) > 1 else "received"]


def _names(choice: Choices) -> dict[str, str]:
    """The columns that there may be: about → name."""
    if not choice.about:
        return {f"g{group}": name for group, name in group_names().items()}
    if choice.about[0] == "t":
        return {choice.about: about_name(choice.about)}
    number_of = int(choice.about[1:])
    return {f"t{pk}": name for group, _name, rows in themes_known() if group == number_of for pk, name in rows}


def _blocks(choice: Choices, heat: Heat, hours: Mapping[Any, Measures]) -> list[Chart | Table]:
    """The charts with their tables."""
    blocks: list[Chart | Table] = []
    if heat.columns:
        blocks += [_heat_chart(choice, heat), heat_table(choice, heat)]
    if hours:
        blocks += [hours_chart(choice, hours), hours_table(choice, hours)]
    return blocks


def _heat_chart(choice: Choices, heat: Heat) -> Chart:
    values = {key: heat.figure.value(row) if row.received else None for key, row in heat.cells.items()}
    known = sorted(v for v in values.values() if v is not None)
    rows, address = [], addresses(choice, heat)
    for yi, place in enumerate(heat.places):
        for xi, (about, name) in enumerate(heat.columns):
            value = values[place.id, about]
            rows.append({
                "x": name, "xi": xi, "y": place.name, "yi": yi, "n": value,
                "grade": graded(value, heat.figure.code, known)[0], "shown": heat.figure.text(value),
                "tip": f"{place.name} · {name}: {_told(heat, place, about)}",
                "address": address[place.id, about] if value is not None else "",
            })
    title = _("%(figure)s: темы по муниципалитетам") % {"figure": heat.figure.label}
    return Chart("heat", title, tuple(rows))


def _told(heat: Heat, place: Place, about: str) -> str:
    """What a cell says, with of how many; «—» where nobody wrote."""
    row = heat.cells[place.id, about]
    return heat.figure.told(row) if row.received else "—"


def addresses(choice: Choices, heat: Heat) -> dict[tuple[int, str], str]:
    """The cases of each theme in each place; made of two parts, for there are a thousand cells."""
    queries = {about: choice.address(places=(), about=about) for about, _name in heat.columns}
    pages = {place.id: reverse("region:place_cases", args=[place.code, "received"]) for place in heat.places}
    return {(place, about): page + query for place, page in pages.items() for about, query in queries.items()}


def heat_table(choice: Choices, heat: Heat) -> Table:
    """The same as a table: themes down, places across would not fit a sheet of paper, so places go down."""
    rows: list[tuple[str | Number, ...]] = []
    query, address = choice.address(places=()), addresses(choice, heat)
    for place in heat.places:
        cells: list[str | Number] = [Number(place.name, reverse("region:place", args=[place.code]) + query)]
        for about, _name in heat.columns:
            row = heat.cells[place.id, about]
            value = heat.figure.value(row) if row.received else None
            cells.append(Number(_told(heat, place, about), address[place.id, about] if value else "", value))
        rows.append(tuple(cells))
    names = (_("Муниципалитет"), *(name for _about, name in heat.columns))
    return Table("heat", _("Темы по муниципалитетам"), names, tuple(rows))


def in_pieces(table: Table) -> list[Table]:
    """A wide table as several, each with the first column and some of the others."""
    columns = len(table.columns)
    if columns <= PIECE + 1:
        return [table]
    return [
        Table(
            f"{table.code}-{start}", table.title, (table.columns[0], *table.columns[start : start + PIECE]),
            tuple((row[0], *row[start : start + PIECE]) for row in table.rows),
            wide=(3, *(2 for _name in table.columns[start : start + PIECE])),
        )
        for start in range(1, columns, PIECE)
    ]


def hour_address(choice: Choices, day: int, hour: int) -> str:
    """The cases that came in that hour of the week."""
    return reverse("region:cases", args=["received"]) + choice.address(at=f"{day}-{hour}")


def hours_chart(choice: Choices, hours: Mapping[Any, Measures]) -> Chart:
    """When people write: weekday by hour of the region."""
    values = {(day, hour): hours.get((day, hour), Measures()).received for day in range(1, 8) for hour in range(24)}
    known = sorted(float(v) for v in values.values() if v)
    rows = tuple(
        {
            "hour": hour, "day": weekday_names()[day - 1], "di": day, "n": n,
            "grade": graded(n or None, "received", known)[0],
            "tip": f"{weekday_names()[day - 1]}, {hour}:00 — {n}",
            "address": hour_address(choice, day, hour) if n else "",
        }
        for (day, hour), n in values.items()
    )
    return Chart("hours", _("Когда пишут: день недели и час"), rows)


def hours_table(choice: Choices, hours: Mapping[Any, Measures]) -> Table:
    """The same as a table."""
    rows: tuple[tuple[str | Number, ...], ...] = tuple(
        (name, *(
            number(hours.get((day, hour), Measures()).received, "count", hour_address(choice, day, hour))
            for hour in range(24)
        ))
        for day, name in enumerate(weekday_names(), 1)
    )
    return Table("hours", _("Когда пишут"), (_("День"), *(f"{hour}:00" for hour in range(24))), rows)


def grade_legend(chart: Chart, figure: Shown) -> list[Sample]:
    """What the colours of a heat map mean: the grade, from which value to which."""
    values: dict[str, list[float]] = {}
    for row in chart.rows:
        if row["grade"] != "none":
            values.setdefault(str(row["grade"]), []).append(row["n"])
    out = []
    for grade, found in sorted(values.items(), key=lambda one: min(one[1])):
        least, most = figure.text(min(found)), figure.text(max(found))
        out.append(Sample("sample", least if least == most else f"{least} – {most}", grade))
    return out
