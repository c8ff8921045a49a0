"""A text as the coach reads it: small letters, sentences with their places, what its verbs say of time. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

from otklik.triage.words import analysed

_BOUND: Final = re.compile(r"(?:[.!?…]+[)»\"]*(?=\s)|\n)\s*|[.!?…]+[)»\"]*$")
_SHORTENED: Final = frozenset(
    {"д", "ул", "г", "гг", "кв", "каб", "стр", "корп", "тел", "руб", "им", "пос", "обл", "пр", "пер", "т", "п", "ст",
     "теч", "раб", "янв", "фев", "апр", "авг", "сент", "окт", "нояб", "дек", "ч", "мин", "др", "км", "м", "см", "мкр"}
)
_LAST_WORD: Final = re.compile(r"([а-яa-z]+)$")
_WORD: Final = re.compile(r"[а-яёa-z]+(?:-[а-яёa-z]+)*", re.IGNORECASE)


@dataclass(frozen=True)
class Sentence:
    """`text[start:end]` without the blanks around it."""

    start: int
    end: int
    text: str  # small letters, «е» for «ё»

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words in small letters."""
        return tuple(found[0] for found in _WORD.finditer(self.text))

    @cached_property
    def tenses(self) -> frozenset[str]:
        """Tenses of its verbs: futr, pres, past, and «done» for a short passive («закрыта»)."""
        return frozenset(tense for word in self.words for tense in tenses_of(word))


def lowered(text: str) -> str:
    """Small letters and «е» for «ё», each character in its place."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
    return low.replace("ё", "е").replace("\u00a0", " ")


def sentences_of(text: str) -> list[Sentence]:
    """The sentences of a text in order; an initial or a shortened word ends none."""
    low, start = lowered(text), 0
    found: list[Sentence] = []
    for bound in _BOUND.finditer(text):
        end = bound.end()
        if not bound[0].startswith("\n") and end < len(text) and _goes_on(text, low, bound):
            continue
        _add(found, low, start, bound.start() + len(bound[0].rstrip()))
        start = end
    _add(found, low, start, len(text))
    return found


def _add(found: list[Sentence], low: str, start: int, end: int) -> None:
    written = low[start:end]
    if written.strip():
        begin = start + len(written) - len(written.lstrip())
        found.append(Sentence(begin, begin + len(written.strip()), written.strip()))


def _goes_on(text: str, low: str, bound: re.Match[str]) -> bool:
    if not bound[0].startswith("."):
        return False
    after = text[bound.end()]
    before = _LAST_WORD.search(low, max(0, bound.start() - 12), bound.start())
    if before and (len(before[1]) == 1 or before[1] in _SHORTENED):
        return not after.isupper() or len(before[1]) == 1 or before[1] in ("ул", "им", "каб", "пр", "пер", "пос")
    return after.islower()


@lru_cache(maxsize=1 << 14)
def likeliest(word: str) -> Any:
    """The likeliest reading of a word in small letters; None for what the dictionary does not know.

    «Устраним», «заменим», «восстановим» are as likely short adjectives by the dictionary; in an answer they say what
    will be done.
    """
    readings = analysed(word)
    if not readings or not readings[0].is_known:
        return None
    first = readings[0]
    if first.tag.POS != "ADJS" or not word.endswith("им"):
        return first
    ours = (one for one in readings if one.tag.tense == "futr" and one.tag.person == "1per" and one.tag.mood == "indc")
    return next((one for one in ours if one.score >= first.score), first)


@lru_cache(maxsize=1 << 14)
def tenses_of(word: str) -> frozenset[str]:
    """What a word says of time, by its likeliest reading; empty for what is no verb."""
    reading = likeliest(word)
    if reading is None:
        return frozenset()
    tag = reading.tag
    if tag.POS == "VERB" and tag.tense:
        return frozenset({str(tag.tense)})
    return frozenset({"done"}) if tag.POS == "PRTS" else frozenset()


@lru_cache(maxsize=1 << 14)
def part_of_speech(word: str) -> str:
    """The part of speech by the likeliest reading; empty for what the dictionary does not know."""
    reading = likeliest(word)
    return str(reading.tag.POS or "") if reading is not None else ""
