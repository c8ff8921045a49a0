"""The cases of place names: which written forms belong to a name, and which are usual words.

Pure. Forms come from two sources put together: the dictionary of pymorphy3, which knows fleeting
vowels («Городок» → «Городка») but guesses at rare names, and the regular endings of Russian
place names, which never miss a hamlet that no dictionary knows. All forms are keys: small
letters, ё as е.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import pymorphy3

_ADJECTIVE_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ый", ("ого", "ому", "ым", "ом")),
    ("ой", ("ого", "ому", "ым", "ом")),
    ("ий", ("ого", "ому", "его", "ему", "им", "ом", "ем")),
    ("ая", ("ой", "ей", "ую", "ою")),
    ("яя", ("ей", "юю", "ею")),
    ("ое", ("ого", "ому", "ым", "им", "ом")),
    ("ее", ("его", "ему", "им", "ем")),
    ("ые", ("ых", "ым", "ыми")),
    ("ие", ("их", "им", "ими")),
)
_NOUN_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ия", ("ии", "ию", "ией")),
    ("я", ("и", "е", "ю", "ей")),
    ("о", ("а", "у", "ом", "е")),
    ("ье", ("ья", "ью", "ьем", "ьи")),
    ("е", ("я", "ю", "ем", "а", "у")),
    ("й", ("я", "ю", "ем", "е", "и")),
    ("ь", ("и", "ью", "я", "ю", "ем", "е")),
    ("ы", ("ов", "ам", "ами", "ах")),
    ("и", ("ов", "ей", "ам", "ами", "ах", "ям", "ями", "ях")),
)
_VELAR_OR_HUSHING = "гкхжшчщ"
_HUSHING = "жшчщц"
_VOWELS = "аеиоуыэюя"
# Forms of people's names look like forms of hamlets named after people («Котова», «Попова»).
_PERSONAL = ("Surn", "Name", "Patr")
_MARKS_OF_NAMES = ("Geox", "Orgn")
_NOMINAL = ("NOUN", "ADJF", "PRTF", "ADJS", "VERB", "ADVB", "INFN", "NUMR", "PRED", "PRTS", "GRND")


@cache
def _analyser() -> Any:
    return pymorphy3.MorphAnalyzer(lang="ru")


@lru_cache(maxsize=65536)
def _parses(word: str) -> tuple[Any, ...]:
    return tuple(_analyser().parse(word))


def _fold(word: str) -> str:
    return word.casefold().replace("ё", "е")


def _regular_forms(word: str) -> set[str]:
    """Forms by ending alone; the word itself is not among them."""
    for ending, others in _ADJECTIVE_ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return {word[: -len(ending)] + other for other in others}
    if word.endswith(("ого", "его")):
        return set()
    if word.endswith("а") and len(word) > 2:
        stem, last = word[:-1], word[-2]
        genitive = "и" if last in _VELAR_OR_HUSHING else "ы"
        instrumental = ("ей", "ею") if last in _HUSHING else ("ой", "ою")
        return {stem + other for other in (genitive, "е", "у", *instrumental)}
    for ending, others in _NOUN_ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return {word[: -len(ending)] + other for other in others}
    if word[-1] not in _VOWELS:
        instrumental = ("ом", "ем") if word[-1] in _HUSHING else ("ом", "ым")
        return {word + other for other in ("а", "у", "е", *instrumental)}
    return set()


def _dictionary_forms(word: str) -> set[str]:
    """Forms of the readings in which the word is a nominative, of the same number and gender."""
    forms: set[str] = set()
    for parse in _parses(word):
        if "nomn" not in parse.tag or parse.tag.POS not in {"NOUN", "ADJF", "PRTF"}:
            continue
        if parse.tag.POS == "NOUN" and any(mark in parse.tag for mark in _PERSONAL):
            continue
        for other in parse.lexeme:
            if other.tag.number != parse.tag.number or other.tag.POS != parse.tag.POS:
                continue
            if other.tag.gender not in {parse.tag.gender, None} or "Supr" in other.tag:
                continue
            forms.add(_fold(other.word))
    return forms


@lru_cache(maxsize=32768)
def forms_of(word: str) -> frozenset[str]:
    """Return all written forms of one word of a name, the word itself among them."""
    folded = _fold(word)
    if not folded.isalpha() or len(folded) < 2:
        return frozenset({folded})
    return frozenset({folded} | _regular_forms(folded) | _dictionary_forms(folded))


@lru_cache(maxsize=65536)
def is_usual_word(form: str) -> bool:
    """Tell whether a form is a word of its own in usual speech («победа», «ленинский»).

    Names of places and organisations do not count as usual; an unknown word is not usual.
    """
    analyser = _analyser()
    if not analyser.word_is_known(form):
        return False
    return any(
        analyser.word_is_known(parse.word)
        and parse.tag.POS in _NOMINAL
        and not any(mark in parse.tag for mark in (*_MARKS_OF_NAMES, *_PERSONAL))
        for parse in _parses(form)
    )


@lru_cache(maxsize=65536)
def is_personal_name(form: str) -> bool:
    """Tell whether a form may be a surname, given name or patronymic («Котова», «Попов»)."""
    if _analyser().word_is_known(form):
        return any(any(mark in parse.tag for mark in _PERSONAL) for parse in _parses(form))
    # The dictionary lacks most surnames; these endings are theirs more often than a hamlet's.
    return form.endswith(("ов", "ев", "ин", "ова", "ева", "ина", "ову", "овым", "евым", "иным"))


_ADJECTIVE_CASES = {
    "femn": ("ая", "яя", "ой", "ей", "ую", "юю"),
    "masc": ("ый", "ий", "ой", "ого", "его", "ому", "ему", "ом", "ем", "ым", "им"),
    "neut": ("ое", "ее", "ого", "его", "ому", "ему", "ом", "ем", "ым", "им"),
}


@lru_cache(maxsize=16384)
def nominative_of_adjective(word: str, gender: str) -> str | None:
    """Return the nominative of an inflected adjective in a gender («Советской», femn → «Советская»).

    None when the word is no adjective of that gender («Ленина», «Мира»). Capitals are kept.
    """
    if len(word) < 5 or not word.casefold().endswith(_ADJECTIVE_CASES[gender]):
        return None
    for parse in _parses(_fold(word)):
        if parse.tag.POS not in {"ADJF", "PRTF"} or parse.tag.gender != gender or "Poss" in parse.tag:
            continue
        nominative = parse.inflect({"nomn", gender, "sing"})
        if nominative is not None:
            found = str(nominative.word)
            return "".join(
                letter.upper() if place < len(word) and word[place].isupper() else letter
                for place, letter in enumerate(found)
            )
    return None


@lru_cache(maxsize=65536)
def agrees_with_noun(adjective: str, noun: str) -> bool:
    """Tell whether a word, read as an adjective, agrees with a noun in case, number and gender."""
    if not _analyser().word_is_known(noun) or any(p.tag.POS in {"PREP", "CONJ", "PRCL"} for p in _parses(noun)):
        return False
    nouns = {
        (parse.tag.case, parse.tag.number, parse.tag.gender)
        for parse in _parses(noun)
        if parse.tag.POS == "NOUN"
    }
    return any(
        (parse.tag.case, parse.tag.number, parse.tag.gender) in nouns
        for parse in _parses(adjective)
        if parse.tag.POS in {"ADJF", "PRTF"}
    )


@lru_cache(maxsize=65536)
def is_genitive(form: str) -> bool:
    """Tell whether a form is likely a noun's genitive and no nominative («Мира», «Качинцев»)."""
    parses = [parse for parse in _parses(form) if parse.tag.POS == "NOUN"]
    if parses and "gent" in parses[0].tag:  # the likeliest reading stands first
        return True
    return any("gent" in parse.tag for parse in parses) and not any("nomn" in parse.tag for parse in parses)


