"""How badly a sentence of an answer speaks by its meaning, where no word of a list betrays it. Numpy only.

Two readings are added up: pieces of words and neighbouring words (cheap), and what the sentence means to the reader
of meaning that triage has for danger (some milliseconds a sentence, so only the likeliest few are read so). Learned
from sentences of our own by `tone_training.py`. Without the file of weights, or with another reader of meaning than
the one it was learned with, nothing is found and the word list stands alone.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from otklik.triage import danger_meaning

WEIGHTS: Final = Path(__file__).with_name("tone_weights.npz")
LAYERS: Final = (1, 2, 3)  # what is near the words tells more of tone than what was made for danger
BUCKETS: Final = 1 << 14
THRESHOLD: Final = 1.25  # of the sum: chosen on the seed (each tenth judged by the rest) and the open part of the exam
LONGEST: Final = 45  # pieces of a sentence that are read
_MOST: Final = 4  # sentences of an answer that are read by meaning
_PIECES: Final = 90  # of them altogether: what bounds the time
_LEAST: Final = -1.0  # by pieces of words alone: below this meaning does not help
_SIGNS: Final = re.compile(r"[а-яa-z]+|[!?#«]")
_NUMBER: Final = re.compile(r"\d+")

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Weights:
    words: Floats
    meaning: Floats
    middle: float  # what an ordinary sentence has of `meaning`
    add: float


def badly_said(sentences: Sequence[str]) -> list[int]:
    """Which of these sentences (any case) speak badly to a person, by their numbers in order."""
    weights = _weights()
    if weights is None or not sentences:
        return []
    by_words = [float(by @ weights.words[at]) + weights.add for at, by in map(worded, sentences)]
    chosen: list[int] = []
    windows: list[danger_meaning.Window] = []
    left = _PIECES
    for number in sorted(range(len(sentences)), key=lambda one: -by_words[one]):
        if by_words[number] < _LEAST or len(chosen) == _MOST:
            break
        window = danger_meaning.whole(sentences[number], LONGEST)
        if len(window.pieces) <= left:
            left -= len(window.pieces)
            chosen.append(number)
            windows.append(window)
    meant = danger_meaning.meanings(windows, LAYERS)
    if meant is None:
        return []
    sums = meant @ weights.meaning - weights.middle
    return sorted(number for number, more in zip(chosen, sums, strict=True) if by_words[number] + more > THRESHOLD)


def worded(sentence: str) -> tuple[npt.NDArray[np.int64], Floats]:
    """A sentence as pieces of words, words and pairs: places in a row of `BUCKETS`, and how much each weighs."""
    words = _SIGNS.findall(_NUMBER.sub("#", sentence.lower().replace("ё", "е")))
    signs: dict[int, int] = {}
    for sign in _signs(words):
        place = zlib.crc32(sign.encode()) % BUCKETS
        signs[place] = signs.get(place, 0) + 1
    by: Floats = np.sqrt(np.fromiter(signs.values(), np.float32, len(signs)))
    by /= max(float(np.linalg.norm(by)), 1e-9)
    return np.fromiter(signs, np.int64, len(signs)), by


def _signs(words: Sequence[str]) -> list[str]:
    found: list[str] = []
    for word in words:
        framed = f" {word} "
        found += [framed[at : at + size] for size in (3, 4, 5) for at in range(len(framed) - size + 1)]
        found.append("w" + word)
    found += [f"{one[:5]}_{two[:5]}" for one, two in zip(["^", *words], [*words, "$"], strict=True)]
    return found + ["last" + words[-1][-3:]] if words else []


@cache
def _weights() -> _Weights | None:
    try:
        with np.load(io.BytesIO(WEIGHTS.read_bytes()), allow_pickle=False) as kept:
            if bytes(kept["reader"]).decode() != danger_meaning.DIGEST:
                return None
            words, meaning = (kept[name].astype(np.float32) for name in ("words", "meaning"))
            return _Weights(words, meaning, float(kept["middle"]), float(kept["add"]))
    except (OSError, ValueError, KeyError, BadZipFile, EOFError):
        return None
