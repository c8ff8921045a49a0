"""Sets of words that make danger when they meet: `danger_words.csv`, and which of them meet: `danger_rules.csv`.

A word of a set is written as it stands, in its dictionary form, or as a beginning with «*» (so that misspelt endings
are met). A rule asks for words of all its sets within so many content words of a word of the first, none of them
right after «не», and no word of the sets `without` as near.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from otklik.triage.words import Token, read_word

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the rules: words of `sets` near each other are `code`."""

    code: str
    sets: tuple[str, ...]
    without: tuple[str, ...]
    within: int
    service: str
    reason: str


def rules_met(tokens: Sequence[Token]) -> list[tuple[Rule, tuple[int, ...]]]:
    """Rules that a text fulfils, each once, with the numbers of the tokens, in the order of the table."""
    where: dict[str, list[int]] = {}
    for number, token in enumerate(tokens):
        for name in sets_of(token.word):
            where.setdefault(name, []).append(number)
    met = []
    for rule in _rules():
        if all(name in where for name in rule.sets):
            found = _together(rule, where, tokens)
            if found:
                met.append((rule, found))
    return met


def _together(rule: Rule, where: dict[str, list[int]], tokens: Sequence[Token]) -> tuple[int, ...]:
    for first in where[rule.sets[0]]:
        if any(_near(first, other, tokens, rule.within) for name in rule.without for other in where.get(name, ())):
            continue
        used = [first]
        for name in rule.sets[1:]:
            near = [
                other
                for other in where[name]
                if other not in used and _near(first, other, tokens, rule.within)
            ]
            if not near:
                break
            used.append(min(near, key=lambda other: abs(other - first)))
        else:
            if not any(one and tokens[one - 1].word == "не" and one - 1 not in used for one in used):
                return tuple(sorted(used))
    return ()


def _near(one: int, other: int, tokens: Sequence[Token], within: int) -> bool:
    return abs(tokens[other].place - tokens[one].place) <= within


@lru_cache(maxsize=1 << 15)
def sets_of(word: str) -> tuple[str, ...]:
    """Names of the sets that a word in small letters belongs to."""
    whole, beginnings = _sets()
    written = word.replace("ё", "е")
    found = set(whole.get(written, ())) | set(whole.get(read_word(word).form, ()))
    for length in range(2, len(written) + 1):
        found.update(beginnings.get(written[:length], ()))
    return tuple(sorted(found))


@cache
def _sets() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    whole: dict[str, list[str]] = {}
    beginnings: dict[str, list[str]] = {}
    for line in _lines("danger_words.csv"):
        for word in line["words"].replace("ё", "е").split():
            (beginnings if word.endswith("*") else whole).setdefault(word.rstrip("*"), []).append(line["set"])
    return whole, beginnings


@cache
def _rules() -> tuple[Rule, ...]:
    return tuple(
        Rule(
            line["code"], tuple(line["sets"].split()), tuple(line["without"].split()), int(line["within"]),
            line["service"], line["reason"],
        )
        for line in _lines("danger_rules.csv")
    )


def _lines(name: str) -> list[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))
