"""The names of a region's places as patterns of inflected words. Pure; the gazetteer's index is made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from otklik.territory import context
from otklik.territory.context import Token, tokens_of
from otklik.territory.morphology import forms_after_number, forms_of, is_numeral
from otklik.territory.places import Place

UNIT_FORMS: Mapping[str, frozenset[str]] = {
    "район": context.RAION_FORMS,
    "округ": context.OKRUG_FORMS,
    "область": context.OBLAST_FORMS,
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A name: the forms of each of its words, the words as in the directory, the places of this name.

    `unit` tells that it contains the word of its kind: «район», «область».
    """

    words: tuple[frozenset[str], ...]
    nominative: tuple[str, ...]
    places: tuple[int, ...]
    unit: bool


@dataclass(frozen=True, slots=True)
class Match:
    """A stretch of tokens that is a form of one or more names.

    `places` are all whose name has this form, `exact` those named just so («Калинина» is one
    hamlet's name and another's genitive).
    """

    unit: bool
    places: tuple[int, ...]
    exact: tuple[int, ...]
    first: int
    last: int
    start: int
    end: int


def match_of(patterns: Sequence[Pattern], tokens: Sequence[Token], first: int, last: int) -> Match:
    """The match of patterns that fit one stretch of tokens."""
    written = tuple(token.key for token in tokens[first : last + 1])
    return Match(
        unit=any(pattern.unit for pattern in patterns),
        places=tuple(dict.fromkeys(n for pattern in patterns for n in pattern.places)),
        exact=tuple(n for pattern in patterns if pattern.nominative == written for n in pattern.places),
        first=first,
        last=last,
        start=tokens[first].start,
        end=tokens[last].end,
    )


def patterns_of(places: Sequence[Place]) -> dict[str, tuple[Pattern, ...]]:
    """All names by each form of their first word, the longest names first."""
    by_name: dict[tuple[str, ...], dict[int, None]] = defaultdict(dict)
    forms: dict[tuple[str, ...], tuple[frozenset[str], ...]] = {}
    for number, place in enumerate(places):
        for name in place.names:
            for variant in _variants(_words_of(name)):
                key = tuple(word for word, _ in variant)
                if key:
                    by_name[key][number] = None
                    forms[key] = tuple(each for _, each in variant)
    patterns: dict[str, list[Pattern]] = defaultdict(list)
    for key, numbers in by_name.items():
        pattern = Pattern(forms[key], key, tuple(numbers), any(word in UNIT_FORMS for word in key))
        for form in pattern.words[0]:
            patterns[form].append(pattern)
    return {
        form: tuple(sorted(found, key=lambda p: (-len(p.words), p.nominative))) for form, found in patterns.items()
    }


_ORDINAL_ENDINGS = frozenset({"й", "я", "е", "го", "м", "му", "ой", "ю", "ом"})
_Words = list[tuple[str, frozenset[str]]]


def _words_of(name: str) -> _Words:
    words: _Words = []
    for token in tokens_of(name):
        forms = UNIT_FORMS.get(token.key) or forms_of(token.key)
        if words and words[-1][0].isdigit() and token.key in _ORDINAL_ENDINGS:  # «в Бобровском 2-м»
            forms |= _ORDINAL_ENDINGS
        elif words and is_numeral(words[-1][0]):  # «Семь Ветров», «на семи ветрах»
            forms |= forms_after_number(token.key)
        words.append((token.key, forms))
    return words


def _variants(words: _Words) -> list[_Words]:
    if len(words) < 2 or words[-1][0] != "район":
        return [words]
    adjective = ("муниципальный", context.MUNICIPAL_FORMS)
    # The last is what a reform would make of it, and people already write.
    return [
        words,
        [*words[:-1], adjective, words[-1]],
        [*words[:-1], adjective, ("округ", context.OKRUG_FORMS)],
    ]
