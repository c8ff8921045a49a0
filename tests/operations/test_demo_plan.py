"""The plan of a demo region: sizes, shares, places, themes."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from otklik.operations.demo_courses import FRESH, MISSED_SHARE, RULES, Course, courses
from otklik.operations.demo_moments import HOURS, Moments, received_at
from otklik.operations.demo_plan import Spot, ThemeFacts, plan, show_town, smallest
from otklik.operations.demo_texts import THEMES
from otklik.policy.reading import shipped_calendar

ZONE = ZoneInfo("Europe/Volgograd")
SPOTS = [
    Spot("city-a", "city", 600_000, False), Spot("city", "city", 20_000, True), Spot("second", "second", 300_000, True),
    Spot("town", "town", 100_000, True), *(Spot(f"d{n}", f"d{n}", 10_000 + n, True) for n in range(35)),
]  # fmt: skip
FACTS = {code: ThemeFacts(4 if n == 3 else 2, not code.startswith("feedback.")) for n, code in enumerate(THEMES)}


@pytest.fixture(scope="module")
def stories():
    return plan(1200, 5, SPOTS, FACTS)


def test_a_plan_is_the_same_every_time_and_another_for_another_seed():
    assert plan(200, 1, SPOTS, FACTS) == plan(200, 1, SPOTS, FACTS)
    assert plan(200, 1, SPOTS, FACTS) != plan(200, 2, SPOTS, FACTS)


@pytest.mark.parametrize("count", [1, 40, 60, 1200])
def test_there_are_as_many_stories_as_asked_for(count):
    assert len(plan(count, 1, SPOTS, FACTS)) == len(courses(count)) == count


def test_five_percent_of_all_miss_their_date(stories):
    missed = [s for s in stories if RULES[s.course].missed or s.pace > 1]
    assert len(missed) == round(MISSED_SHARE * len(stories))
    assert {s.course for s in missed} >= {Course.OVERDUE, Course.BY_LINK}


def test_every_municipality_has_cases_and_big_ones_have_more(stories):
    counts = Counter(s.spot for s in stories)
    assert {spot.code for spot in SPOTS} == set(counts)
    assert counts["city-a"] > counts["second"] > counts["d1"]


def test_even_a_small_demo_reaches_every_municipality():
    assert {s.spot for s in plan(60, 1, SPOTS, FACTS)} >= {spot.code for spot in SPOTS if spot.whole}


def test_there_are_a_hundred_themes_or_more(stories):
    assert len({s.theme for s in stories}) >= 100


def test_one_day_in_one_town_bursts(stories):
    burst = [s for s in stories if s.course == Course.BURST]
    assert len(burst) == 36
    assert {(s.spot, s.days_ago) for s in burst} == {(show_town(SPOTS), 23)}
    usual = Counter(s.days_ago for s in stories if s.course != Course.BURST and s.days_ago)
    assert len(burst) > 2 * max(usual[22], usual[24])


def test_the_shown_town_is_of_middle_size_and_the_one_person_centre_the_smallest():
    assert (show_town(SPOTS), smallest(SPOTS)) == ("town", "d0")


def test_stories_at_work_are_of_the_last_hours(stories):
    fresh = [s for s in stories if s.course in FRESH and s.course != Course.OVERDUE]
    assert fresh and all(s.days_ago == 0 and s.minute < 8 * 60 for s in fresh)
    assert all(1 <= s.days_ago < 90 for s in stories if s.course not in FRESH)


@pytest.mark.parametrize(
    "end", ["2026-11-25 13:00", "2027-01-04 03:10", "2026-11-22 23:59", "2026-11-23 09:01", "2026-02-24 18:30"]
)
def test_an_overdue_message_came_one_limit_and_more_before_whatever_the_day(stories, end):
    calendar = shipped_calendar()
    moment = datetime.fromisoformat(end).replace(tzinfo=ZONE)
    for story in stories:
        received = received_at(story, moment, calendar)
        assert received < moment
        if story.course == Course.OVERDUE:
            passed = calendar.working_time_between(received, moment, HOURS)
            assert timedelta(minutes=480 + story.over) <= passed <= timedelta(minutes=482 + story.over)


@pytest.mark.parametrize("end", ["2026-11-25 13:00", "2027-01-04 03:10", "2026-11-23 00:05"])
def test_steps_follow_each_other_and_never_leave_the_demo(end):
    moment = datetime.fromisoformat(end).replace(tzinfo=ZONE)
    for minutes in (30, 600, 5000, 50_000):
        received = moment - timedelta(minutes=minutes)
        moments = Moments(received, moment, shipped_calendar(), limit=480, pace=0.8)
        steps = [moments.share(0.1), moments.share(0.5), moments.later(timedelta(hours=3)), moments.share(1.0)]
        assert steps == sorted(set(steps))
        assert received < steps[0] and steps[-1] < moment + timedelta(minutes=2)
