"""The clocks of a case follow the hours of its centre; what runs already keeps its dates."""

from datetime import date, time

import pytest

from otklik.cases.clock_rules import Rules
from otklik.policy.schedule_keeping import Owner, adopt_schedule
from otklik.policy.schedules import OwnDay, Schedule, Week, WorkingHours
from tests.cases.steps import RECEIVED, assigned, clock, coordinator, o_clock, received
from tests.making import SYSTEM, organisation, place

pytestmark = pytest.mark.django_db
EARLY = WorkingHours(time(8), time(17), (time(12), time(13)))


def of_kamyshin(schedule: Schedule) -> None:
    adopt_schedule(SYSTEM, Owner(place("gorod-kamyshin").pk), schedule, source="распоряжение", at=RECEIVED)


def test_a_case_is_counted_by_the_hours_and_days_of_its_own_centre_from_then_on() -> None:
    before = received()
    assert clock(before.case_id, "answer").due_at == o_clock("18:00")
    of_kamyshin(Schedule((Week((EARLY,) * 5 + (None, None)),), (OwnDay(date(2026, 3, 5), note="санитарный день"),)))
    after = received(text="Во дворе не горит фонарь, темно")
    due = clock(after.case_id, "answer")
    assert due.due_at == o_clock("10:00", "2026-03-06")  # 6 hours on Wednesday without lunch, none on Thursday
    assert any("организация закрыта (санитарный день)" in line for line in due.why)
    assert any("перерыв 12:00–13:00" in line for line in due.why)
    assert clock(before.case_id, "answer").due_at == o_clock("18:00")  # keeps what it had


def test_round_the_clock_a_night_counts() -> None:
    of_kamyshin(Schedule((Week(always=True),)))
    sent = received(now=o_clock("23:00"))
    assert clock(sent.case_id, "react").due_at == o_clock("00:00", "2026-03-05")
    assert clock(sent.case_id, "answer").due_at == o_clock("07:00", "2026-03-05")


def test_the_date_of_a_part_on_a_day_off_of_its_organisation_is_watched_on_its_last_working_day() -> None:
    firm = organisation()
    six_days = Week((EARLY,) * 5 + (WorkingHours(time(9), time(14)), None))
    adopt_schedule(SYSTEM, Owner(organisation=firm.pk), Schedule((six_days,)), source="", at=RECEIVED)
    sent, who = received(), coordinator()
    assigned(who, sent.case_id, o_clock("11:00"), due_at=o_clock("18:00", "2026-03-15"))  # a Sunday
    part = clock(sent.case_id, "part")
    assert part.due_at == o_clock("18:00", "2026-03-15")
    assert part.control_at == o_clock("14:00", "2026-03-14")
    assert "организация не работает" in part.why[-1]


def test_an_executor_works_by_hours_of_its_own_or_by_those_of_the_centre() -> None:
    firm, city = organisation(), place("gorod-kamyshin")
    of_kamyshin(Schedule(own=(OwnDay(date(2026, 3, 5)),)))
    assert not Rules().calendar_of_executor(firm.pk, city.pk).is_working_day(date(2026, 3, 5))
    adopt_schedule(SYSTEM, Owner(organisation=firm.pk), Schedule((Week(always=True),)), source="", at=RECEIVED)
    assert Rules().calendar_of_executor(firm.pk, city.pk).is_working_day(date(2026, 3, 8))
