"""How the weights of `danger_model` are learned: `python -m otklik.triage.danger_training`. Takes about a minute.

From sentences of our own only: `seed/dangers/` (danger, and what merely sounds like it) and, as ordinary ones, the seed
of themes without the sentences of `seed/dangers/themes.csv`, which says which of those are dangerous too. Logistic
regression by accelerated descent; a text of danger counts once, by its worst clause. Bare phrases of two or three
words are not for it (tried: they make single words weigh too much); these are for the tables.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from otklik.triage.danger_model import BUCKETS, WEIGHTS, Clause, Floats, Numbers, clauses
from otklik.triage.words import tokens_of

SEED: Final = Path(__file__).with_name("seed")
_PENALTY: Final = 0.05
_STEPS: Final = 400
_ROUNDS: Final = 2
_SAFE: Final = "-"  # in themes.csv: neither danger nor surely ordinary


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the seed as clauses."""

    text: str
    danger: bool
    clauses: tuple[Clause, ...]

    @classmethod
    def of(cls, text: str, danger: bool) -> Text:
        return cls(text, danger, tuple(clauses(text, tokens_of(text))))


def seed() -> list[Text]:
    """All sentences of the seed, danger and ordinary."""
    told: dict[str, str] = {}
    texts: list[Text] = []
    for path in sorted((SEED / "dangers").glob("*.csv")):
        for line in _lines(path):
            if path.name == "themes.csv":
                told[line["text"]] = line["danger"]
            else:
                texts.append(Text.of(line["text"], bool(line["danger"])))
    for path in sorted(SEED.glob("*.csv")):
        for line in _lines(path):
            danger = told.get(line["text"], "")
            if danger != _SAFE:
                texts.append(Text.of(line["text"], bool(danger)))
    return texts


def learn(texts: Sequence[Text], penalty: float = _PENALTY) -> Floats:
    """The weights, the constant last."""
    weights: Floats = np.zeros(BUCKETS + 1)
    for turn in range(_ROUNDS):
        rows: list[Clause] = []
        danger: list[bool] = []
        for text in texts:
            chosen = text.clauses
            if text.danger and turn:
                chosen = (max(chosen, key=lambda one: float(one.by @ weights[one.at])),)
            elif text.danger and len(chosen) > 1:
                continue
            rows += chosen
            danger += [text.danger] * len(chosen)
        weights = _regression(rows, np.array(danger), penalty, weights)
    return weights


def _regression(
    rows: Sequence[Clause], danger: npt.NDArray[np.bool_], penalty: float, start: Floats
) -> Floats:
    """Logistic regression, danger and ordinary weighing the same in sum. Rows are normed, so the step is known."""
    at: Numbers = np.concatenate([row.at for row in rows])
    by: Floats = np.concatenate([row.by for row in rows])
    sizes = np.array([len(row.at) for row in rows])
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    of = np.repeat(np.arange(len(rows)), sizes)
    share = danger.mean()
    amount = np.where(danger, 0.5 / share, 0.5 / (1 - share)) / len(rows)
    sign = np.where(danger, 1.0, -1.0)
    shrink = penalty / len(rows)
    rate = 1 / (0.5 + shrink)
    weights, ahead = start.copy(), start.copy()
    for step in range(_STEPS):
        score = np.add.reduceat(by * ahead[at], first) + ahead[-1]
        pull = amount * sign / (1 + np.exp(np.clip(sign * score, -30, 30)))
        slope = np.bincount(at, by * pull[of], BUCKETS + 1) - shrink * ahead
        slope[-1] = pull.sum()
        new = ahead + rate * slope
        ahead = new + step / (step + 3) * (new - weights)
        weights = new
    return weights


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def main() -> None:
    """Learn and write the file of weights."""
    np.save(WEIGHTS, learn(seed()).astype(np.float16), allow_pickle=False)


if __name__ == "__main__":
    main()
