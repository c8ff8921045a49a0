"""Places named in free text: an immutable index of inflected names, built once, asked often.

Pure: a `Gazetteer` holds no connection and can be pickled and sent to another process. Names are
matched in every case («в Урюпинске», «из Средней Ахтубы»), the longest one wins, and what stands
beside a name decides how sure a hit is (see `context`). Only `gazetteer_from_db` touches tables.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from otklik.territory import context
from otklik.territory.context import Token, joined, tokens_of
from otklik.territory.morphology import forms_of, is_personal_name, is_usual_word
from otklik.territory.naming import type_family
from otklik.territory.places import Place, PlaceHit
from otklik.territory.weighing import Reading, base_confidence, choose_candidates, most_exact

__all__ = ["Gazetteer", "Place", "PlaceHit", "gazetteer_from_db"]


@dataclass(frozen=True, slots=True)
class _Pattern:
    words: tuple[frozenset[str], ...]
    nominative: tuple[str, ...]
    places: tuple[int, ...]
    unit: bool  # contains the word of its kind: «район», «область»


@dataclass(frozen=True, slots=True)
class _Match:
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


def _match(patterns: Sequence[_Pattern], tokens: Sequence[Token], first: int, last: int) -> _Match:
    written = tuple(token.key for token in tokens[first : last + 1])
    return _Match(
        unit=any(pattern.unit for pattern in patterns),
        places=tuple(dict.fromkeys(n for pattern in patterns for n in pattern.places)),
        exact=tuple(n for pattern in patterns if pattern.nominative == written for n in pattern.places),
        first=first,
        last=last,
        start=tokens[first].start,
        end=tokens[last].end,
    )


_UNIT_FORMS = {
    "район": context.RAION_FORMS,
    "округ": context.OKRUG_FORMS,
    "область": context.OBLAST_FORMS,
}


def _words_of(name: str) -> list[tuple[str, frozenset[str]]]:
    words = []
    for token in tokens_of(name):
        words.append((token.key, _UNIT_FORMS.get(token.key) or forms_of(token.key)))
    return words


class Gazetteer:
    """The index. Build it by `Gazetteer.build(places)`; it never changes afterwards."""

    def __init__(
        self,
        places: tuple[Place, ...],
        patterns: dict[str, tuple[_Pattern, ...]],
        usual: frozenset[str],
        personal: frozenset[str],
    ) -> None:
        """Keep what `build` made."""
        self._places = places
        self._municipality_of = {place.territory_id: place.municipality_id for place in places}
        self._patterns = patterns
        self._usual = usual
        self._personal = personal

    @classmethod
    def build(cls, places: Iterable[Place]) -> Gazetteer:
        """Build the index from all places of a region (2,000 places take about a second)."""
        kept = tuple(places)
        by_name: dict[tuple[str, ...], dict[int, None]] = defaultdict(dict)
        forms: dict[tuple[str, ...], tuple[frozenset[str], ...]] = {}
        for number, place in enumerate(kept):
            for name in place.names:
                words = _words_of(name)
                variants = [words]
                if len(words) > 1 and words[-1][0] == "район":
                    adjective = ("муниципальный", context.MUNICIPAL_FORMS)
                    variants.append([*words[:-1], adjective, words[-1]])
                    # What a reform would make of it, and people already write.
                    variants.append([*words[:-1], adjective, ("округ", context.OKRUG_FORMS)])
                for variant in variants:
                    key = tuple(word for word, _ in variant)
                    if key:
                        by_name[key][number] = None
                        forms[key] = tuple(each for _, each in variant)
        patterns: dict[str, list[_Pattern]] = defaultdict(list)
        seen_forms: set[str] = set()
        for key, numbers in by_name.items():
            unit = any(word in _UNIT_FORMS for word in key)
            pattern = _Pattern(forms[key], key, tuple(numbers), unit)
            for form in pattern.words[0]:
                patterns[form].append(pattern)
            if not unit:
                seen_forms.update(*pattern.words)
        index = {
            form: tuple(sorted(found, key=lambda p: (-len(p.words), p.nominative)))
            for form, found in patterns.items()
        }
        return cls(
            kept,
            index,
            frozenset(filter(is_usual_word, seen_forms)),
            frozenset(filter(is_personal_name, seen_forms)),
        )

    def find_in_text(self, text: str, near: int | None = None) -> list[PlaceHit]:
        """Find the places that a text names, in their order in the text.

        `near` is the territory (id) the text is already known to be from: its municipality decides
        among namesakes. Any text is accepted; spans never overlap except between namesakes.
        """
        near = self._municipality_of.get(near) if near else None
        tokens = tokens_of(text)
        readings = [
            reading for match in self._matches(text, tokens) if (reading := self._read(text, tokens, match))
        ]
        sure = {
            self._places[reading.candidates[0]].municipality_id
            or self._places[reading.candidates[0]].territory_id
            for reading in readings
            if len(reading.candidates) == 1 and reading.confidence >= 0.6
        }
        hits: list[PlaceHit] = []
        for reading in readings:
            chosen = choose_candidates(self._places, reading, near, sure)
            for number in chosen.candidates:
                place = self._places[number]
                hits.append(
                    PlaceHit(
                        place.territory_id,
                        place.name,
                        chosen.start,
                        chosen.end,
                        round(chosen.confidence, 2),
                        chosen.reason,
                        place.kind,
                        place.municipality_id,
                    )
                )
        return hits

    def best(self, text: str, near: int | None = None) -> PlaceHit | None:
        """Return the one place a text is most likely about, or None if nothing decides.

        The surest hit wins; among nearly equal ones the more exact (a settlement before its
        municipality). The region itself and undecided namesakes place nothing and give None.
        """
        hits = self.find_in_text(text, near)
        spans: dict[tuple[int, int], int] = defaultdict(int)
        for hit in hits:
            spans[hit.start, hit.end] += 1
        depth = {"settlement": 3, "district": 3, "municipality": 2}
        single = [hit for hit in hits if spans[hit.start, hit.end] == 1 and hit.kind != "region"]
        return max(
            single,
            key=lambda hit: (
                round(hit.confidence, 1) >= 0.5,
                depth.get(hit.kind, 1) if hit.confidence >= 0.5 else 0,
                hit.confidence,
                -hit.start,
            ),
            default=None,
        )

    def _matches(self, text: str, tokens: Sequence[Token]) -> list[_Match]:
        """The longest patterns from left to right, without overlap."""
        found: list[_Match] = []
        position = 0
        while position < len(tokens):
            match = self._longest(text, tokens, position)
            if match is None or not match.unit:
                match = self._in_enumeration(text, tokens, position) or match
            if match is None:
                position += 1
                continue
            found.append(match)
            position = match.last + 1
        return found

    def _longest(self, text: str, tokens: Sequence[Token], first: int) -> _Match | None:
        found: list[_Pattern] = []
        for pattern in self._patterns.get(tokens[first].key, ()):  # the longest stand first
            if found and len(pattern.words) < len(found[0].words):
                break
            last = first + len(pattern.words) - 1
            if last < len(tokens) and all(
                tokens[first + offset].key in pattern.words[offset]
                and (not offset or joined(text, tokens[first + offset - 1], tokens[first + offset]))
                for offset in range(len(pattern.words))
            ):
                found.append(pattern)
        return _match(found, tokens, first, first + len(found[0].words) - 1) if found else None

    def _in_enumeration(self, text: str, tokens: Sequence[Token], first: int) -> _Match | None:
        """«в Камышинском и Котовском районах»: each adjective is a district of its own."""
        for pattern in self._patterns.get(tokens[first].key, ()):
            if not pattern.unit or len(pattern.words) != 2:
                continue
            for token in tokens[first + 1 : first + 10]:
                if token.key in context.RAION_PLURALS:
                    return _match([pattern], tokens, first, first)
                if token.key not in {"и", "или"} and not self._is_unit_adjective(token.key):
                    break
        return None

    def _is_unit_adjective(self, key: str) -> bool:
        return any(pattern.unit and len(pattern.words) == 2 for pattern in self._patterns.get(key, ()))

    def _read(self, text: str, tokens: Sequence[Token], match: _Match) -> Reading | None:
        """Judge a match by what stands beside it; None when it is no place at all."""
        first = tokens[match.first]
        written = tokens[match.first : match.last + 1]
        if match.unit:
            confidence = 0.95 if first.capital else 0.85
            return Reading(match.start, match.end, match.places, confidence, "назван с видом территории")
        if context.is_street_name(text, match.start, match.end):
            return None
        if context.names_another_unit(text, match.end):
            return None
        marker = context.marker_before(text, match.start)
        if marker and marker.is_preposition_too and not (first.capital and match.exact):
            marker = None
        marker = marker or context.marker_after(text, match.end)
        candidates, agreed = self._of_type(match, marker)
        reading = base_confidence(
            text,
            written,
            tokens[match.last + 1] if match.last + 1 < len(tokens) else None,
            usual=all(token.key in self._usual for token in written),
            personal=len(written) == 1 and first.key in self._personal,
            nominative=bool(match.exact),
            known=any(self._places[number].known for number in candidates),
            large=any(self._places[number].population >= 100_000 for number in candidates),
            marker=marker,
            agreed=agreed,
        )
        return replace(reading, candidates=candidates) if reading else None

    def _of_type(self, match: _Match, marker: context.Marker | None) -> tuple[tuple[int, ...], bool]:
        """The places a marker of type leaves, and whether it fits any; exact names before forms."""
        candidates, agreed = match.places, False
        if marker:
            families, types = marker.families, marker.exact
            fitting = tuple(n for n in candidates if type_family(self._places[n].type_name) in families)
            strictly = tuple(n for n in fitting if self._places[n].type_name in types)
            agreed = bool(fitting)
            candidates = strictly or fitting or candidates
        exact = tuple(number for number in candidates if number in match.exact)
        return most_exact(self._places, exact or candidates), agreed


def gazetteer_from_db() -> Gazetteer:
    """Build the gazetteer of all active territories. Runs three queries; needs a set-up Django."""
    # Imported here: the index itself must load in a process that has no Django.
    from otklik.territory.snapshot import places_from_db

    return Gazetteer.build(places_from_db())
