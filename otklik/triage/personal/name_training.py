"""How the weights of `name_model` are learned: `python -m otklik.triage.personal.name_training FILE…`. Half a minute.

Besides FILE… the sentences of the seed are read. Each FILE is a table with `text`, `spans` (as the exam has them) and
perhaps `part`, of which `dev` is read only.
Logistic regression by accelerated descent; small weights are drawn to nought, so that a readable list remains.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from otklik.triage.evaluating.personal import Row, read_rows
from otklik.triage.personal.name_chains import words_of
from otklik.triage.personal.name_model import WEIGHTS, may_be_asked, signs_of
from otklik.triage.personal.names import names
from otklik.triage.personal.plain import plain

SEED: Final = Path(__file__).parents[1] / "seed"  # sentences of themes: nearly all without a name
_PENALTY: Final = 1.5e-5
_STEPS: Final = 500
_LEAST: Final = 2  # times that a sign was met
Floats = npt.NDArray[np.float64]


def learned(rows: Sequence[Row]) -> dict[str, float]:
    """Weights of signs, from texts with marked names."""
    examples = [one for row in rows for one in _examples(row)]
    met = Counter(sign for signs, _ in examples for sign in signs)
    number = {sign: nth for nth, sign in enumerate(sorted(one for one, times in met.items() if times >= _LEAST))}
    pairs = [(nth, number[sign]) for nth, (signs, _) in enumerate(examples) for sign in signs if sign in number]
    row, column = np.array(pairs).T
    told = np.array([named for _, named in examples], dtype=np.float64)
    weights = _descended(row, column, told, len(number))
    return {sign: float(weights[nth]) for sign, nth in number.items() if abs(weights[nth]) >= 0.01}


def nameless() -> list[Row]:
    """Sentences of the seed in which the rules find no name: what capitals are besides names."""
    rows: list[Row] = []
    for table in sorted(SEED.rglob("*.csv")):
        with table.open(encoding="utf-8", newline="") as stream:
            told = [line["text"] for line in csv.DictReader(stream) if line.get("text")]
        rows += (Row(table.stem, text, ()) for text in told if not names(text, []))
    return rows


def _examples(row: Row) -> Iterable[tuple[list[str], bool]]:
    seen = plain(row.text)
    words = words_of(seen.text)
    names = [(start, end) for start, end, kind in row.spans if kind == "name"]
    for at, word in enumerate(words):
        if may_be_asked(word):
            begin, _ = seen.given(word.start, word.end)
            yield signs_of(seen.text, words, at), any(start <= begin < end for start, end in names)


def _descended(row: npt.NDArray[np.int64], column: npt.NDArray[np.int64], told: Floats, size: int) -> Floats:
    weights = ahead = np.zeros(size)
    step, pace = 1.0, 4.0 / np.bincount(row).max()
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(np.bincount(row, ahead[column], len(told)), -30, 30)))
        slope = np.bincount(column, (chance - told)[row], size) / len(told)
        moved = ahead - pace * slope
        kept = np.sign(moved) * np.maximum(np.abs(moved) - _PENALTY * pace, 0)
        following = (1 + np.sqrt(1 + 4 * step * step)) / 2
        ahead = kept + (step - 1) / following * (kept - weights)
        weights, step = kept, following
    return weights


def main(files: Sequence[str]) -> None:
    """Learn the weights of names from marked files, and write them where the program reads them."""
    rows = []
    for name in files:
        with Path(name).open(encoding="utf-8-sig", newline="") as stream:
            parted = "part" in (csv.DictReader(stream).fieldnames or ())
        rows += read_rows(Path(name), "dev" if parted else "")
    weights = learned([*rows, *nameless()])
    with WEIGHTS.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows((sign, round(weight * 100)) for sign, weight in weights.items())


if __name__ == "__main__":
    main(sys.argv[1:])
