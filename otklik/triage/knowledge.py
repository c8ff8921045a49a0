"""What triage knows: an immutable snapshot of themes and places, made of plain values.

Built by the room that has the tables; understanding a text then needs no database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from otklik.territory.locating import Located
from otklik.triage.model.reading import ThemeModel
from otklik.triage.themes import ThemeEntry, ThemeIndex

# Where nobody has measured: about half of the messages stay above, and three of four of those are right.
ABSTAINS_BELOW: Final = 0.4


class PlaceHit(Protocol):
    """A place named in a text, as the territory room finds it."""

    @property
    def territory_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def confidence(self) -> float: ...
    @property
    def reason(self) -> str: ...


class PlaceFinder(Protocol):
    """The gazetteer of the territory room."""

    def find_in_text(self, text: str, near: int | None = None) -> Sequence[PlaceHit]: ...

    def best(self, text: str, near: int | None = None) -> PlaceHit | None: ...

    def locate(self, text: str, near: int | None = None) -> Located: ...


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known besides the text: the territory it came from, the source's theme and importance."""

    territory_id: int | None = None
    theme_code: str | None = None
    importance: int | None = None


@dataclass(frozen=True)
class Knowledge:
    """Themes, places and the stamp of their version. Making one compiles all phrases (under a second).

    `model` reads themes with probabilities; without one they are found by names and synonyms alone. Below
    `threshold` the first theme's probability means «I do not know»; `thresholds` are those of municipalities.
    """

    themes: tuple[ThemeEntry, ...]
    places: PlaceFinder | None = None
    stamp: str = ""
    model: ThemeModel | None = field(default=None, repr=False, compare=False)
    threshold: float = ABSTAINS_BELOW
    thresholds: Mapping[int, float] = field(default_factory=dict)
    index: ThemeIndex = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", ThemeIndex(self.themes))
