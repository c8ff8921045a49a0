"""How likely a word is of a name, by learned weights of what it looks like and what stands around. Pure.

A second voice beside the weights of `name_weights`, for what no rule tells. `name_training` learns the weights.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from otklik.triage.personal import people
from otklik.triage.personal.name_chains import Word
from otklik.triage.personal.name_words import look

WEIGHTS: Final = Path(__file__).with_name("name_signs.csv")
_AROUND: Final = (-2, -1, 0, 1, 2)
_SHARES: Final = ("name", "surname", "patronymic", "place", "common")
_MARKS: Final = ("known", "ending", "noun", "living", "adjective", "verb", "past", "nominative", "firm")
_STOP: Final = re.compile(r"[.!?…\n]")
_DIGIT: Final = re.compile(r"\d+")
_BIAS: Final = "bias"


def likelihood(text: str, words: Sequence[Word], at: int) -> float:
    """The chance from 0 to 1 that a word is of a name."""
    weights = _weights()
    near = (_weight_of(offset, _near(words, at, offset)) for offset in _AROUND)
    score = weights.get(_BIAS, 0.0) + sum(near) + sum(weights.get(one, 0.0) for one in _of_place(text, words, at))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


def may_be_asked(word: Word) -> bool:
    """Whether a word is worth the question: a capital letter, or much of a name in it."""
    seen = word.look
    much = seen.personal >= 0.3 and seen.common < 0.6 and seen.known
    if word.initial or len(word.text) < 3 or not (word.capital or much) or seen.firm:
        return False
    return not (people.is_office(word.lower) or people.is_role(word.lower))


def signs_of(text: str, words: Sequence[Word], at: int) -> list[str]:
    """All that is known of a word and what stands around it, by names of signs."""
    signs = [_BIAS, *_of_place(text, words, at)]
    for offset in _AROUND:
        signs += _of_word(offset, _near(words, at, offset))
    return signs


def _near(words: Sequence[Word], at: int, offset: int) -> str:
    where = at + offset
    return words[where].lower if 0 <= where < len(words) else ""


def _of_place(text: str, words: Sequence[Word], at: int) -> Iterator[str]:
    """Signs that hold for this place of the text only."""
    word = words[at]
    before = _gap(text, words[at - 1].end if at else 0, word.start)
    after = _gap(text, word.end, words[at + 1].start if at + 1 < len(words) else len(text))
    yield f"before {before}"
    yield f"after {after}"
    yield f"capital {word.capital} first {word.first}"
    seen = word.look
    shares = f"{_quarter(seen.name)} {_quarter(seen.surname)} {_quarter(seen.common)}"
    yield f"word {word.capital} {word.first} {shares} {seen.known} {seen.ending}"
    if at:
        last = words[at - 1]
        yield f"last {last.capital} {last.initial} {people.is_role(last.lower)} {word.capital} {shares}"
        yield f"person {people.is_somebody(last.lower)} {word.capital}"
    if at + 1 < len(words):
        following = words[at + 1]
        yield f"next {following.capital} {following.initial} {_quarter(following.look.personal)} {word.capital}"
        yield f"does {following.look.verb} {following.look.past} {word.capital} {word.first} {seen.nominative}"


def _gap(text: str, start: int, end: int) -> str:
    """What stands between words, told shortly."""
    between = text[start:end]
    if not between.strip(" "):
        return "space" if between else "edge"
    if _STOP.search(between):
        return "stop"
    return _DIGIT.sub("0", between.strip(" "))[:2]


def _quarter(share: float) -> int:
    return round(min(1.0, share) * 4)


def _of_word(offset: int, word: str) -> Iterator[str]:
    """Signs of one word around, by how far it stands."""
    if not word:
        yield f"{offset} none"
        return
    seen = look(word)
    for share in _SHARES:
        yield f"{offset} {share} {_quarter(getattr(seen, share))}"
    for mark in _MARKS:
        yield f"{offset} {mark} {getattr(seen, mark)}"
    yield f"{offset} ends {word[-3:]}"
    yield f"{offset} role {people.is_role(word)}"
    if offset:
        yield f"{offset} is {word}"


@lru_cache(maxsize=1 << 16)
def _weight_of(offset: int, word: str) -> float:
    weights = _weights()
    return sum(weights.get(sign, 0.0) for sign in _of_word(offset, word))


@cache
def _weights() -> Mapping[str, float]:
    with WEIGHTS.open(encoding="utf-8", newline="") as stream:
        return {sign: int(weight) / 100 for sign, weight in csv.reader(stream)}
