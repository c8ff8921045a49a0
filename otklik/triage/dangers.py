"""Danger to life in a text: level 4 at once, whatever the theme. Four readers, three quick and one slow.

1. Phrases of `dangers.csv`. A match is dropped only where a phrase of the column `except` covers one of its words, or
   its last verb is plainly denied («газом не пахнет»).
2. Sets of words that meet within a clause (`danger_words.csv`, `danger_rules.csv`).
3. A small linear model (`danger_model`), for what is said without the expected words.
4. A reader of meaning (`danger_meaning`), asked only about places where one of the first three says or suspects
   something. What each says there is added up (`danger_evidence`) and compared with one border.

Without the file of the fourth, any of the first three is enough, and the third may silence the other two where it is
surer than usual that nothing threatens («починили», «спасибо», «в прошлом году»). All borders err on the side of
alarm: a duty person dismisses a false one in seconds.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from otklik.triage import danger_meaning
from otklik.triage.danger_evidence import Place, Said, weighed
from otklik.triage.danger_model import Heard, hear
from otklik.triage.danger_words import rules_met, sets_of
from otklik.triage.lookalikes import alike_mended
from otklik.triage.matching import Match, Matcher, PlacedTokens
from otklik.triage.themes import Span
from otklik.triage.words import NO, Token, read_word, tokens_of

_SLACK: Final = 3
_NEAR: Final = 60  # letters
DOUBTED_BY: Final = frozenset({"thanks", "asks"})
# Scores of the linear model, 0 being the border it was taught; for a machine without the file of the reader of meaning.
ALONE: Final = 1.0  # above, the model needs no phrase and no rule
SILENCES: Final = -1.5
# A phrase of these is reason enough to ask, whatever stands beside it. (Rules of words that meet are no phrase.)
NEVER_SILENCED: Final = frozenset({"suicide"})
_BARE: Final = 3  # tokens beside a phrase: fewer say nothing that could silence it
MODEL: Final = ("likely", "112", "Похоже на угрозу жизни")


@dataclass(frozen=True, slots=True)
class Danger:
    """One danger found: why, whom to call first, and the words."""

    code: str
    reason: str
    service: str
    words: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What a phrase or else a rule tells of."""

    danger: Danger
    by_phrase: bool

    def said(self, tokens: Sequence[Token]) -> Said:
        start, end = self.danger.words[0].start, self.danger.words[-1].end
        return Said(start, end, self.by_phrase, _is_doubted(start, end, tokens))

    def lies_in(self, place: Place) -> bool:
        return place.holds(self.danger.words[0].start, self.danger.words[-1].end)


@dataclass(frozen=True, slots=True)
class _Phrases:
    code: str
    service: str
    reason: str


def dangers_in(written: str, text: PlacedTokens) -> tuple[Danger, ...]:
    """The dangers that a text speaks of, each kind once: what phrases say, then rules, then the model."""
    mended, text = _mended(written, text)
    told = [_Told(one, True) for one in _by_phrases(mended, text)]
    for rule, at in rules_met(text.tokens):
        words = _spans([text.tokens[one] for one in at], written)
        told.append(_Told(Danger(rule.code, rule.reason, rule.service, words), False))
    found: dict[str, Danger] = {}
    for danger in _left(written, mended, text, told):
        found.setdefault(danger.code, danger)
    return tuple(found.values())


def stands(words: tuple[Span, ...], written: str, text: PlacedTokens) -> bool:
    """Whether a phrase of a theme that means danger is meant so here, judged as a phrase of the table is."""
    if not words:
        return True
    mended, text = _mended(written, text)
    theirs = Danger("", "", "", words)
    return theirs in _left(written, mended, text, [_Told(theirs, True)])


def _mended(written: str, text: PlacedTokens) -> tuple[str, PlacedTokens]:
    mended = alike_mended(written)
    return mended, (text if mended == written else PlacedTokens(tokens_of(mended)))


def _left(written: str, mended: str, text: PlacedTokens, told: Sequence[_Told]) -> list[Danger]:
    """What is left of what phrases and rules tell when the models have had their word, or what these alone say."""
    heard = hear(mended, text.tokens)
    if heard is None:
        return [one.danger for one in told]
    judged = _judged if danger_meaning.is_there() else _judged_quickly
    return judged(written, mended, text, heard, told)


def _judged(
    written: str, mended: str, text: PlacedTokens, heard: Heard, told: Sequence[_Told]
) -> list[Danger]:
    """What phrases and rules tell where the sum of the readers says danger; else what the models alone say."""
    said = [one.said(text.tokens) for one in told]
    sure = [place for place in weighed(mended, heard, said) if place.is_danger]
    named = [one.danger for one in told if _is_plain(one, text) or any(map(one.lies_in, sure))]
    if named or not sure:
        return named
    return [_likely(heard.words(sure[0].start, sure[0].end), written)]


