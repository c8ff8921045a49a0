"""Themes of a text by everything there is: the model gives probabilities, the phrases give the words and sureness."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from otklik.triage.knowledge import Hints, Knowledge
from otklik.triage.matching import PlacedTokens
from otklik.triage.themes import ABOUT_THE_TALK, Span, ThemeEntry, ThemeGuess

_MOST_WORDS: Final = 6


def guessed(
    text: PlacedTokens, masked: frozenset[int], knowledge: Knowledge, *, only_talk: bool
) -> tuple[ThemeGuess, ...]:
    """At most three themes, the likeliest first. Without a model: what names and synonyms say."""
    by_phrases = knowledge.index.guess(text, masked, only_talk=only_talk)
    if knowledge.model is None:
        return by_phrases
    phrases = {guess.code: guess for guess in by_phrases}
    doubtful = frozenset() if only_talk else _about_the_talk(knowledge.themes)
    themes = knowledge.index.by_code
    return tuple(
        ThemeGuess(
            guess.code,
            themes[guess.code].name,
            _words(text, guess.tokens, phrases.get(guess.code)),
            guess.p,
            is_sure=guess.code in phrases and phrases[guess.code].is_sure,
            p=guess.p,
        )
        for guess in knowledge.model.guess(text.tokens, masked, doubtful)
        if guess.code in themes
    )


def is_unsure(themes: Sequence[ThemeGuess], hints: Hints, knowledge: Knowledge) -> bool:
    """Whether the first theme is too doubtful to act upon. What the source said itself is not doubted."""
    if not themes:
        return True
    if themes[0].from_source:
        return False
    if themes[0].p is None:
        return not themes[0].is_sure
    return themes[0].p < knowledge.thresholds.get(hints.territory_id or 0, knowledge.threshold)


def _words(text: PlacedTokens, tokens: Sequence[int], phrase: ThemeGuess | None) -> tuple[Span, ...]:
    """The words of a phrase that was met whole go first, the model's own beside them; in the order of the text."""
    if phrase is not None and phrase.is_sure:
        return phrase.words[:_MOST_WORDS]
    return tuple(Span(text.tokens[at].start, text.tokens[at].end, text.tokens[at].word) for at in tokens)


@cache
def _about_the_talk(themes: tuple[ThemeEntry, ...]) -> frozenset[str]:
    return frozenset(theme.code for theme in themes if theme.group == ABOUT_THE_TALK)
