"""Working hours in the database: of the region, of a centre, of an organisation. Each change is a version of its own.

What holds for a place is its own, else its city's, else the region's, else the usual 09:00–18:00. An organisation
without hours of its own works as the centre of its place does.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, models
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, once, widened
from otklik.failures import BadInput, NotYours
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import Organisation
from otklik.organisations.staffing import require_administrator, require_region_administrator
from otklik.policy.models import WorkSchedule
from otklik.policy.schedule_reading import mapping_of, schedule_from_mapping
from otklik.policy.schedules import OwnDay, Schedule, Week
from otklik.policy.years import CalendarError
from otklik.territory.models import Territory

USUAL = Schedule()
_kept: tuple[tuple[int, int, datetime | None], "Schedules"] | None = None


@dataclass(frozen=True)
class Owner:
    """Whose hours: a place's (its id), an organisation's, or, with neither, the whole region's."""

    territory: int | None = None
    organisation: int | None = None

    @property
    def stream(self) -> str:
        """The journal's stream of these hours."""
        if self.organisation is not None:
            return f"organisation:{self.organisation}"
        return f"schedule:{self.territory or 0}"


@dataclass(frozen=True)
class Schedules:
    """The last version of everybody's hours."""

    by_owner: Mapping[Owner, Schedule]

    def of_place(self, territory_id: int | None, city_id: int | None = None) -> Schedule:
        """The hours of a centre: its own, its city's, the region's, the usual ones."""
        for owner in (Owner(territory_id), Owner(city_id), Owner()):
            if owner in self.by_owner:
                return self.by_owner[owner]
        return USUAL

    def of_organisation(self, organisation_id: int) -> Schedule | None:
        """The hours that an organisation has of its own."""
        return self.by_owner.get(Owner(organisation=organisation_id))


def schedules() -> Schedules:
    """Everybody's hours; read from the table only when it changed (one small query a call)."""
    global _kept
    counted = {"n": models.Count("id"), "last": models.Max("id"), "at": models.Max("at")}
    got = once(("stamp", "schedules"), lambda: WorkSchedule.objects.aggregate(**counted), rule=True)
    stamp = (got["n"], got["last"] or 0, got["at"])
    if _kept is None or _kept[0] != stamp:
        by_owner: dict[Owner, Schedule] = {}
        for row in WorkSchedule.objects.order_by("id"):
            try:
                by_owner[Owner(row.territory_id, row.organisation_id)] = schedule_from_mapping(row.data)
            except CalendarError:  # a message must be taken in, whatever stands in a row
                continue
        _kept = (stamp, Schedules(by_owner))
    return _kept[1]


def hours_of_place(territory_id: int) -> Schedule:
    """The hours of a centre by its id alone."""
    known = schedules()
    if Owner(territory_id) in known.by_owner or not any(owner.territory for owner in known.by_owner):
        return known.of_place(territory_id)
    city = Territory.objects.filter(pk=territory_id).values_list("municipality_id", flat=True).first()
    return known.of_place(territory_id, city)


def adopt_schedule(actor: Actor, owner: Owner, schedule: Schedule, *, source: str, at: datetime) -> WorkSchedule:
    """Make these the hours of a centre or an organisation from now on. Clocks that run keep the dates they have.

    `source`: by what act, for people. Raises Refused for who does not administer it, NotYours when there is no such.
    """
    with acting(actor), widened():
        _require(actor, owner)
        with connection.cursor() as cursor:  # nobody else changes these hours meanwhile
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [owner.stream])
        rows = WorkSchedule.objects.filter(territory=owner.territory, organisation=owner.organisation)
        last = rows.order_by("version").last()
        data = mapping_of(schedule)
        if last is not None and last.data == data:  # sent twice: it holds already
            return last
        row = WorkSchedule.objects.create(
            territory_id=owner.territory, organisation_id=owner.organisation, source=source, data=data, at=at,
            version=(last.version if last else 0) + 1,
        )
        digest = hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
        append(NewEntry(
            owner.stream, "schedule_changed", actor.reference, at, {"version": row.version, "content": digest}
        ))
        return row


def _require(actor: Actor, owner: Owner) -> None:
    if owner.organisation is not None:
        found = Organisation.objects.select_related("territory").filter(pk=owner.organisation).first()
        if found is None:
            raise NotYours(_("Такой организации нет."))
        require_administrator(actor, found.territory.scope_id or found.territory_id)
    elif owner.territory is not None:
        place = Territory.objects.filter(pk=owner.territory).first()
        if place is None:
            raise NotYours(_("Такой территории нет."))
        require_administrator(actor, place.scope_id or place.pk)
    else:
        require_region_administrator(actor)


def with_week(schedule: Schedule, week: Week, today: date) -> Schedule:
    """The schedule with other hours from `week.since` on; what was planned for a later day stays.

    Raises BadInput for a day that is over: what was counted stays counted.
    """
    if week.since is None or week.since < today:
        raise BadInput(_("Новые часы не вводят задним числом: не раньше сегодняшнего дня."), "since")
    before = tuple(one for one in schedule.weeks if one.since is None or one.since < week.since)
    later = tuple(one for one in schedule.weeks if one.since is not None and one.since > week.since)
    return Schedule((*before, week, *later), schedule.own)


def with_days(schedule: Schedule, days: list[OwnDay], today: date) -> Schedule:
    """The schedule with these own days, in place of what stood on them. Raises BadInput for a day that is over."""
    if any(one.day < today for one in days):
        raise BadInput(_("Этот день уже прошёл."), "day")
    if any(schedule.week(one.day).always for one in days):
        raise BadInput(_("В эти дни организация работает круглосуточно: закрытых дней у неё нет."), "day")
    given = {one.day for one in days}
    kept = tuple(one for one in schedule.own if one.day not in given)
    return Schedule(schedule.weeks, tuple(sorted((*kept, *days), key=lambda one: one.day)))


def without_day(schedule: Schedule, day: date, today: date) -> Schedule:
    """The schedule without an own day. Raises BadInput for a day that is over."""
    if day < today:
        raise BadInput(_("Этот день уже прошёл."), "day")
    return Schedule(schedule.weeks, tuple(one for one in schedule.own if one.day != day))
