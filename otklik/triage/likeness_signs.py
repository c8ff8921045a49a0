"""The signs by which two fingerprints are weighed. Pure.

Each is a number by the names of `likeness.csv`; `clash`, `other_house` and `other_street` have no weight there: they
shut out.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from math import log, log1p
from pathlib import Path
from typing import Final
from zlib import crc32

from otklik.triage.fingerprints import Fingerprint
from otklik.triage.matters import one_matter
from otklik.triage.whereabouts import elsewhere

COPY_LETTERS: Final = 0.72  # share of common threes of letters from which texts are copies of each other
SLIP_LETTERS: Final = 0.6  # from which equal beginnings of all words mean slips and endings, not other words
UNWEIGHED: Final = ("clash", "other_house", "other_street")
_SHORT: Final = 10  # words of content; below it, every word more or less is another matter
_RARE: Final = 0.0006  # share of texts below which a word is peculiar
_ONE_STREET: Final = 0.6  # how sure a shared street or peculiar name makes the place; an address makes it wholly
_OTHER_MATTER: Final = 0.6  # likeness of matters from which one place has one trouble
_LOG_OF_ALL: Final = 8.1  # ln of the three thousand sentences in which the shares were counted
_COMMON: Final = Path(__file__).with_name("common_words.csv")


def signs(a: Fingerprint, b: Fingerprint) -> dict[str, float]:
    """What of two fingerprints is weighed, and what shuts out (`UNWEIGHED`)."""
    both = a.words & b.words
    named = (a.names & b.words) | (b.names & a.words)
    matter_a, matter_b = a.words - a.names - b.names, b.words - a.names - b.names
    numbers = a.houses & b.houses
    only_a, only_b = len(a.houses - numbers), len(b.houses - numbers)
    equal = a.words == b.words and bool(a.words)
    letters = _common(a.grams, b.grams)
    slips = not equal and bool(a.words) and a.outline == b.outline and letters >= SLIP_LETTERS
    peculiar = any(_share(word) < _RARE for word in named)
    alike = one_matter(a.words, b.words)
    here = _here(a, b, peculiar)
    short = max(a.length, b.length) < _SHORT and not (equal or slips or named or here)
    parted = elsewhere((a.streets, b.streets), (a.words, b.words), (a.addresses, b.addresses))
    return {
        "equal": float(equal),
        "slips": float(slips),
        "letters": letters,
        "matter": _weight(matter_a & matter_b) / (min(_weight(matter_a), _weight(matter_b)) or 1.0),
        "one_matter": alike,
        "turns": _common(a.turns, b.turns),
        "other_names": log1p(min(_weight(a.names - b.words), _weight(b.names - a.words))),
        "numbers_less": log1p(min(only_a, only_b)),
        "numbers_more": log1p(max(only_a, only_b)),
        "rare": log1p(sum(_share(word) < _RARE for word in both)),
        "named": float(peculiar),
        "address": bool(a.addresses & b.addresses) * min(alike, _OTHER_MATTER),
        "here_other": here * max(0.0, _OTHER_MATTER - alike),
        "short_unequal": float(short),
        "clash": float(bool(only_a and only_b)),
        "other_house": float(parted == "other_house"),
        "other_street": float(parted == "other_street"),
    }


def other_number(seen: Mapping[str, float]) -> bool:
    """The same sentence about house 12 and house 18, route 17 and route 24: no wording weighs that up."""
    return bool(seen["clash"] and (seen["equal"] or seen["letters"] >= COPY_LETTERS))


def other_place(seen: Mapping[str, float]) -> bool:
    """The texts themselves name two streets, or two houses of one."""
    return bool(seen["other_house"] or seen["other_street"])


def _here(a: Fingerprint, b: Fingerprint, peculiar: bool) -> float:
    """How sure it is that both texts name one place."""
    if a.addresses & b.addresses:
        return 1.0
    one_street = a.streets & (b.streets | b.words) or b.streets & a.words
    return _ONE_STREET if peculiar or one_street else 0.0


def rough(a: Fingerprint, b: Fingerprint) -> float:
    """A quick look before the real one: common words by weight, from 0 to 1 of the smaller text."""
    return _weight(a.words & b.words) / (min(_weight(a.words), _weight(b.words)) or 1.0)


def _common(a: frozenset[int], b: frozenset[int]) -> float:
    return len(a & b) / len(a | b) if a or b else 0.0


def _weight(words: Iterable[int]) -> float:
    common = _shares()
    return sum(_of_share(common[word]) if word in common else 1.0 for word in words)


def _of_share(share: float) -> float:
    """From 0 for a word of every text to 1 for one that is met nowhere."""
    return max(0.0, min(1.0, -log(share) / _LOG_OF_ALL))


def _share(word: int) -> float:
    return _shares().get(word, 0.0)


@cache
def _shares() -> Mapping[int, float]:
    """The share of ordinary complaints that have a word, counted over the project's own sentences."""
    with _COMMON.open(encoding="utf-8", newline="") as stream:
        return {crc32(row["word"].encode()): float(row["share"]) for row in csv.DictReader(stream)}
