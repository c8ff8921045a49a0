"""`understand`: what a text is about, where it happened and how urgent it is. Pure, and never raises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from otklik.territory.addresses import AddressHit
from otklik.territory.landmarks import LandmarkHit
from otklik.territory.locating import Located, locate
from otklik.triage.dangers import Danger, dangers_in, stands
from otklik.triage.guessing import guessed, is_unsure
from otklik.triage.kinds import Kind, kind_of, tokens_of_kind
from otklik.triage.knowledge import Hints, Knowledge, PlaceHit
from otklik.triage.matching import PlacedTokens
from otklik.triage.personal import PersonalSpan, personal_spans
from otklik.triage.themes import TOP, Span, ThemeGuess, ThemeIndex
from otklik.triage.tones import Tone, ToneFound, tones_in
from otklik.triage.words import tokens_of

# Characters of a text that are read; what is longer is read no further, so the time is bounded.
READ: Final = 10_000
USUAL_IMPORTANCE: Final = 2
WITHOUT_THEME: Final = "Обычная: тема не распознана"
BY_THEME: Final = "По теме"
CRITICAL: Final = 4


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was read in a text. Spans count characters of the text as given.

    `themes` are at most three, the likeliest first. `place` is None when the text names none or does
    not decide among namesakes; `candidates` are then all it may mean. `where` has everything read about the
    place, with the span of all its words. `stamp` is the version of the
    knowledge. `abstains` is «I do not know the theme»: a person chooses, whatever the settings allow. `is_cut`
    tells that the end of a very long text was not read.
    """

    themes: tuple[ThemeGuess, ...]
    importance: int
    importance_reason: str
    kind: Kind
    place: PlaceHit | None = None
    candidates: tuple[PlaceHit, ...] = ()
    address: AddressHit | None = None
    landmark: LandmarkHit | None = None
    where: Located = Located()
    dangers: tuple[Danger, ...] = ()
    executor_kind: str = ""
    stamp: str = ""
    is_cut: bool = False
    kind_reason: str = ""
    kind_words: tuple[Span, ...] = ()
    whose: str = ""
    tone: frozenset[Tone] = frozenset()
    tones: tuple[ToneFound, ...] = ()
    abstains: bool = False
    personal: tuple[PersonalSpan, ...] = ()


def understand(text: str, hints: Hints, knowledge: Knowledge) -> Understanding:
    """Read a text by a snapshot of knowledge. Any text is accepted; the answer depends on nothing else."""
    seen = text[:READ]
    tokens = PlacedTokens(tokens_of(seen))
    dangers = dangers_in(seen, tokens)
    polite = tokens_of_kind(tokens, "polite")
    kind = kind_of(seen, tokens, bool(dangers), polite)
    tones = tones_in(seen, tokens)
    only_talk = kind.kind in ("thanks", "spam")
    masked = polite if only_talk else tokens_of_kind(tokens, "polite", "thanks")
    guesses = guessed(tokens, masked, knowledge, only_talk=only_talk)
    themes = _with_hint(guesses, hints.theme_code, knowledge.index)
    abstains = is_unsure(themes, hints, knowledge)
    doubted = abstains and themes[:1] and themes[0].p is not None and not themes[0].is_sure
    level = None if doubted else _level_of(themes, seen, tokens, knowledge.index, bool(dangers))
    importance, reason = _importance(themes, level, dangers, hints, knowledge.index)
    first = knowledge.index.by_code.get(themes[0].code) if themes else None
    finder = knowledge.places
    where = finder.locate(seen, hints.territory_id) if finder else locate(seen, None)
    return Understanding(
        themes=themes,
        importance=importance,
        importance_reason=reason,
        kind=kind.kind,
        kind_reason=kind.reason,
        kind_words=kind.words,
        whose=kind.whose,
        tone=frozenset(found.tone for found in tones),
        tones=tones,
        place=where.place,
        candidates=where.candidates,
        address=where.address,
        landmark=where.landmark,
        where=where,
        dangers=dangers,
        executor_kind=first.executor_kind if first else "",
        stamp=knowledge.stamp,
        is_cut=len(text) > READ,
        abstains=abstains,
        personal=personal_spans(seen),
    )


def _with_hint(
    guesses: tuple[ThemeGuess, ...], code: str | None, index: ThemeIndex
) -> tuple[ThemeGuess, ...]:
    """The source's own theme goes first; with its words when the text has them."""
    theme = index.by_code.get(code or "")
    if theme is None:
        return guesses
    same = next((guess for guess in guesses if guess.code == theme.code), None)
    first = ThemeGuess(
        theme.code,
        theme.name,
        same.words if same else (),
        same.score if same else 0.0,
        is_sure=True,
        from_source=True,
        p=same.p if same else None,
    )
    return (first, *(guess for guess in guesses if guess.code != theme.code))[:TOP]


def _level_of(
    themes: tuple[ThemeGuess, ...], seen: str, tokens: PlacedTokens, index: ThemeIndex, is_danger: bool
) -> int | None:
    """The level of the first theme, None without one.

    A theme guessed by single words does not make a message critical: an alarm needs a whole phrase, and that the
    readers of danger agree that it is meant so (they are not asked again when they found danger already).
    """
    theme = index.by_code.get(themes[0].code) if themes else None
    if theme is None:
        return None
    first = themes[0]
    if theme.importance < CRITICAL or first.from_source:
        return theme.importance
    meant = first.is_sure and (is_danger or stands(first.words, seen, tokens))
    return CRITICAL if meant else CRITICAL - 1


def _importance(
    themes: tuple[ThemeGuess, ...],
    level: int | None,
    dangers: tuple[Danger, ...],
    hints: Hints,
    index: ThemeIndex,
) -> tuple[int, str]:
    """The greatest of what danger words, the theme (its `level` here) and the source say, with the reason of it."""
    found: list[tuple[int, str]] = []
    if dangers:
        danger = dangers[0]
        words = " … ".join(word.word for word in danger.words)
        found.append((CRITICAL, f"{danger.reason}: «{words}»"))
    if hints.importance is not None and 0 <= hints.importance <= CRITICAL:
        found.append((hints.importance, "Указана источником"))
    if level is not None and themes:
        found.append((level, reason_of_theme(index.by_code[themes[0].code].name)))
    if not found:
        return USUAL_IMPORTANCE, WITHOUT_THEME
    return max(found, key=lambda pair: pair[0])


def reason_of_theme(name: str) -> str:
    """The reason of an importance that the theme of this name gives."""
    return f"{BY_THEME} «{name}»"


def is_of_theme(reason: str) -> bool:
    """Whether an importance came of the theme alone, or of there being none: another theme gives another one.

    What danger, the source or a person said stands whatever the theme is.
    """
    return reason == WITHOUT_THEME or reason.startswith(BY_THEME)
