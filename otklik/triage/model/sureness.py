"""How sure the first label is: its probability, mended by how the model fared with that label before.

Learned from what the model says of cases it has not seen. Some labels are used so unevenly by people that the same
words earn less trust than others; this is where that is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Whole = npt.NDArray[np.int64]
_PRIOR, _LIKE = 8.0, 5.0  # cases that a label is taken to have had before the first one
_SHRINK: Final = 3.0
_LEAST: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Sureness:
    """`weights` of the four signs; by label: `right`, the share of its guesses that were right, and `lift`, how
    many were right for each one expected, as a logarithm."""

    weights: Floats
    right: Floats
    lift: Floats

    def mended(self, chances: Floats) -> Floats:
        """The probabilities with the first one mended; the others share the rest, and none overtakes the first."""
        first = int(chances.argmax())
        was, rest = float(chances[first]), max(1 - float(chances[first]), _LEAST)
        second = float(np.partition(chances, -2)[-2]) if len(chances) > 1 else 0.0
        signs = _signs(np.array([was]), self.right[first : first + 1], self.lift[first : first + 1])
        sure = float(_squash(signs @ self.weights)[0])
        sure = min(max(sure, second / (rest + second) + _LEAST), 1 - _LEAST)
        out = chances * ((1 - sure) / rest)
        out[first] = sure
        return np.asarray(out, np.float32)


def learn_sureness(unseen: Floats, said: Whole) -> Sureness:
    """Learn from the probabilities that each case got from the others (cases × labels) and what was right."""
    count = unseen.shape[1]
    first = unseen.argmax(1)
    p, hit = unseen[np.arange(len(said)), first].astype(np.float64), (first == said).astype(np.float64)
    usual, half = float(hit.mean()), np.arange(len(said)) % 2
    # What is known of a label when a case is judged comes from the other half, or the case would tell of itself.
    halves = [_trust(first[half != side], hit[half != side], p[half != side], usual, count) for side in (0, 1)]
    own = [np.where(half == 0, halves[0][sign][first], halves[1][sign][first]) for sign in (0, 1)]
    weights = _fit(_signs(p, own[0], own[1]), hit)
    right, lift = _trust(first, hit, p, usual, count)
    return Sureness(weights.astype(np.float32), right.astype(np.float32), lift.astype(np.float32))


def _trust(first: Whole, hit: Floats, p: Floats, usual: float, count: int) -> tuple[Floats, Floats]:
    """By label: the share of its guesses that were right, and the logarithm of how many were for each one hoped for."""
    guesses = np.bincount(first, minlength=count).astype(np.float64)
    hits, hoped = np.bincount(first, hit, count), np.bincount(first, p, count)
    return (hits + usual * _PRIOR) / (guesses + _PRIOR), np.log((hits + _LIKE) / (hoped + _LIKE))


def _signs(p: Floats, right: Floats, lift: Floats) -> Floats:
    odds = np.log(np.maximum(p, _LEAST) / np.maximum(1 - p, _LEAST))
    return np.column_stack([np.ones(len(p)), odds, odds * right, lift])


def _fit(signs: Floats, hit: Floats) -> npt.NDArray[np.float64]:
    """Logistic regression by Newton's steps, halved while they overshoot; the start is «the probability as it is»."""
    start = np.array([0.0, 1.0, 0.0, 0.0])

    def loss(weights: npt.NDArray[np.float64]) -> float:
        odds = signs @ weights
        return float((np.logaddexp(0, odds) - hit * odds).sum() + _SHRINK * np.square(weights - start).sum() / 2)

    weights, now = start.copy(), loss(start)
    for _ in range(50):
        p = _squash(signs @ weights)
        slope = signs.T @ (p - hit) + _SHRINK * (weights - start)
        bend = (signs * (p * (1 - p))[:, None]).T @ signs + _SHRINK * np.eye(4)
        step = np.linalg.solve(bend, slope)
        while (then := loss(weights - step)) > now and np.abs(step).max() > 1e-7:
            step = step / 2
        if then > now or now - then < 1e-6:
            break
        weights, now = weights - step, then
    return weights


def _squash(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))))