@lru_cache(maxsize=65536)
def may_be_genitive(form: str) -> bool:
    """Tell whether a form may be a noun's genitive («обороны», «Репина»)."""
    return any("gent" in parse.tag and parse.tag.POS == "NOUN" for parse in _parses(form))


@lru_cache(maxsize=65536)
def may_be_adjective(form: str) -> bool:
    """Tell whether a form may be an adjective («Голубинской»)."""
    return any(parse.tag.POS == "ADJF" for parse in _parses(form))


@lru_cache(maxsize=65536)
def is_word(form: str) -> bool:
    """Tell whether the dictionary knows the form at all, as whatever word."""
    return bool(_analyser().word_is_known(form))


_NUMERALS = frozenset({"два", "две", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять"})


def is_numeral(word: str) -> bool:
    """Tell whether a word of a name is a number, in figures or letters."""
    return word.isdigit() or word in _NUMERALS


@lru_cache(maxsize=1024)
def forms_after_number(word: str) -> frozenset[str]:
    """Return the plural forms of a noun that stands after a number («ветров» → «ветрах»)."""
    return frozenset(
        _fold(other.word)
        for parse in _parses(_fold(word))
        if parse.tag.POS == "NOUN" and "gent" in parse.tag
        for other in parse.lexeme
        if other.tag.number == "plur"
    )


@lru_cache(maxsize=16384)
def is_patronymic(form: str) -> bool:
    """Tell whether a form may be a patronymic («Серафимович»)."""
    return any("Patr" in parse.tag for parse in _parses(form))


@lru_cache(maxsize=16384)
def is_given_name(form: str) -> bool:
    """Tell whether a form may be a given name («Иван»)."""
    return any("Name" in parse.tag for parse in _parses(form))


@lru_cache(maxsize=4096)
def nominative_after(word: str, case: str) -> str:
    """Return the nominative of a name that stands in a case («Жилмаше», loct → «Жилмаш»), capitals kept.

    The word as it is when the dictionary cannot guess.
    """
    for parse in _parses(_fold(word)):
        if parse.tag.POS not in {"NOUN", "ADJF"} or case not in parse.tag or "plur" in parse.tag:
            continue
        nominative = parse.inflect({"nomn"})
        if nominative is not None:
            found = str(nominative.word)
            return found[:1].upper() + found[1:]
    return word


@lru_cache(maxsize=16384)
def is_idle(form: str) -> bool:
    """Tell whether a word is likely a verb, an adverb or a word of no content: no part of a name."""
    parses = _parses(_fold(form))
    idle = {"VERB", "INFN", "PREP", "CONJ", "PRCL", "PRED", "ADVB", "NPRO", "INTJ", "GRND"}
    return bool(parses) and parses[0].tag.POS in idle


@lru_cache(maxsize=16384)
def is_abbreviation(form: str) -> bool:
    """Tell whether a word is written in capitals anyway («ВЛКСМ»)."""
    return len(form) < 6 and (not is_word(form) or any("Abbr" in parse.tag for parse in _parses(form)))
