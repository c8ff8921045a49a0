"""How sure a named place is, and which of its namesakes is meant. Pure; the gazetteer's rules.

The numbers are ranks chosen by hand on examples, not probabilities: 0.9 and more is named in
full, 0.6 and more may be trusted, below 0.5 a person should look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from otklik.territory import context
from otklik.territory.context import Marker, Token
from otklik.territory.morphology import is_usual_word as is_word_of_speech
from otklik.territory.morphology import may_be_adjective


class Weighable(Protocol):
    """What the choice among namesakes needs to know of a place."""

    @property
    def territory_id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def municipality_id(self) -> int | None: ...
    @property
    def population(self) -> int: ...
    @property
    def known(self) -> bool: ...
    @property
    def centre(self) -> bool: ...
    @property
    def type_name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """One match judged: its span, which places it may be (numbers in the index), how sure, why."""

    start: int
    end: int
    candidates: tuple[int, ...]
    confidence: float
    reason: str


def base_confidence(
    text: str,
    written: Sequence[Token],
    following: Token | None,
    *,
    usual: bool,
    personal: bool,
    nominative: bool,
    known: bool,
    large: bool,
    marker: Marker | None,
    agreed: bool,
) -> Reading | None:
    """Judge a name by how it is written and what stands before it; None when it is no place.

    `usual`: its words are words of usual speech; `personal`: it may be somebody's surname;
    `nominative`: it stands as in the directory; `known`: one of the places is big enough to be
    named bare; `large`: one is a city; `agreed`: the marker's type fits.
    """
    start, end = written[0].start, written[-1].end

    def reading(confidence: float, reason: str) -> Reading:
        return Reading(start, end, (), confidence, reason)

    if marker:
        if agreed:
            return reading(0.95 if written[0].capital else 0.85, "название с типом населённого пункта")
        if not written[0].capital:
            return None
        return reading(0.55 if known else 0.45, "название узнано, но тип населённого пункта другой")
    quoted = start > 0 and text[start - 1] in '«"„`'
    if quoted and context.is_name_of_something(text, start):
        return None
    capital = written[0].capital and not (written[0].upper and usual)
    preposition = context.has_place_preposition(text, start)
    if personal and known and nominative:
        usual, personal = True, False  # a town's own name is likelier than a person of that name
    if usual or personal:
        return _doubtful(text, written, following, capital, preposition, known, large, personal, nominative, reading)
    if known:
        return reading(0.9 if capital else 0.75, "название узнано")
    stands = preposition or nominative or context.names_dwellers(text, start)
    if capital and not stands and written[0].key.endswith(_LIKE_OWNERS):
        return reading(0.4, "название узнано, но похоже на фамилию")
    if capital:
        return reading(0.75, "название узнано")
    return reading(0.5, "название узнано, написано с маленькой буквы") if preposition else None


def _doubtful(
    text: str,
    written: Sequence[Token],
    following: Token | None,
    capital: bool,
    preposition: bool,
    known: bool,
    large: bool,
    personal: bool,
    nominative: bool,
    reading: _Reader,
) -> Reading | None:
    """A name that is also a usual word or a surname («Победа», «Ленинский», «Котова»)."""
    start = written[0].start
    several = len(written) > 1
    if context.is_name_of_something(text, start):
        return None
    inside = context.is_inside(text, start) or context.names_dwellers(text, start)
    if not capital:
        if several and known:
            return reading(0.6, "название узнано, написано с маленькой буквы")
        if large and not personal and not context.describes_next_word(text, written[0], following):
            return reading(0.5 if preposition else 0.35, "обычное слово, но так зовут и город")
        if personal and inside and not several and not is_word_of_speech(written[0].key):
            return reading(0.6 if known else 0.5, "название узнано, написано с маленькой буквы")
        if known and inside and not several and written[0].key.endswith(_LIKE_ADJECTIVES):
            described = context.describes_next_word(text, written[0], following)
            return None if described else reading(0.6, "название узнано после «в», написано с маленькой буквы")
        return None
    if several:
        return reading(0.75 if known else 0.5, "название узнано, но это и обычные слова")
    if context.describes_next_word(text, written[0], following):
        return reading(0.35, "может быть прилагательным, а не городом") if large else None
    if not (preposition or inside) and (personal or context.starts_sentence(text, start)):
        if nominative and context.is_before_street(text, written[-1].end):
            return reading(0.3, "название узнано перед улицей")
        if personal or not known:
            return None
        return reading(0.6 if large else 0.3, "название узнано, но это и обычное слово")
    if known:
        return reading(0.8 if large or preposition else 0.6, "название узнано, но это и обычное слово")
    like_adjective = written[0].key.endswith(_LIKE_ADJECTIVES) or may_be_adjective(written[0].key)
    is_shop = written[0].key.startswith(_OF_SHOPS) and not like_adjective
    if inside and (not is_shop or context.says_who_lives(text, start)):
        return reading(0.55, "название узнано после «в», но это и обычное слово")
    return reading(0.4 if preposition else 0.3, "обычное слово с большой буквы")


# Shops and cafés bear these names more often than hamlets do («в Победе»): beginnings of words.
_OF_SHOPS = (
    "побед", "зар", "восход", "рассвет", "радуг", "мечт", "юност", "весн", "дружб", "маяк", "динамо", "искр", "звезд",
    "спутник", "салют", "прогресс", "родник", "родин", "космос", "север", "восток", "запад", "центр", "труд", "надежд",
    "магнит", "лент", "волн", "светлан", "комсомол", "пионер", "октябр", "коммунар", "спартак", "садов", "берег",
)
_LIKE_OWNERS = ("ского", "цкого", "ова", "ева", "ина")
_LIKE_ADJECTIVES = ("ской", "цкой", "ском", "цком", "ского", "цкого")


class _Reader(Protocol):
    def __call__(self, confidence: float, reason: str, /) -> Reading: ...


def choose_candidates(
    places: Sequence[Weighable], reading: Reading, near: int | None, named: set[int]
) -> Reading:
    """Choose among namesakes: by the municipality known or named beside, then by size.

    `near` is a municipality known beforehand, `named` are the municipalities that the same text
    names without doubt. Undecided namesakes all stay, each with little confidence.
    """
    candidates = reading.candidates
    if len(candidates) == 1:
        own = _municipality(places[candidates[0]])
        if reading.confidence < 0.6 and (own in named or own == near):
            return replace(
                reading,
                confidence=reading.confidence + (0.3 if own in named else 0.2),
                reason="название узнано, и муниципалитет тот же",
            )
        return reading

    def within(municipalities: set[int]) -> tuple[int, ...]:
        return tuple(n for n in candidates if _municipality(places[n]) in municipalities)

    for municipalities, reason in (
        (named, "из одноимённых выбрано по муниципалитету в тексте"),
        ({near} if near else set(), "из одноимённых выбрано по муниципалитету"),
    ):
        inside = within(municipalities)
        if len(inside) == 1:
            return replace(reading, candidates=inside, reason=reason)
        if inside:
            candidates = inside
    by_size = sorted(candidates, key=lambda n: (-_rank(places[n]), -places[n].population))
    first, second = places[by_size[0]], places[by_size[1]]
    larger = first.population >= _LARGE and first.population >= 5 * second.population
    if _rank(first) > _rank(second) or (larger and _rank(first) == _rank(second)):
        return replace(
            reading,
            candidates=(by_size[0],),
            confidence=reading.confidence * 0.85,
            reason="самое крупное из одноимённых мест",
        )
    return replace(
        reading,
        candidates=tuple(by_size),
        confidence=min(0.4, reading.confidence),
        reason=f"таких названий {len(candidates)}: уточните муниципалитет",
    )


_LARGE = 5_000  # people: so big a place is named bare, whatever hamlets bear its name


def _rank(place: Weighable) -> int:
    """A town or the centre of a municipality is meant by a bare name, not a village of that name."""
    return int(place.centre or place.type_name == "город" or place.kind == "municipality")


def weaker(reading: Reading, text: str) -> Reading:
    """A reading of a misspelt name: still a place beside «в», a type, a comma or at the beginning, else a guess."""
    start, end = reading.start, reading.end
    stands = context.has_place_preposition(text, start) or context.marker_before(text, start) is not None
    opens = context.starts_sentence(text, start) or text[end : end + 1] in {",", ":"}
    confidence = min(reading.confidence, 0.65) if stands or opens else min(reading.confidence, 0.45)
    if reading.confidence < 0.5 and (stands or opens) and reading.confidence > 0.3:
        confidence = 0.5
    return replace(reading, confidence=confidence, reason="похоже на это название, написано с ошибкой")


def _municipality(place: Weighable) -> int | None:
    return place.municipality_id or place.territory_id


def most_exact(places: Sequence[Weighable], candidates: tuple[int, ...]) -> tuple[int, ...]:
    """A town and the municipality of the same name are one place: the town is the exact one."""
    inside = {
        places[number].municipality_id
        for number in candidates
        if places[number].kind in {"settlement", "district"}
    }
    exact = tuple(
        number
        for number in candidates
        if places[number].kind != "municipality" or places[number].territory_id not in inside
    )
    return exact or candidates
