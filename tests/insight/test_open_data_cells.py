"""No number that is told, and no difference of such numbers, points at a person: tried as an attacker would."""

import random
from collections.abc import Mapping

import numpy as np
import pytest
from scipy.optimize import linprog

from otklik.insight.open_data_cells import OTHERS, STEP, K, Told, rounded, told_of


def some_month(seed: int) -> dict[tuple[str, str], int]:
    """A month of a few municipalities, most of its numbers near the threshold: the worst for who must hide them."""
    chance = random.Random(seed)
    places = [f"p{at}" for at in range(chance.randint(1, 5))]
    groups = ["", *(f"g{at}" for at in range(chance.randint(1, 5)))]
    sizes = chance.choice([(0, 1, 2, 9, 10, 11, 12, 30), (0, 0, 0, 1, 3, 40), (8, 9, 10, 11), (0, 5, 200)])
    counts = {(place, group): chance.choice(sizes) for place in places for group in groups}
    return {key: n for key, n in counts.items() if n}


def hidden_cells(told: Told) -> list[tuple[str, str]]:
    """The cells of the table that are not told: empty ones and small ones look alike."""
    return [(place, group) for place in told.places for group in told.groups if (place, group) not in told.cells]


def worked_out(told: Told, what: list[tuple[str, str]]) -> tuple[float, float]:
    """The least and the most that a sum of hidden cells can be, by exact totals: a linear program, no rounding.

    The attacker knows more than is published (exact numbers), and that nothing is less than nobody.
    """
    cells = hidden_cells(told)
    rows, rests = [], []
    for axis, totals in enumerate((told.places, told.groups)):
        for code, total in totals.items():
            rows.append([1.0 if cell[axis] == code else 0.0 for cell in cells])
            rests.append(total - sum(n for cell, n in told.cells.items() if cell[axis] == code))
    goal = np.array([1.0 if cell in what else 0.0 for cell in cells])
    ends = [linprog(sign * goal, A_eq=rows, b_eq=rests, bounds=(0, None)) for sign in (1, -1)]
    assert all(end.status == 0 for end in ends)
    return round(ends[0].fun, 6), round(-ends[1].fun, 6)


@pytest.mark.parametrize("seed", range(120))
def test_no_hidden_cell_can_be_worked_out_to_hold_fewer_than_k(seed: int) -> None:
    told = told_of(some_month(seed))
    if told.whole is None:
        return
    for cell in hidden_cells(told):
        low, high = worked_out(told, [cell])
        assert not (low > 0 and high < K), (cell, low, high)


@pytest.mark.parametrize("seed", range(120))
def test_what_is_left_of_a_line_is_nobody_or_k_and_more(seed: int) -> None:
    """The oldest trick: a total less all that is told beside it."""
    counts = some_month(seed)
    told = told_of(counts)
    for axis, totals in enumerate((told.places, told.groups)):
        assert sum(totals.values()) == (told.whole or 0)
        for code, total in totals.items():
            rest = total - sum(n for cell, n in told.cells.items() if cell[axis] == code)
            assert total >= K
            assert rest == 0 or rest >= K, (code, total, rest)
    assert all(n >= K and counts[cell] == n for cell, n in told.cells.items())


@pytest.mark.parametrize("seed", range(40))
def test_the_smallest_are_in_no_line_of_their_own(seed: int) -> None:
    counts = some_month(seed)
    told = told_of(counts)
    for axis, totals in enumerate((told.places, told.groups)):
        sums: dict[str, int] = {}
        for key, n in counts.items():
            sums[key[axis]] = sums.get(key[axis], 0) + n
        assert all(sums[code] == n for code, n in totals.items() if code != OTHERS)
        assert "" not in totals


def test_a_region_with_fewer_than_k_tells_nothing() -> None:
    assert told_of({("p", "g"): K - 1}) == Told(None)


def test_where_all_are_many_all_is_told() -> None:
    counts = {("a", "x"): 40, ("a", "y"): 20, ("b", "x"): 15, ("b", "y"): 33}
    assert told_of(counts) == Told(108, {"a": 60, "b": 48}, {"x": 55, "y": 53}, counts)


def test_one_small_cell_takes_others_with_it() -> None:
    counts = {("a", "x"): 40, ("a", "y"): 3, ("b", "x"): 15, ("b", "y"): 33}
    told = told_of(counts)
    assert ("a", "y") not in told.cells
    assert told.cells == {}  # of two by two any one number gives the other three


def test_zero_and_a_few_look_alike() -> None:
    nobody = {("a", "x"): 40, ("b", "x"): 35, ("c", "x"): 50, ("b", "y"): 60, ("c", "y"): 33}
    told = told_of(nobody)
    assert ("a", "y") not in told.cells


def test_rounding_hides_one_person_more_or_less() -> None:
    assert [rounded(n) for n in (10, 12, 13, 17, 18, 22)] == [10, 10, 15, 15, 20, 20]
    same: Mapping[int, int] = {n: rounded(n) for n in range(K, 400)}
    assert all(abs(n - told) <= STEP // 2 for n, told in same.items())
    assert min(same.values()) >= K
