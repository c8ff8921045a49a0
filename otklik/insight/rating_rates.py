"""A share of good outcomes of every place, made comparable: adjusted for what is written about, shrunk to the common.

The model is a binomial one with a random effect of the place: logit p = a(stratum) + t(place), t ~ N(0, tau²). What is
common (a, tau) is estimated from all places together (empirical Bayes by maximum likelihood, EM with adaptive
Gauss–Hermite quadrature), so a place with few cases stands near the common until its own cases say otherwise, and a
place is compared with what anybody would have reached on its own mix of themes. Published: Tsutakawa, Shoop,
Marienfeld, «Empirical Bayes estimation of cancer mortality rates», Statistics in Medicine 4 (1985) 201–212; Clayton,
Kaldor, Biometrics 43 (1987) 671–681; Normand, Glickman, Gatsonis, «Statistical methods for profiling providers of
medical care», JASA 92 (1997) 803–814. That tau does not fall to nought by chance, which would claim that all work alike
and draw no interval, is the penalty of Chung, Rabe-Hesketh, Dorie, Gelman, Liu, «A nondegenerate penalized likelihood
estimator for variance parameters in multilevel models», Psychometrika 78 (2013) 685–709.

Pure: values in, values out; the same counts give the same rates.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field

import numpy as np
from numpy.typing import NDArray

Counts = Mapping[int, Mapping[int, tuple[float, float]]]  # place → stratum → (good, of how many)
Floats = NDArray[np.float64]

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
COMMON = 2.0  # cases of the common share that every stratum is given, so that a rare one says nothing wild
SPREAD_FLOOR, SPREAD_TOP = 0.02, 1.5  # of tau: places are neither held to be exactly alike nor beyond comparison
STEPS = 1000
CLOSE = 1e-7
SURE = 1.96  # 95 %
DIGITS = 6


@dataclass(frozen=True)
class Common:
    """What all places share: `strata` logits by stratum, `mix` their part of all cases, `spread` between places (tau,
    on the scale of logits)."""

    strata: Mapping[int, float] = field(default_factory=dict)
    mix: Mapping[int, float] = field(default_factory=dict)
    spread: float = SPREAD_FLOOR


@dataclass(frozen=True)
class Rate:
    """One place. `raw` is the plain share, None without cases; `expected` is what the common work would have reached
    on the same mix; `rate` is adjusted and shrunk, in 95 % of cases between `low` and `high`; `error` its deviation."""

    good: float
    n: float
    raw: float | None
    expected: float | None
    rate: float
    low: float
    high: float
    error: float


def fitted(counts: Counts) -> Common:
    """The common part by maximum likelihood. Without any case: nothing is known, one stratum of one half."""
    strata = sorted({stratum for cells in counts.values() for stratum in cells})
    places = sorted(place for place, cells in counts.items() if sum(n for _good, n in cells.values()) > 0)
    if not places:
        return Common({0: 0.0}, {0: 1.0})
    good, n = _arrays(counts, places, strata)
    mean = (good.sum() + 0.5) / (n.sum() + 1)
    logits = _logit((good.sum(0) + COMMON * mean) / (n.sum(0) + COMMON))
    spread, modes = 0.5, np.zeros(len(places))
    for _step in range(STEPS):
        modes, widths = _modes(good, n, logits, spread, modes)
        effects, weights = _nodes(good, n, logits, spread, modes, widths)
        wider = float(np.sqrt((weights * effects**2).sum() / max(1, len(places) - 1)))
        wider = min(max(wider, SPREAD_FLOOR), SPREAD_TOP)
        moved = _strata_step(good, n, logits, effects, weights, mean)
        change = max(abs(wider - spread), float(np.abs(moved - logits).max()))
        logits, spread = moved, wider
        if change < CLOSE:
            break
    share = n.sum(0) / n.sum()
    return Common(
        {stratum: round(float(one), DIGITS) for stratum, one in zip(strata, logits, strict=True)},
        {stratum: round(float(one), DIGITS) for stratum, one in zip(strata, share, strict=True)},
        round(spread, DIGITS),
    )


def rates(counts: Counts, common: Common) -> dict[int, Rate]:
    """The rate of every place under what is common; a place without cases has the common rate and a wide interval."""
    strata = sorted(common.strata)
    places = sorted(counts)
    if not places:
        return {}
    good, n = _arrays(counts, places, strata)
    logits = np.array([common.strata[one] for one in strata])
    mix = np.array([common.mix[one] for one in strata])
    modes, widths = _modes(good, n, logits, common.spread, np.zeros(len(places)))
    effects, weights = _nodes(good, n, logits, common.spread, modes, widths)
    over = (_expit(logits + effects[:, :, None]) * mix).sum(2)
    mean = (weights * over).sum(1)
    error = np.sqrt(np.maximum((weights * (over - mean[:, None]) ** 2).sum(1), 0))
    middle = (weights * effects).sum(1)
    wide = SURE * np.sqrt((weights * (effects - middle[:, None]) ** 2).sum(1))
    low, high = ((_expit(logits + (middle + side)[:, None]) * mix).sum(1) for side in (-wide, wide))
    expected = (n * _expit(logits)).sum(1)
    return {
        place: _rounded(
            Rate(
                float(good[i].sum()), float(n[i].sum()), _share(good[i].sum(), n[i].sum()),
                _share(expected[i], n[i].sum()), float(mean[i]), float(low[i]), float(high[i]), float(error[i]),
            )
        )
        for i, place in enumerate(places)
    }


def _rounded(rate: Rate) -> Rate:
    """Without the last digits, in which machines differ."""
    values = (None if one is None else round(one, DIGITS) for one in astuple(rate))
    return Rate(*values)  # type: ignore[arg-type]  # None only where it was


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


def _arrays(counts: Counts, places: list[int], strata: list[int]) -> tuple[Floats, Floats]:
    where = {stratum: number for number, stratum in enumerate(strata)}
    good, n = np.zeros((len(places), len(strata))), np.zeros((len(places), len(strata)))
    for i, place in enumerate(places):
        for stratum, (good_ones, of) in counts[place].items():
            if stratum in where:  # another stratum's cases say nothing that can be compared
                good[i, where[stratum]], n[i, where[stratum]] = good_ones, of
    return good, n


def _modes(good: Floats, n: Floats, logits: Floats, spread: float, start: Floats) -> tuple[Floats, Floats]:
    """The most likely effect of each place and its width, by Newton's steps."""
    effects = start.copy()
    for _step in range(50):
        p = _expit(logits + effects[:, None])
        slope = (good - n * p).sum(1) - effects / spread**2
        bend = (n * p * (1 - p)).sum(1) + spread**-2
        step = np.clip(slope / bend, -1, 1)
        effects = effects + step
        if np.abs(step).max() < CLOSE:
            break
    p = _expit(logits + effects[:, None])
    return effects, ((n * p * (1 - p)).sum(1) + spread**-2) ** -0.5


