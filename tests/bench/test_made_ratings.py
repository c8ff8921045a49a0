"""The made world of the rating has the shape that it claims, and is the same each time."""

import numpy as np

from bench.made_ratings import (
    IN_TIME_MEAN,
    KIND_SHARES,
    KINDS,
    PARTS,
    PARTS_TOGETHER,
    RATED_SHARE,
    SATISFIED_MEAN,
    kendall_tau,
    made,
    municipalities,
    plain_order,
)

WORLDS = [made(seed) for seed in range(40)]


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    again = made(3)
    assert np.array_equal(again.cases.hours, WORLDS[3].cases.hours, equal_nan=True)
    assert np.array_equal(again.order, WORLDS[3].order)
    assert not np.array_equal(WORLDS[4].order, WORLDS[3].order)


def test_sizes_follow_the_population_from_tens_to_thousands() -> None:
    codes, population = municipalities()
    counts = np.mean([np.bincount(world.cases.town, minlength=len(codes)) for world in WORLDS], axis=0)
    assert len(codes) == 38
    assert 45 < counts[population.argmin()] < 80
    assert 3500 < counts[population.argmax()] < 6500
    assert np.corrcoef(counts, population)[0, 1] > 0.99


def test_shares_are_those_of_the_sources() -> None:
    own = [world.cases for world in WORLDS]
    ordinary = np.mean([np.mean(c.in_time[(c.kind == 0) & (c.others_hours == 0)]) for c in own])
    satisfied = np.mean([np.mean(c.satisfied[(c.satisfied >= 0) & (c.kind == 0)]) for c in own])
    rated = np.mean([np.mean(c.satisfied >= 0) for c in own])
    kinds = np.mean([np.bincount(c.kind, minlength=len(KINDS)) / len(c.kind) for c in own], axis=0)
    assert abs(ordinary - IN_TIME_MEAN) < 0.03
    assert abs(satisfied - SATISFIED_MEAN) < 0.05
    assert abs(rated - RATED_SHARE) < 0.02
    assert np.abs(kinds - KIND_SHARES).max() < 0.03


def test_what_is_open_or_late_is_not_in_time() -> None:
    for world in WORLDS[:5]:
        c = world.cases
        assert not np.any(c.in_time & ~c.answered)
        assert np.all(c.hours[c.in_time] <= c.limit_hours[c.in_time])
        assert np.all(np.isnan(c.hours) == ~c.answered)
        assert np.all(c.others_hours[c.answered] <= c.hours[c.answered])
        assert not np.any(c.verified & ~c.checked)


def test_parts_are_alike_as_agreed_and_the_truth_is_their_mean() -> None:
    parts = np.concatenate([world.parts for world in WORLDS])
    together = np.corrcoef(parts.T)[np.triu_indices(len(PARTS), 1)]
    assert np.abs(together - PARTS_TOGETHER).max() < 0.08
    world = WORLDS[0]
    assert np.allclose(world.truth, world.parts.mean(axis=1))
    assert np.all(np.diff(world.truth[world.order]) <= 0)


def test_truth_does_not_hang_on_size() -> None:
    _, population = municipalities()
    taus = [kendall_tau(population, world.truth) for world in WORLDS]
    assert abs(float(np.mean(taus))) < 0.06


def test_plain_averages_are_unfair_but_not_blind() -> None:
    taus = []
    for world in WORLDS:
        places = np.empty(len(world.codes))
        places[plain_order(world.cases, len(world.codes))] = -np.arange(len(world.codes))
        taus.append(kendall_tau(places, world.truth))
    assert 0.45 < float(np.mean(taus)) < 0.75


def test_kendall_tau_by_hand() -> None:
    assert kendall_tau([1, 2, 3, 4], [1, 2, 3, 4]) == 1.0
    assert kendall_tau([1, 2, 3, 4], [4, 3, 2, 1]) == -1.0
    assert abs(kendall_tau([1, 2, 3, 4], [1, 2, 4, 3]) - 2 / 3) < 1e-9
