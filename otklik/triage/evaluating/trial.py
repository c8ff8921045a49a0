"""Judging one reader against another on texts that neither has learnt from, and choosing where to say «не знаю». Pure.

Near-identical texts count once: a thousand copies of one letter say no more than one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from otklik.triage.evaluating.figures import calibration_error, wilson

PRECISIONS: Final = (0.90, 0.95)
LEAST_ABOVE: Final = 20  # texts above a threshold, or it is no threshold
LEAST_OWN: Final = 60  # judged texts of a municipality that has thresholds of its own
LUCK: Final = 0.05  # a lead that chance gives more often than this is none
_STEPS: Final = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98)


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader said of one text: the labels with their probabilities, the likeliest first; and what was right.

    `place` is the municipality, `group` the same for near-identical texts.
    """

    guesses: tuple[tuple[str, float], ...]
    right: str
    group: int
    place: int = 0

    @property
    def p(self) -> float:
        return self.guesses[0][1] if self.guesses else 0.0

    @property
    def is_right(self) -> bool:
        return bool(self.guesses) and self.guesses[0][0] == self.right

    @property
    def is_within(self) -> bool:
        return any(label == self.right for label, _p in self.guesses[:3])


@dataclass(frozen=True, slots=True)
class Comparison:
    """By groups of texts: where the new one is right and the old one wrong, the other way round, and the same of
    «within three»; `luck` is how often chance alone gives such a lead (sign test, one side)."""

    better: int
    worse: int
    within_better: int
    within_worse: int
    luck: float

    @property
    def wins(self) -> bool:
        """Right at first more often, by more than chance gives once in twenty; and within three no less often."""
        return self.better > self.worse and self.luck <= LUCK and self.within_better >= self.within_worse


def compare(new: Sequence[Said], old: Sequence[Said]) -> Comparison:
    """The same texts, in the same order, read by both. A tie does not win."""
    at_first: dict[int, int] = defaultdict(int)
    within: dict[int, int] = defaultdict(int)
    for ours, theirs in zip(new, old, strict=True):
        at_first[ours.group] += ours.is_right - theirs.is_right
        within[ours.group] += ours.is_within - theirs.is_within
    better, worse = _signs(at_first.values())
    within_better, within_worse = _signs(within.values())
    return Comparison(better, worse, within_better, within_worse, luck_of(better, worse))


def luck_of(better: int, worse: int) -> float:
    """How often chance gives a lead like this or a greater one, where either is as likely."""
    count = better + worse
    if not count:
        return 1.0
    return float(sum(math.comb(count, hits) for hits in range(better, count + 1)) / 2**count)


def figures(said: Sequence[Said]) -> dict[str, Any]:
    """`n`, `groups`, and shares as [value, low, high] with a 95 % interval, in which a group counts once."""
    groups = len({one.group for one in said})
    told: dict[str, Any] = {"n": len(said), "groups": groups}
    if said:
        told["top1"] = _share([one.is_right for one in said], groups)
        told["top3"] = _share([one.is_within for one in said], groups)
        sure = np.array([one.p for one in said])
        told["ece"] = round(calibration_error(sure, np.array([one.is_right for one in said])), 4)
    return told


def curve(said: Sequence[Said]) -> list[dict[str, float]]:
    """For rising thresholds: the share of texts above (`coverage`), how many of those are right (`precision`) and its
    95 % interval."""
    points = []
    for step in _STEPS:
        above = [one for one in said if one.p >= step]
        if not above:
            break
        value, low, high = _share([one.is_right for one in above], len({one.group for one in above}))
        points.append(
            {"from": step, "coverage": round(len(above) / len(said), 4), "n": len(above), "precision": value,
             "low": low, "high": high}
        )  # fmt: skip
    return points


def threshold(said: Sequence[Said], precision: float) -> float | None:
    """The lowest probability above which at least `precision` of the texts are right; None where there is none, or
    fewer than `LEAST_ABOVE` groups stand above it."""
    found, right, groups = None, 0, set()
    ordered = sorted(said, key=lambda one: -one.p)
    for count, one in enumerate(ordered, 1):
        right += one.is_right
        groups.add(one.group)
        is_end = count == len(ordered) or ordered[count].p != one.p  # no threshold parts equal probabilities
        if is_end and right >= precision * count and len(groups) >= LEAST_ABOVE:
            found = one.p
    return found


def thresholds(said: Sequence[Said]) -> dict[str, Any]:
    """Thresholds of the region and of each municipality with enough texts of its own: {"region": {"0.9": p, …}, "of":
    {"<municipality>": {"n": …, "0.9": p, …}}}."""
    by_place: dict[int, list[Said]] = defaultdict(list)
    for one in said:
        by_place[one.place].append(one)
    own = {
        str(place): {"n": len(texts), **_of_each(texts)}
        for place, texts in sorted(by_place.items()) if place and len(texts) >= LEAST_OWN
    }
    return {"region": {"n": len(said), **_of_each(said)}, "of": own}


def _of_each(said: Sequence[Said]) -> dict[str, float | None]:
    return {f"{precision:g}": threshold(said, precision) for precision in PRECISIONS}


def _share(hits: Sequence[bool], groups: int) -> list[float]:
    value = sum(hits) / len(hits)
    low, high = wilson(round(value * groups), groups)
    return [round(value, 4), round(min(low, value), 4), round(max(high, value), 4)]


def _signs(leads: Iterable[int]) -> tuple[int, int]:
    values = list(leads)
    return sum(lead > 0 for lead in values), sum(lead < 0 for lead in values)
