"""The figures of a run: how often right, how sure, and how far chance may have moved each."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Whole = npt.NDArray[np.int64]
_DRAWS: Final = 400
_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """What was said of each text against its label. `chances` are texts × labels, `right` places of labels;
    -1 is a label that the model does not know."""

    labels: tuple[str, ...]
    chances: Floats
    right: Whole
    groups: tuple[Hashable, ...]

    @property
    def order(self) -> Whole:
        """The labels of each text, the likeliest first, three of them."""
        return np.argsort(-self.chances, axis=1, kind="stable")[:, :3]


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    if n == 0:
        return 0.0, 1.0
    z, share = 1.959964, hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def coverage(confidence: Floats, is_right: npt.NDArray[np.bool_], precision: float) -> float:
    """The greatest share of texts, the surest first, of which at least `precision` are right."""
    if not len(confidence):
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    precise = np.cumsum(is_right[order]) / np.arange(1, len(order) + 1)
    # Texts of equal confidence go together: no threshold can part them.
    ends = np.append(np.diff(confidence[order]) != 0, True)
    enough = np.flatnonzero((precise >= precision) & ends)
    return float(enough[-1] + 1) / len(order) if len(enough) else 0.0


def calibration_error(confidence: Floats, is_right: npt.NDArray[np.bool_]) -> float:
    """How far «seven of ten» is from seven of ten: the mean gap over ten bins, by their weight."""
    if not len(confidence):
        return 0.0
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(float(is_right[bins == one].mean()) - float(confidence[bins == one].mean())) * float((bins == one).mean())
        for one in range(_BINS)
        if (bins == one).any()
    ]
    return float(sum(gaps))


def f1(said: Whole, right: Whole, count: int) -> tuple[float, float]:
    """Weighted and macro F1 over the labels that the texts have."""
    known = right >= 0
    support = np.bincount(right[known], minlength=count).astype(float)
    guessed = np.bincount(said, minlength=count).astype(float)
    hit = np.bincount(right[known & (said == right)], minlength=count).astype(float)
    each = 2 * hit / np.maximum(support + guessed, 1)
    present = support > 0
    if not present.any():
        return 0.0, 0.0
    return float((each * support).sum() / len(right)), float(each[present].mean())


def figures_of(judged: Judged) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    """The figures and their 95 % intervals, drawn anew by whole groups."""
    order = judged.order
    said, sure = order[:, 0], judged.chances[np.arange(len(order)), order[:, 0]]
    is_right = said == judged.right
    within = (order == judged.right[:, None]).any(axis=1)

    def reckon(at: Whole) -> dict[str, float]:
        weighted, macro = f1(said[at], judged.right[at], len(judged.labels))
        return {
            "top1": float(is_right[at].mean()), "top3": float(within[at].mean()),
            "weighted_f1": weighted, "macro_f1": macro, "ece": calibration_error(sure[at], is_right[at]),
            "coverage_at_90": coverage(sure[at], is_right[at], 0.9),
            "coverage_at_95": coverage(sure[at], is_right[at], 0.95),
        }  # fmt: skip

    everything = np.arange(len(order))
    return reckon(everything), drawn_anew(reckon, judged.groups)


def drawn_anew(
    reckon: Callable[[Whole], dict[str, float]], groups: Sequence[Hashable]
) -> dict[str, tuple[float, float]]:
    """95 % intervals by drawing groups with return, seeded."""
    members: dict[Hashable, list[int]] = {}
    for number, group in enumerate(groups):
        members.setdefault(group, []).append(number)
    parts = [np.array(part) for part in members.values()]
    draw = np.random.default_rng(17)
    found: dict[str, list[float]] = {}
    for _ in range(_DRAWS):
        at = np.concatenate([parts[one] for one in draw.integers(0, len(parts), len(parts))])
        for name, value in reckon(at).items():
            found.setdefault(name, []).append(value)
    return {name: (_share(values, 2.5), _share(values, 97.5)) for name, values in found.items()}


def as_json(numbers: dict[str, Any]) -> dict[str, Any]:
    """Numbers rounded for people who compare runs."""
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in numbers.items()}


def _share(values: Sequence[float], percent: float) -> float:
    return round(float(np.percentile(np.array(values), percent)), 4)
