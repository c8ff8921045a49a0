"""Words that differ by one letter (left out, put in, changed, two swapped): found by what remains without one.

Pure. Symmetric deletion: two words within one letter share a remainder, so a look-up costs as many steps as the word
has letters, however many words are known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

SHORTEST = 5


class Misspelt:
    """An index of words; never changes, can be pickled."""

    def __init__(self, words: Iterable[str]) -> None:
        """Index words of `SHORTEST` letters and more."""
        remainders: dict[str, set[str]] = defaultdict(set)
        for word in set(words):
            if len(word) >= SHORTEST:
                for rest in _remainders(word):
                    remainders[rest].add(word)
        self._remainders = {rest: tuple(sorted(found)) for rest, found in remainders.items()}

    def near(self, written: str) -> list[str]:
        """The words within one letter of what is written, itself not among them; in order of the alphabet."""
        if len(written) < SHORTEST:
            return []
        found: set[str] = set()
        for rest in _remainders(written):
            found.update(self._remainders.get(rest, ()))
        return sorted(word for word in found if word != written and differ_by_one(word, written))


def _remainders(word: str) -> Iterator[str]:
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def differ_by_one(left: str, right: str) -> bool:
    """Whether one letter changed, left out or put in, or two neighbours swapped make one word of the other."""
    if left == right:
        return False
    short, long = sorted((left, right), key=len)
    if len(long) - len(short) > 1:
        return False
    place = next((n for n, (one, two) in enumerate(zip(short, long, strict=False)) if one != two), len(short))
    if len(short) < len(long):
        return short[place:] == long[place + 1 :]
    if short[place + 1 :] == long[place + 1 :]:
        return True
    swapped = short[:place] + short[place + 1 : place + 2] + short[place : place + 1] + short[place + 2 :]
    return swapped == long
