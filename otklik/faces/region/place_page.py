"""`/region/<code>/`: one municipality; the same beside the tiles, when somebody clicks one."""

from collections.abc import Mapping
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
from otklik.faces.region.drawn import drawn
from otklik.faces.region.filters import filters_for, group_names, told
from otklik.faces.region.first_line import Line, line_of
from otklik.faces.region.measuring import COLOURS, SHOWN, TABLE, offered
from otklik.faces.region.network import days_chart, days_legend, days_table, period_words, places_table
from otklik.faces.region.page_file import as_file, kind_of, number, stamp
from otklik.faces.region.places import Place, Places, places_of
from otklik.faces.region.rows import Row, row_address
from otklik.faces.region.times import Further, beside_middle, lasted, of_one
from otklik.insight import definitions
from otklik.insight.definitions import FIGURES
from otklik.insight.figures import freshness
from otklik.insight.measures import Measures, Spread
from otklik.insight.slices import Timed
from otklik.reports.document import Chart, Document, Figure, Figures, Number, Table

MOST_GROUPS = 12


@login_required
@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """One municipality: its figures, its days, its themes, its inner districts when it has them; or as a file."""
    now, choice = timezone.now(), chosen(request.GET, COLOURS)
    places = places_of(seen_scopes(actor_of(request)))
    the, scopes = places.one(code)
    fresh = freshness(now)
    parts = _parts(the, scopes, places, choice, now, fresh.mark)
    row = _whole(the, parts)
    line = line_of(choice, scopes, now, fresh.mark)
    groups = groups_of(choice, scopes, now, fresh.mark)
    more = figures_of(row, kept.spreads(fresh.mark, choice.slice(now, scopes), None, now), choice)
    if kind := kind_of(request):
        made = _document(the, row, more, parts, line, groups, choice, places, now)
        return as_file(made, kind, request.GET.get("chart", ""))
    context = {
        "place": the, "row": row, "parts": parts if len(parts) > 1 else [],
        "part_columns": offered(TABLE), "choice": choice, "filters": filters_for(choice, places, now), "line": line,
        "more": more, "freshness": fresh, "figures": FIGURES, "definitions": definitions,
        "days": drawn(days_chart(line), days_table(line), "days", legend=days_legend()) if row.received else None,
        "groups": drawn(*_groups(the, groups, choice), "groups") if groups else None,
    }
    return render(request, "region/place.html", context)


@login_required
@require_safe
def beside(request: HttpRequest, code: str) -> HttpResponse:
    """The same in short, as a part of the first page."""
    now, choice = timezone.now(), chosen(request.GET, COLOURS)
    places = places_of(seen_scopes(actor_of(request)))
    the, scopes = places.one(code)
    row = _whole(the, _parts(the, scopes, places, choice, now))
    groups = groups_of(choice, scopes, now)[:5]
    shown = [(f, f.value(row), row_address(row, f, choice)) for f in offered(COLOURS) if f.value(row) is not None]
    context = {
        "place": the, "row": row, "choice": choice, "shown": [(f, f.told(row), a) for f, _value, a in shown],
        "groups": [(name, m.received, theme_address(the, group, choice)) for group, name, m in groups],
    }
    return render(request, "region/parts/beside.html", context)


def _parts(
    the: Place, scopes: frozenset[int], places: Places, choice: Choices, now: datetime, mark: str = ""
) -> list[Row]:
    """Rows of the scopes of a place, its own and its inner districts. Two queries."""
    period = kept.measured(mark, choice.slice(now, scopes), "scope", now)
    standing = kept.measured(mark, choice.standing(now, scopes), "scope", now)
    order = sorted(scopes, key=lambda s: (s == the.id, places.each[s].name if s in places.each else ""))
    rows = [Row(places.each.get(s, the), period.get(s, Measures()), standing.get(s, Measures())) for s in order]
    return [row for row in rows if row.place.id != the.id or row.received or row.open or len(rows) == 1]


def _whole(the: Place, parts: list[Row]) -> Row:
    whole = Row(the)
    for part in parts:
        whole = whole.joined(part)
    return whole


def groups_of(
    choice: Choices, scopes: frozenset[int], now: datetime, mark: str = ""
) -> list[tuple[int, str, Measures]]:
    """Groups of themes of a place, the most first: (id, name, measures). One query."""
    names = group_names()
    found = kept.measured(mark, choice.slice(now, scopes), "group", now)
    known = [(group, names[group], m) for group, m in found.items() if group in names]
    return sorted(known, key=lambda one: -one[2].received)[:MOST_GROUPS]


def figures_of(row: Row, times: Mapping[Timed, Mapping[Any, Spread]], choice: Choices) -> list[Further]:
    """Further figures with their values and where they lead, those that are known; the times first."""
    address = reverse("region:place_cases", args=[row.code, "received"]) + choice.address(places=())
    took = [
        Further(f, lasted(found.median), beside_middle(found), address.replace("/received/", f"/{f.listed}/"),
                found.median)
        for f, found in of_one(times)
    ]
    shown = [f for f in offered(SHOWN) if f.code not in {*TABLE, "rated"} and f.value(row) is not None]
    return took + [Further(f, f.told(row), "", row_address(row, f, choice), f.value(row)) for f in shown]


def theme_address(the: Place, group: int, choice: Choices) -> str:
    """The cases of a group of themes in a place."""
    return reverse("region:place_cases", args=[the.code, "received"]) + choice.address(places=(), about=f"g{group}")


def _groups(the: Place, groups: list[tuple[int, str, Measures]], choice: Choices) -> tuple[Chart, Table]:
    rows: list[dict[str, Any]] = []
    cells = []
    for group, name, m in groups:
        address = theme_address(the, group, choice)
        rows.append({
            "name": name, "n": m.received, "shown": number(m.received, "count").text, "colour": "bar",
            "address": address, "tip": f"{name}: {m.received}",
        })
        cells.append((name, number(m.received, "count", address), number(m.in_time_share, "share")))
    names = (_("Тема"), _("Поступило"), _("Ответили в срок"))
    return Chart("bars", _("По темам"), tuple(rows)), Table("groups", _("По темам"), names, tuple(cells))


def _document(
    the: Place, row: Row, more: list[Further], parts: list[Row], line: Line, groups: list[tuple[int, str, Measures]],
    choice: Choices, places: Places, now: datetime,
) -> Document:
    shown = tuple(
        Figure(f.code, str(f.label), number(f.value(row), f.way, row_address(row, f, choice))) for f in offered(TABLE)
    ) + tuple(
        Figure(one.figure.code, str(one.figure.label), Number(one.text, one.address, one.value), str(one.note))
        for one in more
    )
    chart, table = _groups(the, groups, choice)
    blocks = (Figures(shown), days_chart(line), chart, table, places_table(parts, choice), days_table(line))
    shown_blocks = tuple(b for b in blocks if not (isinstance(b, Chart) and not b.rows))
    return Document(
        "region", the.full or the.name, told(choice, places) if choice.filtered else the.name,
        period_words(choice, now), stamp(now), shown_blocks, file_name=f"otklik-{the.code}", landscape=True,
        sources=tuple(f"{FIGURES[c].label}: {FIGURES[c].explanation}" for c in TABLE if c in FIGURES)
        + tuple(f"{one.figure.label}: {one.figure.explanation}" for one in more),
    )
