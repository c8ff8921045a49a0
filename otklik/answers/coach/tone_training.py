"""How the weights of `tone_meaning` are learned: `python -m otklik.answers.coach.tone_training`. Takes half a minute.

From `tone_seed.csv` only: sentences of our own such as staff write, `kind` says how badly and is empty where nothing is
wrong. Logistic regression by Newton's steps over the likeness of sentences: the same seed gives the same weights.
Printed is how each tenth of the seed is judged by the other nine.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from otklik.answers.coach import tone_meaning
from otklik.triage import danger_meaning

SEED: Final = Path(__file__).with_name("tone_seed.csv")
_PENALTY: Final = 3e-4
_WORDS: Final = 3.0  # how much the likeness of words counts beside the likeness of meaning
_STEPS: Final = 25
_PARTS: Final = 10

Doubles = npt.NDArray[np.float64]


def seed() -> list[tuple[str, str]]:
    """Sentences and what is wrong with their tone: a kind, or nothing."""
    with SEED.open(encoding="utf-8", newline="") as source:
        return [(row["text"], row["kind"]) for row in csv.DictReader(source)]


def worded(texts: list[str]) -> Doubles:
    """Rows of signs of words."""
    rows = np.zeros((len(texts), tone_meaning.BUCKETS))
    for row, text in zip(rows, texts, strict=True):
        at, by = tone_meaning.worded(text)
        row[at] = by
    return rows


def meant(texts: list[str]) -> Doubles:
    """Rows of meaning. Raises `RuntimeError` without the reader of meaning."""
    rows = []
    for text in texts:
        one = danger_meaning.meanings([danger_meaning.whole(text, tone_meaning.LONGEST)], tone_meaning.LAYERS)
        if one is None:
            raise RuntimeError("no reader of meaning")
        rows.append(one[0])
    return np.array(rows, np.float64)


def regression(like: Doubles, bad: Doubles) -> tuple[Doubles, float]:
    """How much each sentence pulls those like it, and the constant."""
    size = len(bad)
    pulls, add = np.zeros(size), 0.0
    system = np.zeros((size + 1, size + 1))
    system[:size, size] = system[size, :size] = 1
    for _ in range(_STEPS):
        sums = like @ pulls + add
        chances = 1 / (1 + np.exp(-np.clip(sums, -30, 30)))
        sure = chances * (1 - chances) + 1e-6
        system[:size, :size] = like + np.diag(size * _PENALTY / sure)
        found = np.linalg.solve(system, np.append(sums + (bad - chances) / sure, 0.0))
        moved = float(np.abs(found[:size] - pulls).max())
        pulls, add = found[:size], float(found[size])
        if moved < 1e-6:
            break
    return pulls, add


def by_the_rest(like: Doubles, bad: Doubles) -> Doubles:
    """Each sentence as judged by what was learned without its tenth."""
    part = np.random.default_rng(1).permutation(len(bad)) % _PARTS
    sums = np.zeros(len(bad))
    for number in range(_PARTS):
        kept, judged = np.flatnonzero(part != number), np.flatnonzero(part == number)
        pulls, add = regression(like[np.ix_(kept, kept)], bad[kept])
        sums[judged] = like[np.ix_(judged, kept)] @ pulls + add
    return sums


def main() -> None:
    """Learn, write the file of weights, print what the threshold gives on the seed."""
    texts = [text for text, _ in seed()]
    bad = np.array([float(bool(kind)) for _, kind in seed()])
    words, meaning = worded(texts), meant(texts)
    middle, spread = meaning.mean(0), meaning.std(0) * np.sqrt(meaning.shape[1])
    even = (meaning - middle) / spread
    like = even @ even.T + _WORDS * words @ words.T
    pulls, add = regression(like, bad)
    by_meaning = even.T @ pulls / spread
    with tone_meaning.WEIGHTS.open("wb") as target:
        np.savez_compressed(
            target,
            words=(_WORDS * words.T @ pulls).astype(np.float16),
            meaning=by_meaning.astype(np.float32),
            middle=np.float32(middle @ by_meaning),
            add=np.float32(add),
            reader=np.frombuffer(danger_meaning.DIGEST.encode(), np.uint8),
        )
    sums = by_the_rest(like, bad)
    for threshold in np.arange(0, 3.1, 0.25):
        told = sums > threshold
        print(f"{threshold:.2f}: of bad ones {told[bad > 0].mean():.3f}, of good ones {told[bad == 0].mean():.4f}")


if __name__ == "__main__":
    main()
