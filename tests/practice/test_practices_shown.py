"""The order of the list of practices, and the plain before and after of those who took one, in numbers."""

from datetime import UTC, datetime, timedelta

import pytest

from otklik.acting import acting, widened
from otklik.classifier.models import ThemeGroup
from otklik.practice import practice_reading
from otklik.practice.before_after import before_and_after
from otklik.practice.models import Practice, Taking
from otklik.territory.models import Kind, Territory
from tests.making import SYSTEM, make_staff, place
from tests.practice.figure_steps import facts, write

pytestmark = pytest.mark.django_db
HOME, OTHER = "gorod-kamyshin", "gorod-volzhskiy"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def practice(title: str, code: str = HOME, *, days_ago: int = 100, state: str = "confirmed", **more: str) -> Practice:
    """One as it stands in the table: how it gets there is tested elsewhere."""
    at = NOW - days_ago * DAY
    with acting(SYSTEM), widened():
        return Practice.objects.create(**({
            "place": place(code), "title": title, "group": "water", "problem": "Прорывы", "steps": "один\nдва\nтри",
            "cost": "ничего", "state": state, "made_at": at, "confirmed_at": at if state == "confirmed" else None,
        } | more))  # fmt: skip


def taken(row: Practice, *places: Territory | int, in_use: bool | None = True, days_ago: int = 95) -> list[Taking]:
    with acting(SYSTEM), widened():
        return [
            Taking.objects.create(
                practice=row, place_id=getattr(one, "pk", one), at=NOW - days_ago * DAY, in_use=in_use
            )
            for one in places
        ]


def editions() -> list[int]:
    """The group of all practices here in every edition of the classifier."""
    return list(ThemeGroup.objects.filter(code="water").values_list("pk", flat=True))


def centres(n: int) -> list[Territory]:
    found = Territory.objects.filter(kind=Kind.MUNICIPALITY).exclude(code__in=(HOME, OTHER)).order_by("code")
    return list(found[:n])


def test_first_are_those_that_most_centres_like_mine_still_use_then_by_all_then_by_takings_then_the_newest() -> None:
    near, far, further, furthest = centres(4)
    plain, newest = practice("Никто не взял, старая"), practice("Никто не взял, новая", days_ago=1)
    widely = practice("Трое далёких")
    taken(widely, far, further, furthest)
    likely = practice("Один похожий")
    taken(likely, near)
    left = practice("Похожий бросил, остались двое")
    taken(left, near, in_use=False)
    taken(left, far, further)
    asked = practice("Двое взяли, ещё не ответили")
    taken(asked, near, far, in_use=None)
    practice("Больше не предлагаем", state="retired")
    practice("Чужой черновик", OTHER, state="draft")
    who = make_staff(("coordinator", HOME))
    with acting(who, read_only=True):
        found = practice_reading.listed(who, [near.pk])
        without = practice_reading.listed(who, [])
    assert [(one.row.title, one.like_mine, one.in_use, one.took) for one in found] == [
        (likely.title, 1, 1, 1), (widely.title, 0, 3, 3), (left.title, 0, 2, 3), (asked.title, 0, 0, 2),
        (newest.title, 0, 0, 0), (plain.title, 0, 0, 0),
    ]
    assert [one.row.title for one in without][:3] == [widely.title, left.title, likely.title]
    assert {one.like_mine for one in without} == {0}


def test_the_list_is_narrowed_by_theme_and_by_every_word() -> None:
    practice("Фонари: объезд раз в неделю", group="light", problem="Темно")
    practice("Слабые места сети", problem="Прорывы на улице каждую неделю")
    who = make_staff(("coordinator", HOME))
    with acting(who, read_only=True):
        for group, words, wanted in (
            ("light", "", 1), ("", "НЕДЕЛЮ", 2), ("", "неделю прорывы", 1), ("light", "прорывы", 0), ("", "", 2),
        ):
            assert len(practice_reading.listed(who, [], group=group, words=words)) == wanted, (group, words)


def test_before_and_after_are_the_ninety_days_of_each_centre_on_both_sides_of_its_own_day() -> None:
    here, there, late = centres(3)
    row = practice("Слабые места водопровода", days_ago=400)
    [mine], [theirs] = taken(row, here, days_ago=100), taken(row, there, days_ago=200)
    [fresh] = taken(row, late, days_ago=5)
    write(
        facts(here.pk, "water", NOW - 101 * DAY, 20, 8), facts(here.pk, "water", NOW - 190 * DAY, 10, 2),
        facts(here.pk, "water", NOW - 191 * DAY, 50, 50),  # a day too early
        facts(here.pk, "water", NOW - 100 * DAY, 15, 12), facts(here.pk, "water", NOW - 11 * DAY, 5, 5),
        facts(here.pk, "water", NOW - 10 * DAY, 50, 0),  # a day too late
        facts(here.pk, "waste", NOW - 50 * DAY, 50, 0),  # another theme
        facts(there.pk, "water", NOW - 210 * DAY, 12, 6), facts(there.pk, "water", NOW - 150 * DAY, 9, 9),
        facts(late.pk, "water", NOW - 20 * DAY, 40, 10), facts(late.pk, "water", NOW, 10, 9),
    )
    with acting(SYSTEM, read_only=True):
        sides = before_and_after(editions(), [mine, theirs, fresh], NOW)
        assert before_and_after(editions(), [], NOW) == {}
    told = {pk: ((one.before.in_time, one.before.judged), (one.after.in_time, one.after.judged), one.told)
            for pk, one in sides.items()}  # fmt: skip
    assert told == {
        mine.pk: ((10, 30), (17, 20), True), theirs.pk: ((6, 12), (9, 9), False), fresh.pk: ((10, 40), (9, 10), True),
    }
    assert sides[mine.pk].after.in_time_share == 0.85


def test_an_inner_district_counts_into_its_city() -> None:
    inner = Territory.objects.filter(kind=Kind.DISTRICT).exclude(municipality=None).order_by("pk")[0]
    row = practice("Слабые места водопровода", days_ago=400)
    [one] = taken(row, inner.municipality_id or 0, days_ago=100)
    write(facts(inner.pk, "water", NOW - 120 * DAY, 20, 5), facts(inner.pk, "water", NOW - 60 * DAY, 20, 15))
    with acting(SYSTEM, read_only=True):
        sides = before_and_after(editions(), [one], NOW)[one.pk]
    assert (sides.before.in_time_share, sides.after.in_time_share) == (0.25, 0.75)
