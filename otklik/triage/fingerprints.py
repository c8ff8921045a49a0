"""The fingerprint of a text: what is compared when two messages may be about one problem. Pure.

It holds no words, only numbers made of them, so that it can be kept beside a case and compared without reading the
texts again. A number can be guessed back by who has a dictionary: it stands under the same lock as the text, and goes
with it.
"""

from __future__ import annotations

import csv
import re
import struct
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final
from zlib import crc32

from otklik.triage.whereabouts import whereabouts
from otklik.triage.words import NO, parses_of, read_word

# Changes whenever a fingerprint of the same text would: kept ones are then made anew.
EDITION: Final = 3
READ: Final = 6_000  # characters that are compared; two long letters have differed by then
MOST_WORDS: Final = 400
_BEGINNING: Final = 4  # letters of a word that a slip or another ending mostly leaves alone
MOST_GRAMS: Final = 96  # the smallest ones stand for all (bottom-k), so a long text stays small

_WORD: Final = re.compile(r"\d+|[а-яё]+|[a-z]+", re.IGNORECASE)
_DATE: Final = re.compile(
    r"(?<!\d)(?:\d{1,2}\.\d{1,2}\.(?:19|20)?\d{2}\s?(?:г\b\.?)?|(?:19|20)\d{2}\s?(?:год\w*|г\b\.?)?|\d{1,2}[:]\d{2}"
    r"|\d{1,2}\s+(?:янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек)[а-я]*|\d{1,2}\.(?:0\d|1[0-2]))(?!\d)"
)
# A count of things, an age, a flat or a distance is no house and no route.
_NOT_COUNTED: Final = (
    r"(?!\s*(?i:фонар|столб|опор|дерев|люк|челов|раз[а\s]|год|лет\b|час|мин|дн[яей]|день|сут|недел|месяц|руб|км\b|м\b|метр|"
    r"этаж|подъезд|квартир|дет[еи]|реб|шт|контейнер|бак|собак|щен|%|тыс|градус|процент))"
)
_HOUSE: Final = re.compile(
    r"(?<![\w.])(?<!кв\. )(?<!кв\.)(?<!кв )(?<!подъезд )(?:(?:дом(?:а|у|е|ом|ов|ами|ах)?|д|корп(?:ус)?)\.?\s*)?№?\s*"
    r"(?P<n>\d{1,3})(?:\s*(?:[-/\\]|,?\s*(?:корпус|корп\.?|к\.?)\s*)\s*(?P<m>\d{1,3})"
    r"|(?:\s*[-«\"]?(?=[абгдАБГД])|[-«\"]?)(?P<l>[а-еА-Ек-мК-М])[»\"]?(?![а-яёА-ЯЁ]))?(?![\w])"
    r"(?(l)|(?(m)|" + _NOT_COUNTED + "))"
)
_PARTICIPLE: Final = re.compile(r"(?:анный|янный|енный|ённый|итый|утый|тый)$")


_HEAD: Final = struct.Struct("<BH7HI")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a text. `words` are its words of content by their forms, `turns` neighbouring pairs of them,
    `grams` threes of letters, `houses` numbers that may be houses, routes or sums, `names` words with a capital inside
    a sentence; `length` counts its words of content with repeats; `outline` is one number for how its words begin,
    equal for texts that differ by endings and slips; 0 for no words.
    """

    words: frozenset[int] = frozenset()
    turns: frozenset[int] = frozenset()
    grams: frozenset[int] = frozenset()
    houses: frozenset[int] = frozenset()
    names: frozenset[int] = frozenset()
    length: int = 0
    outline: int = 0
    streets: frozenset[int] = frozenset()
    addresses: frozenset[int] = frozenset()

    def packed(self) -> bytes:
        """For keeping: the edition, the length, the sizes, the outline, then each set with its size."""
        sets = (self.words, self.turns, self.grams, self.houses, self.names, self.streets)
        head = _HEAD.pack(
            EDITION, min(self.length, 65_535), *map(len, sets), len(self.addresses), self.outline
        )
        body = b"".join(array("I", sorted(one)).tobytes() for one in sets)
        return head + body + array("Q", sorted(self.addresses)).tobytes()


NOTHING: Final = Fingerprint()


def unpacked(kept: bytes) -> Fingerprint | None:
    """The fingerprint that was kept; None for another edition's, or what is none."""
    if len(kept) < _HEAD.size or kept[0] != EDITION:
        return None
    _edition, length, *sizes, outline = _HEAD.unpack_from(kept)
    widths = [4] * (len(sizes) - 1) + [8]
    if len(kept) != _HEAD.size + sum(size * width for size, width in zip(sizes, widths, strict=True)):
        return None
    sets, at = [], _HEAD.size
    for size, width in zip(sizes, widths, strict=True):
        numbers = array("I" if width == 4 else "Q")
        numbers.frombytes(kept[at : at + width * size])
        sets.append(frozenset(numbers))
        at += width * size
    words, turns, grams, houses, names, streets, addresses = sets
    return Fingerprint(words, turns, grams, houses, names, length, outline, streets, addresses)


