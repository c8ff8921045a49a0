"""Working time, against an oracle that walks minute by minute over the `holidays` package's calendar."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.policy.calendar import WorkingHours
from otklik.policy.reading import shipped_calendar

ZONE = ZoneInfo("Europe/Volgograd")
CALENDAR = shipped_calendar()
RUSSIA = holidays.country_holidays("RU", years=(2024, 2025, 2026))
SHORTENED = {  # from the published production calendars, apart from our files
    *(date(2024, m, d) for m, d in ((2, 22), (3, 7), (5, 8), (6, 11), (11, 2))),
    *(date(2025, m, d) for m, d in ((3, 7), (4, 30), (6, 11), (11, 1))),
    *(date(2026, m, d) for m, d in ((4, 30), (5, 8), (6, 11), (11, 3))),
}
MINUTE = timedelta(minutes=1)


@cache
def is_working_day(day: date) -> bool:
    """The package's word on a day; it is asked for each minute of it."""
    return bool(RUSSIA.is_working_day(day))


@cache
def worked_minutes(hours: WorkingHours, shortened: bool) -> frozenset[int]:
    """Minutes of a working day, from midnight; a shortened day loses its last 60 minutes of work (decision 160)."""
    names = [time(n // 60, n % 60) for n in range(24 * 60)]
    rest = hours.pause or (time(0), time(0))
    worked = [n for n, at in enumerate(names) if hours.start <= at < hours.end and not rest[0] <= at < rest[1]]
    return frozenset(worked[:-60] if shortened else worked)


def is_worked_minute(moment: datetime, hours: WorkingHours) -> bool:
    """Whether the minute that begins at `moment` (local, naive) is working time."""
    if not is_working_day(moment.date()):
        return False
    return moment.hour * 60 + moment.minute in worked_minutes(hours, moment.date() in SHORTENED)


def walk(start: datetime, minutes: int, hours: WorkingHours) -> datetime:
    """The naive oracle: look at every minute, stop when enough of them were worked."""
    moment = start.replace(tzinfo=None)
    while minutes:
        minutes -= is_worked_minute(moment, hours)
        moment += MINUTE
    return moment.replace(tzinfo=ZONE)


clock = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))


@st.composite
def working_hours(draw: st.DrawFn) -> WorkingHours:
    a, b, c, d = sorted(draw(st.lists(clock, min_size=4, max_size=4, unique=True)))
    return WorkingHours(a, d, draw(st.sampled_from([None, (b, c)])))


usual_hours = st.sampled_from(
    [
        WorkingHours(),
        WorkingHours(time(8), time(17), (time(12), time(13))),
        WorkingHours(time(8, 30), time(17, 15), (time(13), time(13, 48))),
        WorkingHours(time(0), time(23, 59)),
    ]
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 30)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=ZONE)
)
near_holidays = st.builds(
    lambda day, minute: datetime.combine(day, time(), ZONE) + minute * MINUTE,
    st.sampled_from(
        [
            *sorted(SHORTENED),
            date(2024, 4, 26),
            date(2024, 4, 27),
            date(2024, 12, 28),
            date(2024, 12, 30),
            date(2025, 5, 8),
            date(2025, 11, 2),
            date(2025, 12, 30),
            date(2026, 1, 11),
        ]
    ),
    st.integers(0, 24 * 60 - 1),
)
any_moment = st.one_of(moments, near_holidays)


@settings(max_examples=300, deadline=None)
@given(any_moment, st.integers(1, 30 * 60), usual_hours)
def test_adding_working_time_agrees_with_walking_minute_by_minute(
    start: datetime, minutes: int, hours: WorkingHours
) -> None:
    assert CALENDAR.add_working_time(start, minutes * MINUTE, hours) == walk(start, minutes, hours)


@settings(max_examples=150, deadline=None)
@given(any_moment, st.integers(1, 10 * 60), working_hours())
def test_it_agrees_for_odd_working_hours_too(start: datetime, minutes: int, hours: WorkingHours) -> None:
    length = datetime.combine(date(2026, 1, 1), hours.end) - datetime.combine(date(2026, 1, 1), hours.start)
    minutes = min(minutes, 4 * int(length.total_seconds() // 60))
    assert CALENDAR.add_working_time(start, minutes * MINUTE, hours) == walk(start, minutes, hours)


@given(any_moment, st.integers(0, 10**6), usual_hours)
def test_the_time_between_start_and_due_is_the_time_added(
    start: datetime, seconds: int, hours: WorkingHours
) -> None:
    amount = timedelta(seconds=seconds)
    assert (
        CALENDAR.working_time_between(start, CALENDAR.add_working_time(start, amount, hours), hours) == amount
    )


@given(any_moment, st.integers(0, 3000), st.integers(1, 3000), usual_hours)
def test_adding_twice_is_adding_the_sum(
    start: datetime, first: int, second: int, hours: WorkingHours
) -> None:
    halfway = CALENDAR.add_working_time(start, first * MINUTE, hours)
    assert CALENDAR.add_working_time(halfway, second * MINUTE, hours) == CALENDAR.add_working_time(
        start, (first + second) * MINUTE, hours
    )


@given(any_moment, any_moment, st.integers(0, 3000), usual_hours)
def test_who_wrote_earlier_is_due_no_later(
    one: datetime, other: datetime, minutes: int, hours: WorkingHours
) -> None:
    early, late = sorted((one, other))
    amount = minutes * MINUTE
    assert CALENDAR.add_working_time(early, amount, hours) <= CALENDAR.add_working_time(late, amount, hours)


@given(any_moment, usual_hours)
def test_counting_begins_in_working_time_and_without_skipping_any(
    start: datetime, hours: WorkingHours
) -> None:
    begun = CALENDAR.next_working_moment(start, hours)
    assert is_worked_minute(begun.replace(tzinfo=None), hours)
    assert begun >= start
    assert not CALENDAR.working_time_between(start, begun, hours)


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)), usual_hours)
def test_a_day_has_as_many_working_minutes_as_the_oracle_counts(day: date, hours: WorkingHours) -> None:
    midnight = datetime.combine(day, time())
    counted = sum(is_worked_minute(midnight + n * MINUTE, hours) for n in range(24 * 60))
    assert CALENDAR.working_minutes(day, hours) == counted


def test_no_working_time_lies_backwards() -> None:
    start = datetime(2026, 3, 16, 12, tzinfo=ZONE)
    assert not CALENDAR.working_time_between(start, start - timedelta(hours=2), WorkingHours())


def test_the_hour_that_came_twice_in_2020_counts_twice() -> None:
    """On 27.12.2020 at 02:00 the clocks of the region went back to 01:00; a night shift worked an hour more."""
    start = datetime(2020, 12, 28, 0, tzinfo=ZONE) - timedelta(days=1)
    end = datetime(2020, 12, 27, 6, tzinfo=ZONE)
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=7)
    monday = datetime(2020, 12, 28, 9, tzinfo=ZONE)
    friday = datetime(2020, 12, 25, 17, tzinfo=ZONE)
    assert (friday.utcoffset(), monday.utcoffset()) == (timedelta(hours=4), timedelta(hours=3))
    assert CALENDAR.add_working_time(friday, timedelta(hours=2), WorkingHours()) == monday + timedelta(
        hours=1
    )
