"""A pause gives back exactly the time it took, and nothing else."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.policy.calendar import WorkingHours
from otklik.policy.pauses import resume, resumed_plan
from otklik.policy.plans import Circumstances, ClockPlan
from otklik.policy.reading import shipped_calendar, shipped_policies
from otklik.policy.reckoning import reckon
from otklik.policy.regulation import PolicyError, Unit

ZONE = ZoneInfo("Europe/Volgograd")
CALENDAR = shipped_calendar()
HOURS = WorkingHours()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def after(due: datetime, begin: datetime, end: datetime, unit: Unit = "working_hours") -> datetime:
    return resume(due, begin, end, unit=unit, calendar=CALENDAR, hours=HOURS, zone=ZONE)


def answer(received: str) -> ClockPlan:
    known = Circumstances(at(received), interim=at(received))
    return next(
        p for p in reckon(shipped_policies()["social"][0], CALENDAR, known, HOURS, ZONE) if p.kind == "answer"
    )


@pytest.mark.parametrize(
    ("unit", "due", "begin", "end", "expected"),
    [
        (
            "working_hours",
            "2026-03-16T16:00:00",
            "2026-03-16T10:00",
            "2026-03-16T12:00",
            "2026-03-16T18:00:00",
        ),
        (
            "working_hours",
            "2026-03-16T16:00:00",
            "2026-03-16T10:00",
            "2026-03-18T10:00",
            "2026-03-18T16:00:00",
        ),
        (
            "working_hours",
            "2026-03-16T16:00:00",
            "2026-03-13T20:00",
            "2026-03-15T12:00",
            "2026-03-16T16:00:00",
        ),
        (
            "working_hours",
            "2026-03-16T16:00:00",
            "2026-03-16T17:00",
            "2026-03-20T12:00",
            "2026-03-16T16:00:00",
        ),
        (
            "working_days",
            "2026-03-24T23:59:59",
            "2026-03-16T10:00",
            "2026-03-19T10:00",
            "2026-03-27T23:59:59",
        ),
        (
            "working_days",
            "2026-03-24T23:59:59",
            "2026-03-14T10:00",
            "2026-03-15T10:00",
            "2026-03-24T23:59:59",
        ),
        (
            "working_days",
            "2026-05-08T23:59:59",
            "2026-05-08T10:00",
            "2026-05-12T10:00",
            "2026-05-12T23:59:59",
        ),
        ("days", "2026-05-06T23:59:59", "2026-04-10T10:00", "2026-04-15T09:00", "2026-05-11T23:59:59"),
        ("days", "2026-05-06T23:59:59", "2026-04-10T10:00", "2026-04-10T19:00", "2026-05-06T23:59:59"),
        ("hours", "2026-03-16T16:00:00", "2026-03-15T10:00", "2026-03-15T12:30", "2026-03-16T18:30:00"),
    ],
)
def test_a_pause_is_given_back(unit: Unit, due: str, begin: str, end: str, expected: str) -> None:
    assert after(at(due), at(begin), at(end), unit) == at(expected)


def test_a_limit_of_another_system_on_a_day_off_is_not_brought_nearer() -> None:
    due = at("2025-01-02T23:59:59")
    assert after(due, at("2025-01-01T10:00"), at("2025-01-01T12:00"), "working_days") == due


moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 6, 1)).map(
    lambda m: m.replace(microsecond=0, tzinfo=ZONE)
)
lengths = st.timedeltas(timedelta(), timedelta(days=20))
units = st.sampled_from(["hours", "working_hours", "days", "working_days"])


@given(units, moments, lengths, lengths, lengths)
def test_a_pause_never_brings_the_limit_nearer_and_longer_never_gives_less(
    unit: Unit, begin: datetime, until_due: timedelta, length: timedelta, more: timedelta
) -> None:
    due = begin + until_due
    once, longer = after(due, begin, begin + length, unit), after(due, begin, begin + length + more, unit)
    assert due <= once <= longer


@given(moments, lengths, st.integers(1, 3000), lengths)
def test_the_working_time_left_is_the_same_after_the_pause(
    start: datetime, wait: timedelta, minutes: int, length: timedelta
) -> None:
    due = CALENDAR.add_working_time(start, timedelta(minutes=minutes), HOURS)
    begin = min(start + wait, due)
    end = begin + length
    left = CALENDAR.working_time_between(begin, due, HOURS)
    if left:
        assert CALENDAR.working_time_between(end, after(due, begin, end), HOURS) == left


@given(moments, st.integers(1, 3000), lengths, lengths)
def test_two_pauses_in_a_row_are_one(
    start: datetime, minutes: int, first: timedelta, second: timedelta
) -> None:
    due = CALENDAR.add_working_time(start, timedelta(minutes=minutes), HOURS)
    middle, end = start + first, start + first + second
    assert after(after(due, start, middle), middle, end) == after(due, start, end)


def test_a_plan_after_pauses_explains_them_and_moves_only_what_was_still_ahead() -> None:
    plan = answer("2026-03-13T17:00")
    paused = resumed_plan(
        plan,
        [
            (at("2026-03-16T15:00"), at("2026-03-17T15:00")),
            (at("2026-03-16T13:00"), at("2026-03-16T14:00")),
        ],
        CALENDAR,
        HOURS,
        ZONE,
    )
    assert plan.due == at("2026-03-16T16:00")
    assert paused.due == paused.control == paused.warn_at[-1] == at("2026-03-17T17:00")
    assert paused.warn_at[0] == plan.warn_at[0]  # had fired at noon, before the first pause
    assert paused.warn_at[1] == at("2026-03-17T15:24")
    assert sum("Пауза" in sentence for sentence in paused.why) == 2


def test_a_plan_without_pauses_stays_as_it_is() -> None:
    plan = answer("2026-03-13T17:00")
    assert resumed_plan(plan, [], CALENDAR, HOURS, ZONE) == plan


def test_pauses_that_overlap_or_run_backwards_are_refused() -> None:
    plan = answer("2026-03-13T17:00")
    overlapping = [
        (at("2026-03-16T10:00"), at("2026-03-16T12:00")),
        (at("2026-03-16T11:00"), at("2026-03-16T13:00")),
    ]
    with pytest.raises(PolicyError, match="пересекаются"):
        resumed_plan(plan, overlapping, CALENDAR, HOURS, ZONE)
    with pytest.raises(PolicyError, match="раньше"):
        after(plan.due, at("2026-03-16T10:00"), at("2026-03-16T09:00"))
