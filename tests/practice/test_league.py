"""Which centres are like one, by size, kind and mix of cases; and where a centre is behind them beyond chance."""

from datetime import UTC, datetime, timedelta

import pytest

from otklik.acting import acting
from otklik.insight.measures import Measures
from otklik.practice.league import LIKE, Pairs, behind, highest, is_town, like, unlike
from otklik.territory.models import Kind, Territory
from tests.making import SYSTEM, place
from tests.practice.figure_steps import facts, write

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def share(hits: int, cases: int) -> Measures:
    return Measures(received=cases, in_time=hits, late=cases - hits)


def like_at(hits: int, cases: int, *, centres: int = 5) -> dict[int, Measures]:
    return {100 + n: share(hits, cases) for n in range(centres)}


def test_much_worse_than_its_like_is_said_with_who_does_better() -> None:
    others = like_at(90, 100) | {200: share(96, 100), 201: share(99, 100), 202: share(19, 19), 203: share(91, 100)}
    found = behind(7, share(60, 100), others)
    assert found is not None
    assert (found.group_id, found.own, found.like, found.judged) == (7, 0.6, 0.9, 100)
    assert found.better == (201, 200, 203)  # nineteen cases say nothing, however good they are


def mixed(cases: dict[int, dict[int, int]]) -> Pairs:
    """Place → group → cases, as measures."""
    return {(group, where): share(n, n) for where, of in cases.items() for group, n in of.items()}


@pytest.mark.parametrize(
    ("own", "others", "why"),
    [
        (share(15, 20), like_at(90, 100), "fifteen points, but of twenty cases"),
        (share(870, 1000), like_at(900, 1000), "beyond chance, but of three points only"),
        (share(0, 19), like_at(90, 100), "too few cases of its own"),
        (share(0, 100), like_at(90, 100, centres=2), "two centres have no middle"),
        (share(0, 100), like_at(19, 19), "nobody has enough cases"),
        (share(95, 100), like_at(90, 100), "better than they are"),
        (Measures(), like_at(90, 100), "nothing"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_chance_would_do_is_no_weakness(own: Measures, others: dict[int, Measures], why: str) -> None:
    assert behind(7, own, others) is None, why


def test_the_more_cases_the_smaller_a_weakness_that_is_beyond_chance() -> None:
    """By Wilson's own formula: 8 of 10 may be 0.968 at three errors, 800 of 1000 no more than 0.836."""
    assert highest(8, 10) == pytest.approx(0.9677, abs=0.001)
    assert highest(800, 1000) == pytest.approx(0.8352, abs=0.001)
    assert highest(10, 10) == pytest.approx(1.0) and 0 < highest(0, 20) < 0.35
    assert behind(7, share(40, 50), like_at(90, 100)) is None
    assert behind(7, share(800, 1000), like_at(90, 100)) is not None


def test_mixes_are_as_unlike_as_the_part_that_would_have_to_change() -> None:
    assert unlike({1: 30, 2: 70}, {1: 3, 2: 7}) == pytest.approx(0)
    assert unlike({1: 50, 2: 50}, {1: 75, 3: 25}) == pytest.approx(0.5)
    assert unlike({1: 5}, {2: 9}) == pytest.approx(1)


@pytest.mark.django_db
def test_like_are_of_its_size_and_kind_and_of_those_the_nearest_by_mix() -> None:
    day = NOW.date()
    with acting(SYSTEM, read_only=True):
        towns = [one for one in Territory.objects.filter(kind=Kind.MUNICIPALITY) if is_town(one)]
        assert {one.code for one in towns} >= {"gorod-kamyshin", "gorod-volzhskiy"} and len(towns) < 10
        home = place("elanskiy-rayon")
        assert not is_town(home)
        before = like(home, day)
        assert len(before) == LIKE and home.pk not in before
        assert not any(is_town(one) for one in Territory.objects.filter(pk__in=before))
        farthest, near = before[-1], before[0]
        known = {farthest: {1: 40, 2: 10}, near: {1: 60}} | {one: {3: 90} for one in before[1:-1]}
        assert like(home, day, mixed(known | {home.pk: {1: 80, 2: 20}}))[:2] == [farthest, near]
        # Of twenty-nine cases nobody knows the mix.
        assert like(home, day, mixed(known | {home.pk: {1: 20, 2: 9}})) == before


@pytest.mark.django_db
def test_the_mix_is_that_of_the_last_ninety_days() -> None:
    home, day = place("elanskiy-rayon"), NOW.date()
    with acting(SYSTEM, read_only=True):
        before = like(home, day)
    old, new = NOW - timedelta(days=120), NOW - timedelta(days=20)
    write(
        facts(home.pk, "water", new, 40, 40), facts(before[-1], "water", new, 40, 40),
        facts(before[0], "waste", new, 40, 40), facts(before[0], "water", old, 900, 900),
    )
    with acting(SYSTEM, read_only=True):
        now = like(home, day)
    assert now[0] == before[-1] and set(now) == set(before)
    assert now.index(before[0]) > 0
