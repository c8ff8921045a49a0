"""Which numbers of a month may be told, so that none of them, nor a difference of them, points at a person. Pure.

The table is municipality × group of themes, with totals in both directions. A line (a municipality, a group) with
fewer than K messages is not told by itself: it goes into the line «others», which holds K or more, or nobody. A cell
is told from K on; what is left of its line after all told cells is K or more again, or nobody. A last look is that of
somebody who works out bounds from totals (`_bounds`): where it finds a hidden cell that must hold somebody and fewer
than K, another cell is hidden. What is hidden looks like what is empty: neither is told.

All of this holds for exact numbers. What is told is rounded to STEP on top of it, which blurs the differences to other
tables and other days, too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

K = 10  # fewer persons than this are never told of by themselves
STEP = 5  # what is told is a multiple of it
OTHERS = "others"  # the line of what is not told by itself; also messages without a theme

Counts = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Told:
    """What may be told: exact numbers of K and more, not rounded yet. Codes of places and groups, OTHERS among them."""

    whole: int | None
    places: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[tuple[str, str], int] = field(default_factory=dict)


def told_of(counts: Counts, k: int = K) -> Told:
    """What may be told of a month; `counts` by (place, group), group "" for messages without a theme."""
    whole = sum(counts.values())
    if whole < k:
        return Told(None)
    place_of = _lines(_sums(counts, 0), k)
    group_of = _lines(_sums(counts, 1), k, apart={""})
    table: dict[tuple[str, str], int] = {}
    for (place, group), n in counts.items():
        key = place_of[place], group_of[group]
        table[key] = table.get(key, 0) + n
    places, groups = _sums(table, 0), _sums(table, 1)
    shown = {key for key, n in table.items() if n >= k and OTHERS not in key}
    _settle(table, places, groups, shown, k)
    return Told(whole, places, groups, {key: table[key] for key in shown})


def rounded(n: int, step: int = STEP) -> int:
    """A number as it is told: the nearest multiple of the step."""
    return step * ((2 * n + step) // (2 * step))


def _sums(counts: Counts, axis: int) -> dict[str, int]:
    sums: dict[str, int] = {}
    for key, n in counts.items():
        sums[key[axis]] = sums.get(key[axis], 0) + n
    return {code: n for code, n in sums.items() if n}


def _lines(sums: Mapping[str, int], k: int, apart: Iterable[str] = ()) -> dict[str, str]:
    """Which line each code is told in: its own, or OTHERS. Others hold K and more, or nobody."""
    pooled = {code for code, n in sums.items() if n < k} | (set(apart) & set(sums))
    while pooled and sum(sums[code] for code in pooled) < k and len(pooled) < len(sums):
        pooled.add(min((code for code in sums if code not in pooled), key=lambda code: (sums[code], code)))
    return {code: OTHERS if code in pooled else code for code in sums}


def _settle(
    table: Counts, places: Mapping[str, int], groups: Mapping[str, int], shown: set[tuple[str, str]], k: int
) -> None:
    """Take cells out of `shown` until nothing small can be worked out."""
    while shown:
        gone = _small_rest(table, places, groups, shown, k) or _cornered(table, places, groups, shown, k)
        if gone is None:
            return
        shown.discard(gone)


def _rests(
    table: Counts, places: Mapping[str, int], groups: Mapping[str, int], shown: Iterable[tuple[str, str]]
) -> tuple[dict[str, int], dict[str, int]]:
    """What is left of each line when the told cells are taken away: by place, by group."""
    of_places, of_groups = dict(places), dict(groups)
    for place, group in shown:
        of_places[place] -= table[place, group]
        of_groups[group] -= table[place, group]
    return of_places, of_groups


def _small_rest(
    table: Counts, places: Mapping[str, int], groups: Mapping[str, int], shown: set[tuple[str, str]], k: int
) -> tuple[str, str] | None:
    for axis, rests in enumerate(_rests(table, places, groups, shown)):
        for code in sorted(rests):
            if 0 < rests[code] < k:
                line = [key for key in shown if key[axis] == code]
                return min(line, key=lambda key: (table[key], key))
    return None


def _cornered(
    table: Counts, places: Mapping[str, int], groups: Mapping[str, int], shown: set[tuple[str, str]], k: int
) -> tuple[str, str] | None:
    """A told cell to hide because a hidden one can be bound within 1 … K − 1; None when there is none."""
    for (place, group), (low, high) in _bounds(table, places, groups, shown).items():
        if low > 0 and high < k:
            beside = [key for key in shown if key[0] == place or key[1] == group]
            return min(beside or list(shown), key=lambda key: (table[key], key))
    return None


def _bounds(
    table: Counts, places: Mapping[str, int], groups: Mapping[str, int], shown: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], tuple[int, int]]:
    """What somebody who knows all that is told can say of each hidden cell: no fewer than, no more than.

    Each hidden cell is 0 or more; the hidden cells of a line add up to what is left of it. Bounds are tightened
    along the lines until they stand still.
    """
    told = set(shown)
    of_places, of_groups = _rests(table, places, groups, told)
    hidden = [(place, group) for place in places for group in groups if (place, group) not in told]
    low = dict.fromkeys(hidden, 0)
    high = {(place, group): min(of_places[place], of_groups[group]) for place, group in hidden}
    lines = [([key for key in hidden if key[0] == place], rest) for place, rest in of_places.items()]
    lines += [([key for key in hidden if key[1] == group], rest) for group, rest in of_groups.items()]
    moved = True
    while moved:
        moved = False
        for line, rest in lines:
            lows, highs = sum(low[key] for key in line), sum(high[key] for key in line)
            for key in line:
                least, most = max(low[key], rest - highs + high[key]), min(high[key], rest - lows + low[key])
                if (least, most) != (low[key], high[key]):
                    lows, highs = lows + least - low[key], highs + most - high[key]
                    low[key], high[key] = least, most
                    moved = True
    return {key: (low[key], high[key]) for key in hidden}
