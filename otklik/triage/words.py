"""Words of a text with their dictionary forms and places. Pure; the dictionary is loaded once a process."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

import pymorphy3

# Stands for every word that says «there is none» or «it does not».
NO: Final = "¬"
_NEGATIONS: Final = frozenset(
    {"не", "нет", "нету", "без", "ни", "никак", "никакой", "нема", "отсутствовать", "отсутствие"}
)
_IDLE_PARTS: Final = frozenset({"PREP", "CONJ", "PRCL", "NPRO", "INTJ"})
_IDLE: Final = frozenset(
    {
        "быть",
        "стать",
        "весь",
        "сам",
        "самый",
        "этот",
        "тот",
        "такой",
        "который",
        "какой",
        "наш",
        "ваш",
        "мой",
        "свой",
        "очень",
        "уже",
        "еще",
        "вот",
        "там",
        "тут",
        "здесь",
        "так",
        "как",
        "где",
        "когда",
        "куда",
        "или",
        "либо",
        "можно",
        "просто",
        "только",
        "лишь",
        "каждый",
        "один",
        "два",
    }
)
# The dictionary calls these particles and conjunctions, but they carry the sense here.
_WITH_CONTENT: Final = frozenset({"спасибо", "минус", "плюс", "привет"})
# What shows nothing or only an accent may stand inside a word, to hide it or by chance.
_UNSEEN: Final = "\u00ad\u0300-\u036f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff"
_WORD: Final = re.compile(rf"[а-яёa-z]+(?:[{_UNSEEN}]+[а-яёa-z]+)*[{_UNSEEN}]*|\d+", re.IGNORECASE)
_HIDES: Final = re.compile(rf"[{_UNSEEN}]")
_LATIN: Final = re.compile(r"[a-z]")
_CYRILLIC: Final = re.compile(r"[а-яё]")
_AS_CYRILLIC: Final = str.maketrans("aceopxyktmhbnu", "асеорхуктмнвпи")
_END_OF_SENTENCE: Final = re.compile(r"[.!?…;\n]")
_ABBREVIATIONS: Final = frozenset(
    {"ул", "пер", "пр", "просп", "обл", "пос", "стр", "корп", "тел", "руб", "им", "кв", "дер", "мкр"}
)
_LONGEST: Final = 40  # letters; longer ones are no words
_BETWEEN_SENTENCES: Final = 3
# A verb and its noun and its other aspect share a stem: отключить, отключать, отключение.
_ENDINGS: Final = re.compile(
    r"(?:ывание|ивание|ование|евание|ение|ание|ывать|ивать|овать|евать|ать|ять|ить|еть|уть|ыть|ти|чь)$"
)
_STEM_PARTS: Final = frozenset({"VERB", "INFN", "PRTF", "PRTS", "GRND"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text, `text[start:end]`.

    `place` counts content words, sentences standing apart; an idle word (a preposition, a pronoun and
    the like) has the place of the content word after it.
    """

    word: str
    start: int
    end: int
    place: int
    lemmas: frozenset[str]
    is_idle: bool


def tokens_of(text: str) -> list[Token]:
    """The words of a text in order; words with a hyphen are taken apart."""
    tokens: list[Token] = []
    place, last_end, last_word = 0, 0, ""
    for found in _WORD.finditer(text):
        if _END_OF_SENTENCE.search(text, last_end, found.start()) and not _is_abbreviation(last_word):
            place += _BETWEEN_SENTENCES
        word = found[0].lower()
        last_end, last_word = found.end(), word
        reading = read_word(word)
        tokens.append(Token(word, found.start(), found.end(), place, reading.lemmas, reading.is_idle))
        place += not reading.is_idle
    return tokens


@dataclass(frozen=True, slots=True)
class Reading:
    """Dictionary forms that a word may have, whether it carries no content of its own, and its likeliest form."""

    lemmas: frozenset[str]
    is_idle: bool
    form: str = ""


def plain(word: str) -> str:
    """A word in small letters without hidden signs; Latin letters among Cyrillic ones as what they look like."""
    word = _HIDES.sub("", word.replace("и\u0306", "й").replace("е\u0308", "ё"))
    if _LATIN.search(word) and _CYRILLIC.search(word):
        return word.translate(_AS_CYRILLIC)
    return word


@lru_cache(maxsize=1 << 16)
def read_word(word: str) -> Reading:
    """Read a word in small letters, as `plain` shows it.

    A verb brings its stem too, marked «~», so that both aspects and the noun of action meet.
    """
    word = plain(word)
    if word in _NEGATIONS:
        return Reading(frozenset({NO}), is_idle=False, form=word)
    parses = () if len(word) > _LONGEST or word.isdigit() else _parsed(word)
    likely = [parse for parse in parses if parse.score >= 0.05][:4]
    if not likely or word in _WITH_CONTENT:
        return Reading(frozenset({word}), is_idle=False, form=word.replace("ё", "е"))
    lemmas: set[str] = set()
    for parse in likely:
        lemmas |= _forms(parse.normal_form.replace("ё", "е"), parse.tag.POS)
    is_idle = likely[0].tag.POS in _IDLE_PARTS or not lemmas.isdisjoint(_IDLE)
    if lemmas & _NEGATIONS:
        lemmas.add(NO)
        is_idle = False
    return Reading(frozenset(lemmas), is_idle, likely[0].normal_form.replace("ё", "е"))


def parses_of(word: str) -> tuple[str, ...]:
    """Dictionary forms of a word in small letters, the likeliest first; empty for what is no word."""
    if len(word) > _LONGEST or word.isdigit():
        return ()
    return tuple(parse.normal_form for parse in _parsed(word) if parse.score >= 0.05)


def analysed(word: str) -> list[Any]:
    """All readings of a word in small letters by the dictionary: `tag`, `score`, `normal_form`, `is_known`."""
    return [] if len(word) > _LONGEST else list(_parsed(word))


def _forms(lemma: str, part: str | None) -> set[str]:
    plain = lemma.removesuffix("ся")
    stem = _ENDINGS.sub("", plain)
    if len(stem) < 4 or stem == plain or (part not in _STEM_PARTS and not lemma.endswith("ние")):
        return {lemma}
    return {lemma, f"~{stem}" if plain == lemma else f"~{stem}ся"}


def _is_abbreviation(word: str) -> bool:
    return len(word) <= 2 or word in _ABBREVIATIONS


@lru_cache(maxsize=1 << 12)
def _parsed(word: str) -> tuple[Any, ...]:
    """The dictionary's readings; none for a word with characters that have no name, at which it stumbles.

    Several readers of one text ask for the same words one after another.
    """
    try:
        return tuple(_analyser().parse(word))
    except ValueError:
        return ()


@cache
def _analyser() -> Any:
    return pymorphy3.MorphAnalyzer(lang="ru")
