"""The made world of effects has the shape that it claims, its judge is just, and it is the same each time."""

import numpy as np
import pytest

from bench.made_effects import (
    BEGINS,
    IN_TIME_MEAN,
    LEVEL_SD,
    LOG_HOURS_MEAN,
    LOG_HOURS_WITHIN,
    OWN_MEMORY,
    OWN_SD,
    SCENARIOS,
    SHARES,
    WEEKS,
    Interval,
    _memory,
    before_and_after,
    coverage,
    made,
    worlds,
)

PLAIN = list(worlds("plain", 60))


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    again = made(5)
    assert np.array_equal(again.in_time, PLAIN[5].in_time)
    assert np.array_equal(again.log_hours, PLAIN[5].log_hours)
    assert again.effect == PLAIN[5].effect
    assert not np.array_equal(again.cases, PLAIN[6].cases)


def test_municipalities_of_true_sizes_weeks_and_levels() -> None:
    world = PLAIN[0]
    assert world.cases.shape == world.in_time.shape == (38, WEEKS)
    assert np.all(world.in_time <= world.cases)
    weekly = np.mean([one.cases.mean(axis=1) for one in PLAIN], axis=0)
    assert weekly.min() < 4 < 100 < weekly.max()
    untouched = [one.in_time[one.began < 0].sum(axis=1) / one.cases[one.began < 0].sum(axis=1) for one in PLAIN]
    assert abs(np.mean(np.concatenate(untouched)) - IN_TIME_MEAN) < 0.02
    assert abs(np.std(np.concatenate(untouched)) - LEVEL_SD) < 0.03
    log_hours = np.sum([one.log_hours.sum() for one in PLAIN]) / np.sum([one.cases.sum() for one in PLAIN])
    assert abs(log_hours - LOG_HOURS_MEAN) < 0.2


def test_sums_of_squares_tell_the_spread_within_a_week() -> None:
    world = PLAIN[0]
    big = world.cases > 50
    n = world.cases[big]
    spread = world.log_hours_squared[big] / n - (world.log_hours[big] / n) ** 2
    assert abs(np.sqrt(spread.mean()) - LOG_HOURS_WITHIN) < 0.1
    assert np.all(world.log_hours[world.cases == 0] == 0)


def test_what_a_place_has_of_its_own_lasts() -> None:
    series = _memory(np.random.default_rng(1), 4000, OWN_SD, OWN_MEMORY)
    assert abs(series.std() - OWN_SD) < 0.003
    assert abs(np.corrcoef(series[:, 40], series[:, 41])[0, 1] - OWN_MEMORY) < 0.02
    halves = series[:, :26].mean(axis=1)
    of_variance = halves.var() / (IN_TIME_MEAN * (1 - IN_TIME_MEAN))
    assert 0.004 < of_variance < 0.016


@pytest.mark.parametrize("scenario", [one.name for one in SCENARIOS])
def test_each_kind_of_world_is_what_it_is_called(scenario: str) -> None:
    kind = next(one for one in SCENARIOS if one.name == scenario)
    some = list(worlds(scenario, 25))
    for world in some:
        began = world.began[world.treated]
        assert kind.treated[0] <= len(began) <= kind.treated[1]
        assert np.all((began >= BEGINS[0]) & (began < BEGINS[1]))
        assert kind.staggered or len(set(began.tolist())) == 1
        if kind.pick == "small":
            assert np.all(world.population[world.treated] < np.sort(world.population)[26])
    assert len({world.effect.share for world in some}) >= 3


def test_nothing_is_planted_as_often_as_said_and_the_rest_is_there() -> None:
    shares = [world.effect.share for world in worlds("one", 300)]
    assert abs(np.mean(np.array(shares) == 0) - SHARES.count(0.0) / len(SHARES)) < 0.08
    assert set(shares) == set(SHARES)


def test_the_planted_effect_is_the_difference_in_differences_in_the_long_run() -> None:
    """Not a method: with all chance averaged over many worlds, the differences must meet what was planted."""
    gaps = []
    for world in worlds("plain", 400, first=1000):
        week = int(world.began[world.treated[0]])
        rates = [
            world.in_time[:, part].sum(axis=1) / np.maximum(world.cases[:, part].sum(axis=1), 1)
            for part in (slice(0, week), slice(week, WEEKS))
        ]
        change = rates[1] - rates[0]
        gaps.append(change[world.began >= 0].mean() - change[world.began < 0].mean() - world.effect.share)
    assert abs(np.mean(gaps)) < 0.005


def test_the_judge() -> None:
    said = [
        (0.0, Interval(0.0, -0.1, 0.1)),
        (0.0, Interval(0.2, 0.1, 0.3)),
        (0.1, Interval(0.1, 0.05, 0.15)),
        (-0.2, Interval(-0.1, -0.3, 0.1)),
        (0.1, None),
    ]
    judged = coverage(said)
    assert (judged.worlds, judged.answered) == (5, 4)
    assert (judged.covered, judged.found, judged.wrongly_found) == (0.75, 0.5, 0.5)


def test_the_plain_rule_is_far_too_sure() -> None:
    judged = coverage((world.effect.share, before_and_after(world)) for world in PLAIN)
    assert judged.answered == len(PLAIN)
    assert judged.covered < 0.8
