"""Many short phrases looked for in a text at once: by dictionary forms, near each other, in any order."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from otklik.triage.words import NO, Token, tokens_of

Owner = TypeVar("Owner")

# How many other words may stand among the words of a phrase.
SLACK: Final = 2


@dataclass(frozen=True, slots=True)
class Phrase(Generic[Owner]):
    """A phrase as sets of dictionary forms, one set a word. `owner` is whose phrase it is."""

    owner: Owner
    words: tuple[frozenset[str], ...]
    written: str

    @property
    def content(self) -> int:
        """The number of words that are not negations."""
        return sum(NO not in word for word in self.words)


@dataclass(frozen=True, slots=True)
class Match(Generic[Owner]):
    """A phrase found; `at` are indices of tokens, in the order of the text."""

    phrase: Phrase[Owner]
    at: tuple[int, ...]
    gaps: int


class PlacedTokens:
    """Tokens of one text with an index from dictionary form to tokens, made once and asked often."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.where: dict[str, list[int]] = defaultdict(list)
        for number, token in enumerate(tokens):
            for lemma in token.lemmas:
                self.where[lemma].append(number)

    def nearest(self, forms: frozenset[str], to: int, used: set[int], within: int) -> int | None:
        """The token with one of the forms nearest to token `to`, at most `within` places away."""
        best: int | None = None
        best_distance = within + 1
        home = self.tokens[to].place
        for form in forms:
            numbers = self.where.get(form)
            if not numbers:
                continue
            middle = bisect_left(numbers, to)
            for number in numbers[max(0, middle - 2) : middle + 3]:
                distance = abs(self.tokens[number].place - home)
                if number not in used and distance < best_distance:
                    best, best_distance = number, distance
        return best


class Matcher(Generic[Owner]):
    """A compiled set of phrases, each kept under the form of its rarest word."""

    def __init__(self, phrases: Iterable[tuple[Owner, str]], slack: int = SLACK) -> None:
        self._slack = slack
        self.phrases = tuple(_compiled(phrases))
        self.frequency = Counter(form for phrase in self.phrases for word in phrase.words for form in word)
        self._by_form: dict[str, list[tuple[Phrase[Owner], int]]] = defaultdict(list)
        for phrase in self.phrases:
            anchor = min(range(len(phrase.words)), key=lambda place: self._commonness(phrase.words[place]))
            for form in phrase.words[anchor]:
                self._by_form[form].append((phrase, anchor))

    def find(self, text: PlacedTokens) -> list[Match[Owner]]:
        """Every phrase of the text, in the order of the anchors, the same place once a phrase."""
        found: list[Match[Owner]] = []
        for number, token in enumerate(text.tokens):
            seen: set[int] = set()
            for form in token.lemmas:
                for phrase, anchor in self._by_form.get(form, ()):
                    if id(phrase) not in seen:
                        seen.add(id(phrase))
                        match = self._around(text, number, phrase, anchor)
                        if match is not None:
                            found.append(match)
        return found

    def _around(
        self, text: PlacedTokens, number: int, phrase: Phrase[Owner], anchor: int
    ) -> Match[Owner] | None:
        if len(phrase.words) == 1:
            return Match(phrase, (number,), 0)
        used = {number}
        within = len(phrase.words) - 1 + self._slack
        for place, word in enumerate(phrase.words):
            if place != anchor:
                other = text.nearest(word, number, used, within)
                if other is None:
                    return None
                used.add(other)
        at = tuple(sorted(used))
        width = text.tokens[at[-1]].place - text.tokens[at[0]].place
        gaps = width - (len(phrase.words) - 1)
        return Match(phrase, at, gaps) if gaps <= self._slack + 1 else None

    def _commonness(self, word: frozenset[str]) -> tuple[bool, int]:
        return NO in word, sum(self.frequency[form] for form in word)


def _compiled(phrases: Iterable[tuple[Owner, str]]) -> Iterable[Phrase[Owner]]:
    for owner, written in phrases:
        tokens = tokens_of(written)
        content = [token for token in tokens if not token.is_idle]
        # «куда обратиться» without its idle word would be met everywhere.
        kept = content if len(content) > 1 else tokens
        if any(NO not in token.lemmas for token in kept):
            yield Phrase(owner, tuple(token.lemmas for token in kept), written)
