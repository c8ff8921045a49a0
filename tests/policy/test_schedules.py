"""Working hours of centres and organisations: versions that only add, kept by administrators, read where needed."""

from datetime import date, time
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from otklik.organisations.models import Setting
from otklik.policy.models import WorkSchedule
from otklik.policy.schedule_keeping import (
    USUAL,
    Owner,
    adopt_schedule,
    hours_of_place,
    schedules,
    with_days,
    with_week,
    without_day,
)
from otklik.policy.schedule_reading import mapping_of, schedule_from_mapping
from otklik.policy.schedules import OwnDay, Schedule, Week, WorkingHours
from otklik.policy.years import CalendarError
from tests.making import SYSTEM, make_staff, organisation, place

TODAY = date(2026, 11, 26)
EARLY = WorkingHours(time(8), time(17), (time(12), time(13)))
FRIDAY = WorkingHours(time(8), time(15, 45), (time(12), time(13)))
OFFICE = Schedule(
    (Week(), Week((EARLY,) * 4 + (FRIDAY, None, None), date(2026, 12, 1)), Week(since=date(2027, 6, 1), always=True)),
    (OwnDay(date(2026, 12, 4), note="санитарный день"), OwnDay(date(2026, 12, 5), EARLY),
     OwnDay(date(2026, 12, 7), shortened=True)),
)


def test_hours_are_kept_as_plain_text_and_read_back_the_same() -> None:
    assert schedule_from_mapping(mapping_of(OFFICE)) == OFFICE


def test_hours_are_said_in_words_with_like_days_together() -> None:
    assert str(Week()) == "09:00–18:00"
    assert OFFICE.described(date(2026, 12, 1)) == (
        "пн–чт 08:00–17:00, перерыв 12:00–13:00; пт 08:00–15:45, перерыв 12:00–13:00"
    )
    assert OFFICE.described(date(2026, 11, 30)) == "09:00–18:00"
    assert str(OFFICE) == "круглосуточно"


@pytest.mark.parametrize("content", [
    {}, {"weeks": [{"days": {"0": ["с утра"]}}]}, {"weeks": [{"days": {}}]},
    {"weeks": [{"days": {"9": ["09:00-18:00"]}}]},
    {"weeks": [{"days": {"0": ["18:00-09:00"]}}]}, {"weeks": [{"days": {"0": ["25:00-26:00"]}}]},
    {"weeks": [{"days": {"0": ["09:00-18:00", "08:00-08:30"]}}]}, {"weeks": [{"since": "вчера", "always": True}]},
    {"weeks": [{"always": True}], "own": [{"day": "2026-12-04"}, {"day": "2026-12-04"}]},
], ids=range(9))
def test_hours_that_contradict_themselves_are_refused(content) -> None:
    with pytest.raises(CalendarError):
        schedule_from_mapping(content)


def test_nothing_is_changed_for_days_that_are_over_and_what_is_planned_for_later_stays() -> None:
    with pytest.raises(BadInput, match="задним числом"):
        with_week(USUAL, Week(since=date(2026, 11, 25)), TODAY)
    first = with_week(USUAL, Week(since=date(2026, 12, 1), always=True), TODAY)
    second = with_week(first, Week((EARLY,) * 5 + (None, None), since=date(2026, 11, 30)), TODAY)
    assert [week.since for week in second.weeks] == [None, date(2026, 11, 30), date(2026, 12, 1)]
    again = with_week(second, Week((EARLY,) * 5 + (None, None), since=date(2026, 12, 1)), TODAY)
    assert [week.always for week in again.weeks] == [False, False, False]
    with pytest.raises(BadInput, match="прошёл"):
        with_days(USUAL, [OwnDay(date(2026, 11, 25))], TODAY)
    with pytest.raises(BadInput, match="круглосуточно"):
        with_days(first, [OwnDay(date(2026, 12, 2))], TODAY)
    closed = with_days(USUAL, [OwnDay(date(2026, 12, 2)), OwnDay(date(2026, 12, 3))], TODAY)
    assert without_day(with_days(closed, [OwnDay(date(2026, 12, 2), EARLY)], TODAY), date(2026, 12, 2), TODAY) == (
        without_day(closed, date(2026, 12, 2), TODAY)
    )


def test_what_is_nearest_to_a_place_holds_there(db) -> None:
    city = place("gorod-volgograd")
    district, other = city.children.filter(kind="district")[0], place("gorod-kamyshin")
    assert hours_of_place(district.pk) is USUAL
    now = timezone.now()
    for owner, hours in ((Owner(), "07"), (Owner(city.pk), "08")):
        week = Schedule.usual(WorkingHours(time.fromisoformat(f"{hours}:00"), time(16)))
        adopt_schedule(SYSTEM, owner, week, source="приказ", at=now)
    assert [str(hours_of_place(one.pk))[:2] for one in (district, city, other)] == ["08", "08", "07"]
    adopt_schedule(SYSTEM, Owner(district.pk), OFFICE, source="", at=now)
    assert hours_of_place(district.pk) == OFFICE
    firm = organisation()
    assert schedules().of_organisation(firm.pk) is None
    adopt_schedule(SYSTEM, Owner(organisation=firm.pk), OFFICE, source="", at=now)
    assert schedules().of_organisation(firm.pk) == OFFICE


def test_each_change_is_a_version_and_an_entry_and_the_same_twice_is_one(db) -> None:
    owner, who = Owner(place("gorod-kamyshin").pk), make_staff(("administrator", "gorod-kamyshin"))
    now = timezone.now()
    for hours in (USUAL, OFFICE, OFFICE):
        adopt_schedule(who, owner, hours, source="распоряжение", at=now)
    assert list(WorkSchedule.objects.filter(territory=owner.territory).values_list("version", flat=True)) == [1, 2]
    entries = Entry.objects.filter(stream=owner.stream, verb="schedule_changed")
    assert [entry.fields["version"] for entry in entries.order_by("seq")] == [1, 2]
    assert "санитарный" not in str([entry.fields for entry in entries])


def test_only_who_administers_the_place_changes_its_hours(db) -> None:
    city, now = place("gorod-kamyshin"), timezone.now()
    for who in (make_staff(("administrator", "gorod-volgograd")), make_staff(("coordinator", "gorod-kamyshin"))):
        for owner in (Owner(city.pk), Owner(), Owner(organisation=organisation().pk)):
            with pytest.raises(Refused):
                adopt_schedule(who, owner, OFFICE, source="", at=now)
    with pytest.raises(NotYours):
        adopt_schedule(SYSTEM, Owner(organisation=10**8), OFFICE, source="", at=now)
    assert not WorkSchedule.objects.exists()


def test_what_stood_in_the_settings_is_carried_over_by_the_migration(db) -> None:
    city = place("gorod-kamyshin")
    Setting.objects.create(name="working_hours", territory=city, value="08:00-17:00")
    Setting.objects.create(name="working_hours", territory=None, value="как получится")
    import_module("otklik.policy.migrations.0002_working_hours_of_centres_and_organisations").carry_over(apps, None)
    assert not Setting.objects.filter(name="working_hours").exists()
    assert str(hours_of_place(city.pk)) == "08:00–17:00"
    assert WorkSchedule.objects.count() == 1


def test_looking_hours_up_costs_one_query_while_nobody_has_their_own(db, django_assert_num_queries) -> None:
    city = place("gorod-kamyshin")
    schedules()
    with django_assert_num_queries(1):
        hours_of_place(city.pk)
