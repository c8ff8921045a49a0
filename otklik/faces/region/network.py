"""`/region/`: the first line, the tiles or the map, the days, the table of all places the actor may see."""

from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.faces.maps.part import MapPart, map_part
from otklik.faces.region.access import actor_of, curated, seen_scopes
from otklik.faces.region.choices import MOST_PLACES, SHAPES, Choices, chosen
from otklik.faces.region.drawn import Sample, drawn
from otklik.faces.region.filters import filters_for, told
from otklik.faces.region.first_line import WEEK, Line, line_of
from otklik.faces.region.measuring import COLOURS, SHOWN, TABLE, dotted, offered
from otklik.faces.region.page_file import as_file, kind_of, number, stamp
from otklik.faces.region.places import Places, places_of
from otklik.faces.region.rows import Row, cell_of, rows_of
from otklik.faces.region.tiles import Tile, legend, tiles
from otklik.insight import definitions
from otklik.insight.definitions import FIGURES, today
from otklik.insight.figures import freshness
from otklik.reports.document import Chart, Document, Figure, Figures, Number, Table

MOST_BARS = 25


@login_required
@require_safe
def network(request: HttpRequest) -> HttpResponse:
    """The page, or the same as a file."""
    now, choice = timezone.now(), chosen(request.GET, COLOURS, ("name", *TABLE))
    actor = actor_of(request)
    seen = seen_scopes(actor)
    places = places_of(seen)
    fresh = freshness(now)
    rows = rows_of(choice, places, now, fresh.mark)
    line = line_of(choice, places.scopes(choice.places), now, fresh.mark)
    if kind := kind_of(request):
        return as_file(document_of(choice, rows, line, places, now), kind, request.GET.get("chart", ""))
    shown = tiles([r for r in rows if not r.place.region], choice.tiles)
    mine = curated(actor) if seen is None or len(rows) > 1 else frozenset()
    own = [r for r in rows if r.place.id in mine]
    context = {
        "choice": choice,
        "filters": filters_for(choice, places, now),
        "line": line,
        "overdue": sum(r.standing.overdue for r in rows),
        "today_address": choice.address(since=today(now), until=today(now)),
        "week_address": choice.address(since=today(now) - timedelta(days=WEEK - 1), until=today(now)),
        "freshness": fresh,
        "tiles": shown,
        "mine": _mine(own, choice) if len(own) < len(rows) and own else None,
        "all_mine": bool(own) and len(own) == len(rows),
        "tile_figures": [
            {"label": f.label, "address": choice.address(tiles=f.code), "chosen": f.code == choice.tiles}
            for f in offered(COLOURS)
        ],
        "shapes": [
            {"code": code, "label": label, "address": choice.address(shape=code), "chosen": code == choice.shape}
            for code, label in SHAPES.items()
        ],
        "map": _map(request, shown, choice) if choice.shape == "map" else None,
        "legend": legend(choice.tiles, shown),
        "days": drawn(days_chart(line), days_table(line), "days", legend=days_legend()) if rows else None,
        "rows": ordered(rows, choice),
        "columns": _columns(choice),
        "whole_region": seen is None,
        "figures": FIGURES,
        "definitions": definitions,
    }
    return render(request, "region/network.html", context)


def days_legend() -> tuple[Sample, ...]:
    """What is drawn how in the chart of days."""
    return Sample("bar", _("поступило")), Sample("usual", _("год назад, те же дни недели"))


def ordered(rows: list[Row], choice: Choices) -> list[Row]:
    """Rows in the chosen order; those without a value stand last either way, equal ones by name as they came."""
    if choice.sort == "name":
        return rows[::-1] if choice.reverse else rows
    figure = SHOWN[choice.sort]
    greater_first = (figure.better != "more") != choice.reverse
    known = [r for r in rows if figure.value(r) is not None]
    known.sort(key=lambda r: figure.value(r) or 0, reverse=greater_first)
    return known + [r for r in rows if figure.value(r) is None]


