"""Which features count and how much: rarer ones more, every family of equal length in every text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from otklik.triage.model.pieces import FAMILIES, Hashes, Pieces
from otklik.triage.model.sparse import Floats, Row, Whole

# Shares of words, of pairs of words and of pieces of words in the likeness of two texts.
SHARES: Final = (0.4, 0.2, 0.4)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Features in rising order of their hashes within a family, families one after the other.

    `edges` are the places where the families begin and end.
    """

    hashes: Hashes
    rarity: Floats
    edges: tuple[int, ...]

    @staticmethod
    def of(texts: Sequence[Pieces], least: int) -> Vocabulary:
        """Features met in at least so many texts."""
        hashes, rarity, edges = [], [], [0]
        for family in range(FAMILIES):
            parts = [np.unique(text.families[family]) for text in texts]
            known, count = np.unique(np.concatenate(parts), return_counts=True) if parts else (np.empty(0), np.empty(0))
            kept = count >= least
            hashes.append(known[kept].astype(np.uint32))
            rarity.append((np.log((1 + len(texts)) / (1 + count[kept])) + 1).astype(np.float32))
            edges.append(edges[-1] + int(kept.sum()))
        return Vocabulary(np.concatenate(hashes), np.concatenate(rarity), tuple(edges))

    def row(self, text: Pieces) -> Row:
        """The weights of a text's features; unknown ones are passed over."""
        at, weight = [], []
        for family, share in enumerate(SHARES):
            places, counts = self.places(family, text.families[family])
            values = (1 + np.log(counts)) * self.rarity[places]
            length = float(np.sqrt(values @ values))
            if length:
                at.append(places)
                weight.append(values * np.float32(share**0.5 / length))
        if not at:
            return Row(np.empty(0, np.int64), np.empty(0, np.float32))
        return Row(np.concatenate(at), np.concatenate(weight).astype(np.float32))

    def places(self, family: int, hashes: Hashes) -> tuple[Whole, Floats]:
        """Places of known features of one family, rising, and how often each stands."""
        found, counts = np.unique(hashes, return_counts=True)
        at, met = self.found(family, found)
        return at[met], counts[met].astype(np.float32)

    def found(self, family: int, hashes: Hashes) -> tuple[Whole, npt.NDArray[np.bool_]]:
        """The place of each hash, and whether it is known at all (else the place means nothing)."""
        begin, end = self.edges[family], self.edges[family + 1]
        known = self.hashes[begin:end]
        if not len(known):
            return np.zeros(len(hashes), np.int64), np.zeros(len(hashes), np.bool_)
        at = np.minimum(np.searchsorted(known, hashes), len(known) - 1)
        return at.astype(np.int64) + begin, known[at] == hashes
