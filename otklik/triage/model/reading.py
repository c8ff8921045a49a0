"""Reading a text by a model: the likeliest themes with their probabilities and the words that spoke for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from otklik.triage.model.base import Base
from otklik.triage.model.pieces import LETTERS, WORD, Pieces, pieces_of, word_pieces
from otklik.triage.model.sparse import Floats, Row
from otklik.triage.model.trained import Trained
from otklik.triage.model.vocabulary import Vocabulary
from otklik.triage.words import Token

_MOST_WORDS: Final = 5
_LEAST_OF_BEST: Final = 0.3  # what a word must say beside the loudest one to be shown
_LEAST_CHANCE: Final = 0.02  # a guess below is none


@dataclass(frozen=True, slots=True)
class Guess:
    """A theme, its probability, and places of the tokens that spoke for it, in the order of the text."""

    code: str
    p: float
    tokens: tuple[int, ...]


@dataclass(frozen=True)
class ThemeModel:
    """The base, and what the region's history taught, if anything did. `edition` names it in a case and the journal."""

    base: Base
    trained: Trained | None = None
    edition: str = ""

    def guess(
        self, tokens: Sequence[Token], idle: frozenset[int], doubtful: frozenset[str] = frozenset(), most: int = 3
    ) -> tuple[Guess, ...]:
        """At most `most` themes, the likeliest first; none when no word of the text is known.

        `idle` tokens (greetings) are not shown as words; `doubtful` are themes that count a third.
        """
        pieces = pieces_of(tokens)
        row = self.base.vocabulary.row(pieces)
        if not len(row.at):
            return ()
        codes, chances = self._chances(pieces, self.base.profile_of(row))
        for number, code in enumerate(codes):
            if code in doubtful:
                chances[number] *= 0.3
        chances /= max(float(chances.sum()), 1e-9)
        best = [int(one) for one in np.argsort(-chances, kind="stable")[:most] if chances[one] >= _LEAST_CHANCE]
        spoken = self._spoken(tokens, pieces, row, [codes[one] for one in best])
        return tuple(
            Guess(codes[one], round(float(chances[one]), 4), _loudest(said, tokens, idle))
            for one, said in zip(best, spoken, strict=True)
        )

    def chances(self, pieces: Pieces) -> tuple[tuple[str, ...], Floats]:
        """Every theme's probability."""
        return self._chances(pieces, self.base.profile(pieces))

    def _chances(self, pieces: Pieces, profile: Floats) -> tuple[tuple[str, ...], Floats]:
        if self.trained is not None:
            return self.trained.labels, self._with_unseen(self.trained, self.trained.chances(pieces, profile), profile)
        return self.base.codes, self.base.chances(profile)

    def _with_unseen(self, trained: Trained, chances: Floats, profile: Floats) -> Floats:
        """Themes that no case has had yet keep their chance: what the base says for them against what it says for the
        others, times how often a case of this region has been the first of its theme."""
        own, unseen, novelty = self._novelty
        if not unseen.any():
            return chances
        by_base = self.base.chances(profile)
        told = np.where(own >= 0, by_base[own], 0) * unseen
        share, known = float(told.sum()), float(np.where(own >= 0, by_base[own], 0).sum())
        if not share or share >= known:
            return chances
        few = float(unseen.sum()) / len(unseen)
        odds = (share / few) / ((known - share) / (1 - few)) * novelty
        new = odds / (1 + odds)
        seen = chances * ~unseen
        return np.asarray(seen / max(float(seen.sum()), 1e-9) * (1 - new) + told / share * new, np.float32)

    @cached_property
    def _novelty(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_], float]:
        """Places of the labels among the base's themes; which of those no case has had; the odds of a first case."""
        if self.trained is None:
            return np.empty(0, np.int64), np.empty(0, np.bool_), 0.0
        places = {code: number for number, code in enumerate(self.base.codes)}
        own = np.array([places.get(label, -1) for label in self.trained.labels])
        counts = self.trained.counts
        alone, total = float((counts == 1).sum()) + 1, float(counts.sum()) + 1
        return own, (own >= 0) & (counts == 0), alone / max(total - alone, 1.0)

    def _spoken(
        self, tokens: Sequence[Token], pieces: Pieces, row: Row, codes: Sequence[str]
    ) -> list[Floats]:
        """How much each token says for each theme: by the base, and by the cases seen."""
        said = [np.zeros(len(tokens), np.float32) for _ in codes]
        known = [self.base.codes.index(code) if code in self.base.codes else -1 for code in codes]
        _add(said, tokens, self.base.vocabulary, row, self.base.weights, known)
        if self.trained is not None:
            places = [self.trained.labels.index(code) for code in codes]
            own = self.trained.vocabulary.row(pieces)
            _add(said, tokens, self.trained.vocabulary, own, self.trained.by_text, places)
        return said


def _add(
    said: list[Floats], tokens: Sequence[Token], vocabulary: Vocabulary, row: Row,
    weights: np.ndarray, columns: Sequence[int],
) -> None:  # fmt: skip
    words = [word_pieces(token.word) for token in tokens[:1_500]]
    for family, hashes in (
        (WORD, [np.array([word.form], np.uint32) for word in words]),
        (LETTERS, [word.letters for word in words]),
    ):
        owner = np.repeat(np.arange(len(words)), [len(one) for one in hashes]) if hashes else np.empty(0, np.int64)
        at, met = vocabulary.found(family, np.concatenate(hashes) if hashes else np.empty(0, np.uint32))
        at, owner = at[met], owner[met]
        place = np.searchsorted(row.at, at)
        for total, column in zip(said, columns, strict=True):
            if column >= 0 and len(at):
                says = row.weight * weights[row.at, column].astype(np.float32)
                np.add(total, np.bincount(owner, says[place], len(total)), out=total, casting="same_kind")


def _loudest(said: Floats, tokens: Sequence[Token], idle: frozenset[int]) -> tuple[int, ...]:
    """Places of the tokens that say most, none that carries no sense of its own."""
    candidates = [at for at in np.argsort(-said, kind="stable").tolist() if said[at] > 0][: _MOST_WORDS * 3]
    kept = [at for at in candidates if at not in idle and not tokens[at].is_idle]
    loud = [at for at in kept if said[at] >= _LEAST_OF_BEST * said[kept[0]]][:_MOST_WORDS]
    return tuple(sorted(loud))