def _mine(own: list[Row], choice: Choices) -> dict[str, object]:
    """The municipalities that this person curates: their own line, tiles and rows, in the same figures."""
    whole = own[0]
    for row in own[1:]:
        whole = whole.joined(row)
    line = []
    query = choice.address(places=tuple(row.code for row in own))
    for code, label in (("received", _("Поступило")), ("overdue", _("Просрочено сейчас")),
                        ("in_time_share", _("Ответили в срок"))):
        figure = SHOWN[code]
        listed = bool(figure.value(whole)) and len(own) <= MOST_PLACES
        address = reverse("region:cases", args=[figure.listed]) + query if listed else ""
        line.append((figure, label, figure.told(whole), address))
    return {
        "whole": whole, "line": line, "tiles": tiles(own, choice.tiles), "rows": ordered(own, choice),
    }


def _map(request: HttpRequest, drawn_tiles: list[Tile], choice: Choices) -> MapPart:
    """The same tiles as areas of a map."""
    areas = {
        tile.row.code: {
            "grade": tile.grade, "value": tile.value, "words": str(tile.words),
            "address": reverse("region:place", args=[tile.row.code]) + choice.address(shape="tiles", places=()),
        }
        for tile in drawn_tiles
    }
    return map_part(request, "region-map", areas=areas, listed=False)


def _columns(choice: Choices) -> list[dict[str, object]]:
    """Heads of the table: a click sorts by it, a second one turns the order."""
    out: list[dict[str, object]] = []
    for code in ("name", *TABLE):
        here = code == choice.sort
        greater_first = code != "name" and SHOWN[code].better != "more"
        falling = greater_first != choice.reverse
        out.append(
            {
                "code": code,
                "label": SHOWN[code].label if code in SHOWN else _("Муниципалитет"),
                "address": choice.address(sort=code, reverse=here and not choice.reverse),
                "order": ("descending" if falling else "ascending") if here else "",
            }
        )
    return out


def days_chart(line: Line) -> Chart:
    """How many came a day, with the year before."""
    return Chart("days", _("Поступало по дням"), line.days)


def days_table(line: Line) -> Table:
    """The days of the chart, the newest first."""
    rows = tuple(
        (dotted(row["day"]), number(row["n"], "count"), number(row["before"], "count")) for row in reversed(line.days)
    )
    return Table("days", _("По дням"), (_("День"), _("Поступило"), _("Год назад")), rows)


def places_table(rows: list[Row], choice: Choices) -> Table:
    """The table of places, each number with the way to its cases."""
    figures = offered([*TABLE, *(c for c in COLOURS if c not in TABLE), "rated"])
    out: list[tuple[str | Number, ...]] = [
        (row.name, *(cell_of(row, figure, choice) for figure in figures)) for row in rows
    ]
    names = (_("Муниципалитет"), *(str(figure.label) for figure in figures))
    return Table("places", _("Муниципалитеты"), names, tuple(out), wide=(4, *(2 for _figure in figures)))


def document_of(choice: Choices, rows: list[Row], line: Line, places: Places, now: datetime) -> Document:
    """What the page shows, as a document for files."""
    figure = SHOWN[choice.tiles]
    known = [r for r in ordered(rows, Choices(sort=choice.tiles)) if figure.value(r)][:MOST_BARS]  # a nought is no bar
    bars = tuple(
        {"name": r.name, "n": figure.value(r), "shown": figure.text(figure.value(r)), "colour": "bar"} for r in known
    )
    overdue = sum(r.standing.overdue for r in rows)
    usual = _("обычно %(n)s") % {"n": floatformat(line.usual)} if line.usual is not None else ""
    first = Figures((
        Figure("today", _("Сегодня поступило"), number(line.today, "count"), usual),
        Figure("overdue", _("Просрочено сейчас"), number(overdue, "count")),
        Figure("week", _("Ответили в срок за неделю"), number(line.week.in_time_share, "share")),
    ))
    blocks = (
        first, Chart("bars", str(figure.label), bars), days_chart(line),
        places_table(ordered(rows, choice), choice), days_table(line),
    )
    return Document(
        "region", _("Сеть муниципальных центров"), told(choice, places), period_words(choice, now), stamp(now),
        tuple(b for b in blocks if not (isinstance(b, Chart) and not b.rows)),
        file_name="otklik-region", landscape=True,
        sources=tuple(f"{FIGURES[c].label}: {FIGURES[c].explanation}" for c in (*TABLE, "in_time") if c in FIGURES),
    )


def period_words(choice: Choices, now: datetime) -> str:
    """«28.10.2026 — 26.11.2026»."""
    since, until = choice.period(now)
    return f"{since:%d.%m.%Y} — {until:%d.%m.%Y}"


