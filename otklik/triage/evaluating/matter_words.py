"""Makes `matter_words.csv` anew: which themes each word speaks for, by ridge over the seed and the classifier's words.

Run as `python -m otklik.triage.evaluating.matter_words` after the seed or the classifier changed; some ten seconds.
Themes are told by numbers only: nothing but likeness is asked of them.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from math import log
from typing import Final

import numpy as np
import numpy.typing as npt

from otklik.triage.fingerprints import keys_of
from otklik.triage.matters import WORDS
from otklik.triage.model.base import seed
from otklik.triage.model.shipped import shipped_words

_PENALTY: Final = 2.0
_LEAST: Final = 2  # documents that must have a word
_THEMES: Final = 6  # of a word; more do not tell troubles apart better
_TOGETHER: Final = 3  # synonyms that make one document


def rows() -> Iterable[tuple[str, str]]:
    """`word`, and its themes as `number:weight`, the heaviest first."""
    words, weights = _learnt()
    for at, word in enumerate(words):
        best = [int(theme) for theme in np.argsort(-weights[at], kind="stable")[:_THEMES] if weights[at, theme] >= 0.05]
        if best:
            yield word, " ".join(f"{theme}:{weights[at, theme]:.2f}" for theme in best)


def _learnt() -> tuple[list[str], npt.NDArray[np.float64]]:
    themes = shipped_words()
    number = {theme.code: at for at, theme in enumerate(themes)}
    told = [(number[code], frozenset(keys_of(text))) for code, text in _documents() if code in number]
    counted = Counter(word for _theme, words in told for word in words)
    words = sorted(word for word, count in counted.items() if count >= _LEAST and len(word) > 1)
    place = {word: at for at, word in enumerate(words)}
    rare = np.array([log(len(told) / counted[word]) for word in words])
    seen = np.zeros((len(told), len(words)))
    for at, (_theme, of) in enumerate(told):
        for word in of:
            if word in place:
                seen[at, place[word]] = rare[place[word]]
    seen /= np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), 1e-9)
    said = np.zeros((len(told), len(themes)))
    said[np.arange(len(told)), [theme for theme, _of in told]] = 1
    dual = np.linalg.solve(seen @ seen.T + _PENALTY * np.eye(len(told)), said)
    weights = (seen.T @ dual) * rare[:, None]
    return words, np.asarray(weights / np.abs(weights).max() * 10, np.float64)


def _documents() -> Iterable[tuple[str, str]]:
    for theme in shipped_words():
        yield theme.code, theme.name
        yield theme.code, theme.help
        for first in range(0, len(theme.synonyms), _TOGETHER):
            yield theme.code, ". ".join(theme.synonyms[first : first + _TOGETHER])
    yield from seed()


def main() -> None:
    """Write the file."""
    with WORDS.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("word", "themes"))
        writer.writerows(rows())


if __name__ == "__main__":
    main()
