"""Whether words from a page that is not ours are a message to us. Pure.

There most of what is written is talk among neighbours. A false alarm costs a glance, a miss a complaint that nobody
hears: so trouble in words is enough, and without it the matter must be known well, or fairly well and with a place.
"""

from dataclasses import dataclass

from otklik.triage.kinds import trouble_in
from otklik.triage.understanding import Understanding

WANTED = frozenset({"complaint", "question", "suggestion"})
TALK = "feedback."  # themes of talk, thanks and advertising
KNOWN_WELL = 0.7  # of a theme, where no word says that something is wrong and no place is named


@dataclass(frozen=True, slots=True)
class Relevance:
    """`why`: danger, trouble, theme, place; of what is no message: the kind, talk, nothing."""

    is_message: bool
    why: str
    words: tuple[str, ...] = ()


def relevance(text: str, understood: Understanding) -> Relevance:
    """Judge by what was understood of the text."""
    if understood.dangers:
        return Relevance(True, "danger")
    if understood.kind not in WANTED:
        return Relevance(False, understood.kind)
    best = understood.themes[0] if understood.themes else None
    is_sure = best is not None and not understood.abstains
    if best is not None and is_sure and best.code.startswith(TALK):
        return Relevance(False, "talk")
    trouble = trouble_in(text)
    if trouble:
        return Relevance(True, "trouble", trouble)
    if best is not None and is_sure and (best.p is None or best.p >= KNOWN_WELL):
        return Relevance(True, "theme")
    where = understood.place or understood.address or understood.landmark
    if is_sure and where is not None:
        return Relevance(True, "place")
    return Relevance(False, "nothing")
