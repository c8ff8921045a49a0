"""Which days are worked: our years against the law, against known norms, and against an independent package."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.policy.calendar import Calendar, WorkingHours
from otklik.policy.reading import (
    calendar_year_from_mapping,
    read_toml,
    shipped,
    shipped_calendar,
    shipped_law,
)
from otklik.policy.years import CalendarError, short_days, year_by_law

ZONE = ZoneInfo("Europe/Volgograd")
CALENDAR = shipped_calendar()
YEARS = (2024, 2025, 2026, 2027)

# Every day on which we and the `holidays` package disagree, and why. 2024–2026: none, both follow the decrees.
# 2027: the package reports moves of a decree whose number and date we have not seen; our year is provisional and
# moves nothing on hearsay.
EXPLAINED_DIFFERENCES = {
    date(2027, 2, 20): "the package: worked instead of 22 February; ours: a Saturday",
    date(2027, 2, 22): "the package: off, moved from 20 February; ours: worked, shortened",
    date(2027, 11, 5): "the package: off, moved from 2 January; ours: worked",
    date(2027, 12, 31): "the package: off, moved from 3 January; ours: worked, shortened",
}


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def test_every_difference_from_the_holidays_package_is_explained() -> None:
    theirs = holidays.country_holidays("RU", years=YEARS)
    differing = {
        day
        for year in YEARS
        for day in days_of(year)
        if CALENDAR.is_working_day(day) != theirs.is_working_day(day)
    }
    known_to_package = {
        day for day in EXPLAINED_DIFFERENCES if theirs.is_working_day(day) != (day.weekday() < 5)
    }
    # an older package does not know 2027 yet; a newer one must not differ anywhere else
    assert differing == known_to_package
    assert {day.year for day in differing} <= {2027}


@pytest.mark.parametrize(
    ("year", "working_days", "hours_of_a_40_hour_week"),
    [(2024, 248, 1979), (2025, 247, 1972), (2026, 247, 1972)],
)
def test_a_year_has_the_published_norm_of_working_time(
    year: int, working_days: int, hours_of_a_40_hour_week: int
) -> None:
    eight_hours = WorkingHours(time(9), time(17))
    worked = [day for day in days_of(year) if CALENDAR.is_working_day(day)]
    assert len(worked) == working_days
    assert sum(CALENDAR.working_minutes(day, eight_hours) for day in worked) == hours_of_a_40_hour_week * 60


@pytest.mark.parametrize("year", YEARS)
def test_listed_shortened_days_are_those_the_law_makes_short(year: int) -> None:
    assert CALENDAR.year(year).short == short_days(CALENDAR.year(year))


def test_2027_has_no_seen_decree_and_is_what_the_law_alone_makes_of_it() -> None:
    year = CALENDAR.year(2027)
    by_law = year_by_law(2027, shipped_law())
    assert year.provisional
    assert not year.decree
    assert (year.short, year.moved_to) == (by_law.short, by_law.moved_to)


@pytest.mark.parametrize(
    ("meets", "moved_to"),
    [
        (date(2027, 5, 1), date(2027, 5, 3)),  # Saturday
        (date(2027, 5, 9), date(2027, 5, 10)),  # Sunday
        (date(2027, 6, 12), date(2027, 6, 14)),
        (date(2026, 3, 8), date(2026, 3, 9)),
        (date(2026, 5, 9), date(2026, 5, 11)),
    ],
)
def test_the_law_moves_a_day_off_that_meets_a_holiday(meets: date, moved_to: date) -> None:
    move = CALENDAR.year(meets.year).moved_to[moved_to]
    assert (move.origin, move.source) == (meets, "часть 2 статьи 112 ТК РФ")
    assert not CALENDAR.is_working_day(moved_to)


@pytest.mark.parametrize("day", [date(2027, 1, 11), date(2025, 2, 24), date(2025, 3, 10)])
def test_january_days_and_days_the_decree_moved_elsewhere_are_not_moved_by_the_law(day: date) -> None:
    assert CALENDAR.is_working_day(day)


def test_the_sources_name_number_and_date_of_the_decree() -> None:
    sources = {year: CALENDAR.year(year).source for year in YEARS}
    assert "10.08.2023 № 1314" in sources[2024]
    assert "04.10.2024 № 1335" in sources[2025]
    assert "24.09.2025 № 1466" in sources[2026]
    assert "№" not in sources[2027]


def test_a_year_nobody_shipped_is_computed_by_the_law_and_provisional() -> None:
    assert CALENDAR.is_provisional(date(2031, 5, 1))
    assert not CALENDAR.is_working_day(date(2031, 1, 8))
    assert not CALENDAR.is_provisional(date(2024, 1, 1), date(2026, 12, 31))
    assert CALENDAR.is_provisional(date(2026, 12, 31), date(2027, 1, 1))


@pytest.mark.parametrize("year", [2012, 2101])
def test_a_year_outside_the_law_is_refused(year: int) -> None:
    with pytest.raises(CalendarError, match=str(year)):
        CALENDAR.is_working_day(date(year, 6, 1))


def test_the_last_working_day_not_later_passes_over_a_long_holiday() -> None:
    assert CALENDAR.last_working_day_not_later(date(2026, 1, 11)) == date(2025, 12, 30)
    assert CALENDAR.last_working_day_not_later(date(2024, 4, 27)) == date(2024, 4, 27)


@given(st.dates(date(2014, 1, 1), date(2090, 1, 1)), st.integers(0, 40))
def test_working_days_are_counted_after_the_first_day(day: date, count: int) -> None:
    last = CALENDAR.add_working_days(day, count)
    assert CALENDAR.working_days_between(day, last) == count
    assert count == 0 or CALENDAR.is_working_day(last)


@given(st.integers(2013, 2100))
def test_the_law_keeps_the_number_of_days_off_outside_january(year: int) -> None:
    by_law = year_by_law(year, shipped_law())
    law = by_law.law
    met = [
        day for day in days_of(year) if day.weekday() >= 5 and law.holiday(day) is not None and day.month != 1
    ]
    off = sum(not by_law.is_working(day) for day in days_of(year))
    weekends = sum(day.weekday() >= 5 for day in days_of(year))
    on_weekdays = sum(law.holiday(day) is not None and day.weekday() < 5 for day in days_of(year))
    assert off == weekends + on_weekdays + len(met)


def test_a_moment_in_another_clock_is_refused_and_not_counted_by_it() -> None:
    with pytest.raises(TypeError):
        CALENDAR.add_working_time(
            datetime.fromisoformat("2026-03-13T14:00+00:00"), timedelta(hours=1), WorkingHours()
        )


def test_a_deadline_beyond_the_calendar_is_an_error_and_not_an_endless_search() -> None:
    start = datetime(2100, 12, 30, 9, tzinfo=ZONE)
    with pytest.raises(CalendarError):
        CALENDAR.add_working_time(start, timedelta(hours=800), WorkingHours())
    with pytest.raises(CalendarError):
        CALENDAR.add_working_days(date(2100, 12, 30), 40)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"moved": [{"from": "2026-01-14", "to": "2026-01-09"}]}, "не выходной день"),
        ({"moved": [{"from": "2026-01-03", "to": "2026-01-10"}]}, "и так нерабочий"),
        ({"moved": [{"from": "2025-01-04", "to": "2026-01-09"}]}, "не из 2026 года"),
        ({"short": ["2026-03-08"]}, "не рабочий"),
        ({"short": ["завтра"]}, "short"),
        ({"provisional": True}, "предварительный"),
        ({"provisional": "нет"}, "provisional"),
        ({"country": "KZ"}, "другой страны"),
        ({"weather": "fine"}, "лишнее поле «weather»"),
        ({"year": 1900}, "1900"),
        (
            {
                "moved": [
                    {"from": "2026-01-03", "to": "2026-01-09"},
                    {"from": "2026-01-04", "to": "2026-01-09"},
                ]
            },
            "дважды",
        ),
    ],
)
def test_a_year_that_contradicts_itself_is_refused_with_one_clear_line(
    change: dict[str, object], message: str
) -> None:
    path = next(p for p in shipped("calendars") if p.name == "ru-2026.toml")
    with pytest.raises(CalendarError, match=message) as caught:
        Calendar([calendar_year_from_mapping({**read_toml(path), **change}, shipped_law())], shipped_law())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("start", "end", "pause"),
    [
        (time(18), time(9), None),
        (time(9), time(9), None),
        (time(9), time(18), (time(8), time(10))),
        (time(9), time(18), (time(14), time(13))),
        (time(9), time(18), (time(17), time(18))),
    ],
)
def test_hours_without_length_or_with_a_break_outside_are_refused(
    start: time, end: time, pause: tuple[time, time] | None
) -> None:
    with pytest.raises(CalendarError):
        WorkingHours(start, end, pause)
