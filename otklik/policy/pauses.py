"""What a pause does to a running clock: the time that was left when it stopped is left when it goes on. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from otklik.policy import wording
from otklik.policy.calendar import ONE_DAY, Calendar, Hours
from otklik.policy.plans import ClockPlan, localise
from otklik.policy.reckoning import control_date, end_of_day
from otklik.policy.regulation import PolicyError, Unit
from otklik.speaking import gettext as _

A_SECOND = timedelta(seconds=1)
Segment = tuple[datetime, datetime]  # paused from, paused to


def resume(
    due: datetime,
    paused_from: datetime,
    paused_to: datetime,
    *,
    unit: Unit,
    calendar: Calendar,
    hours: Hours,
    zone: ZoneInfo,
) -> datetime:
    """Return the new due moment of a clock that stood still between two moments.

    Limits in working hours keep the working time that was left, limits round the clock the plain time. In days and
    working days a pause gives back the days after its first one up to its last one: within one day, nothing.
    A clock that was overdue when the pause began stays as it is: a pause does not heal a missed limit. Raises
    PolicyError when the pause ends before it begins. Moments are aware; the result is in `zone`.
    """
    due, paused_from, paused_to = (localise(moment, zone) for moment in (due, paused_from, paused_to))
    calendar = calendar.of(hours)
    if paused_to.astimezone(UTC) < paused_from.astimezone(UTC):
        raise PolicyError(_("Пауза кончилась раньше, чем началась: проверьте даты."))
    if paused_from.astimezone(UTC) >= due.astimezone(UTC):
        return due
    if unit == "hours":
        later = (paused_to.astimezone(UTC) + (due.astimezone(UTC) - paused_from.astimezone(UTC))).astimezone(
            zone
        )
    elif unit == "working_hours":
        left = calendar.working_time_between(paused_from, due, hours)
        later = calendar.add_working_time(paused_to, left, hours)
    elif unit == "working_days":
        took = calendar.working_days_between(paused_from.date(), last_day_of(paused_from, paused_to))
        later = end_of_day(calendar.add_working_days(due.date(), took), zone)
    else:
        later = end_of_day(due.date() + (last_day_of(paused_from, paused_to) - paused_from.date()), zone)
    # a limit from another system may end on a day off or at night, with no working time left before it
    return max(due, later, key=lambda moment: moment.astimezone(UTC))


def last_day_of(paused_from: datetime, paused_to: datetime) -> date:
    """The last day that a pause takes; one that ends at midnight has not touched the next. Moments in one zone."""
    return max((paused_to - A_SECOND).date(), paused_from.date())


def resumes_at(
    paused_from: datetime, left: int | None, calendar: Calendar, zone: ZoneInfo
) -> datetime | None:
    """When a pause of which so many working days are left ends by itself: at 24:00 of the last one. None: never.

    `calendar` is the organisation's. Days are counted as a pause takes them: after its first one, up to its last one.
    """
    if left is None:
        return None
    day = calendar.add_working_days(localise(paused_from, zone).date(), left)
    return localise(datetime.combine(day + ONE_DAY, time(), zone), zone)


def taken(pauses: Sequence[Segment], calendar: Calendar, zone: ZoneInfo) -> int:
    """How many working days of the organisation these pauses took, for a cap on all of them together."""
    local = [(localise(since, zone), localise(until, zone)) for since, until in pauses]
    return sum(calendar.working_days_between(since.date(), last_day_of(since, until)) for since, until in local)


def capped(pauses: Sequence[Segment], cap: int | None, calendar: Calendar, zone: ZoneInfo) -> list[Segment]:
    """Pauses, in order of time, cut to so many working days in all; what begins when none is left is no pause."""
    if cap is None:
        return list(pauses)
    kept: list[Segment] = []
    for since, until in pauses:
        left = cap - taken(kept, calendar, zone)
        end = resumes_at(since, left, calendar, zone)
        if left > 0 and end is not None:
            kept.append((since, min(until, end, key=lambda moment: moment.astimezone(UTC))))
    return kept


def resumed_plan(
    plan: ClockPlan, pauses: Sequence[Segment], calendar: Calendar, hours: Hours, zone: ZoneInfo
) -> ClockPlan:
    """Return a plan after its pauses, in order of time, with a sentence for each.

    Warnings that had fired before a pause keep their moment; later ones move like the due moment.
    Raises PolicyError when pauses overlap.
    """
    unit, calendar = plan.limit.unit, calendar.of(hours)
    why = list(plan.why)
    due, warn = plan.due, list(plan.warn_at)
    ended: datetime | None = None
    went_on = plan.starts_at  # a control date before it would be over when the clock goes on
    for since, until in sorted(pauses, key=lambda pause: pause[0]):
        begin, end = localise(since, zone), localise(until, zone)
        if ended is not None and begin.astimezone(UTC) < ended.astimezone(UTC):
            raise PolicyError(_("Паузы пересекаются: проверьте даты."))
        ended = end
        went_on = end if begin.astimezone(UTC) < due.astimezone(UTC) else went_on
        due = resume(due, begin, end, unit=unit, calendar=calendar, hours=hours, zone=zone)
        warn = [_moved(at, begin, end, unit, calendar, hours, zone) for at in warn]
        why.append(
            f"Пауза: {wording.moment_text(begin)} — {wording.moment_text(end)}; "
            f"новый срок — {wording.moment_text(due)}."
        )
    control, legal = due, due.date()
    if unit in ("days", "working_days"):
        day, reasons = control_date(calendar, went_on.date(), legal)
        control = end_of_day(day, zone)
        why += reasons if pauses else []
    if plan.warn_at[-1] == plan.control:
        warn[-1] = control
    return replace(plan, due=due, control=control, legal_date=legal, warn_at=tuple(warn), why=tuple(why))


def _moved(
    at: datetime,
    begin: datetime,
    end: datetime,
    unit: Unit,
    calendar: Calendar,
    hours: Hours,
    zone: ZoneInfo,
) -> datetime:
    """Move a warning: with the working time for hours, by the plain length of the pause for days."""
    if unit in ("hours", "working_hours"):
        return resume(at, begin, end, unit=unit, calendar=calendar, hours=hours, zone=zone)
    if at.astimezone(UTC) <= begin.astimezone(UTC):
        return at
    return localise(at + timedelta(days=(last_day_of(begin, end) - begin.date()).days), zone)
