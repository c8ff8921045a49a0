"""Ridge regression on likenesses, and what it would have said of each text had it not seen that text.

The second comes in closed form from the same matrix, for whole groups of near-identical texts at once, so
confidence can be learned without a second training.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ridge:
    """`dual` are the weights of the training texts; `unseen` is what each text gets from the others."""

    dual: Matrix
    unseen: Matrix


def fit_ridge(
    likeness: npt.NDArray[np.floating], targets: Matrix, penalty: float, groups: Sequence[Hashable]
) -> Ridge:
    """Solve for `targets` (texts × labels). `groups` tell which texts are the same in substance."""
    inverse = np.linalg.inv(likeness.astype(np.float64) + penalty * np.eye(len(targets)))
    dual = inverse @ targets
    unseen = targets - dual / np.diag(inverse)[:, None]
    members: dict[Hashable, list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        members[group].append(number)
    for group_members in members.values():
        if len(group_members) > 1:
            at = np.array(group_members)
            unseen[at] = targets[at] - np.linalg.solve(inverse[np.ix_(at, at)], dual[at])
    return Ridge(dual, unseen)
