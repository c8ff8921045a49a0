"""What a report asks: a place, a period, the moment; and the figures of it, through insight only. Inside `acting`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from otklik.cases.clock_rules import zone
from otklik.insight import slices
from otklik.insight.definitions import FIGURES
from otklik.insight.figures import scopes_of
from otklik.insight.measures import Measures
from otklik.insight.slices import By, Slice
from otklik.reports import russian
from otklik.reports.document import Number
from otklik.reports.periods import Period
from otklik.territory.models import Kind, Territory

HOW = "/region/how/"
SIGNS = {"theme": "t", "group": "g"}  # as addresses of the region's pages say it


@dataclass(frozen=True)
class Asked:
    """A place (the region is the whole network), days, the moment of counting, and what a kind asks besides."""

    place: Territory
    period: Period
    now: datetime
    options: Mapping[str, Any] = field(default_factory=dict)
    restricted_too: bool = False  # whoever asked reads cases of restricted access here
    alone: bool = False  # of the place itself: a region without its municipalities, a city without its districts

    @property
    def is_region(self) -> bool:
        """Whether it is of the whole network."""
        return self.place.kind == Kind.REGION

    @property
    def scopes(self) -> frozenset[int] | None:
        """The scopes of the place; None is all of them."""
        return None if self.is_region else frozenset(scopes_of(self.place))

    @property
    def today(self) -> date:
        """The day of the region's calendar."""
        return self.now.astimezone(zone()).date()

    def slice_of(self, period: Period | None = None, **narrowed: Any) -> Slice:
        """The slice of this place and of a period (its own when none is given)."""
        days = period or self.period
        return Slice(days.since, days.until, self.scopes, **narrowed)

    def whole(self, period: Period | None = None, **narrowed: Any) -> Measures:
        """The measures of it as one."""
        return slices.whole(self.slice_of(period, **narrowed), self.now)

    def by(self, by: By, period: Period | None = None, **narrowed: Any) -> dict[Any, Measures]:
        """The measures by key, as `slices.measured`."""
        return slices.measured(self.slice_of(period, **narrowed), by, self.now)

    def at(self, place: Territory, *, alone: bool = False) -> Asked:
        """The same of another place."""
        return replace(self, place=place, alone=alone)

    def cases(self, figure: str, period: Period | None = None, *, standing: bool = False, **narrowed: Any) -> str:
        """The page with the very cases that a figure of this slice counts.

        `narrowed`: theme, group, channel, executor, regime or topic; None and "" are those that have none of it.
        `standing`: what is counted as it stands now, whenever it came.
        """
        days = period or self.period
        asked: dict[str, Any] = {} if standing else {"since": days.since.isoformat(), "until": days.until.isoformat()}
        if not standing and figure in FIGURES and not FIGURES[figure].of_period:
            asked["came"] = 1
        for name, key in narrowed.items():
            if key in (None, ""):
                asked["without"] = name
            elif sign := SIGNS.get(name):
                asked["about"] = f"{sign}{key}"
            else:
                asked[name] = key
        place = "" if self.is_region and not self.alone else f"{self.place.code}/"
        if self.alone and not self.is_region:
            asked["alone"] = 1
        return f"/region/{place}cases/{figure}/" + (f"?{urlencode(asked)}" if asked else "")

    def number(self, figure: str, value: int, period: Period | None = None, **narrowed: Any) -> Number:
        """A count that leads to its cases, where its figure can be listed; nothing leads to none."""
        listed = value and figure in FIGURES and FIGURES[figure].counted
        return Number(russian.whole(value), self.cases(figure, period, **narrowed) if listed else "", value)


def appeal_number(
    asked: Asked, law: str, figure: str, value: int, period: Period | None = None, **narrowed: Any
) -> Number:
    """A count of appeals by law that leads to the list of them; nothing leads to none.

    `law`: law59, law8 or both. `narrowed`: by and key of a group, themes (ids, 0 is none), through (a body).
    """
    if not value:
        return plain_number(value)
    days = period or asked.period
    given = {"law": law, "since": days.since.isoformat(), "until": days.until.isoformat(), "figure": figure}
    if not asked.is_region:
        given["place"] = asked.place.code
    for name, one in narrowed.items():
        given[name] = ",".join(map(str, one)) if name == "themes" else str(one or "")
    return Number(russian.whole(value), f"/region/reports/appeals/?{urlencode(given)}", value)


def share_number(value: float | None, how: str = "") -> Number:
    """A share: it is listed by what it is made of. `how`: the figure whose «как посчитано» it leads to."""
    return Number(russian.share(value), f"{HOW}#{how}" if how else "", None if value is None else round(value, 4))


def earlier(number: Number, word: str = "раньше") -> dict[str, Any]:
    """What stands under a figure: the same of an earlier period, which leads to its cases."""
    text = f"{word} {number.text}"
    return {"note": text, "earlier": replace(number, text=text)}


def plain_number(value: int | float) -> Number:
    """A number without a list behind it: a sum of unlike things, a time, a number per something."""
    text = russian.whole(value) if float(value).is_integer() else russian.with_tenth(value)
    return Number(text, "", value)


def arrow_of(now: float | None, before: float | None) -> str:
    """Which way a figure went; "" where there is nothing to compare with."""
    if now is None or before is None:
        return ""
    return "same" if now == before else "up" if now > before else "down"
