"""Places named in free text: an immutable index of inflected names, built once, asked often.

Pure: a `Gazetteer` holds no connection and can be pickled and sent to another process. Names are
matched in every case («в Урюпинске», «из Средней Ахтубы»), the longest one wins, and what stands
beside a name decides how sure a hit is (see `context`). Only `gazetteer_from_db` touches tables.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from otklik.territory import context
from otklik.territory.context import Token, joined, tokens_of
from otklik.territory.correcting import Corrector
from otklik.territory.known_landmarks import KnownLandmarks, LandmarkEntry
from otklik.territory.known_streets import KnownStreets, StreetEntry
from otklik.territory.locating import Located, locate
from otklik.territory.morphology import is_given_name, is_patronymic, is_personal_name, is_usual_word
from otklik.territory.name_patterns import Match, Pattern, match_of, patterns_of
from otklik.territory.naming import type_family
from otklik.territory.places import Place, PlaceHit
from otklik.territory.weighing import Reading, base_confidence, choose_candidates, most_exact, weaker

__all__ = ["Gazetteer", "Place", "PlaceHit", "gazetteer_from_db"]


class Gazetteer:
    """The index. Build it by `Gazetteer.build(places)`; it never changes afterwards."""

    def __init__(
        self,
        places: tuple[Place, ...],
        patterns: dict[str, tuple[Pattern, ...]],
        usual: frozenset[str],
        personal: frozenset[str],
        streets: KnownStreets,
        landmarks: KnownLandmarks,
    ) -> None:
        """Keep what `build` made."""
        self.streets = streets
        self.landmarks = landmarks
        self._points = {place.territory_id: place.point for place in places if place.point}
        self._places = places
        self._municipality_of = {place.territory_id: place.municipality_id for place in places}
        self._by_id = {place.territory_id: place for place in places}
        self._cities = {(place.territory_id, place.name) for place in places if place.kind == "municipality"}
        self._patterns = patterns
        self._corrector = Corrector(patterns, places)
        self._usual = usual
        self._personal = personal

    @classmethod
    def build(
        cls, places: Iterable[Place], streets: Iterable[StreetEntry] = (), landmarks: Iterable[LandmarkEntry] = ()
    ) -> Gazetteer:
        """Build the index from all places of a region (2,000 places take about a second), streets and landmarks."""
        kept = tuple(places)
        patterns = patterns_of(kept)
        seen = {
            form for found in patterns.values() for pattern in found if not pattern.unit
            for word in pattern.words for form in word
        }
        return cls(
            kept,
            patterns,
            frozenset(filter(is_usual_word, seen)),
            frozenset(filter(is_personal_name, seen)),
            KnownStreets(streets),
            KnownLandmarks(landmarks),
        )

    def find_in_text(self, text: str, near: int | None = None) -> list[PlaceHit]:
        """Find the places that a text names, in their order in the text.

        `near` is the territory (id) the text is already known to be from: its municipality decides
        among namesakes. Any text is accepted; spans never overlap except between namesakes.
        """
        near = self._municipality_of.get(near) if near else None
        tokens, mended = self._corrector.corrected(text, tokens_of(text))
        readings = []
        for match in self._matches(text, tokens):
            reading = self._read(text, tokens, match)
            if reading and not mended.isdisjoint(token.start for token in tokens[match.first : match.last + 1]):
                reading = weaker(reading, text)
            if reading and reading.confidence >= 0.5 and context.says_i_live(text, match.start):
                reading = replace(reading, confidence=min(0.97, reading.confidence + 0.05))
            if reading:
                readings.append(reading)
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
        return self.choose(self.find_in_text(text, near))

    def choose(self, hits: Sequence[PlaceHit]) -> PlaceHit | None:
        """The one of these hits of a text that it is most likely about (see `best`)."""
        by_span: dict[tuple[int, int], list[PlaceHit]] = defaultdict(list)
        for hit in hits:
            by_span[hit.start, hit.end].append(hit)
        depth = {"settlement": 3, "district": 3, "municipality": 2}
        single = [one for found in by_span.values() if (one := self._single(found)) and one.kind != "region"]
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

    def _single(self, hits: Sequence[PlaceHit]) -> PlaceHit | None:
        """The one hit of a span; of namesakes in one municipality, the municipality."""
        inside = {hit.municipality_id for hit in hits}
        if len(hits) == 1 or len(inside) > 1:
            return hits[0] if len(hits) == 1 else None
        unit = self._by_id.get(next(iter(inside)) or 0)
        if unit is None:
            return None
        return replace(
            hits[0], territory_id=unit.territory_id, name=unit.name, kind=unit.kind, confidence=0.6,
            reason="таких мест несколько, и все в одном муниципалитете",
        )

    def embraces(self, hit: PlaceHit, place: PlaceHit) -> bool:
        """Whether a hit names the place itself or what it lies in: its district, its city, its municipality."""
        if hit.territory_id == place.territory_id or hit.kind != "settlement":
            return True
        if place.kind not in {"district", "settlement"}:
            return place.start == hit.start
        return (place.municipality_id, hit.name) in self._cities

    def point_of(self, territory_id: int) -> tuple[float, float] | None:
        """Latitude and longitude (WGS 84, degrees) of a place, where known."""
        return self._points.get(territory_id)

    def hit_of(self, territory_id: int, start: int, end: int, confidence: float, reason: str) -> PlaceHit | None:
        """A place read from something else in the text: a landmark that is known to stand there."""
        place = self._by_id.get(territory_id)
        if place is None:
            return None
        return PlaceHit(
            territory_id, place.name, start, end, confidence, reason, place.kind, place.municipality_id
        )

    def name_of(self, territory_id: int) -> str:
        """The short name of a place, "" when there is none of this id."""
        place = self._by_id.get(territory_id)
        return place.name if place else ""

    def municipality_of(self, territory_id: int | None) -> int | None:
        """The municipality of a place (itself for one)."""
        return self._municipality_of.get(territory_id) if territory_id else None

    def locate(self, text: str, near: int | None = None) -> Located:
        """Where the text says it is: place, street, house, landmark together (see `locating`)."""
        return locate(text, self, near)

    def _matches(self, text: str, tokens: Sequence[Token]) -> list[Match]:
        """The longest patterns from left to right, without overlap."""
        found: list[Match] = []
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

    def _longest(self, text: str, tokens: Sequence[Token], first: int) -> Match | None:
        found: list[Pattern] = []
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
        return match_of(found, tokens, first, first + len(found[0].words) - 1) if found else None

    def _in_enumeration(self, text: str, tokens: Sequence[Token], first: int) -> Match | None:
        """«в Камышинском и Котовском районах»: each adjective is a district of its own."""
        for pattern in self._patterns.get(tokens[first].key, ()):
            if not pattern.unit or len(pattern.words) != 2:
                continue
            for token in tokens[first + 1 : first + 10]:
                if token.key in context.RAION_PLURALS:
                    return match_of([pattern], tokens, first, first)
                if token.key not in {"и", "или"} and not self._is_unit_adjective(token.key):
                    break
        return None

    def _is_unit_adjective(self, key: str) -> bool:
        return any(pattern.unit and len(pattern.words) == 2 for pattern in self._patterns.get(key, ()))

    def _read(self, text: str, tokens: Sequence[Token], match: Match) -> Reading | None:
        """Judge a match by what stands beside it; None when it is no place at all."""
        first = tokens[match.first]
        written = tokens[match.first : match.last + 1]
        if match.unit:
            confidence = 0.95 if first.capital else 0.85
            return Reading(match.start, match.end, match.places, confidence, "назван с видом территории")
        if context.is_street_name(text, match.start, match.end):
            return None
        if match.first == match.last and _is_of_a_person(text, tokens, match.first):
            return None
        if context.names_another_unit(text, match.end):
            return None
        marker = context.marker_before(text, match.start)
        if marker and marker.is_preposition_too and not (first.capital and match.exact):
            marker = None
        marker = marker or context.marker_after(text, match.end)
        candidates, agreed = self._of_type(match, marker)
        if marker and marker.is_preposition_too and not agreed:
            marker = None  # «с Ленина на Мира»: no village, though a hamlet has this name
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

    def _of_type(self, match: Match, marker: context.Marker | None) -> tuple[tuple[int, ...], bool]:
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


_SURNAME = re.compile(r"(?:ов|ев|ин|ын)(?:а|у|ым|е|ой|ы)?$")


def _is_of_a_person(text: str, tokens: Sequence[context.Token], number: int) -> bool:
    """«Иван Серафимович», «Суровикину Петру», «Анны Котовой»: a given name stands beside."""
    own = tokens[number]
    if not own.capital:
        return False
    surname = _SURNAME.search(own.key[-5:]) is not None
    for beside in (number - 1, number + 1):
        if not 0 <= beside < len(tokens) or not tokens[beside].capital or not is_given_name(tokens[beside].key):
            continue
        left, right = sorted((number, beside))
        if text[tokens[left].end : tokens[right].start] != " " or len(tokens[beside].key) < 3:
            continue
        if surname or (beside < number and is_patronymic(own.key)):
            return True
    return False


def gazetteer_from_db() -> Gazetteer:
    """Build the gazetteer of all active territories, streets and learned names. Needs a set-up Django."""
    # Imported here: the index itself must load in a process that has no Django.
    from otklik.territory.snapshot import landmarks_from_db, places_from_db, streets_from_db

    return Gazetteer.build(places_from_db(), streets_from_db(), landmarks_from_db())
