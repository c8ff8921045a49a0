"""What a practice did: how those who took it changed, against how the untouched changed in the same weeks. Pure.

Difference in differences over whole weeks. For each centre that took the practice its share (or mean) after the first
week is set against the same number of weeks before, at most `WEEKS` a side, and the same weeks of every untouched
centre are set against each other. The estimate is the weighted mean of the former less that of the latter.

Its error has two parts. Few cases: known from their numbers. And what each centre has of its own besides, which lasts
for months and is no matter of counts: it is measured by how much more unequally the untouched changed than their counts
explain (DerSimonian and Laird 1986, moments), and counted into both sides. So one centre alone gets a wide interval,
not a proud one. Who forgets this part finds effects in nearly half of placebo laws (Bertrand, Duflo and Mullainathan
2004). The interval is that of Student's t with as many degrees as there are untouched centres less one.

What it cannot know: whether those who took the practice were at their worst by chance just then, and would have come
back by themselves. The page says so.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt

WEEKS = 30  # a side at most: half a year and a little, so that a season is on both sides alike
FEWEST_WEEKS = 8  # a side, below which it is early to say
FEWEST_CASES = 100  # a side, of those who took it together and of the untouched together
FEWEST_UNTOUCHED = 8  # centres: fewer say nothing of what a centre has of its own
Z = 1.959964
Said = Literal["helped", "harmed", "not_seen", "early"]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Effect:
    """An estimate with its interval of 95 %, in the unit of what was measured (points of one for a share).

    `before` and `after`: those who took it, by themselves; `cases` before, after: theirs.
    """

    estimate: float
    low: float
    high: float
    before: float
    after: float
    cases: tuple[int, int]
    untouched: int

    def said(self, *, more_is_better: bool = True) -> Said:
        """«Помогло», if the whole interval is on the better side of zero; «не видно» where it holds zero."""
        if self.low <= 0 <= self.high:
            return "not_seen"
        return "helped" if (self.low > 0) == more_is_better else "harmed"


def effect_on_share(cases: Ints, hits: Ints, began: Ints) -> Effect | None:
    """Of a share: `hits` of `cases`, centre × week; `began` the first week at work, −1 for the untouched.

    None: too early or too few to say.
    """
    return _effect(cases, hits.astype(float), None, began)


def effect_on_mean(cases: Ints, sums: Floats, squares: Floats, began: Ints) -> Effect | None:
    """Of a mean of single values (say of logarithms of hours), given their sums and sums of squares."""
    return _effect(cases, sums, squares, began)


def _effect(cases: Ints, sums: Floats, squares: Floats | None, began: Ints) -> Effect | None:
    free = np.flatnonzero(began < 0)
    windows = [
        (int(one), int(began[one]), span) for one in np.flatnonzero(began >= 0)
        if (span := _span(int(began[one]), cases.shape[1])) >= FEWEST_WEEKS
    ]  # fmt: skip
    if not windows or len(free) < FEWEST_UNTOUCHED:
        return None
    mine = [_change(cases, sums, squares, np.array([one]), week, span) for one, week, span in windows]
    theirs = [_change(cases, sums, squares, free, week, span) for _one, week, span in windows]
    counted = tuple(int(sum(one.n[side].sum() for one in mine)) for side in (0, 1))
    if min(counted) < FEWEST_CASES or min(one.n[side].sum() for one in theirs for side in (0, 1)) < FEWEST_CASES:
        return None
    # What a centre has of its own: of all windows together, or those that look calm by chance would weigh most.
    own = sum(_own_variance(one) for one in theirs) / len(theirs)
    noise = np.array([one.variance[0] + own for one in mine])
    weight = 1 / noise  # the surer ones weigh more; who has no case on a side weighs nothing
    if not weight.sum():
        return None
    weight = weight / weight.sum()
    base = _of_untouched(weight, theirs)
    if base is None:
        return None
    at_work = weight > 0
    changed = float(sum(w * one.value[0] for w, one in zip(weight[at_work], _at(mine, at_work), strict=True)))
    variance = float((weight[at_work] ** 2 * noise[at_work]).sum()) + base.variance
    estimate, half = changed - base.value, _t(base.centres - 1) * sqrt(variance)
    before, after = (float(sum(one.sum[side].sum() for one in mine)) / counted[side] for side in (0, 1))
    return Effect(estimate, estimate - half, estimate + half, before, after, (counted[0], counted[1]), base.centres)


@dataclass(frozen=True)
class _Base:
    """How the untouched changed, as one number."""

    value: float
    variance: float
    centres: int


def _of_untouched(weight: Floats, theirs: "list[_Change]") -> _Base | None:
    """Each untouched centre's change in the same windows, weighted as those who took it are; then one number of all."""
    known = np.all([np.isfinite(one.variance) for w, one in zip(weight, theirs, strict=True) if w], axis=0)
    many = int(known.sum())
    if many < FEWEST_UNTOUCHED:
        return None
    value, error = np.zeros(many), np.zeros(many)
    for w, one in zip(weight, theirs, strict=True):
        if w:
            value = value + w * one.value[known]
            error = error + w * np.sqrt(one.variance[known])  # windows that overlap are nearly one and the same
    sure = 1 / (error**2 + _moments(value, error**2))
    mean = float((sure * value).sum() / sure.sum())
    # By what they are seen to differ, not by what the model says: big and small are unequal in more ways than counts.
    seen = float((sure**2 * (value - mean) ** 2).sum() / sure.sum() ** 2)
    return _Base(mean, seen * many / (many - 1), many)


