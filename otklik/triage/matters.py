"""What a text is about, from the words of its fingerprint alone: a light likeness of two matters. Pure.

`matter_words.csv` says of each word which themes it speaks for. It was learnt from the project's own sentences and
the classifier's words (`python -m otklik.triage.evaluating.matter_words`); no message of residents took part. It is not
the reader of themes: it needs no model at hand and no text, and only tells whether two texts mean one kind of trouble.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache, lru_cache
from math import sqrt
from pathlib import Path
from typing import Final
from zlib import crc32

WORDS: Final = Path(__file__).with_name("matter_words.csv")


def one_matter(a: frozenset[int], b: frozenset[int]) -> float:
    """From 0 for nothing in common to 1 for the same trouble, by two texts' words; 0 when either says nothing."""
    first, second = _themes_of(a), _themes_of(b)
    if len(second) < len(first):
        first, second = second, first
    return min(1.0, sum(weight * second.get(theme, 0.0) for theme, weight in first.items()))


@lru_cache(maxsize=1 << 10)
def _themes_of(words: frozenset[int]) -> Mapping[int, float]:
    known = _words()
    sums: dict[int, float] = {}
    for word in words:
        for theme, weight in known.get(word, ()):
            sums[theme] = sums.get(theme, 0.0) + weight
    length = sqrt(sum(weight * weight for weight in sums.values()))
    return {theme: weight / length for theme, weight in sums.items()} if length else {}


@cache
def _words() -> Mapping[int, tuple[tuple[int, float], ...]]:
    with WORDS.open(encoding="utf-8", newline="") as stream:
        return {crc32(row["word"].encode()): _weights(row["themes"]) for row in csv.DictReader(stream)}


def _weights(told: str) -> tuple[tuple[int, float], ...]:
    pairs = (one.split(":") for one in told.split())
    return tuple((int(theme), float(weight)) for theme, weight in pairs)
