"""A long alternation of phrases, tried only at words that begin as one of its phrases does. Pure.

It finds what `re` finds with the same alternation, some ten times faster: `re` tries every phrase at every word.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Final

_KEY: Final = 5  # letters of a word that choose its phrases
_MOST: Final = 400  # beginnings of one phrase that are told apart
_FEW: Final = 12  # letters in square brackets that are taken one by one
_CLOSE: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]|.", re.DOTALL)
_SPACE: Final = re.compile(r"\s")
_RANGE: Final = re.compile(r"(\w)-(\w)")
_WORD: Final = re.compile(r"(?<!\w)\w")

# What a phrase may begin with: letters, and whether the phrase goes on with exactly what the pattern says next.
_Heads = dict[str, bool]


@dataclass(frozen=True)
class Seen:
    """A text with what all finders ask of it: its small letters, sign for sign, and where its words begin."""

    text: str

    @cached_property
    def lower(self) -> str:
        return in_small_letters(self.text)

    @cached_property
    def starts(self) -> list[int]:
        return [word.start() for word in _WORD.finditer(self.text)]


class Phrases:
    """`pattern` is an alternation in `re`'s writing; `head` and `tail` look around each of its phrases.

    A match may lack groups by name that stand in other phrases than its own.
    """

    def __init__(self, pattern: str, *, head: str = "", tail: str = "") -> None:
        self._phrases = _branches(pattern)
        self._heads = [tuple(_heads(one)) for one in self._phrases]
        self._by_letters = defaultdict[str, set[int]](set)
        for nth, heads in enumerate(self._heads):
            for one in heads:
                self._by_letters[one[:2]].add(nth)
        self._around = head, tail
        self._compiled = cache(self._compile)
        self._chosen = lru_cache(maxsize=1 << 14)(self._choose)

    def finditer(self, seen: Seen) -> Iterator[re.Match[str]]:
        """Matches that begin at a word, in order and apart."""
        end, text, lower, chosen = 0, seen.text, seen.lower, self._chosen
        for start in seen.starts:
            if start >= end:
                for pattern in chosen(lower[start : start + _KEY]):
                    if (match := pattern.match(text, start)) is not None:
                        end = match.end()
                        yield match
                        break

    def search(self, seen: Seen) -> re.Match[str] | None:
        """The first match."""
        return next(self.finditer(seen), None)

    def _choose(self, key: str) -> tuple[re.Pattern[str], ...]:
        key = _SPACE.sub(" ", key)
        may = set().union(*(self._by_letters.get(key[:length], ()) for length in range(3)))
        return tuple(self._compiled(nth) for nth in sorted(may) if key.startswith(self._heads[nth]))

    def _compile(self, nth: int) -> re.Pattern[str]:
        head, tail = self._around
        return re.compile(rf"{head}(?:{self._phrases[nth]}){tail}", re.IGNORECASE)


def in_small_letters(text: str) -> str:
    """Small letters sign for sign: a letter that becomes two stays as it is."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(map(_small, text))


def _small(sign: str) -> str:
    lower = sign.lower()
    return lower if len(lower) == 1 else sign


def _branches(pattern: str) -> list[str]:
    """The alternatives of a pattern, split where no bracket is open."""
    parts, depth, begin = [], 0, 0
    for piece in _CLOSE.finditer(pattern):
        depth += (piece[0] == "(") - (piece[0] == ")")
        if piece[0] == "|" and not depth:
            parts.append(pattern[begin : piece.start()])
            begin = piece.end()
    return [*parts, pattern[begin:]]


def _heads(pattern: str) -> _Heads:
    """All that a match may begin with, up to `_KEY` letters; an empty one stands for anything."""
    heads: _Heads = {"": True}
    at = 0
    while at < len(pattern) and any(exact and len(head) < _KEY for head, exact in heads.items()):
        piece = _CLOSE.match(pattern, at)
        assert piece is not None
        end, following = piece.end(), _next_of(piece[0])
        if piece[0] == "(":
            end = _end_of_group(pattern, at)
            following = _group(pattern[at + 1 : end - 1])
        optional = pattern[end : end + 1] in ("?", "*") or pattern[end : end + 2] == "{0"
        repeated = pattern[end : end + 1] in ("+", "*", "{")
        longer = _joined(heads, following, optional, repeated)
        if len(longer) > _MOST:
            break
        heads = longer
        at = end + (pattern[end : end + 1] == "?")
        if repeated:
            break
    return {head[:_KEY]: False for head in heads}


def _joined(heads: _Heads, following: _Heads, optional: bool, repeated: bool) -> _Heads:
    joined: _Heads = {}
    for head, exact in heads.items():
        if not exact or len(head) >= _KEY:
            joined[head] = False
            continue
        if optional:
            joined[head] = not repeated and joined.get(head, True)
        for more, goes_on in following.items():
            whole = head + more
            joined[whole] = goes_on and not repeated and joined.get(whole, True)
    return joined


def _group(inside: str) -> _Heads:
    """Beginnings of what stands in brackets; a look around takes no letters."""
    if re.match(r"\?<?[=!]", inside):
        return {"": True}
    inside = re.sub(r"^\?(?:[a-z]*:|P<\w+>)", "", inside)
    heads: _Heads = {}
    for branch in _branches(inside):
        # A group is told to go on only when its branches are plain letters.
        goes_on = len(branch) < _KEY and re.fullmatch(r"[а-яёa-z ]*", branch) is not None
        for head in _heads(branch):
            heads[head] = goes_on and heads.get(head, True)
    return heads


def _next_of(piece: str) -> _Heads:
    """What one sign of a pattern stands for."""
    if piece.startswith("["):
        inside = _RANGE.sub(lambda ends: "".join(map(chr, range(ord(ends[1]), ord(ends[2]) + 1))), piece[1:-1])
        return dict.fromkeys(inside.lower(), True) if inside.isalnum() and len(inside) <= _FEW else {"": False}
    if piece == r"\d":
        return dict.fromkeys("0123456789", True)
    if piece == r"\s":
        return {" ": True}
    if piece.startswith("\\"):
        return {"": False} if piece[1].isalnum() else {piece[1]: True}
    return {"": False} if piece in ".^$?*+{" else {piece.lower(): True}


def _end_of_group(pattern: str, at: int) -> int:
    depth = 0
    for piece in _CLOSE.finditer(pattern, at):
        depth += (piece[0] == "(") - (piece[0] == ")")
        if not depth:
            return piece.end()
    return len(pattern)
