"""Shares made comparable: adjusted for themes, shrunk to the common, with an honest interval."""

import numpy as np
import pytest

from otklik.insight.rating_rates import Counts, fitted, rates

EASY, HARD = 1, 2


def made(chance: np.random.Generator, effects: list[float], sizes: list[int]) -> Counts:
    """Places of these true effects, with mixes of an easy and a hard theme of their own."""
    counts: dict[int, dict[int, tuple[float, float]]] = {}
    for place, (effect, size) in enumerate(zip(effects, sizes, strict=True)):
        easy = chance.binomial(size, chance.uniform(0.2, 0.8))
        cells = {}
        for theme, n, logit in ((EASY, easy, 2.0), (HARD, size - easy, 0.0)):
            cells[theme] = (float(chance.binomial(n, 1 / (1 + np.exp(-logit - effect)))), float(n))
        counts[place] = cells
    return counts


def test_a_place_with_hard_themes_is_not_worse_for_them():
    """The same work everywhere; one has nearly only hard themes, another nearly only easy ones."""
    same = {place: {EASY: (90.0, 100.0), HARD: (50.0, 100.0)} for place in range(10)}
    same |= {10: {EASY: (18.0, 20.0), HARD: (90.0, 180.0)}, 11: {EASY: (162.0, 180.0), HARD: (10.0, 20.0)}}
    found = rates(same, fitted(same))
    assert found[10].raw == pytest.approx(0.54)
    assert found[11].raw == pytest.approx(0.86)
    assert found[10].rate == pytest.approx(found[11].rate, abs=0.005)
    assert found[10].expected == pytest.approx(0.54, abs=0.01)


def test_few_cases_say_little_and_many_say_all():
    counts: Counts = {place: {EASY: (80.0 + place, 100.0)} for place in range(-15, 16)}
    counts |= {100: {EASY: (5.0, 5.0)}, 101: {EASY: (4900.0, 5000.0)}}
    found = rates(counts, fitted(counts))
    assert found[100].raw == 1.0
    assert 0.78 < found[100].rate < 0.88, "five of five are no proof of anything"
    assert found[101].rate == pytest.approx(0.98, abs=0.005)
    assert found[100].high - found[100].low > 10 * (found[101].high - found[101].low)


def test_a_place_without_cases_has_the_common_rate_and_no_claim():
    counts: Counts = {place: {EASY: (70.0 + 3 * place, 100.0)} for place in range(8)} | {9: {}}
    found = rates(counts, fitted(counts))
    assert (found[9].n, found[9].raw, found[9].expected) == (0, None, None)
    assert found[9].low < 0.75 < found[9].high
    assert rates({}, fitted({})) == {}
    assert rates({1: {}}, fitted({1: {}}))[1].raw is None


def test_the_same_counts_give_the_same_rates_in_any_order():
    counts = made(np.random.default_rng(3), [0.3, -0.4, 0.0, 0.8], [30, 60, 500, 12])
    turned = {place: dict(reversed(list(counts[place].items()))) for place in reversed(list(counts))}
    assert rates(counts, fitted(counts)) == rates(turned, fitted(turned))


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """Of 95 %: over made regions, 93 to 97 in a hundred; and shrinking comes nearer than the plain share."""
    held, places, nearer = 0, 0, []
    for seed in range(25):
        chance = np.random.default_rng(seed)
        effects = list(chance.normal(0, 0.5, 38))
        counts = made(chance, effects, [40] * 20 + [150] * 12 + [1500] * 6)
        common = fitted(counts)
        found = rates(counts, common)
        mix = common.mix
        for place, effect in enumerate(effects):
            truth = sum(mix[t] / (1 + np.exp(-logit - effect)) for t, logit in ((EASY, 2.0), (HARD, 0.0)))
            held += found[place].low <= truth <= found[place].high
            places += 1
            nearer.append(abs((found[place].raw or 0) - truth) - abs(found[place].rate - truth))
    assert 0.93 <= held / places <= 0.97
    assert np.mean(nearer) > 0.01
