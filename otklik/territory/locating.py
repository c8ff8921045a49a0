"""Where a text says it is: municipality, settlement, street, house, landmark, as one finding. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from otklik.territory.addresses import AddressHit, find_addresses
from otklik.territory.bare_streets import Here, find_bare
from otklik.territory.context import has_place_preposition, marker_after, marker_before, tokens_of
from otklik.territory.known_landmarks import KnownLandmarks
from otklik.territory.known_streets import KnownStreets
from otklik.territory.landmarks import LandmarkHit, find_landmark
from otklik.territory.morphology import is_usual_word
from otklik.territory.places import PlaceHit

SURE: Final = 0.5  # below it the program says «не знаю» and offers candidates

READ: Final = 10_000  # letters; who has not said by then where it is does not say it, and the time is bounded

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Located:
    """What a text says about where. Spans count characters of the text.

    `place` is the finest place that is sure, None when nothing decides; `candidates` are all places the text may mean.
    `settlement` is the settlement's name also where namesakes stay undecided; `municipality_id` is decided or None.
    `span` runs from the first to the last word of place. `confidence` is a rank from 0 to 1; `point` is latitude and
    longitude where known.
    """

    place: PlaceHit | None = None
    candidates: tuple[PlaceHit, ...] = ()
    settlement: str = ""
    municipality_id: int | None = None
    municipality: str = ""
    address: AddressHit | None = None
    landmark: LandmarkHit | None = None
    span: Span | None = None
    confidence: float = 0.0
    point: tuple[float, float] | None = None


class Finder(Protocol):
    """What locating needs of the gazetteer."""

    def find_in_text(self, text: str, near: int | None = None) -> Sequence[PlaceHit]: ...

    def embraces(self, hit: PlaceHit, place: PlaceHit) -> bool: ...

    def choose(self, hits: Sequence[PlaceHit]) -> PlaceHit | None: ...

    def point_of(self, territory_id: int) -> tuple[float, float] | None: ...

    def name_of(self, territory_id: int) -> str: ...

    def municipality_of(self, territory_id: int | None) -> int | None: ...

    def hit_of(self, territory_id: int, start: int, end: int, confidence: float, reason: str) -> PlaceHit | None: ...

    @property
    def streets(self) -> KnownStreets: ...

    @property
    def landmarks(self) -> KnownLandmarks: ...


_BETWEEN: Final = re.compile(
    r"[\s,.;:()«»\"–—-]*(?:(?:в|во|на|у|по|с|со|около|возле|за|под|напротив|рядом|перед|вдоль|это|г|город[а-яё]{0,2}|"
    r"улиц[а-яё]{0,2}|то есть|угол|углу|перекр[её]сток|перекр[её]стке|пересечени[ея]|недалеко от|близ|дом[а-яё]?|"
    r"кв\.?\s?\d+|и)(?![а-яё])[\s,.;:()«»\"–—-]*){0,4}",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(r"[\s,.:;–—-]{1,4}")
_POSTCODE: Final = re.compile(r"(?<!\d)\d{6},?\s{0,2}$")
_HOUSE_APART: Final = re.compile(
    r"[\s,]+(?:у|возле|около|напротив|в|перед|рядом с|то есть|за)\s+дом(?:а|у|е|ом)?\s?(?:№\s?)?"
    r"(?P<house>\d{1,3}(?:/\d{1,3})?[а-еА-Е]?)(?![\d-])",
    re.IGNORECASE,
)


def locate(text: str, finder: Finder | None, near: int | None = None) -> Located:
    """Read where a text says it is. Any text is accepted; nothing is guessed that the text does not support.

    `near` is the territory the text is already known to be from. Without a finder only streets and landmarks are read.
    """
    text = text[:READ]
    hits = list(finder.find_in_text(text, near)) if finder else []
    marked = [hit for hit in find_addresses(text) if not _opens_a_place(hit, hits)]
    hits = [hit for hit in hits if not any(_overlap((hit.start, hit.end), _street(one)) for one in marked)]
    best = finder.choose(hits) if finder else None
    here = _here(finder, best, near)
    taken = [*((hit.start, hit.end) for hit in hits if hit.confidence >= SURE), *(_street(hit) for hit in marked)]
    bare = find_bare(text, tokens_of(text), taken, [(hit.start, hit.end) for hit in hits], here)
    hits = _agreeing(text, hits, [*marked, *bare])
    address = _address(text, [*marked, *bare])
    landmark = find_landmark(text)
    if landmark and address and _overlap((landmark.start, landmark.end), (address.start, address.end)):
        landmark = None
    if finder and landmark and landmark.is_own and (best is None or best.confidence < SURE):
        hits += _by_landmark(finder, landmark, finder.municipality_of(near))
    return _together(text, finder, hits, [*marked, *bare], address, landmark)


def _by_landmark(finder: Finder, landmark: LandmarkHit, municipality_id: int | None) -> list[PlaceHit]:
    """The place where staff confirmed this landmark before, if it is one."""
    known = finder.landmarks.named(landmark.name, municipality_id)
    if known is None:
        return []
    reason = "ориентир, место которого подтвердили раньше"
    hit = finder.hit_of(known.territory_id, landmark.start, landmark.end, 0.6, reason)
    return [hit] if hit else []


def _here(finder: Finder | None, best: PlaceHit | None, near: int | None) -> Here:
    if finder is None:
        return Here()
    if best is not None and best.confidence >= SURE:
        return Here(finder.streets, best.municipality_id, best.territory_id)
    return Here(finder.streets, finder.municipality_of(near), near)


def _agreeing(text: str, hits: Sequence[PlaceHit], streets: Sequence[AddressHit]) -> list[PlaceHit]:
    """The places that streets leave: a doubtful one under a street is none, before a house it is surer."""
    kept: list[PlaceHit] = []
    for hit in hits:
        if any(_overlap((hit.start, hit.end), _street(one)) for one in streets):
            continue
        followed = any(
            (one.house or one.confidence > 0.9)
            and (_JOINED.fullmatch(text, hit.end, one.start) or _JOINED.fullmatch(text, one.end, hit.start))
            for one in streets
        )
        lifted = 0.2 <= hit.confidence < SURE and followed and not _is_open(hit, hits)
        kept.append(replace(hit, confidence=0.6, reason="название перед улицей и домом") if lifted else hit)
    return kept


def _is_open(hit: PlaceHit, hits: Sequence[PlaceHit]) -> bool:
    return sum((one.start, one.end) == (hit.start, hit.end) for one in hits) > 1


def _street(hit: AddressHit) -> Span:
    return (hit.street_start, hit.street_end) if hit.street_end else (hit.start, hit.end)


def _opens_a_place(hit: AddressHit, places: Sequence[PlaceHit]) -> bool:
    """«мкр Спартановка» is a place where the gazetteer knows it."""
    return hit.street.startswith(("мкр", "кв-л")) and any(
        place.confidence >= SURE and _overlap((place.start, place.end), _street(hit)) for place in places
    )


def _overlap(left: Span, right: Span) -> bool:
    return left[0] < right[1] and right[0] < left[1]


def _address(text: str, hits: Sequence[AddressHit]) -> AddressHit | None:
    """The street with a house first, then the surer, then the earlier."""
    found = min(hits, key=lambda hit: (not hit.house, -hit.confidence, hit.start), default=None)
    if found is None or found.house:
        return found
    apart = _HOUSE_APART.search(text, found.end, found.end + 60)
    if apart:
        return replace(found, house=apart["house"].lower(), end=apart.end())
    return found


def _together(
    text: str,
    finder: Finder | None,
    hits: list[PlaceHit],
    streets: Sequence[AddressHit],
    address: AddressHit | None,
    landmark: LandmarkHit | None,
) -> Located:
    best = finder.choose(hits) if finder else None
    if best is not None and best.confidence < SURE:
        best = None
    settlement, unit = "", None
    spans: list[Span] = []
    if best is not None:
        settlement = best.name if best.kind == "settlement" else ""
        unit = best.municipality_id
        spans += [
            _with_type(text, hit.start, hit.end, hit.confidence >= 0.95) for hit in hits
            if hit.confidence >= SURE and hit.municipality_id == unit and finder and finder.embraces(hit, best)
        ]
    else:
        open_spans = {(hit.start, hit.end) for hit in hits if hit.kind == "settlement"}
        for span in sorted(open_spans)[:1]:
            names = {hit.name for hit in hits if (hit.start, hit.end) == span}
            if len(names) == 1 and _is_told(text, span):
                settlement = names.pop()
                spans.append(_with_type(text, *span))
    spans += [(one.start, one.end) for one in (*streets, address, landmark) if one is not None]
    core = (best.start, best.end) if best else (address.start, address.end) if address else None
    confidence = best.confidence if best else 0.0
    known = finder.landmarks.named(landmark.name, unit) if finder and landmark and landmark.is_own else None
    point = known.point if known and known.point else None
    if point is None and finder and best:
        point = finder.point_of(best.territory_id)
    unit_name = finder.name_of(unit) if finder and unit else ""
    whole = _chain(text, spans, core)
    return Located(best, tuple(hits), settlement, unit, unit_name, address, landmark, whole, confidence, point)


def _is_told(text: str, span: Span) -> bool:
    """Whether an open name is surely one of a place: by its capital, its type, or «в ивановке»."""
    if text[span[0]].isupper() or marker_before(text, span[0]) is not None:
        return True
    word = text[span[0] : span[1]].lower().replace("ё", "е")
    return has_place_preposition(text, span[0]) and not is_usual_word(word)


def _with_type(text: str, start: int, end: int, told: bool = False) -> Span:
    """The span with the word of its type; `told` that a bare letter is such a word («п Эльтон»)."""
    before, after = marker_before(text, start), marker_after(text, end)
    if before is not None and (told or not (before.is_preposition_too and text[before.start].islower())):
        start = before.start
    return start, after_end(text, end) if after else end


def after_end(text: str, end: int) -> int:
    """Where the type after a name ends («Горьковский посёлок»)."""
    match = re.match(r"\s+[а-яё]+", text[end:])
    return end + match.end() if match else end


def _chain(text: str, spans: Sequence[Span], core: Span | None) -> Span | None:
    """The words of place that stand together, around the place itself where one is named."""
    if not spans:
        return None
    chains: list[list[int]] = []
    for start, end in sorted(spans):
        if chains and (start <= chains[-1][1] or _BETWEEN.fullmatch(text, chains[-1][1], start)):
            chains[-1][1] = max(chains[-1][1], end)
        else:
            chains.append([start, end])
    if core is not None:
        chains.sort(key=lambda chain: not (chain[0] <= core[0] < chain[1]))
    start, end = chains[0]
    postcode = _POSTCODE.search(text[max(0, start - 9) : start])
    return (start - len(postcode.group()) if postcode else start), end
