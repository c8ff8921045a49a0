"""The row of a place: what came in the period, what stands now, and the same for the days before."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse

from otklik.faces.region import kept
from otklik.faces.region.choices import Choices
from otklik.faces.region.measuring import Shown
from otklik.faces.region.places import Place, Places
from otklik.insight.measures import Measures
from otklik.insight.slice_sources import SUMS
from otklik.insight.slices import Slice
from otklik.reports.document import Number

NOW = ("open", "overdue", "postponed")  # counted as they stand now, whenever received


@dataclass(frozen=True)
class Row:
    """A place with its measures; every figure that a page offers is an attribute, None where nothing is judged yet."""

    place: Place
    of_period: Measures = Measures()
    standing: Measures = Measures()

    @property
    def code(self) -> str:
        """The place's code."""
        return self.place.code

    @property
    def name(self) -> str:
        """The place's name."""
        return self.place.name

    @property
    def population(self) -> int | None:
        """Residents, where known."""
        return self.place.population

    @property
    def per_1000(self) -> float | None:
        """Messages of the period per thousand residents."""
        return self.of_period.per_1000(self.place.population)

    @property
    def per_person(self) -> float | None:
        """Messages of the period per person who works with cases there."""
        return self.of_period.per_person(self.place.people)

    @property
    def failed(self) -> int:
        """Not in time: answered late, or overdue without an answer."""
        return self.of_period.late

    def __getattr__(self, name: str) -> float | int | None:
        if name.startswith("_"):
            raise AttributeError(name)
        found: float | int | None = getattr(self.standing if name in NOW else self.of_period, name)
        return found

    def joined(self, other: "Row") -> "Row":
        """Both together under this one's name."""
        return replace(
            self, of_period=self.of_period + other.of_period, standing=self.standing + other.standing
        )


def folded(by_scope: Mapping[int, Measures], places: Places) -> dict[int, Measures]:
    """Measures by scope as measures by row; scopes that belong to no row are left out."""
    out: dict[int, Measures] = {}
    for scope, measures in by_scope.items():
        row = places.home.get(scope)
        if row is not None:
            out[row] = out.get(row, Measures()) + measures
    return out


def by_place(
    given: Slice, places: Places, now: datetime, mark: str = "", only: tuple[str, ...] = SUMS
) -> dict[int, Measures]:
    """The measures of a slice by row. One query, where `kept` does not have them under the `mark`."""
    return folded(kept.measured(mark, given, "scope", now, only), places)


def rows_of(choice: Choices, places: Places, now: datetime, mark: str = "") -> list[Row]:
    """The rows of all places, the region's own only when there is something in it. Two queries."""
    scopes = places.scopes(choice.places)
    period = by_place(choice.slice(now, scopes), places, now, mark)
    standing = by_place(choice.standing(now, scopes), places, now, mark, NOW)
    shown = places.named(choice.places) if choice.places else places.rows
    rows = [Row(p, period.get(p.id, Measures()), standing.get(p.id, Measures())) for p in shown]
    return [row for row in rows if not row.place.region or row.of_period.received or row.standing.open]


def row_address(row: Row, figure: Shown, choice: Choices) -> str:
    """The list of the very cases behind a figure of a place; "" where the figure is no number of cases."""
    if not figure.listed or not figure.value(row):
        return ""
    return reverse("region:place_cases", args=[row.code, figure.listed]) + choice.address(places=())


def cell_of(row: Row, figure: Shown, choice: Choices) -> Number:
    """A figure of a place as a cell: with of how many, and the way to its cases."""
    return Number(figure.told(row), row_address(row, figure, choice), figure.value(row))