def _judged_quickly(
    written: str, _mended: str, text: PlacedTokens, heard: Heard, told: Sequence[_Told]
) -> list[Danger]:
    """The same without the reader of meaning."""
    named = []
    for one in told:
        said = one.said(text.tokens)
        least = ALONE if said.doubted else SILENCES
        if _is_plain(one, text) or heard.within(said.start, said.end) >= least:
            named.append(one.danger)
    return named or ([_likely(heard.words(), written)] if heard.worst >= ALONE else [])


def _is_plain(told: _Told, text: PlacedTokens) -> bool:
    """A phrase that nothing silences: of a kind always asked about, or with hardly a word beside it."""
    one = told.danger
    return told.by_phrase and (one.code in NEVER_SILENCED or len(text.tokens) < len(one.words) + _BARE)


def _likely(words: Iterable[Token], written: str) -> Danger:
    code, service, reason = MODEL
    return Danger(code, reason, service, _spans(words, written))


def _is_doubted(start: int, end: int, tokens: Sequence[Token]) -> bool:
    """True where thanks, a question of a general kind or a play stand near."""
    near = [token for token in tokens if start - _NEAR < token.start < end + _NEAR]
    return any(name in DOUBTED_BY for token in near for name in sets_of(token.word))


def _spans(tokens: Iterable[Token], written: str) -> tuple[Span, ...]:
    return tuple(Span(one.start, one.end, written[one.start : one.end].lower()) for one in tokens)


def _by_phrases(written: str, text: PlacedTokens) -> tuple[Danger, ...]:
    """What the table of phrases says, in its order."""
    alarms, exceptions, sayings = _tables()
    matches = alarms.find(text)
    if not matches:
        return ()
    excused: dict[_Phrases, set[int]] = {}
    for match in exceptions.find(text):
        excused.setdefault(match.phrase.owner, set()).update(match.at)
    for rule, saying in sayings.items():
        for said in saying.finditer(written):
            covered = (n for n, token in enumerate(text.tokens) if said.start() <= token.start < said.end())
            excused.setdefault(rule, set()).update(covered)
    found: dict[_Phrases, Danger] = {}
    for match in matches:
        rule = match.phrase.owner
        if rule in found or _is_denied(match, text) or not excused.get(rule, set()).isdisjoint(match.at):
            continue
        words = _spans((text.tokens[at] for at in match.at), written)
        found[rule] = Danger(rule.code, rule.reason, rule.service, words)
    return tuple(found.values())


def _is_denied(match: Match[_Phrases], text: PlacedTokens) -> bool:
    """True when «не» stands right before one of the words and the phrase itself has none.

    «чуть не провалился» denies nothing.
    """
    if any(NO in word for word in match.phrase.words):
        return False
    return any(_stands_after_no(at, text) and at - 1 not in match.at for at in match.at)


def _stands_after_no(at: int, text: PlacedTokens) -> bool:
    before = [token.word for token in text.tokens[max(0, at - 2) : at]]
    if not before or before[-1] != "не" or before[0] in ("чуть", "едва"):
        return False
    return text.tokens[at].place - text.tokens[at - 1].place == 1


@cache
def _tables() -> tuple[Matcher[_Phrases], Matcher[_Phrases], dict[_Phrases, re.Pattern[str]]]:
    """The alarms, the exceptions by dictionary forms, and those by letter («после пожара»).

    An exception with a preposition is a saying, looked for as written: by dictionary forms it would
    be one word and excuse everything.
    """
    alarms: list[tuple[_Phrases, str]] = []
    exceptions: list[tuple[_Phrases, str]] = []
    sayings: dict[_Phrases, list[str]] = {}
    with Path(__file__).with_name("dangers.csv").open(encoding="utf-8", newline="") as source:
        for line in csv.DictReader(source):
            rule = _Phrases(line["code"], line["service"], line["reason"])
            alarms += [(rule, phrase) for phrase in line["phrases"].split("|")]
            for phrase in filter(None, line["except"].split("|")):
                if not any(read_word(word).is_idle for word in phrase.split()):
                    exceptions.append((rule, phrase))
                else:
                    sayings.setdefault(rule, []).append(re.sub("[её]", "[её]", phrase).replace(" ", r"\s+"))
    compiled = {
        rule: re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE) for rule, phrases in sayings.items()
    }
    return Matcher(alarms, slack=_SLACK), Matcher(exceptions, slack=1), compiled
