"""The rows of a month as the page shows them, by league."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from otklik.faces.region.drawn import Drawn, drawn
from otklik.faces.region.rating_words import (
    change_words,
    few_words,
    gain_lines,
    league_words,
    move_lines,
    place_words,
    points,
    state_words,
)
from otklik.insight.models import RatingRow
from otklik.insight.rating_formula import Formula
from otklik.insight.rating_formula import League as Size
from otklik.insight.rating_reading import Change
from otklik.reports.document import Chart


@dataclass(frozen=True)
class Line:
    """One place. `address` leads to «почему», empty where it is not for this person."""

    row: RatingRow
    where: str
    state: str
    points: str
    interval: str
    change: str
    up: bool | None
    own: bool
    address: str
    few: str
    nearest: str  # what would bring it higher, or to a place at all, with the fewest cases; "" where nothing would

    @property
    def name(self) -> str:
        """The place."""
        return self.row.place.short_name


@dataclass(frozen=True)
class League:
    """One league: those with a place, those without, and the drawing of the intervals."""

    size: Size
    bounds: str
    placed: list[Line]
    others: list[Line]
    chart: Drawn | None

    @property
    def title(self) -> str:
        """What the league is called."""
        return self.size.name


def lines_of(
    rows: Sequence[RatingRow], changes: Mapping[int, Change], formula: Formula, seen: frozenset[int] | None, month: date
) -> list[Line]:
    """Rows in words; `seen` None is the whole region."""
    return [_line(row, changes.get(row.place_id), formula, seen, month) for row in rows]


def _line(
    row: RatingRow, change: Change | None, formula: Formula, seen: frozenset[int] | None, month: date
) -> Line:
    own = seen is None or row.place_id in seen
    return Line(
        row=row, where=place_words(row), state=state_words(row), points=points(row.points),
        interval=f"{points(row.low)} – {points(row.high)}", change=change_words(change),
        up=None if change is None or not change.sure else change.points > 0, own=own,
        address=reverse("region:rating_place", args=[f"{month:%Y-%m}", row.place.code]) if own else "",
        few=few_words(row, formula) if row.state == "few" and own else "",
        nearest=next(iter(move_lines(row) or gain_lines(row, formula)), "") if own else "",
    )


def leagues_of(lines: Sequence[Line], formula: Formula) -> list[League]:
    """The leagues that have anybody, the largest first."""
    return [
        _league(size, own) for size in formula.leagues if (own := [one for one in lines if one.row.league == size.code])
    ]


def _league(size: Size, lines: list[Line]) -> League:
    placed = [one for one in lines if one.row.first is not None]
    others = [one for one in lines if one.row.first is None]
    chart = drawn(points_chart(placed, size.name), None, f"points-{size.code}") if len(placed) > 1 else None
    return League(size, league_words(size), placed, others, chart)


def points_chart(placed: Sequence[Line], title: str) -> Chart:
    """Points with their intervals, one place a line."""
    mine_only = any(not one.own for one in placed)
    rows = tuple(
        {
            "name": one.name, "n": round(one.row.points, 1), "low": round(one.row.low, 1),
            "high": round(one.row.high, 1), "shown": one.points,
            "colour": "bar" if one.own or not mine_only else "usual", "address": one.address,
            "tip": f"{one.name}: {one.points} ({one.interval})",
        }
        for one in placed
    )
    return Chart("range", title, rows)
