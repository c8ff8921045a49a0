"""Policies and calendars in the database: taken over from the shipped files, looked up for a case.

Reading is cached in the process and renewed when the stamp of the table changes: one small query a call.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from otklik.acting import once
from otklik.policy.calendar import Calendar
from otklik.policy.models import CalendarYear, PolicyVersion
from otklik.policy.reading import (
    LAW_FILE,
    calendar_year_from_mapping,
    policy_from_mapping,
    read_toml,
    shipped,
    shipped_law,
)
from otklik.policy.regulation import Policy, PolicyError, latest

COUNTRY = "RU"
_Stamp = tuple[int, int, datetime | None]
_policies: tuple[_Stamp, tuple[Policy, ...]] | None = None
_calendars: dict[str, tuple[_Stamp, Calendar]] = {}


@dataclass(frozen=True)
class Loaded:
    """What `load_shipped` did. `differing` names shipped policies whose stored version has other content: the
    stored one stays, because cases were judged by it; the file needs a new version number.
    """

    new_policies: int
    new_years: int
    renewed_years: int
    differing: tuple[str, ...]


def load_shipped(but_years: Collection[int] = ()) -> Loaded:
    """Take shipped policies and calendar years into the database; a second run changes nothing.

    `but_years`: years that the region's own files bring instead.

    A stored policy version is never changed. A stored year is renewed from the file, unless the region has
    already entered a decree that the file does not know yet.
    """
    with transaction.atomic():
        new_policies, differing = _load_policies()
        new_years, renewed = _load_years(but_years)
    return Loaded(new_policies, new_years, renewed, differing)


def _load_policies() -> tuple[int, tuple[str, ...]]:
    new, differing = 0, []
    for path in shipped("regimes"):
        content = json_ready(read_toml(path))
        policy = policy_from_mapping(content, path.name)
        row, created = PolicyVersion.objects.get_or_create(
            regime=policy.regime,
            version=policy.version,
            territory=None,
            defaults={"valid_from": policy.valid_from, "data": content, "source": policy.source},
        )
        new += created
        if row.data != content:
            differing.append(f"{policy.regime} {policy.version}")
    return new, tuple(differing)


def _load_years(but_years: Collection[int]) -> tuple[int, int]:
    new = renewed = 0
    for path in shipped("calendars"):
        if path.name == LAW_FILE:
            continue
        content = json_ready(read_toml(path))
        year = calendar_year_from_mapping(content, shipped_law(), path.name)
        if year.year in but_years:
            continue
        fields = {"data": content, "provisional": year.provisional, "source": year.source}
        row, created = CalendarYear.objects.get_or_create(year=year.year, area=COUNTRY, defaults=fields)
        new += created
        if row.data != content and not (year.provisional and not row.provisional):
            CalendarYear.objects.update_or_create(year=year.year, area=COUNTRY, defaults=fields)
            renewed += 1
    return new, renewed


def policy_for(
    regime: str, at: date, territory_ids: Sequence[int] = (), among: Sequence[Policy] | None = None
) -> Policy:
    """Return the policy of a regime valid on the local date `at`.

    `territory_ids` are the case's territory and those above it, most specific first; the first that has a valid
    version of its own wins, then the shipped one; of several versions the latest valid counts. `among`: the policies
    of `all_policies`, when a caller looks up many and has asked for them once.
    Raises PolicyError (Russian text) when there is none.
    """
    known = all_policies() if among is None else among
    policies = [policy for policy in known if policy.regime == regime]
    for territory_id in (*territory_ids, None):
        own = latest([policy for policy in policies if policy.territory_id == territory_id], at)
        if own is not None:
            return own
    raise PolicyError(
        _("Нет регламента «%(regime)s», действующего на %(at)s.")
        % {"regime": regime, "at": f"{at:%d.%m.%Y}"}
    )


def policy_by_reference(reference: str) -> Policy:
    """Return the very version a clock was judged by (`Policy.reference`). Raises PolicyError when it is not there."""
    for policy in all_policies():
        if policy.reference == reference:
            return policy
    raise PolicyError(_("Нет версии регламента «%(reference)s».") % {"reference": reference})


def calendar_for(area: str = COUNTRY) -> Calendar:
    """Return the working calendar stored for a country or region; years not stored are provisional."""
    stamp = _stamp(("calendar", area), CalendarYear.objects.filter(area=area))
    if (kept := _calendars.get(area)) and kept[0] == stamp:
        return kept[1]
    law = shipped_law()
    rows = CalendarYear.objects.filter(area=area)
    calendar = Calendar([calendar_year_from_mapping(row.data, law, str(row)) for row in rows], law)
    _calendars[area] = (stamp, calendar)
    return calendar


def all_policies() -> tuple[Policy, ...]:
    """Every stored policy; read from the tables only when they changed (one small query a call)."""
    global _policies
    stamp = _stamp(("policies",), PolicyVersion.objects.all())
    if _policies is None or _policies[0] != stamp:
        rows: Iterable[PolicyVersion] = PolicyVersion.objects.order_by("id")
        read = tuple(policy_from_mapping(row.data, str(row), row.territory_id) for row in rows)
        _policies = (stamp, read)
    return _policies[1]


def _stamp(of: tuple[str, ...], rows: "models.QuerySet[Any]") -> _Stamp:
    """What changes whenever a row is added, removed or renewed."""
    counted = {"n": models.Count("id"), "last": models.Max("id"), "at": models.Max("loaded_at")}
    got = once(("stamp", *of), lambda: rows.aggregate(**counted), rule=True)
    return got["n"], got["last"] or 0, got["at"]


def json_ready(content: Any) -> Any:
    """Turn the content of a TOML file into what a JSON column keeps: dates become ISO strings."""
    if isinstance(content, dict):
        return {key: json_ready(value) for key, value in content.items()}
    if isinstance(content, list):
        return [json_ready(value) for value in content]
    return content.isoformat() if isinstance(content, date) else content
