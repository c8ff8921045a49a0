"""Places, leagues, ranges, and what would bring a place higher."""

from dataclasses import replace
from itertools import pairwise

import pytest

from otklik.failures import BadInput
from otklik.insight.measures import Measures
from otklik.insight.rating_formula import PARTS, formula_from, good_and_n, in_force, shipped
from otklik.insight.rating_gaming import Found, easy_strata, far_above, grown
from otklik.insight.rating_numbers import inputs_from
from otklik.insight.rating_rates import Common
from otklik.insight.rating_scores import TOGETHER, Place, Rated, better, rated

FORMULA = formula_from(shipped()[-1])
SMALL = 15_000


def region(good: dict[int, float], n: int = 120, population: int = SMALL) -> Rated:
    """Places that are alike in all but their share of answers in time."""
    places = [Place(key, population, n) for key in good]
    counts = {code: {key: {0: (round(n * 0.9), float(n))} for key in good} for code in PARTS}
    counts["in_time"] = {key: {0: (round(n * share), float(n))} for key, share in good.items()}
    return rated(FORMULA, places, counts)


def test_the_best_work_stands_first_and_every_place_is_in_the_league_of_its_size():
    found = region({1: 0.95, 2: 0.75, 3: 0.55}, n=600).results
    assert [found[key].first for key in (1, 2, 3)] == [1, 2, 3]
    assert {one.league for one in found.values()} == {"small"}
    sizes = {0: None, 1: 29_999, 2: 30_000, 3: 79_999, 4: 80_000, 5: 1_000_000}
    leagues = {key: FORMULA.league_of(people).code for key, people in sizes.items()}
    assert leagues == {0: "small", 1: "small", 2: "middle", 3: "middle", 4: "large", 5: "large"}


def test_places_that_chance_could_have_ordered_share_a_range():
    found = region({1: 0.80, 2: 0.79, 3: 0.78, 4: 0.40}, n=100).results
    assert [(found[key].first, found[key].last) for key in (1, 2, 3, 4)] == [(1, 3), (1, 3), (1, 3), (4, 4)]
    for one in found.values():
        for other in found.values():
            if one.last < other.first:
                assert better(one, other)


def test_too_few_messages_give_no_place_and_too_little_data_give_none_either():
    places = [Place(1, SMALL, FORMULA.least_cases - 1), Place(2, SMALL, FORMULA.least_cases), Place(3, SMALL, 200)]
    counts = {code: {3: {0: (180.0, 200.0)}, 2: {0: (28.0, 30.0)}} for code in PARTS}
    counts["in_time"][2] = {0: (9.0, 10.0)}
    counts["quick"][2], counts["rated"][2] = {}, {}
    found = rated(FORMULA, places, counts).results
    assert [found[key].state for key in (1, 2, 3)] == ["few", "unsure", "placed"]
    assert found[2].first is None
    assert found[2].moves == ()
    assert found[3].first == found[3].last == 1


def test_what_would_move_a_place_is_the_fewest_that_do():
    """One fewer would not: checked by counting again with so many more answers in time."""
    good = {key: 0.9 - 0.03 * key for key in range(10)}
    found = region(good, n=200)
    low = found.results[9]
    move = next(one for one in low.moves if one.code == "in_time")
    assert move.to < 10
    assert [a.more <= b.more for a, b in pairwise(low.moves)] == [True] * (len(low.moves) - 1)
    goal = sorted((one.points for one in found.results.values()), reverse=True)[move.to - 1]
    for more, reached in ((move.more, True), (move.more - 1, False)):
        from otklik.insight.rating_rates import rates

        cells = {0: {0: (round(200 * good[9]) + more, 200.0)}}
        new = rates(cells, found.common["in_time"])[0].rate
        part = next(part for part in FORMULA.parts if part.code == "in_time")
        old = next(one for one in low.parts if one.code == "in_time")
        points = low.points + part.weight * (part.points(new) - part.points(old.rate.rate)) / FORMULA.weight
        assert (points > goal + 1e-3) == reached or abs(points - goal) < 0.01
    assert found.results[0].moves == ()


