"""A small linear model that hears danger where no phrase of the table is met. Numpy only, no tables.

A text is read in clauses: a sentence, or a piece of a long one. Each gives a score from its words, from pairs of words
that stand near each other, and from letters of words (for misspellings). A text is as dangerous as its worst clause.
Weights are learned by `otklik.triage.danger_training` from sentences of our own; the file is an array of numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from otklik.triage.danger_words import sets_of
from otklik.triage.words import Token, read_word

BUCKETS: Final = 1 << 17
WEIGHTS: Final = Path(__file__).with_name("danger_weights.npy")
NEAR: Final = 4  # words: so far apart two may stand to make a pair
WINDOW, STEP = 26, 13  # tokens: a sentence longer than the first is read in pieces that overlap
_LEAST: Final = 12  # letters: a shorter piece is read with the sentence after it
_WORD, _PAIR, _LETTERS, _SET, _SETS = 1.0, 0.7, 0.25, 1.0, 1.5
_SETS_NEAR: Final = 8
_END: Final = re.compile(r"[.!?…\n]")

Numbers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a text as a normed vector: `at` are buckets, `by` their amounts. `tokens` are what it was made of."""

    tokens: tuple[Token, ...]
    at: Numbers
    by: Floats


@dataclass(frozen=True, slots=True)
class Heard:
    """A text by its clauses, each with a score (0 is the border); `worst` is the greatest."""

    clauses: tuple[Clause, ...]
    scores: tuple[float, ...]

    @property
    def worst(self) -> float:
        return max(self.scores)

    def within(self, start: int, end: int) -> float:
        """The greatest score of the clauses that lie in a piece of the text, at least in part."""
        return max((self.scores[number] for number in self._near(start, end)), default=self.worst)

    def words(self, start: int = 0, end: int | None = None) -> tuple[Token, ...]:
        """The words that weighed most in the worst clause, of the text or of a piece of it."""
        weights = _weights()
        assert weights is not None
        near = self._near(start, end) or range(len(self.scores))
        return _weightiest(self.clauses[max(near, key=lambda number: self.scores[number])], weights)

    def _near(self, start: int, end: int | None) -> list[int]:
        return [
            number
            for number, clause in enumerate(self.clauses)
            if (end is None or clause.tokens[0].start < end) and start < clause.tokens[-1].end
        ]


def hear(text: str, tokens: Sequence[Token]) -> Heard | None:
    """Score a text; None when it has no words or there is no file of weights."""
    weights = _weights()
    parts = tuple(clauses(text, tokens)) if weights is not None else ()
    if weights is None or not parts:
        return None
    return Heard(parts, tuple(float(one.by @ weights[one.at]) + float(weights[-1]) for one in parts))


def clauses(text: str, tokens: Sequence[Token]) -> list[Clause]:
    """The clauses of a text with their vectors."""
    pieces: list[list[Token]] = [[]]
    begun = 0
    for number, token in enumerate(tokens):
        end = tokens[number - 1].end if number else 0
        if pieces[-1] and end - begun >= _LEAST and _END.search(text, end, token.start):
            pieces.append([])
        if not pieces[-1]:
            begun = token.start
        pieces[-1].append(token)
    return [clause_of(part) for piece in pieces if piece for part in _windows(piece)]


def _windows(piece: list[Token]) -> list[list[Token]]:
    if len(piece) <= WINDOW:
        return [piece]
    return [piece[first : first + WINDOW] for first in range(0, len(piece) - STEP, STEP)]


def clause_of(tokens: Sequence[Token]) -> Clause:
    """The vector of one clause."""
    words = [_word(token.word) for token in tokens]
    forms = np.array([form for form, _ in words], np.int64)
    parts = [forms % BUCKETS]
    sizes = [np.full(len(forms), _WORD)]
    for apart in range(1, min(NEAR, len(forms) - 1) + 1):
        one, other = forms[:-apart], forms[apart:]
        parts.append((np.minimum(one, other) * 31 + np.maximum(one, other) * 17 + 7) % BUCKETS)
        sizes.append(np.full(len(one), _PAIR))
    letters = np.concatenate([one for _, one in words])
    meeting = _meeting(tokens)
    parts += [letters, np.array(list(meeting), np.int64)]
    sizes += [np.full(len(letters), _LETTERS), np.array(list(meeting.values()))]
    at, first = np.unique(np.concatenate(parts), return_index=True)
    by = np.concatenate(sizes)[first]
    return Clause(tuple(tokens), at, by / np.sqrt(by @ by))


def _meeting(tokens: Sequence[Token]) -> dict[int, float]:
    """Sets of danger words in a clause, and pairs of them near each other, as buckets with amounts."""
    named = [
        (number, f"не {name}" if number and tokens[number - 1].word == "не" else name)
        for number, token in enumerate(tokens)
        for name in sets_of(token.word)
    ]
    found: dict[int, float] = {}
    for place, (number, name) in enumerate(named):
        found[_bucket(name)] = _SET
        for other, another in named[place + 1 :]:
            if number < other <= number + _SETS_NEAR and another != name:
                found[_bucket(*sorted((name, another)))] = _SETS
    return found


@lru_cache(maxsize=1 << 13)
def _bucket(*names: str) -> int:
    return crc32("+".join(names).encode()) % BUCKETS


@lru_cache(maxsize=1 << 15)
def _word(word: str) -> tuple[int, Numbers]:
    """The number of a word's dictionary form, and the buckets of its pieces of three to five letters."""
    form = read_word(word).form or word
    framed = f"<{word[:24]}>"
    pieces = {framed[at : at + n] for n in (3, 4, 5) for at in range(len(framed) - n + 1)}
    letters = np.array(sorted(crc32(b"." + piece.encode()) % BUCKETS for piece in pieces), np.int64)
    return crc32(form.encode()), letters


def _weightiest(clause: Clause, weights: npt.NDArray[np.float32]) -> tuple[Token, ...]:
    """Up to four content words without which the clause would sound safest, in the order of the text."""
    amount = dict(zip(clause.at.tolist(), (clause.by * weights[clause.at]).tolist(), strict=True))
    told: list[tuple[float, int]] = []
    words = [_word(token.word) for token in clause.tokens]
    for number, (form, letters) in enumerate(words):
        if clause.tokens[number].is_idle:
            continue
        near = words[max(0, number - NEAR) : number] + words[number + 1 : number + 1 + NEAR]
        own = amount.get(form % BUCKETS, 0.0) + sum(amount.get(bucket, 0.0) for bucket in letters.tolist())
        pairs = sum(amount.get(_pair(form, other), 0.0) for other, _ in near)
        sets = sum(amount.get(_bucket(name), 0.0) for name in sets_of(clause.tokens[number].word))
        told.append((own + pairs / 2 + sets, number))
    best = sorted(told, reverse=True)[:4]
    return tuple(clause.tokens[number] for _, number in sorted((n, n) for value, n in best if value > 0))


def _pair(one: int, other: int) -> int:
    return (min(one, other) * 31 + max(one, other) * 17 + 7) % BUCKETS


@cache
def _weights() -> npt.NDArray[np.float32] | None:
    """The array of weights, the last one added to every score; None when the file is missing or not whole."""
    try:
        read = np.load(WEIGHTS, allow_pickle=False)
    except (OSError, ValueError):
        return None
    return read.astype(np.float32) if read.shape == (BUCKETS + 1,) else None
