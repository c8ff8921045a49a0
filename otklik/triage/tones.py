"""How a text is said: obscene, insulting, or a call to panic or to an unlawful act. Rules over three tables.

A tone never changes what is to be done: an obscene complaint about a burst pipe is a burst pipe. It decides what is
shown folded, and who reads first. Each find has its words and a reason.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from otklik.triage.lookalikes import Sounding, sounding, spelt_words
from otklik.triage.matching import Matcher, PlacedTokens
from otklik.triage.themes import Span
from otklik.triage.words import Token, read_word

Tone = Literal["insult", "obscene", "panic_call"]

_START: Final = r"(?<![^\W_])(?<![*#@$%~•×^])"
_END: Final = r"(?![^\W_])"
_CUE_WITHIN: Final = 5  # tokens between an ambiguous word and what says that a person is meant
_BEAST_WITHIN: Final = 8
_REPORTED_WITHIN: Final = 3
_NEAR: Final = 160  # characters in which the parts of an alarming rumour stand together
_MOST: Final = 20  # finds of one tone that are kept


@dataclass(frozen=True, slots=True)
class ToneFound:
    """One find: the tone, why, and the words in the text as given."""

    tone: Tone
    reason: str
    words: Span


def tones_in(written: str, text: PlacedTokens) -> tuple[ToneFound, ...]:
    """Every find in a text, in the order obscene, insult, panic."""
    sound = sounding(written)
    found = [*_obscene(written, sound), *_insults(written, text), *_panic(written, sound)]
    return tuple(found)


def _find(tone: Tone, reason: str, written: str, start: int, end: int) -> ToneFound:
    return ToneFound(tone, reason, Span(start, end, written[start:end]))


def _obscene(written: str, sound: Sounding) -> list[ToneFound]:
    found = []
    for hit in _obscene_words().finditer(sound.text):
        if hit.end() > hit.start():
            found.append(_find("obscene", "Нецензурное слово", written, *sound.span(*hit.span())))
    for word, start, end in spelt_words(sound):
        if _obscene_words().search(word):
            found.append(_find("obscene", "Нецензурное слово по буквам", written, *sound.span(start, end)))
    return found[:_MOST]


@cache
def _obscene_words() -> re.Pattern[str]:
    return re.compile(f"{_START}(?:{'|'.join(row['pattern'] for row in _rows('obscene.csv'))}){_END}")


def _insults(written: str, text: PlacedTokens) -> list[ToneFound]:
    words = _insult_words()
    found = []
    for at, token in enumerate(text.tokens):
        forms = {token.word.replace("ё", "е"), read_word(token.word).form}
        calls_names = not words["always"].isdisjoint(forms) or (
            not words["context"].isdisjoint(forms) and _means_a_person(written, text, at)
        )
        if calls_names and not _near(text, at, words["reported"], _REPORTED_WITHIN):
            found.append(_find("insult", "Оскорбление", written, token.start, token.end))
    for match in _insult_phrases().find(text):
        start, end = text.tokens[match.at[0]].start, text.tokens[match.at[-1]].end
        found.append(_find("insult", "Оскорбление", written, start, end))
    return found[:_MOST]


def _means_a_person(written: str, text: PlacedTokens, at: int) -> bool:
    """Whether «козёл» or «крыса» here is said of a person: a word of people near, none of animals."""
    words = _insult_words()
    if _near(text, at, words["beasts"], _BEAST_WITHIN):
        return False
    return _near(text, at, words["people"], _CUE_WITHIN) or _is_called_out(written, text.tokens[at])


def _near(text: PlacedTokens, at: int, forms: frozenset[str], within: int) -> bool:
    around = (*text.tokens[max(0, at - within) : at], *text.tokens[at + 1 : at + 1 + within])
    home = text.tokens[at].place
    return any(abs(one.place - home) <= within + 1 and not forms.isdisjoint(one.lemmas) for one in around)


def _is_called_out(written: str, token: Token) -> bool:
    """«Ослы, сколько вам писать»: alone between the start of a sentence or a comma and a comma or «!»."""
    before = written[: token.start].rstrip()[-1:]
    after = written[token.end :].lstrip()[:1]
    return before in ("", ",", ".", "!", "?") and after in (",", "!")


@cache
def _insult_words() -> dict[str, frozenset[str]]:
    return {
        row["how"]: frozenset(_lemmas(row["words"].split("|")))
        for row in _rows("insults.csv")
        if row["how"] != "phrase"
    }


@cache
def _insult_phrases() -> Matcher[str]:
    row = next(row for row in _rows("insults.csv") if row["how"] == "phrase")
    return Matcher([("insult", phrase) for phrase in row["words"].split("|")], slack=0)


def _lemmas(words: Iterable[str]) -> Iterator[str]:
    """The dictionary form as the texts' own words are read, and the word itself for what the dictionary lacks."""
    for word in words:
        yield word.replace("ё", "е")
        form = read_word(word).form
        if form:
            yield form


def _panic(written: str, sound: Sounding) -> list[ToneFound]:
    """A call to an unlawful act; or an alarm as fact with a call to flee, to hoard, to spread, or «скрывают»."""
    parts = _panic_parts()
    own = [hit.span() for hit in parts["own"].finditer(sound.text)]
    calls = [
        _find("panic_call", "Похоже на призыв к противоправному", written, *sound.span(*hit.span()))
        for hit in parts["act"].finditer(sound.text)
        if not any(start <= hit.start() and hit.end() <= end for start, end in own)
    ]
    if calls:
        return calls[:_MOST]
    sure = parts["sure"].search(sound.text)
    flee = [hit.span() for hit in parts["flee"].finditer(sound.text)]
    hidden = [hit.span() for hit in parts["hidden"].finditer(sound.text)]
    for hit in parts["alarm"].finditer(sound.text):
        near = [span for span in (*flee, *hidden) if abs(span[0] - hit.start()) <= _NEAR]
        spreads = any(abs(span[0] - hit.start()) <= _NEAR for span in flee)
        if spreads or (near and sure):
            start, end = sound.span(*hit.span())
            return [_find("panic_call", "Похоже на распространение тревоги", written, start, end)]
    if sure:
        return [_find("panic_call", "Похоже на распространение тревоги", written, *sound.span(*sure.span()))]
    return []


@cache
def _panic_parts() -> dict[str, re.Pattern[str]]:
    parts: dict[str, list[str]] = {}
    for row in _rows("panic.csv"):
        parts.setdefault(row["part"], []).append(f"(?:{row['pattern']})")
    return {part: re.compile("|".join(patterns)) for part, patterns in parts.items()}


def _rows(name: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))
