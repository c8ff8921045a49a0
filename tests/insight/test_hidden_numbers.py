"""What is hidden in public figures cannot be worked out from what is shown beside it, across and down."""

import random

import pytest

from otklik.insight.public_figures import SMALL, _hidden, _Row

REGION = 1


def table(*places: dict[int, int], without_theme: int = 0) -> list[_Row]:
    """Rows of municipalities 2, 3, … with their groups, and of the region over them."""
    rows, sums = [], dict[int | None, int]()
    for place, groups in enumerate(places, REGION + 1):
        cells: dict[int | None, int] = {**groups, None: sum(groups.values()) + without_theme}
        for group, n in cells.items():
            rows.append(_Row(place, group, n, 0, 0, 0, None))
            sums[group] = sums.get(group, 0) + n
    return rows + [_Row(REGION, group, n, 0, 0, 0, None) for group, n in sums.items()]


def test_one_small_place_is_not_the_rest_of_the_region():
    rows = table({7: 3}, {7: 50}, {7: 60})
    hidden = _hidden(rows, REGION)
    assert (2, 7) in hidden and (2, None) in hidden
    for group in (7, None):
        shown = [row for row in rows if row.group == group and (row.place, row.group) not in hidden]
        places = [row for row in shown if row.place != REGION]
        assert len(places) < 2 or len(shown) == len(places), "the region minus the others is the small one"


def test_enough_numbers_stay_where_nothing_is_small():
    assert _hidden(table({7: 10, 8: 20}, {7: 30, 8: 40}), REGION) == set()


def test_a_place_alone_hides_the_region_with_it():
    hidden = _hidden(table({7: 3, 8: 2}), REGION)
    assert {(REGION, 7), (REGION, 8)} <= hidden


@pytest.mark.parametrize("seed", range(60))
def test_no_line_of_the_table_has_exactly_one_hidden_number(seed: int):
    chance = random.Random(seed)
    places = [
        {group: chance.choice([1, 2, 3, 4, 6, 9, 20]) for group in chance.sample(range(7, 13), chance.randint(1, 6))}
        for _n in range(chance.randint(1, 6))
    ]
    rows = table(*places)
    hidden = _hidden(rows, REGION)
    assert all((row.place, row.group) in hidden for row in rows if row.received < SMALL)
    by_group: dict[int | None, list[_Row]] = {}
    by_place: dict[int, list[_Row]] = {}
    for row in rows:
        by_group.setdefault(row.group, []).append(row)
        by_place.setdefault(row.place, []).append(row)
    for line in (*by_group.values(), *by_place.values()):
        gone = [row for row in line if (row.place, row.group) in hidden]
        assert len(gone) != 1, line
