"""Which themes a text speaks of: names and synonyms met in it, the rarer and longer ones weighing more.

No probability is claimed: a guess shows the words it stands on.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from otklik.triage.matching import Match, Matcher, PlacedTokens
from otklik.triage.words import NO, read_word, tokens_of

TOP: Final = 3
# Themes of this group tell what kind of talk it is (thanks, an idea, «see the photo»). Where a text
# has a matter too, the matter goes first.
ABOUT_THE_TALK: Final = "feedback"
_FOR_TALK: Final = 0.3
# Common words that only stand apart are no ground for a guess.
_LEAST_SCORE: Final = 1.6
_PER_WORD_MORE: Final = 0.35
_PER_GAP: Final = 0.12
_FOR_NEGATION: Final = 1.0
_FOR_LONE_WORD: Final = 0.75
_FOR_IDLE_WORD: Final = 0.5
_FOR_NAME: Final = 0.9
_FOR_LOOSE_WORD: Final = 0.22
# «Фонарь не горит» says the opposite of «фонарь горит днём», yet «не дозвониться» is of «дозвониться в …».
_FOR_DENIED: Final = 0.3
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
    """A theme with the words that speak for it. `score` only orders guesses; `p` is a probability, where a model
    has one to give.

    `is_sure` tells that a whole phrase was met, not words of it; `from_source` that the outside
    system named the theme.
    """

    code: str
    name: str
    words: tuple[Span, ...]
    score: float
    is_sure: bool = False
    from_source: bool = False
    p: float | None = None


@dataclass(slots=True)
class _Ground:
    """What speaks for one theme: whole phrases with their tokens, and tokens that stand apart."""

    score: float = 0.0
    phrases: set[str] = field(default_factory=set)
    tokens: set[int] = field(default_factory=set)
    loose: list[int] = field(default_factory=list)
    is_sure: bool = False

    def is_enough(self) -> bool:
        return bool(self.phrases) or (self.score >= _LEAST_SCORE and len(self.loose) > 1)


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

    def guess(
        self, text: PlacedTokens, masked: frozenset[int] = frozenset(), *, only_talk: bool = False
    ) -> tuple[ThemeGuess, ...]:
        """At most three themes, the likeliest first. `masked` tokens (polite formulas) do not count.

        `only_talk` tells that the text is thanks or spam, so its theme may be one about the talk.
        """
        grounds = self._by_phrases(text, masked)
        self._add_loose_words(text, masked, grounds)
        if not only_talk:
            for number, ground in grounds.items():
                ground.score *= _FOR_TALK if self.themes[number].group == ABOUT_THE_TALK else 1
        told = [(number, ground) for number, ground in grounds.items() if ground.is_enough()]
        told.sort(key=lambda pair: (-pair[1].score, pair[0]))
        return tuple(self._guess(number, ground, text) for number, ground in told[:TOP])

    def _by_phrases(self, text: PlacedTokens, masked: frozenset[int]) -> dict[int, _Ground]:
        scored = [
            (self._score(match) * (_FOR_DENIED if _is_denied(match, text) else 1), match)
            for match in self._matcher.find(text)
            if masked.isdisjoint(match.at)
        ]
        scored.sort(key=lambda pair: -pair[0])
        grounds: dict[int, _Ground] = defaultdict(_Ground)
        for score, match in scored:
            ground = grounds[match.phrase.owner[0]]
            fresh = len(set(match.at) - ground.tokens)
            ground.tokens.update(match.at)
            # The same phrase again shows where else it stands, but does not prove more.
            if fresh and match.phrase.written not in ground.phrases:
                ground.score += score * fresh / len(match.at) * _FOR_REPEAT ** len(ground.phrases)
                ground.phrases.add(match.phrase.written)
                ground.is_sure = ground.is_sure or len(match.phrase.words) > 1
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
        """Words of a theme's phrases met apart from each other: a little more for what is already there,
        and together with another one a weak ground of their own."""
        seen: set[str] = set()
        for number, token in enumerate(text.tokens):
            forms = token.lemmas - seen
            if number in masked or token.is_idle or not forms:
                continue
            seen |= forms
            best: dict[int, float] = {}
            for form in forms:
                for theme in self._loose.get(form, ()):
                    best[theme] = max(best.get(theme, 0.0), self._weight[form])
            for theme, weight in best.items():
                ground = grounds[theme]
                if number not in ground.tokens:
                    ground.score += weight * _FOR_LOOSE_WORD
                    ground.loose.append(number)

    def _guess(self, number: int, ground: _Ground, text: PlacedTokens) -> ThemeGuess:
        theme = self.themes[number]
        words = tuple(
            Span(text.tokens[at].start, text.tokens[at].end, text.tokens[at].word)
            for at in sorted(ground.tokens or ground.loose)
        )
        return ThemeGuess(theme.code, theme.name, words, round(ground.score, 2), ground.is_sure)


def _is_denied(match: Match[tuple[int, bool]], text: PlacedTokens) -> bool:
    """Whether the text puts «не» right before a word of a phrase that has no negation itself."""
    if match.phrase.content < len(match.phrase.words):
        return False
    return any(at > 0 and text.tokens[at - 1].word == "не" for at in match.at)


def _is_idle(form: str) -> bool:
    return form == NO or (not form.startswith("~") and read_word(form).is_idle)


def _phrases(number: int, theme: ThemeEntry) -> Iterable[tuple[tuple[int, bool], str]]:
    """The synonyms, and the name when it is short enough to be met in a text."""
    for synonym in theme.synonyms:
        yield (number, False), synonym
    if sum(not token.is_idle for token in tokens_of(theme.name)) <= 4:
        yield (number, True), theme.name
