"""How an answer speaks to a person: mocking, blaming, threatening, dismissive, or plainly insulting. Pure.

What a phrase of the table or an insulting word shows is grave; what only the meaning of a sentence shows
(`tone_meaning.py`) is advice and stops nothing.
"""

from __future__ import annotations

from typing import Final

from otklik.answers.coach.finding import Finding, advice, found
from otklik.answers.coach.reading import Sentence
from otklik.answers.coach.tables import any_of, patterns
from otklik.answers.coach.tone_meaning import badly_said
from otklik.triage.matching import PlacedTokens
from otklik.triage.tones import tones_in
from otklik.triage.words import tokens_of

_BY_MEANING: Final = "Может обидеть: перечитайте глазами жителя"


def tone(text: str, sentences: list[Sentence]) -> list[Finding]:
    """The sentences that speak badly, each once, with why; and insulting or obscene words."""
    findings = []
    for sentence in sentences:
        if not any_of("tones.csv").search(sentence.text):
            continue
        for pattern, row in patterns("tones.csv"):
            if pattern.search(sentence.text):
                findings.append(found("tone", text, sentence.start, sentence.end, row["reason"]))
                break
    for one in tones_in(text, PlacedTokens(tokens_of(text))):
        if one.tone != "panic_call" and not any(f.start <= one.words.start < f.end for f in findings):
            findings.append(found("tone", text, one.words.start, one.words.end, one.reason))
    left = [s for s in sentences if not any(f.start < s.end and s.start < f.end for f in findings)]
    for number in badly_said([sentence.text for sentence in left]):
        findings.append(advice("tone", text, left[number].start, left[number].end, _BY_MEANING))
    return findings
