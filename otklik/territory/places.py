"""What goes into the gazetteer and what comes out of it. Pure values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One territory as the gazetteer knows it.

    `names` are the short name and the other names, without a settlement's type; a district is
    named with its word («Камышинский район»). `known` says that people name it without a type
    (a centre, or some 500 people and more); `centre` that a municipality is governed from it. `point`
    is latitude and longitude (WGS 84, degrees) where known.
    """

    territory_id: int
    kind: str
    name: str
    type_name: str
    names: tuple[str, ...]
    municipality_id: int | None = None
    population: int = 0
    known: bool = False
    centre: bool = False
    point: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """A place found in a text: `text[start:end]` is what was written.

    `confidence` is from 0 to 1, a rank rather than a probability; `reason` is for people. Several
    hits with one span are the namesakes among which the text does not decide.
    """

    territory_id: int
    name: str
    start: int
    end: int
    confidence: float
    reason: str
    kind: str = ""
    municipality_id: int | None = None
