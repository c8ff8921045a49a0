"""Which themes a text speaks of: names and synonyms met in it, the rarer and longer ones weighing more.

No probability is claimed: a guess shows the words it stands on.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from otklik.triage.matching import Match, Matcher, PlacedTokens
from otklik.triage.words import NO, read_word, tokens_of

TOP: Final = 3
# A lone common word is no ground for a guess.
_LEAST_SCORE: Final = 1.6
_PER_WORD_MORE: Final = 0.35
_PER_GAP: Final = 0.12
_FOR_NEGATION: Final = 1.0
_FOR_LONE_WORD: Final = 0.75
_FOR_IDLE_WORD: Final = 0.5
_FOR_NAME: Final = 0.9
_FOR_LOOSE_WORD: Final = 0.22
_FOR_REPEAT: Final = 0.5  # each further phrase of the same theme


@dataclass(frozen=True, slots=True)
class ThemeEntry:
    """One theme of the classifier. `importance` is a hint, 0–4; `synonyms` are words and short phrases."""

    code: str
    name: str
    group: str = ""
    group_name: str = ""
    synonyms: tuple[str, ...] = ()
    importance: int = 2
    executor_kind: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the text: `text[start:end]` is `word`."""

    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class ThemeGuess:
    """A theme with the words that speak for it. `score` only orders guesses; it is no probability.

    `is_sure` tells that a whole phrase was met, not words of it; `from_source` that the outside
    system named the theme.
    """

    code: str
    name: str
    words: tuple[Span, ...]
    score: float
    is_sure: bool = False
    from_source: bool = False


@dataclass(slots=True)
class _Ground:
    score: float = 0.0
    phrases: int = 0
    is_sure: bool = False
    tokens: set[int] | None = None


class ThemeIndex:
    """The phrases of all themes, compiled."""

    def __init__(self, themes: Sequence[ThemeEntry]) -> None:
        self.themes = tuple(themes)
        self.by_code = {theme.code: theme for theme in self.themes}
        self._matcher: Matcher[tuple[int, bool]] = Matcher(
            phrase for number, theme in enumerate(self.themes) for phrase in _phrases(number, theme)
        )
        owners: dict[str, set[int]] = defaultdict(set)
        for phrase in self._matcher.phrases:
            for form in (form for word in phrase.words for form in word if not _is_idle(form)):
                owners[form].add(phrase.owner[0])
        self._loose = owners
        self._weight = {form: math.log(1 + len(self.themes) / len(whose)) for form, whose in owners.items()}

    def guess(self, text: PlacedTokens, masked: frozenset[int] = frozenset()) -> tuple[ThemeGuess, ...]:
        """At most three themes, the likeliest first. `masked` tokens (polite formulas) do not count."""
        grounds = self._by_phrases(text, masked)
        self._add_loose_words(text, masked, grounds)
        order = sorted(grounds.items(), key=lambda pair: (-pair[1].score, pair[0]))
        return tuple(
            self._guess(number, ground, text)
            for number, ground in order[:TOP]
            if ground.score >= _LEAST_SCORE and ground.phrases
        )

    def _by_phrases(self, text: PlacedTokens, masked: frozenset[int]) -> dict[int, _Ground]:
        scored = [
            (self._score(match), match) for match in self._matcher.find(text) if masked.isdisjoint(match.at)
        ]
        scored.sort(key=lambda pair: -pair[0])
        grounds: dict[int, _Ground] = defaultdict(_Ground)
        for score, match in scored:
            ground = grounds[match.phrase.owner[0]]
            covered = ground.tokens = ground.tokens if ground.tokens is not None else set()
            fresh = [number for number in match.at if number not in covered]
            if fresh:
                ground.score += score * len(fresh) / len(match.at) * _FOR_REPEAT**ground.phrases
                ground.phrases += 1
                ground.is_sure = ground.is_sure or len(match.phrase.words) > 1
                covered.update(match.at)
        return grounds

    def _score(self, match: Match[tuple[int, bool]]) -> float:
        phrase = match.phrase
        score = sum(max(self._weight.get(form, _FOR_IDLE_WORD) for form in word) for word in phrase.words)
        if len(phrase.words) == 1:
            score *= _FOR_LONE_WORD
        else:
            score *= 1 + _PER_WORD_MORE * (phrase.content - 1)
            score += _FOR_NEGATION * (phrase.content < len(phrase.words))
        is_name = phrase.owner[1]
        return score * (_FOR_NAME if is_name else 1.0) / (1 + _PER_GAP * max(0, match.gaps))

    def _add_loose_words(
        self, text: PlacedTokens, masked: frozenset[int], grounds: dict[int, _Ground]
    ) -> None:
        """Words of a theme's phrases met apart from each other add a little to what is already there."""
        seen: set[str] = set()
        for number, token in enumerate(text.tokens):
            if number in masked:
                continue
            for form in token.lemmas - seen:
                seen.add(form)
                for theme in self._loose.get(form, ()):
                    ground = grounds.get(theme)
                    if ground is not None and ground.tokens is not None and number not in ground.tokens:
                        ground.score += self._weight[form] * _FOR_LOOSE_WORD

    def _guess(self, number: int, ground: _Ground, text: PlacedTokens) -> ThemeGuess:
        theme = self.themes[number]
        words = tuple(
            Span(text.tokens[at].start, text.tokens[at].end, text.tokens[at].word)
            for at in sorted(ground.tokens or ())
        )
        return ThemeGuess(theme.code, theme.name, words, round(ground.score, 2), ground.is_sure)


def _is_idle(form: str) -> bool:
    return form == NO or (not form.startswith("~") and read_word(form).is_idle)


def _phrases(number: int, theme: ThemeEntry) -> Iterable[tuple[tuple[int, bool], str]]:
    """The synonyms, and the name when it is short enough to be met in a text."""
    for synonym in theme.synonyms:
        yield (number, False), synonym
    if sum(not token.is_idle for token in tokens_of(theme.name)) <= 4:
        yield (number, True), theme.name
