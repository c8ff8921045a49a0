"""Learning from a table and judging what came of it on a frozen part of the same table. Pure: rows in, bytes and a card
out. Learning from a region's cases, with versions and their lifecycle, is `otklik.cases.learning`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zlib import crc32

from otklik.triage.evaluating import trial
from otklik.triage.evaluating.sameness import is_frozen
from otklik.triage.evaluating.trial import Said
from otklik.triage.model.file import digest
from otklik.triage.model.pieces import Pieces
from otklik.triage.model.reading import ThemeModel
from otklik.triage.model.storing import trained_bytes
from otklik.triage.model.trained import Example, learn

FEWEST: Final = 200  # texts to learn from
FEWEST_FROZEN: Final = 50  # texts to judge by


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of learning. `model` are the bytes of its file, None when there was too little to learn from;
    `wins` tells that it reads better than `at_work`; `card` says why, in figures."""

    model: bytes | None
    wins: bool
    card: dict[str, Any]


def train(
    examples: Sequence[Example], at_work: ThemeModel, names: Mapping[str, Pieces],
    categories: Mapping[str, str] | None, *, day: date, source: str, key: bytes,
) -> Outcome:  # fmt: skip
    """Learn from the texts outside the frozen part, judge both models on it. `names` are the labels that exist;
    texts of other labels are passed over. `source` says in words where the texts come from."""
    known = [example for example in examples if example.label in names]
    frozen = [example for example in known if is_frozen(_number(example))]
    taught = [example for example in known if not is_frozen(_number(example))]
    card: dict[str, Any] = {
        "date": day.isoformat(), "source": source, "learnt": len(taught), "judged": len(frozen),
        "labels": len({example.label for example in taught}), "left_out": len(examples) - len(known),
    }  # fmt: skip
    if len(taught) < FEWEST or len(frozen) < FEWEST_FROZEN:
        return Outcome(None, False, {**card, "wins": False, "why": "too few"})
    new = learn(taught, at_work.base, names, categories)
    ours, theirs = _said(ThemeModel(at_work.base, new), frozen), _said(at_work, frozen)
    found = trial.compare(ours, theirs)
    card |= {
        "figures": trial.figures(ours), "before": trial.figures(theirs), "curve": trial.curve(ours),
        "better": found.better, "worse": found.worse, "luck": round(found.luck, 4), "wins": found.wins,
        "comparable": any(label in at_work.base.codes for label in names), "thresholds": trial.thresholds(ours),
        "base": at_work.base.digest,
    }  # fmt: skip
    model = trained_bytes(new, card, key)
    return Outcome(model, found.wins, {**card, "digest": digest(model)})


def _said(model: ThemeModel, frozen: Sequence[Example]) -> list[Said]:
    found = []
    for example in frozen:
        labels, chances = model.chances(example.pieces)
        best = chances.argsort(kind="stable")[::-1][:3]
        guesses = tuple((labels[one], float(chances[one])) for one in best)
        found.append(Said(guesses, example.label, _number(example)))
    return found


def _number(example: Example) -> int:
    """Groups of a table may be named by anything; the frozen part wants numbers."""
    return example.group if isinstance(example.group, int) else crc32(str(example.group).encode())
