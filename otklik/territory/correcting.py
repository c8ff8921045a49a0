"""Misspelt names of places: «урюпенск», «В Волжком», «из фролава». Pure.

A word is corrected only if no dictionary knows it and one known place alone is near: a usual word of Russian never
becomes a place. Small places are corrected only after the word of their kind («х. Бубновскй»).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from otklik.territory.context import Token, has_place_preposition, is_before_street, marker_before
from otklik.territory.misspelt import Misspelt
from otklik.territory.morphology import is_personal_name, is_word
from otklik.territory.name_patterns import Pattern
from otklik.territory.places import Place

LONG_ENOUGH: Final = 6
_DOUBLED: Final = re.compile(r"(.)\1")
_SOUNDS: Final = str.maketrans({"о": "а", "е": "и", "э": "и", "ы": "и", "я": "а", "ь": None, "ъ": None})
_ENDS_AS_A_PERSON: Final = ("ов", "ев", "ин", "ова", "ева", "ина", "ову", "еву", "овым", "евым", "иной", "овой", "евой")


def sounds_of(word: str) -> str:
    """Words that sound alike («Палласовка», «паласофка») have one key."""
    heard = _DOUBLED.sub(r"\1", word.translate(_SOUNDS)).replace("тс", "ц").replace("дс", "ц")
    return heard.replace("вк", "фк").replace("вс", "фс")


class Corrector:
    """Finds the right spelling of a word that is no word. Built once; can be pickled."""

    def __init__(self, patterns: Mapping[str, Sequence[Pattern]], places: Sequence[Place]) -> None:
        """Known places are corrected anywhere, the others beside a marker of type."""
        known: set[str] = set()
        others: set[str] = set()
        for pattern in {id(one): one for found in patterns.values() for one in found}.values():
            vocabulary = known if any(places[number].known for number in pattern.places) else others
            for forms in pattern.words:
                vocabulary.update(form for form in forms if len(form) >= LONG_ENOUGH)
        self._vocabulary = frozenset(known | others)
        self._known = Misspelt(known)
        self._others = Misspelt(others)
        self._heard = _by_sound(known)

    def corrected(self, text: str, tokens: Sequence[Token]) -> tuple[list[Token], frozenset[int]]:
        """The tokens with right spellings, and the starts of those that were corrected."""
        mended: list[Token] = []
        changed: set[int] = set()
        for number, token in enumerate(tokens):
            right = self._right(text, tokens, number)
            if right:
                changed.add(token.start)
            mended.append(token._replace(key=right) if right else token)
        return mended, frozenset(changed)

    def _right(self, text: str, tokens: Sequence[Token], number: int) -> str | None:
        token = tokens[number]
        key = token.key
        if len(key) < LONG_ENOUGH - 1 or key in self._vocabulary or not key.isalpha() or is_word(key):
            return None
        marker = marker_before(text, token.start)
        if marker is not None and not (marker.is_preposition_too and not token.capital):
            found = self._known.near(key) or self._others.near(key)
            return _one(found, key)
        if token.capital and _is_person(text, token):
            return None
        found = self._known.near(key)
        if not found and len(key) >= LONG_ENOUGH:
            found = list(self._heard.get(sounds_of(key), ()))
        return _one(found, key)


def _is_person(text: str, token: Token) -> bool:
    stands = has_place_preposition(text, token.start) or is_before_street(text, token.end)
    return token.key.endswith(_ENDS_AS_A_PERSON) and is_personal_name(token.key) and not stands


def _one(found: Sequence[str], key: str) -> str | None:
    """The form that is meant: of several of one name, the one with the same ending."""
    if len(found) < 2:
        return found[0] if found else None
    stems = {form[:4] for form in found}
    if len(stems) > 1:
        return None
    same_end = [form for form in found if form[-2:] == key[-2:]]
    return (same_end or list(found))[0]


def _by_sound(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for word in words:
        found.setdefault(sounds_of(word), set()).add(word)
    return {key: tuple(sorted(same)) for key, same in found.items()}
