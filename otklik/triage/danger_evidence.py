"""What the quick readers and the reader of meaning say of each place in a text, added up and compared with one border.

The reader of meaning is slow, so it reads at most `READ_AT_MOST` windows of a text: those where a phrase or a rule was
met, or where the linear model does not find the words plainly harmless.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from otklik.triage import danger_meaning
from otklik.triage.danger_model import Heard

READ_AT_MOST: Final = 2
HARMLESS: Final = -0.5  # of the linear model: below, and without a phrase or a rule, nobody is asked further
# Chosen on the open part of the exam: how much each reader counts beside the meaning, and where danger begins.
QUICK, PHRASE, RULE = 1.5, 3.0, 4.0
_QUICK_LIMIT: Final = 3.0
BORDER: Final = -1.0


@dataclass(frozen=True, slots=True)
class Said:
    """What a phrase (or else a rule) found, by its place in the text."""

    start: int
    end: int
    by_phrase: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A window of the text that was read for its meaning; `evidence` of danger is compared with the border."""

    start: int
    end: int
    evidence: float

    @property
    def is_danger(self) -> bool:
        return self.evidence >= BORDER

    def holds(self, start: int, end: int) -> bool:
        """True when a piece of the text lies in it, at least in part."""
        return self.start < end and start < self.end


def weighed(text: str, heard: Heard, said: Sequence[Said]) -> list[Place]:
    """The places that were worth reading, the greatest evidence first."""
    if heard.worst < HARMLESS and not said:
        return []
    asked: list[tuple[float, danger_meaning.Window]] = []
    for window in danger_meaning.windows(text):
        near = [one for one in said if window.start < one.end and one.start < window.end]
        quick = heard.within(window.start, window.end)
        if quick < HARMLESS and not near:
            continue
        beside = QUICK * max(-_QUICK_LIMIT, min(_QUICK_LIMIT, quick))
        beside += PHRASE * any(one.by_phrase for one in near) + RULE * any(not one.by_phrase for one in near)
        asked.append((beside, window))
    asked.sort(key=lambda one: one[0], reverse=True)
    asked = asked[:READ_AT_MOST]
    meant = danger_meaning.scores([window for _, window in asked])
    places = [
        Place(window.start, window.end, beside + meaning)
        for (beside, window), meaning in zip(asked, meant, strict=True)
    ]
    return sorted(places, key=lambda place: place.evidence, reverse=True)
