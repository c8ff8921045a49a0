"""Which texts are the same in substance, found fast among thousands, and which of them are never learnt from. Pure."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from otklik.triage.model.pieces import LETTERS, Hashes, Pieces

# Two texts are near-identical when they share so much of their pieces of words.
SAME: Final = 0.55
FROZEN_OF: Final = 5  # one group of so many is never learnt from
_BANDS, _ROWS = 14, 2  # of texts that are just the same enough, 99 of 100 meet in a band
_MOST_HEADS: Final = 6  # groups looked at in one place of a band


def groups_of(texts: Sequence[Pieces], ids: Sequence[int]) -> list[int]:
    """The group of each text: the smallest id of those near-identical to it, directly or through others."""
    sets = [np.unique(text.families[LETTERS]) for text in texts]
    head = list(range(len(sets)))

    def root(at: int) -> int:
        while head[at] != at:
            head[at] = head[head[at]]
            at = head[at]
        return at

    places: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    for at, own in enumerate(sets):
        for place in _places(own):
            held = places[place]
            for other in held:
                mine, theirs = root(at), root(other)
                if mine != theirs and _alike(own, sets[other]):
                    head[max(mine, theirs)] = min(mine, theirs)
            if len(held) < _MOST_HEADS:
                held.append(at)
    smallest: dict[int, int] = {}
    for at, one in enumerate(ids):
        smallest[root(at)] = min(one, smallest.get(root(at), one))
    return [smallest[root(at)] for at in range(len(ids))]


def is_frozen(group: int) -> bool:
    """Whether a group is of the fifth that readers are judged by: the same for ever, whatever else there is."""
    return hashlib.sha256(f"frozen:{group}".encode()).digest()[0] * FROZEN_OF < 256


def _alike(one: Hashes, other: Hashes) -> bool:
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both >= SAME * (len(one) + len(other) - both)


def _places(own: Hashes) -> list[tuple[int, int, int]]:
    """Smallest numbers under fixed shufflings: near-identical texts have most of them in common."""
    if not len(own):
        return [(-1, 0, 0)]
    least = (own[None, :] * _FACTORS[:, None] + _SHIFTS[:, None]).min(axis=1).tolist()
    return [(band, least[_ROWS * band], least[_ROWS * band + 1]) for band in range(_BANDS)]


def _numbers(seed: int) -> npt.NDArray[np.uint32]:
    drawn: npt.NDArray[np.uint32] = np.random.default_rng(seed).integers(1, 2**32, _BANDS * _ROWS, dtype=np.uint32)
    return drawn


_FACTORS: Final = _numbers(11) | np.uint32(1)
_SHIFTS: Final = _numbers(12)
