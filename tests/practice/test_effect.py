"""The effect of a practice: what is planted is found, with honest intervals; few and early are not judged."""

import numpy as np
import pytest

from bench import effects
from otklik.practice.effect import effect_on_share

WEEKS, CENTRES = 60, 20


def flat(*, each: int = 10, share: float = 0.5, lift: float = 0.0, took: int = 4, week: int = 30):
    """Every centre alike, with one more or fewer by turns; those who took it are lifted from their week on."""
    cases = np.full((CENTRES, WEEKS), each)
    began = np.full(CENTRES, -1)
    began[:took] = week
    at_work = (began[:, None] >= 0) & (np.arange(WEEKS)[None] >= began[:, None])
    turns = (np.arange(CENTRES)[:, None] + np.arange(WEEKS)[None]) % 2
    return cases, np.round(each * (share + lift * at_work)).astype(int) + turns, began


def test_an_effect_is_what_those_who_took_it_changed_more_than_the_others():
    found = effect_on_share(*flat(lift=0.2))
    assert found is not None
    assert found.estimate == pytest.approx(0.2, abs=0.02) and found.low < 0.2 < found.high
    assert found.said() == "helped" and found.said(more_is_better=False) == "harmed"
    assert found.cases == (1200, 1200) and found.untouched == CENTRES - 4


def test_where_all_change_alike_nothing_is_seen():
    cases, hits, began = flat()
    hits[:, 30:] += 2
    found = effect_on_share(cases, hits, began)
    assert found is not None and found.said() == "not_seen"
    assert found.after - found.before == pytest.approx(0.2, abs=0.01)  # a plain before and after would have praised it


@pytest.mark.parametrize(
    "given",
    [{"each": 0}, {"took": 0}, {"took": CENTRES - 3}, {"week": 4}, {"week": WEEKS - 4}, {"each": 1, "took": 2}],
    ids=["no cases", "nobody", "too few untouched", "just begun at the start", "too early", "under a hundred cases"],
)
def test_too_few_or_too_early_is_not_judged(given):
    assert effect_on_share(*flat(**given)) is None


def test_a_centre_without_cases_on_a_side_weighs_nothing():
    cases, hits, began = flat(lift=0.2)
    cases[0, :30] = hits[0, :30] = 0
    cases[7, 30:] = hits[7, 30:] = 0
    found = effect_on_share(cases, hits, began)
    assert found is not None and found.said() == "helped" and found.untouched == CENTRES - 5


@pytest.mark.parametrize("scenario", ["plain", "staggered"])
def test_intervals_hold_what_was_planted_as_often_as_they_say(scenario):
    for found in list(effects.coverages(scenario, 400).values())[:2]:
        assert found.covered > 0.895, found  # of 400 worlds, four errors under 0.94; the bench runs a thousand a kind
        assert found.answered == 400
