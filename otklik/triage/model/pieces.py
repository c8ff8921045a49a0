"""What a text is made of, as numbers: dictionary forms, pairs of them, and pieces of words of 3–5 letters.

A feature is a 32-bit hash with its family mixed in. No word is kept anywhere: a model file cannot be read back
into what people wrote. Everything about one word is reckoned once and remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
import numpy.typing as npt

from otklik.triage.words import Token, plain, read_word

Hashes = npt.NDArray[np.uint32]

WORD, PAIR, LETTERS = 0, 1, 2
FAMILIES: Final = 3
_SALT: Final = (0x1F0A1, 0x2B7C3, 0x35D91)
_SHORTEST, _LONGEST = 3, 5  # letters of a piece, the edge of the word counted as one
_LONGEST_WORD: Final = 40
_MOST_WORDS: Final = 1_500  # what a very long text says, its beginning says


@dataclass(frozen=True, slots=True)
class Pieces:
    """Hashes of one text by family, with repeats, in the order of the text."""

    families: tuple[Hashes, Hashes, Hashes]


@dataclass(frozen=True, slots=True)
class WordPieces:
    """Hashes of one word: its dictionary form, and its pieces."""

    form: int
    letters: Hashes


def pieces_of(tokens: Sequence[Token]) -> Pieces:
    """The features of a text read into words."""
    words = [word_pieces(token.word) for token in tokens[:_MOST_WORDS]]
    forms = np.array([word.form for word in words], np.uint32)
    letters = np.concatenate([word.letters for word in words]) if words else np.empty(0, np.uint32)
    return Pieces((forms, pairs_of(forms), letters))


def pairs_of(forms: Hashes) -> Hashes:
    """Hashes of neighbouring dictionary forms."""
    if len(forms) < 2:
        return np.empty(0, np.uint32)
    mixed = forms[:-1].astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) ^ (
        forms[1:].astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F) + np.uint64(_SALT[PAIR])
    )
    return ((mixed >> np.uint64(29)) & np.uint64(0xFFFFFFFF)).astype(np.uint32)


@lru_cache(maxsize=1 << 16)
def word_pieces(word: str) -> WordPieces:
    """The features of one word in small letters."""
    bare = plain(word).replace("ё", "е")[:_LONGEST_WORD]
    edged = f" {bare} "
    found = [
        crc32(edged[start : start + length].encode("utf-8", "replace"), _SALT[LETTERS])
        for length in range(_SHORTEST, min(_LONGEST, len(edged)) + 1)
        for start in range(len(edged) - length + 1)
    ]
    form = read_word(word).form or bare
    return WordPieces(crc32(form.encode("utf-8", "replace"), _SALT[WORD]), np.array(found, np.uint32))
