"""What the figures say, and that their lists hold exactly what they count."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import System, acting
from otklik.cases.actions.hand_over import hand_over
from otklik.insight.definitions import PERIODS
from otklik.insight.figures import cases_of, region_rows, scopes_of, totals
from otklik.insight.models import CaseFact, Cell
from otklik.insight.people import people_of
from otklik.territory.tree import municipalities, region
from tests.insight.following_steps import follow_all
from tests.insight.test_following import PLACES, STEPS, busy_person
from tests.making import LONG_AGO, at, make_case, make_staff, place, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def lively() -> None:
    """Cases of many ages in three places, some answered, some late, some spam."""
    who = busy_person()
    now = timezone.now()
    for n in range(18):
        sent = send(code=PLACES[n % 3], now=now - timedelta(hours=n * n))
        if n % 4 == 1:
            STEPS["final"](who, sent.case_id)
        elif n % 7 == 3:
            STEPS["spam"](who, sent.case_id)
    follow_all()


def test_every_list_holds_exactly_what_its_figure_counts(lively: None) -> None:
    now = timezone.now()
    with acting(System("test"), read_only=True):
        for days in PERIODS:
            for row in region_rows(now, days):
                scopes = scopes_of(place(row.code))
                for code in ("received", "open", "overdue", "in_time", "failed", "answered"):
                    listed = cases_of(code, now, days, scopes).count()
                    assert listed == getattr(row, code), (row.code, code, days)


def test_all_municipalities_make_rows_by_name_and_an_empty_one_shows_nothing_judged() -> None:
    with acting(System("test"), read_only=True):
        rows = region_rows(timezone.now())
        assert [r.code for r in rows] == [m.code for m in municipalities()]
        assert len(rows) == 38
        assert {r.in_time_share for r in rows} == {None}


def test_inner_districts_go_into_their_citys_row_and_stand_alone_for_who_sees_only_them() -> None:
    with acting(System("test"), read_only=True):
        city = place("gorod-volgograd")
        districts = [pk for pk in scopes_of(city) if pk != city.pk]
        assert len(districts) == 8
        with acting(System("test")):
            assert [r.code for r in region_rows(timezone.now(), 30, scopes_of(city))] == ["gorod-volgograd"]
            assert len(region_rows(timezone.now(), 30, districts[:2])) == 2


def test_an_overdue_open_case_counts_as_failed_before_anybody_answers() -> None:
    send(now=timezone.now() - LONG_AGO)
    follow_all()
    now = timezone.now()
    with acting(System("test"), read_only=True):
        row = next(r for r in region_rows(now) if r.code == "gorod-kamyshin")
        assert (row.open, row.overdue, row.in_time_share) == (1, 1, 0.0)
        assert totals(now).overdue == 1


def test_today_is_set_against_the_median_of_like_days() -> None:
    now = at("2026-03-18 15:00")  # a Wednesday
    scope = place("gorod-kamyshin")
    with acting(System("test")):
        for weeks, received in ((1, 10), (2, 20), (3, 90)):
            Cell.objects.create(span="d", scope=scope, since=(now - timedelta(weeks=weeks)).date(), received=received)
        Cell.objects.create(span="d", scope=scope, since=now.date(), received=4)
        first = totals(now)
        assert (first.today, first.usual) == (4, 20)
        Cell.objects.filter(received__gt=10).delete()
        assert totals(now).usual is None


def test_history_before_the_go_live_date_is_in_no_figure() -> None:
    case = make_case()
    with acting(System("test")):
        type(case).objects.filter(pk=case.pk).update(notifies=False)
    follow_all()
    with acting(System("test"), read_only=True):
        assert CaseFact.objects.get().counts is False
        assert not Cell.objects.exists()


def test_the_regions_own_cases_are_a_row_of_the_upper_centre_last_and_by_no_count_of_people() -> None:
    sent, now = send(), timezone.now()
    hand_over(busy_person(), sent.case_id, territory_id=region().pk, reason="Решает область", now=now)
    follow_all()
    with acting(System("test"), read_only=True):
        last = region_rows(now)[-1]
    assert (last.name, last.code, last.open, last.per_1000) == ("ЦУР", region().code, 1, None)


def test_who_works_in_a_place_counts_once_and_those_of_an_inner_district_for_their_city() -> None:
    city = place("gorod-volgograd")
    district = next(pk for pk in scopes_of(city) if pk != city.pk)
    now = timezone.now()
    with acting(System("test"), read_only=True):
        before = people_of(now)
    make_staff(("operator", city.code), ("coordinator", city.code))
    make_staff(("operator", type(city).objects.get(pk=district).code))
    make_staff(("administrator", city.code))
    with acting(System("test"), read_only=True):
        assert people_of(now).get(city.pk, 0) == before.get(city.pk, 0) + 2
        assert people_of(now, [district]) == {city.pk: 1}
