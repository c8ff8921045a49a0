"""What winning means, where «не знаю» begins, and which texts are one: on plain values."""

import random

import pytest

from otklik.triage.evaluating.sameness import groups_of, is_frozen
from otklik.triage.evaluating.trial import Said, compare, curve, figures, luck_of, threshold, thresholds
from otklik.triage.model.pieces import pieces_of
from otklik.triage.words import tokens_of


def said(first: str, right: str, group: int, p: float = 0.9, place: int = 1, second: str = "z") -> Said:
    return Said(((first, p), (second, 0.05)), right, group, place)


def row(right: int, wrong: int) -> list[Said]:
    return [said("a", "a" if n < right else "b", n) for n in range(right + wrong)]


def test_a_tie_does_not_win():
    assert not compare(row(10, 10), row(10, 10)).wins


@pytest.mark.parametrize(("better", "wins"), [(4, False), (5, True), (20, True)])
def test_a_lead_that_chance_often_gives_is_none(better, wins):
    new = [said("a", "a", n) for n in range(40)]
    old = [said("b" if n < better else "a", "a", n) for n in range(40)]
    outcome = compare(new, old)
    assert (outcome.better, outcome.worse, outcome.wins) == (better, 0, wins)


def test_being_more_often_right_at_first_does_not_pay_for_falling_out_of_three():
    new = [said("a", "a" if n < 12 else "q", n) for n in range(40)]
    old = [Said((("b", 0.5), ("q" if n >= 12 else "c", 0.3)), "a" if n < 12 else "q", n) for n in range(40)]
    outcome = compare(new, old)
    assert outcome.better == 12 and outcome.within_worse == 28 and not outcome.wins


def test_copies_of_one_text_count_once():
    new = [said("a", "a", 7) for _ in range(500)]
    old = [said("b", "a", 7) for _ in range(500)]
    assert compare(new, old).better == 1 and not compare(new, old).wins


def test_luck_is_the_chance_of_a_coin():
    assert luck_of(5, 0) == pytest.approx(1 / 32) and luck_of(0, 0) == 1 and luck_of(3, 3) > 0.5


def test_the_threshold_is_the_lowest_that_keeps_the_precision_asked_for():
    sure = [said("a", "a", n, p=0.9) for n in range(60)]
    doubtful = [said("a", "a" if n % 2 else "b", 100 + n, p=0.4) for n in range(60)]
    assert threshold([*sure, *doubtful], 0.9) == 0.9
    assert threshold([*sure, *doubtful], 0.75) == 0.4
    assert threshold(doubtful, 0.9) is None


def test_few_texts_above_are_no_threshold():
    assert threshold([said("a", "a", n) for n in range(19)], 0.9) is None
    assert threshold([said("a", "a", 3) for n in range(500)], 0.9) is None
    assert threshold([said("a", "a", n) for n in range(20)], 0.9) == 0.9


def test_a_municipality_with_sixty_texts_has_thresholds_of_its_own_and_others_the_regions():
    told = [said("a", "a", n, p=0.7, place=1) for n in range(60)]
    told += [said("a", "b", 100 + n, p=0.7, place=2) for n in range(59)]
    found = thresholds(told)
    assert set(found["of"]) == {"1"} and found["of"]["1"]["0.9"] == 0.7 and found["region"]["0.9"] is None


def test_the_curve_rises_in_precision_and_falls_in_coverage():
    draw = random.Random(4)
    told = []
    for number in range(600):
        p = draw.random()
        told.append(said("a", "a" if draw.random() < p else "b", number, p=p))
    points = curve(told)
    assert [one["coverage"] for one in points] == sorted((one["coverage"] for one in points), reverse=True)
    assert points[-1]["precision"] > points[0]["precision"] and points[0]["coverage"] == 1
    assert all(one["low"] <= one["precision"] <= one["high"] for one in points)
    assert figures([]) == {"n": 0, "groups": 0}


def test_near_identical_texts_are_one_group_whatever_their_order():
    draw = random.Random(3)
    words = [f"слово{chr(1072 + n % 32)}{chr(1072 + n // 32)}" for n in range(400)]
    letters = [" ".join(draw.sample(words, 30)) for _ in range(60)]
    copies = [f"{text} прошу ответить" for text in letters[:20]]
    texts = [pieces_of(tokens_of(text)) for text in [*letters, *copies]]
    groups = groups_of(texts, range(100, 100 + len(texts)))
    assert groups[60:] == groups[:20] == list(range(100, 120)) and len(set(groups)) == 60
    turned = groups_of(texts[::-1], list(range(100, 100 + len(texts)))[::-1])
    assert turned[::-1] == groups


def test_a_fifth_is_frozen_and_stays_so():
    frozen = [group for group in range(5_000) if is_frozen(group)]
    assert 900 < len(frozen) < 1_100 and frozen == [group for group in range(5_000) if is_frozen(group)]