def words_of(kept: bytes) -> frozenset[int]:
    """Only the words of a kept fingerprint, for a quick look at many; empty for another edition's."""
    if len(kept) < _HEAD.size or kept[0] != EDITION:
        return frozenset()
    numbers = array("I")
    numbers.frombytes(bytes(kept[_HEAD.size : _HEAD.size + 4 * _HEAD.unpack_from(kept)[2]]))
    return frozenset(numbers)


def fingerprint(text: str) -> Fingerprint:
    """Read a text. Any text is accepted; one without words gives an empty fingerprint."""
    seen = text[:READ]
    undated = _DATE.sub(_blank, seen)
    words: list[int] = []
    names: set[int] = set()
    beginnings: set[str] = set()
    last_end = 0
    for found in _WORD.finditer(undated):
        word = found[0]
        gap = seen[last_end : found.start()]
        begins = not last_end or any(mark in gap for mark in ".!?\n")
        last_end = found.end()
        key = None if word[0].isdigit() else key_of(word.lower())  # numbers are compared by themselves
        if key is None:
            continue
        if word[0].isupper() and not begins and not word.isupper():
            names.add(_number(key))
        words.append(_number(key))
        beginnings.add(word.lower().replace("ё", "е")[:_BEGINNING])
        if len(words) >= MOST_WORDS:
            break
    words = _without_implied(words)
    turns = {_number(f"{one} {two}") for one, two in zip(words, words[1:], strict=False)}
    houses = list(_houses(undated))
    streets, addresses = whereabouts(undated, houses, key_of)
    return Fingerprint(
        frozenset(words), frozenset(turns), _grams(seen), frozenset(_number(house) for *_at, house in houses),
        frozenset(names), len(words), _number(" ".join(sorted(beginnings))) if words else 0, streets, addresses,
    )


def _without_implied(words: list[int]) -> list[int]:
    """Without words that another one says already («люк колодца», «свалка мусора»)."""
    there = set(words)
    out = {word for word, beside in _implied() if word in there and beside in there}
    return [word for word in words if word not in out] if out else words


@cache
def _implied() -> tuple[tuple[int, int], ...]:
    with Path(__file__).with_name("fingerprint_implied.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(
            (_number(key_of(row["word"]) or ""), _number(key_of(row["beside"]) or "")) for row in csv.DictReader(stream)
        )


def keys_of(text: str) -> list[str]:
    """The words of content of a text as they are compared, in their order, with repeats."""
    words = (found[0] for found in _WORD.finditer(_DATE.sub(_blank, text[:READ])))
    return [key for word in words if not word[0].isdigit() and (key := key_of(word.lower())) is not None]


def common_spans(first: str, second: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The words that two texts share, as [start, end) in each: what a person looks at to judge them."""
    found = [_keyed(text[:READ]) for text in (first, second)]
    both = {key for key, *_at in found[0]} & {key for key, *_at in found[1]}
    first_spans, second_spans = ([(start, end) for key, start, end in one if key in both] for one in found)
    return first_spans, second_spans


def _keyed(text: str) -> list[tuple[str, int, int]]:
    out = []
    for found in _WORD.finditer(text):
        key = found[0] if found[0][0].isdigit() else key_of(found[0].lower())
        if key is not None and key != NO:
            out.append((key, found.start(), found.end()))
    return out


@lru_cache(maxsize=1 << 16)
def key_of(word: str) -> str | None:
    """By what a word is compared: its dictionary form, one for all words of a kind; None for idle words."""
    reading = read_word(word)
    if NO in reading.lemmas:
        return NO
    if reading.is_idle:
        return None
    lemma = next(iter(parses_of(word)), word).replace("ё", "е")
    words = _words()
    if not words.get(lemma, lemma) or not words.get(word, word):
        return None
    lemma = lemma.removesuffix("ся")
    lemma = words.get(lemma, lemma)
    stems = sorted(one for one in read_word(lemma).lemmas if one.startswith("~"))
    if stems:
        return stems[0]
    cut = _PARTICIPLE.sub("", lemma)
    return f"~{cut}" if cut != lemma and len(cut) > 3 else lemma


@cache
def _words() -> Mapping[str, str]:
    """Words that are compared as another word; as "" those that say nothing about which matter it is: politeness,
    when it was (time is compared by itself), and what shuts nothing out beside its noun («огромный»).
    """
    with Path(__file__).with_name("fingerprint_words.csv").open(encoding="utf-8", newline="") as stream:
        return {row["word"]: row["as"] for row in csv.DictReader(stream)}


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _houses(undated: str) -> Iterable[tuple[int, int, str]]:
    for found in _HOUSE.finditer(undated):
        number, block, letter = found["n"], found["m"] or "", (found["l"] or "").lower()
        yield found.start("n"), found.end(), f"#{number}/{block}{letter}"


def _grams(text: str) -> frozenset[int]:
    plain = " ".join(re.findall(r"[a-zа-я0-9]+", text.lower().replace("ё", "е")))
    padded = f" {plain} "
    grams = {crc32(padded[at : at + 3].encode()) for at in range(max(len(padded) - 2, 0))} if plain else set()
    return frozenset(sorted(grams)[:MOST_GRAMS])


def _number(word: str) -> int:
    return crc32(word.encode())
