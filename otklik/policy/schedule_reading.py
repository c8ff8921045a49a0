"""A schedule from the content of a row and back: plain JSON, hours and the break as «08:15–17:30». Pure."""

import re
from collections.abc import Mapping
from datetime import date, time
from typing import Any

from otklik.policy.schedules import WEEKDAYS, OwnDay, Schedule, Week, WorkingHours
from otklik.policy.years import CalendarError
from otklik.speaking import gettext as _

SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—]\s*(\d{1,2}):(\d{2})")


def span_of(text: str) -> tuple[time, time]:
    """«09:00–18:00» as two times. Raises CalendarError when it is none."""
    match = SPAN.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError
        a, b, c, d = (int(part) for part in match.groups())
        return time(a, b), time(c, d)
    except ValueError:
        raise CalendarError(_("Часы работы пишут так: 09:00-18:00."), "hours") from None


def schedule_from_mapping(content: Mapping[str, Any]) -> Schedule:
    """Raises CalendarError (Russian text) when the content contradicts itself."""
    try:
        weeks = tuple(_week(one) for one in content["weeks"])
        own = tuple(_own_day(one) for one in content.get("own", []))
    except (LookupError, TypeError, AttributeError, ValueError) as wrong:
        raise CalendarError(_("Часы работы записаны неверно.")) from wrong
    return Schedule(weeks, own)


def mapping_of(schedule: Schedule) -> dict[str, Any]:
    """The same content back."""
    return {
        "weeks": [
            {
                "since": week.since.isoformat() if week.since else None, "always": week.always,
                "days": {str(n): _hours_text(hours) for n, hours in enumerate(week.days) if hours},
            }
            for week in schedule.weeks
        ],
        "own": [
            {
                "day": one.day.isoformat(), "shortened": one.shortened, "note": one.note,
                "hours": _hours_text(one.hours) if one.hours else None,
            }
            for one in sorted(schedule.own, key=lambda one: one.day)
        ],
    }


def _week(content: Mapping[str, Any]) -> Week:
    since = content.get("since")
    days: list[WorkingHours | None] = [None] * len(WEEKDAYS)
    for number, hours in content.get("days", {}).items():
        days[int(number)] = _hours(hours)
    return Week(tuple(days), date.fromisoformat(since) if since else None, bool(content.get("always")))


def _own_day(content: Mapping[str, Any]) -> OwnDay:
    hours = content.get("hours")
    return OwnDay(
        date.fromisoformat(content["day"]), _hours(hours) if hours else None, bool(content.get("shortened")),
        str(content.get("note", "")),
    )


def _hours(parts: list[str]) -> WorkingHours:
    start, end = span_of(parts[0])
    return WorkingHours(start, end, span_of(parts[1]) if len(parts) > 1 else None)


def _hours_text(hours: WorkingHours) -> list[str]:
    spans = [(hours.start, hours.end), *([hours.pause] if hours.pause else [])]
    return [f"{since:%H:%M}–{until:%H:%M}" for since, until in spans]
