"""What the quick readers and the reader of meaning say of each place in a text, added up and compared with one border.

The reader of meaning is slow, so it reads at most `READ_AT_MOST` windows of a text: those where a phrase or a rule was
met, or where the linear model suspects danger; and none where what the quick ones say is enough whatever it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from otklik.triage import danger_meaning
from otklik.triage.danger_model import Heard

READ_AT_MOST: Final = 2
HARMLESS: Final = 0.0  # of the linear model: below, and without a phrase or a rule, nobody is asked further
# Chosen on the open part of the exam: how much each reader counts beside the meaning, and where danger begins.
QUICK, PHRASE, RULE = 1.5, 3.0, 4.0
_QUICK_LIMIT: Final = 3.0
BORDER: Final = -1.5
_LEAST_MEANING: Final = -5.5  # a lower score counts as this one
SURE: Final = BORDER - _LEAST_MEANING  # of the quick readers: enough without the slow one


@dataclass(frozen=True, slots=True)
class Said:
    """What a phrase (or else a rule) found, by its place in the text.

    `doubted`: thanks, a question of a general kind or a play stand near. It is a reason to read the place, no more.
    """

    start: int
    end: int
    by_phrase: bool
    doubted: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A window of the text that was weighed; `evidence` of danger is compared with the border."""

    start: int
    end: int
    evidence: float

    @property
    def is_danger(self) -> bool:
        return self.evidence >= BORDER

    def holds(self, start: int, end: int) -> bool:
        """True when a piece of the text lies in it, at least in part."""
        return self.start < end and start < self.end


@dataclass(frozen=True, slots=True)
class _Asked:
    window: danger_meaning.Window
    beside: float  # what the quick readers say

    @property
    def is_sure(self) -> bool:
        return self.beside >= SURE

    def place(self, meaning: float) -> Place:
        return Place(self.window.start, self.window.end, self.beside + max(_LEAST_MEANING, meaning))


def weighed(text: str, heard: Heard, said: Sequence[Said]) -> list[Place]:
    """The places that were worth weighing, the greatest evidence first."""
    if heard.worst < HARMLESS and not said:
        return []
    asked: list[_Asked] = []
    for window in danger_meaning.windows(text):
        near = [one for one in said if window.start < one.end and one.start < window.end]
        quick = heard.within(window.start, window.end)
        if quick >= HARMLESS or near:
            asked.append(_Asked(window, _beside(quick, near)))
    asked.sort(key=lambda one: one.beside, reverse=True)
    places = [one.place(_LEAST_MEANING) for one in asked if one.is_sure]
    doubtful = [one for one in asked if not one.is_sure][: max(0, READ_AT_MOST - len(places))]
    meant = danger_meaning.scores([one.window for one in doubtful])
    places += [one.place(meaning) for one, meaning in zip(doubtful, meant, strict=True)]
    return sorted(places, key=lambda place: place.evidence, reverse=True)


def _beside(quick: float, near: Sequence[Said]) -> float:
    heeded = [one.by_phrase for one in near if not one.doubted]
    limited = max(-_QUICK_LIMIT, min(_QUICK_LIMIT, quick))
    return QUICK * limited + PHRASE * (True in heeded) + RULE * (False in heeded)
