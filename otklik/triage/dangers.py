"""Words that mean danger to life: level 4 at once, whatever the theme.

The table `dangers.csv` errs on the side of alarm: a duty person dismisses a false one in seconds. A
match is dropped only where a phrase of the column `except` covers one of its words, or its last verb
is plainly denied («газом не пахнет»).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from otklik.triage.matching import Match, Matcher, PlacedTokens
from otklik.triage.themes import Span
from otklik.triage.words import NO, read_word

_SLACK: Final = 3


@dataclass(frozen=True, slots=True)
class Danger:
    """One danger found: why, whom to call first, and the words."""

    code: str
    reason: str
    service: str
    words: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    service: str
    reason: str


def dangers_in(written: str, text: PlacedTokens) -> tuple[Danger, ...]:
    """The dangers that a text speaks of, each rule once, in the order of the table."""
    alarms, exceptions, sayings = _tables()
    matches = alarms.find(text)
    if not matches:
        return ()
    excused: dict[_Rule, set[int]] = {}
    for match in exceptions.find(text):
        excused.setdefault(match.phrase.owner, set()).update(match.at)
    for rule, saying in sayings.items():
        for said in saying.finditer(written):
            covered = (n for n, token in enumerate(text.tokens) if said.start() <= token.start < said.end())
            excused.setdefault(rule, set()).update(covered)
    found: dict[_Rule, Danger] = {}
    for match in matches:
        rule = match.phrase.owner
        if rule in found or _is_denied(match, text) or not excused.get(rule, set()).isdisjoint(match.at):
            continue
        words = tuple(Span(t.start, t.end, t.word) for t in (text.tokens[at] for at in match.at))
        found[rule] = Danger(rule.code, rule.reason, rule.service, words)
    return tuple(found.values())


def _is_denied(match: Match[_Rule], text: PlacedTokens) -> bool:
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
def _tables() -> tuple[Matcher[_Rule], Matcher[_Rule], dict[_Rule, re.Pattern[str]]]:
    """The alarms, the exceptions by dictionary forms, and those by letter («после пожара»).

    An exception with a preposition is a saying, looked for as written: by dictionary forms it would
    be one word and excuse everything.
    """
    alarms: list[tuple[_Rule, str]] = []
    exceptions: list[tuple[_Rule, str]] = []
    sayings: dict[_Rule, list[str]] = {}
    with Path(__file__).with_name("dangers.csv").open(encoding="utf-8", newline="") as source:
        for line in csv.DictReader(source):
            rule = _Rule(line["code"], line["service"], line["reason"])
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
