"""How the public list and the public map are narrowed, and what is switched on at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from otklik.cases.problem_models import LIVE_STATES, ProblemState
from otklik.classifier.models import ThemeGroup
from otklik.organisations.models import Setting
from otklik.territory.models import Territory

KEPT_SECONDS = 10
ALL, LIVE = "all", "live"


@dataclass(frozen=True)
class Filters:
    """What was chosen; what is unknown is left out rather than refused."""

    place: Territory | None
    group: ThemeGroup | None
    state: str = LIVE

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        """The filters of an address. Inside `acting`."""
        given = request.GET
        place = _one(Territory.objects.filter(kind="municipality"), given.get("place", ""))
        group = _one(ThemeGroup.objects.all(), given.get("group", ""))
        state = given.get("state", LIVE)
        return cls(place, group, state if state in (ALL, *ProblemState.values) else LIVE)

    def states(self) -> list[str]:
        """The states that are shown."""
        if self.state == ALL:
            return list(ProblemState.values)
        return [str(one) for one in LIVE_STATES] if self.state == LIVE else [self.state]

    def as_sql(self) -> tuple[str, dict[str, Any]]:
        """A piece of a condition over `cases_publicproblem` with its values."""
        more, values = "", dict[str, Any]()
        if self.place:
            more, values = more + " AND municipality_id = %(place)s", {**values, "place": self.place.pk}
        if self.group:
            more, values = more + " AND group_id = %(group)s", {**values, "group": self.group.pk}
        if self.state != ALL:
            more, values = more + " AND state = ANY(%(states)s)", {**values, "states": self.states()}
        return more, values

    def query(self, **more: str | int) -> str:
        """The address part that keeps the filters."""
        kept: dict[str, str | int] = {
            "place": self.place.code if self.place else "", "group": self.group.code if self.group else "",
            "state": self.state if self.state != LIVE else "",
        }
        return urlencode({name: value for name, value in {**kept, **more}.items() if value})


def _one(rows: Any, code: str) -> Any:
    return rows.filter(code=code[:100]).first() if code and "\x00" not in code else None


def states_to_choose() -> list[tuple[str, str]]:
    """(value, words) of the filter by state."""
    return [
        (LIVE, _("Не устранены")), (ProblemState.PLANNED, _("Работы запланированы")),
        (ProblemState.FIXED, _("Устранены")), (ALL, _("Все")),
    ]


@dataclass(frozen=True)
class SwitchedOn:
    """What anybody may see where: ids of municipalities, codes of groups."""

    problems: tuple[int, ...]
    groups: tuple[str, ...]
    statistics: tuple[int, ...]
    promises: tuple[int, ...] = ()
    open_data: bool = False


def switched_on() -> SwitchedOn:
    """What is switched on in the region. Kept for some seconds: whole municipalities, no single problem, hang on it."""
    kept: SwitchedOn | None = cache.get("switched-on")
    if kept is None:
        rows = Setting.objects.filter(
            Q(territory__kind="municipality", name__in=["public_groups", "public_statistics", "public_promises"])
            | Q(territory__kind="region", name="open_data"),
            territory__active=True,
        ).values_list("name", "territory_id", "value")
        on = [(name, place, value) for name, place, value in rows if value]
        kept = SwitchedOn(
            tuple(place for name, place, _value in on if name == "public_groups"),
            tuple(sorted({code for name, _place, value in on if name == "public_groups" for code in value})),
            tuple(place for name, place, _value in on if name == "public_statistics"),
            tuple(place for name, place, _value in on if name == "public_promises"),
            any(name == "open_data" for name, _place, _value in on),
        )
        cache.set("switched-on", kept, KEPT_SECONDS)
    return kept