def _nodes(
    good: Floats, n: Floats, logits: Floats, spread: float, modes: Floats, widths: Floats
) -> tuple[Floats, Floats]:
    """Effects around each mode and how likely each is (places × nodes), weights of a place summing to one."""
    effects = modes[:, None] + widths[:, None] * NODES
    eta = logits + effects[:, :, None]
    likely = (good[:, None] * eta - n[:, None] * np.logaddexp(0, eta)).sum(2) - effects**2 / (2 * spread**2)
    logs = np.log(WEIGHTS) + NODES**2 / 2 + likely
    weights = np.exp(logs - logs.max(1, keepdims=True))
    return effects, weights / weights.sum(1, keepdims=True)


def _strata_step(
    good: Floats, n: Floats, logits: Floats, effects: Floats, weights: Floats, mean: float
) -> Floats:
    """One of Newton's steps for the strata, with a few cases of the common share in each."""
    p = _expit(logits + effects[:, :, None])
    expected = (weights[:, :, None] * p).sum(1)
    bend = (weights[:, :, None] * p * (1 - p)).sum(1)
    own = _expit(logits)
    slope = (good - n * expected).sum(0) + COMMON * (mean - own)
    return np.asarray(logits + np.clip(slope / ((n * bend).sum(0) + COMMON * own * (1 - own)), -1, 1))


def _expit(x: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))  # without overflow


def _logit(p: Floats) -> Floats:
    return np.asarray(np.log(p) - np.log1p(-p))
