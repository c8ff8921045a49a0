"""The coach: what is wrong with an answer before anybody approves it. Pure, a few milliseconds a text.

`look(text, Asked(...))` gives findings with their places, plainer words and weights; grave ones need somebody's word
that the answer may leave all the same. `officialese_index` tells how much of a text is chancery. The phrases stand in
tables beside the code; what is found how well is measured by `otklik evaluate answers`.
"""

from __future__ import annotations

from typing import Final

from otklik.answers.coach.contradictions import contradictions
from otklik.answers.coach.facts import missing
from otklik.answers.coach.finding import GRAVE, Asked, Channel, Finding, Kind
from otklik.answers.coach.officialese import index, officialese
from otklik.answers.coach.personal import personal
from otklik.answers.coach.promises import undated_promises
from otklik.answers.coach.questions import unanswered
from otklik.answers.coach.reading import sentences_of
from otklik.answers.coach.tone import tone

__all__ = ["GRAVE", "Asked", "Channel", "Finding", "Kind", "look", "officialese_index"]

LONGEST: Final = 20_000  # characters that are read


def look(text: str, asked: Asked) -> list[Finding]:
    """What may be mended in an answer, in the order of the text; what is missing as a whole stands first."""
    text = text[:LONGEST]
    sentences = sentences_of(text)
    if not sentences:
        return []
    vague = undated_promises(text, sentences, asked)
    gaps, facts = missing(text, sentences, asked, bool(vague))
    findings = [
        *unanswered(text, sentences, asked, facts, bool(vague)), *gaps, *vague, *officialese(text, sentences),
        *personal(text, asked), *tone(text, sentences), *contradictions(text, sentences, asked),
    ]
    return sorted(findings, key=lambda one: (one.where == "answer", one.start, -one.weight))


def officialese_index(text: str) -> int:
    """From 0 (as people speak) to 100 (nothing but chancery)."""
    text = text[:LONGEST]
    sentences = sentences_of(text)
    return index(text, officialese(text, sentences), sentences)
