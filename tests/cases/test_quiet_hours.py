"""When a member of staff is left in peace, and when that is over."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from otklik.cases.quiet_hours import Quiet
from otklik.policy.calendar import Calendar
from otklik.policy.reading import shipped_law

ZONE = ZoneInfo("Europe/Volgograd")
EVENING = Quiet()
ALWAYS_OPEN = Quiet(time(8), time(8), days_off=False)


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("quiet", "moment", "over"),
    [
        (EVENING, "2026-03-04 19:59", "2026-03-04 19:59"),  # Wednesday
        (EVENING, "2026-03-04 20:00", "2026-03-05 08:00"),
        (EVENING, "2026-03-05 07:59", "2026-03-05 08:00"),
        (EVENING, "2026-03-05 08:00", "2026-03-05 08:00"),
        (EVENING, "2026-03-06 21:00", "2026-03-10 08:00"),  # Friday before the eighth of March, Monday is off
        (EVENING, "2026-03-07 12:00", "2026-03-10 08:00"),
        (Quiet(days_off=False), "2026-03-07 12:00", "2026-03-07 12:00"),
        (Quiet(days_off=False), "2026-03-07 23:00", "2026-03-08 08:00"),
        (Quiet(time(13), time(14)), "2026-03-04 13:30", "2026-03-04 14:00"),
        (Quiet(time(9), time(9)), "2026-03-07 03:00", "2026-03-10 00:00"),  # no hours, only days off
        (ALWAYS_OPEN, "2026-03-07 03:00", "2026-03-07 03:00"),
        (EVENING, "2025-12-31 21:00", "2026-01-09 08:00"),  # the longest days off of the year, no decree given
    ],
)
def test_what_comes_in_quiet_hours_waits_for_their_end(quiet: Quiet, moment: str, over: str) -> None:
    calendar = Calendar([], shipped_law())
    assert quiet.over_at(at(moment), calendar) == at(over)
    assert quiet.holds(at(moment), calendar) == (moment != over)
