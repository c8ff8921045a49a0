"""Learning a new model and deciding whether it may replace the one at work. Pure: rows in, bytes and a card out."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from otklik.triage.evaluating.figures import Judged, as_json, coverage, figures_of
from otklik.triage.model.file import digest
from otklik.triage.model.pieces import Pieces
from otklik.triage.model.reading import ThemeModel
from otklik.triage.model.storing import trained_bytes
from otklik.triage.model.trained import Example, Trained, learn

FEWEST: Final = 200  # cases to learn from
FEWEST_FROZEN: Final = 50  # cases to judge by
_FROZEN: Final = 5  # every fifth group is kept for judging, for good
_PRECISIONS: Final = (0.99, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of learning. `model` are the bytes of its file, None when there was too little to learn from;
    `wins` tells that it may replace the one at work; `card` says why, in figures."""

    model: bytes | None
    wins: bool
    card: dict[str, Any]


def is_frozen(group: Hashable) -> bool:
    """Whether a group of near-identical texts is kept for judging: the same answer today and in a year."""
    return hashlib.sha256(str(group).encode()).digest()[0] % _FROZEN == 0


def train(
    examples: Sequence[Example], at_work: ThemeModel, names: Mapping[str, Pieces],
    categories: Mapping[str, str] | None, *, day: date, source: str, key: bytes,
) -> Outcome:  # fmt: skip
    """Learn from cases outside the frozen part, judge both models on it. `names` are the themes that exist now;
    cases of other themes are passed over. `source` says in words where the cases come from."""
    known = [example for example in examples if example.label in names]
    frozen = [example for example in known if is_frozen(example.group)]
    taught = [example for example in known if not is_frozen(example.group)]
    card: dict[str, Any] = {
        "date": day.isoformat(), "source": source, "n": len(taught), "frozen_n": len(frozen),
        "themes": len({example.label for example in taught}), "passed_over": len(examples) - len(known),
    }  # fmt: skip
    if len(taught) < FEWEST or len(frozen) < FEWEST_FROZEN:
        return Outcome(None, False, {**card, "why": "too few"})
    new = learn(taught, at_work.base, names, categories)
    mine, theirs = _judged(ThemeModel(at_work.base, new), frozen), _judged(at_work, frozen)
    gained, lost = _gained(mine, theirs)
    wins = gained > lost
    figures, intervals = figures_of(mine)
    card |= {
        "figures": as_json(dict(figures)), "intervals": intervals, "replaced": as_json(dict(figures_of(theirs)[0])),
        "replaced_edition": at_work.edition, "gained": gained, "lost": lost, "curve": curve(mine),
        "why": "wins" if wins else "does not win",
    }  # fmt: skip
    card["digest"] = digest(repr(sorted(card.items())).encode() + _content(new))
    return Outcome(trained_bytes(new, card, key), wins, card)


def curve(judged: Judged) -> list[dict[str, float]]:
    """For each precision wanted: the share of texts that reach it, and the probability from which they do."""
    said = judged.order[:, 0]
    sure = judged.chances[np.arange(len(said)), said]
    ranked = np.sort(sure)[::-1]
    found = []
    for precision in _PRECISIONS:
        share = coverage(sure, said == judged.right, precision)
        edge = float(ranked[max(round(share * len(sure)) - 1, 0)]) if share else 1.0
        found.append({"precision": precision, "coverage": round(share, 4), "threshold": round(edge, 4)})
    return found


def threshold_for(told: Sequence[Mapping[str, float]], precision: float) -> float:
    """The threshold of a card's curve for a precision wanted: the next stricter point, 1 when there is none."""
    enough = [point for point in told if point["precision"] >= precision - 1e-9 and point["coverage"] > 0]
    return min((float(point["threshold"]) for point in enough), default=1.0)


def _judged(model: ThemeModel, frozen: Sequence[Example]) -> Judged:
    read = [model.chances(example.pieces) for example in frozen]
    codes = read[0][0]
    places = {code: number for number, code in enumerate(codes)}
    right = np.array([places.get(example.label, -1) for example in frozen], np.int64)
    return Judged(codes, np.array([chances for _, chances in read]), right, tuple(one.group for one in frozen))


def _gained(mine: Judged, theirs: Judged) -> tuple[int, int]:
    """Texts that only the new model reads rightly, and those that only the old one does."""
    new, old = (one.order[:, 0] == one.right for one in (mine, theirs))
    return int((new & ~old).sum()), int((old & ~new).sum())


def _content(model: Trained) -> bytes:
    return model.by_text.tobytes() + model.by_profile.tobytes()