def _at(changes: "list[_Change]", which: npt.NDArray[np.bool_]) -> "list[_Change]":
    return [one for one, wanted in zip(changes, which, strict=True) if wanted]


@dataclass(frozen=True)
class _Change:
    """After less before, of each centre; an infinite variance where a side has no case."""

    value: Floats
    variance: Floats
    n: tuple[Ints, Ints]
    sum: tuple[Floats, Floats]


def _span(began: int, weeks: int) -> int:
    """Weeks a side: as many before as after."""
    return min(began, weeks - began, WEEKS)


def _change(
    cases: Ints, sums: Floats, squares: Floats | None, rows: Ints, began: int, span: int
) -> _Change:
    n: list[Ints] = []
    total: list[Floats] = []
    mean: list[Floats] = []
    one_case: list[Floats] = []
    for part in (slice(began - span, began), slice(began, began + span)):
        count = cases[rows, part].sum(axis=1)
        some = np.maximum(count, 1)
        amount = sums[rows, part].sum(axis=1)
        n.append(count)
        total.append(amount)
        mean.append(amount / some)
        if squares is not None:
            one_case.append(squares[rows, part].sum(axis=1) - some * (amount / some) ** 2)
    whole = np.maximum(n[0] + n[1], 1)
    if squares is None:  # one share for both sides: of few cases a side's own may be 0 or 1 by chance
        pooled = (total[0] + total[1] + 1) / (whole + 2)
        spread = pooled * (1 - pooled)
    else:
        every = sum(float(np.sum(one)) for one in one_case)
        spread = np.full(len(rows), every / max(float(whole.sum()) - 2 * len(rows), 1.0))
    variance = np.where((n[0] > 0) & (n[1] > 0), spread / np.maximum(n[0], 1) + spread / np.maximum(n[1], 1), np.inf)
    return _Change(mean[1] - mean[0], variance, (n[0], n[1]), (total[0], total[1]))


def _own_variance(change: _Change) -> float:
    known = np.isfinite(change.variance)
    return _moments(change.value[known], change.variance[known])


def _moments(values: Floats, within: Floats) -> float:
    """How much more unequal the values are than their own errors explain (DerSimonian and Laird)."""
    if len(values) < 2:
        return 0.0
    weight = 1 / within
    mean = (weight * values).sum() / weight.sum()
    spread = (weight * (values - mean) ** 2).sum()
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    return max(0.0, float((spread - (len(values) - 1)) / scale))


def _t(degrees: int) -> float:
    """The 97.5 % point of Student's t, by its expansion (Abramowitz and Stegun 26.7.5); within 0.002 from 7 on."""
    z, v = Z, degrees
    return (
        z + (z**3 + z) / (4 * v) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
    )
