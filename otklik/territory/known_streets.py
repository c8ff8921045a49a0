"""Streets by name, as a text may bend them: imported, learned from confirmed cases, and those found everywhere. Pure.

No forms are generated (twenty thousand streets would take seconds): a person's name does not bend («на Ленина»), an
adjective is compared by its stem («по Советской» — «Советская»).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from otklik.territory.misspelt import Misspelt
from otklik.territory.street_names import street_key

_ADJECTIVE: Final = re.compile(r"(?:ая|яя|ой|ей|ую|юю|ый|ий|ого|его|ому|ему|ым|им|ом|ем|ое|ее)$")
_COMMON: Final = Path(__file__).with_name("common_streets.txt")
MOST_WORDS: Final = 4
_SHE, _SHE_BENT = ("ая", "яя"), ("ая", "яя", "ой", "ей", "ую", "юю")
_HE, _IT = ("ый", "ий", "ой"), ("ое", "ее")
_HE_BENT = ("ый", "ий", "ой", "ого", "его", "ому", "ему", "ым", "им", "ом", "ем", "ое", "ее")


@dataclass(frozen=True, slots=True)
class StreetEntry:
    """A street as the reader knows it: `territory_id` keeps it, `municipality_id` is the municipality around.

    `type_name` is the short one («ул.»), or "" when unknown.
    """

    name: str
    type_name: str = ""
    territory_id: int | None = None
    municipality_id: int | None = None

    @property
    def written(self) -> str:
        """As the address shows it: «ул. Советская»."""
        return f"{self.type_name} {self.name}".strip()


def stem_of(word: str) -> str:
    """The part of a word (small letters, е for ё) that stays when an adjective bends."""
    return _ADJECTIVE.sub("", word) if len(word) > 5 else word


def _words(name: str) -> tuple[str, ...]:
    return tuple(street_key(name).replace("-", " ").split())


class KnownStreets:
    """The index. Built once, never changed; can be pickled."""

    def __init__(self, streets: Iterable[StreetEntry] = ()) -> None:
        """Index the streets (20,000 take some tenths of a second)."""
        found: dict[tuple[str, ...], list[StreetEntry]] = defaultdict(list)
        exact: dict[tuple[str, ...], tuple[str, ...]] = {}
        for street in streets:
            words = _words(street.name)
            if words and len(words) <= MOST_WORDS:
                key = tuple(map(stem_of, words))
                found[key].append(street)
                exact[key] = words
        self._found = {key: tuple(entries) for key, entries in found.items()}
        self._exact = exact
        self._misspelt = Misspelt(
            key[0] for key in found if len(key) == 1 and len(key[0]) >= 6 and key[0].isalpha()
        )

    def __len__(self) -> int:
        return len(self._found)

    def named(self, words: Sequence[str]) -> tuple[StreetEntry, ...]:
        """The streets that these words (keys of a text) name, in whatever case."""
        key = tuple(map(stem_of, words))
        entries = self._found.get(key, ())
        if not entries:
            return ()
        exact = self._exact[key]
        return entries if all(map(_bends, exact, words)) else ()

    def nearly(self, word: str) -> tuple[StreetEntry, ...]:
        """The streets of one word that differ from this one by a letter; empty when several names do."""
        stems = self._misspelt.near(stem_of(word))
        return self._found[(stems[0],)] if len(stems) == 1 else ()


def _bends(exact: str, written: str) -> bool:
    """Whether `written` is a form of a street's word: the word itself, or an adjective in another case."""
    if exact == written:
        return True
    if len(exact) <= 5:
        return False
    for nominative, cases in ((_SHE, _SHE_BENT), (_HE, _HE_BENT), (_IT, _HE_BENT)):
        if exact.endswith(nominative):
            return written.endswith(cases)
    return False  # a genitive does not bend: «на Чайковского»


@cache
def common_streets() -> KnownStreets:
    """The names that streets bear everywhere."""
    return KnownStreets(StreetEntry(name) for name in streets_met_everywhere())


def streets_met_everywhere() -> tuple[str, ...]:
    """Those names as they are written."""
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