def test_the_parts_of_a_case_are_counted_as_they_say():
    of = Measures(
        received=50, answered=40, in_time=30, late=10, reopened=4, repeated=5, rated=4, rating_sum=12, verified=3,
        checked=4,
    )
    found = {code: good_and_n(code, of) for code in PARTS if code != "quick"}
    assert found == {
        "in_time": (30, 40), "held": (36, 40), "not_repeated": (45, 50), "rated": (2, 4), "verified": (3, 4),
    }
    assert good_and_n("held", Measures(answered=1, reopened=3)) == (0, 3)


def test_a_version_is_in_force_from_its_month_and_never_before():
    second = replace(FORMULA, version=2, valid_from=FORMULA.valid_from.replace(month=6))
    assert in_force([FORMULA, second], second.valid_from).version == 2
    assert in_force([second, FORMULA], second.valid_from.replace(month=5)).version == 1
    with pytest.raises(BadInput):
        in_force([FORMULA], FORMULA.valid_from.replace(year=2025))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"valid_from": "2026-01-02"}, "valid_from"), ({"source": " "}, "source"), ({"version": 0}, "version"),
        ({"parts": []}, "parts"), ({"leagues": [{"code": "a", "name": "A", "from": 5}]}, "leagues"),
        ({"window_months": 13}, "window_months"), ({"dispute_days": 0}, "dispute_days"),
        ({"draft_day": 31}, "draft_day"), ({"least_cases": 0}, "least_cases"),
        ({"least_measured": 2}, "least_measured"), ({"title": None, "parts": 3}, ""),
        ({"parts": [{"code": "x", "weight": 1, "zero": 0, "full": 1, "least": 1}]}, "parts"),
        ({"parts": [{"code": "held", "weight": -1, "zero": 0, "full": 1, "least": 1}]}, "weight"),
        ({"parts": [{"code": "held", "weight": 1, "zero": 1, "full": 1, "least": 1}]}, "zero"),
        ({"parts": [{"code": "held", "weight": float("nan"), "zero": 0, "full": 1, "least": 1}]}, "weight"),
    ],
)
def test_a_formula_that_cannot_be_is_refused_with_its_field(change, field):
    with pytest.raises(BadInput) as refused:
        formula_from({**shipped()[-1], **change})
    assert refused.value.field == field


def test_what_looks_like_playing_is_told_only_beyond_chance():
    assert far_above(Found(30, 40), 0.4, 0.2)
    assert not far_above(Found(6, 10), 0.4, 0.25), "ten are few"
    assert not far_above(Found(0, 0), 0.4, 0.2)
    assert grown(Found(60, 100), Found(30, 100), 0.0, 0.1, 30)
    assert not grown(Found(60, 100), Found(30, 100), 0.25, 0.1, 30), "it grew everywhere: a season"
    assert not grown(Found(15, 20), Found(5, 20), 0.0, 0.1, 30)
    assert easy_strata(Common({1: 2.0, 2: 1.0, 3: 0.0}, {1: 0.2, 2: 0.1, 3: 0.7})) == {1, 2}


def test_errors_of_parts_go_together_and_a_month_from_before_that_stays_as_it_was():
    kept = {"places": [[1, 50_000, 60]], "counts": {}}
    assert inputs_from(kept).together == 0.0
    assert inputs_from(inputs_from(kept | {"together": TOGETHER}).as_json()).together == TOGETHER
    places = [Place(key, 50_000, 60) for key in (1, 2, 3)]
    counts = {part.code: {key: {1: (20.0 + 10 * key, 60.0)} for key in (1, 2, 3)} for part in FORMULA.parts}
    before, now = rated(FORMULA, places, counts, together=0.0).results, rated(FORMULA, places, counts).results
    for key in (1, 2, 3):
        assert now[key].points == before[key].points
        assert now[key].error > before[key].error
