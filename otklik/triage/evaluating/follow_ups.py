"""`otklik evaluate follow-ups`: what a second message of a thread is, against a labelled table. No database.

Columns `first`, `second`, `label`, and perhaps `part`. The weights were fitted on the part `dev` and on the threads of
`tests/triage/follow_ups_fresh.csv`: on `dev` the figure to believe is `cross_validated`, which fits them anew without
the threads it judges. The signs themselves were written with those threads in sight, so it is still an upper bound.
"""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from otklik.failures import BadInput
from otklik.triage.evaluating.figures import wilson
from otklik.triage.follow_ups import KINDS, follow_up, signs

_FOLDS, _SEEDS = 5, 5
STRICT: Final = 0.5  # how much the weights are held back; few threads, many signs


@dataclass(frozen=True, slots=True)
class Thread:
    """Two messages of a thread and what a person says the second is."""

    first: str
    second: str
    label: str


def read_threads(test: Path, columns: Mapping[str, str] | None = None, part: str = "") -> list[Thread]:
    """The threads of a file. Raises `BadInput` for a missing column or a file that cannot be read."""
    name = {"first": "first", "second": "second", "label": "label", **(columns or {})}
    try:
        with test.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = {name[one] for one in ("first", "second", "label")} - set(reader.fieldnames or ())
            if missing:
                raise BadInput(f"В файле нет столбцов: {', '.join(sorted(missing))}.", "test")
            return [
                Thread(row[name["first"]], row[name["second"]], row[name["label"]])
                for row in reader
                if row[name["label"]] in KINDS and (not part or row.get("part", part) == part)
            ]
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadInput(f"Файл {test} не читается.", "test") from wrong


def measure(threads: Sequence[Thread], *, cross_validate: bool = False) -> dict[str, Any]:
    """Share right, precision and recall of each kind with 95 % intervals, and what is taken for what."""
    began = time.perf_counter()
    said = [follow_up(one.first, one.second) for one in threads]
    spent = (time.perf_counter() - began) * 1000
    told = [one.label for one in threads]
    right = sum(one.kind == label for one, label in zip(said, told, strict=True))
    sure = [(one.kind, label) for one, label in zip(said, told, strict=True) if one.sure]
    figures: dict[str, Any] = {
        "n": len(threads), "accuracy": _share(right, len(threads)), "accuracy_95": _interval(right, len(threads)),
        "sure": _share(len(sure), len(threads)), "sure_precision": _share(sum(a == b for a, b in sure), len(sure)),
    }
    for kind in KINDS:
        hit = sum(one.kind == label == kind for one, label in zip(said, told, strict=True))
        given, there = sum(one.kind == kind for one in said), told.count(kind)
        figures[kind] = {
            "n": there, "precision": _share(hit, given), "precision_95": _interval(hit, given),
            "recall": _share(hit, there), "recall_95": _interval(hit, there),
        }
    figures["taken_for"] = {
        f"{a} → {b}": n for a in KINDS for b in KINDS
        if a != b and (n := sum(label == a and one.kind == b for one, label in zip(said, told, strict=True)))
    }
    if cross_validate:
        figures["cross_validated"] = _cross_validated(threads)
    figures["ms_per_text"] = round(spent / max(len(threads), 1), 3)
    return figures


def _cross_validated(threads: Sequence[Thread]) -> dict[str, Any]:
    """Fitted on four fifths, judging the last; the mean of several ways of cutting."""
    rows, names = _rows(threads)
    shares = []
    for seed in range(_SEEDS):
        order = list(range(len(threads)))
        random.Random(seed).shuffle(order)
        right = 0
        for fold in range(_FOLDS):
            out = order[fold::_FOLDS]
            kept = [at for at in order if at not in set(out)]
            model = _model([rows[at] for at in kept], [threads[at].label for at in kept])
            guessed = model.predict([rows[at] for at in out])
            right += sum(str(guess) == threads[at].label for guess, at in zip(guessed, out, strict=True))
        shares.append(right / len(threads))
    mean = sum(shares) / len(shares)
    return {
        "folds": _FOLDS, "cuts": _SEEDS, "signs": len(names), "accuracy": round(mean, 4),
        "accuracy_95": _interval(round(mean * len(threads)), len(threads)),
    }


def _rows(threads: Sequence[Thread]) -> tuple[list[list[float]], list[str]]:
    seen = [signs(one.first, one.second) for one in threads]
    names = [name for name in seen[0] if name != "start"]
    return [[one[name] for name in names] for one in seen], names


def _model(rows: Sequence[Sequence[float]], labels: Sequence[str]) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=STRICT, max_iter=2000).fit(rows, labels)


def fitted(threads: Sequence[Thread]) -> list[dict[str, Any]]:
    """Rows of `follow_ups_weights.csv` fitted on the given threads: how the shipped ones were made."""
    rows, names = _rows(threads)
    model = _model(rows, [one.label for one in threads])
    place = {kind: list(model.classes_).index(kind) for kind in KINDS}
    start = {"sign": "start"} | {kind: round(float(model.intercept_[at]), 3) for kind, at in place.items()}
    return [start] + [
        {"sign": name} | {kind: round(float(model.coef_[at][number]), 3) for kind, at in place.items()}
        for number, name in enumerate(names)
    ]


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _interval(part: int, whole: int) -> list[float]:
    return [round(one, 4) for one in wilson(part, whole)]


def lines(figures: Mapping[str, Any]) -> Iterable[str]:
    """The figures as lines for people."""
    low, high = figures["accuracy_95"]
    yield f"верно {figures['accuracy']:.3f}  ({low:.3f}–{high:.3f}), n = {figures['n']}"
    for kind in KINDS:
        one = figures[kind]
        yield f"  {kind:11} точность {one['precision']:.3f}, полнота {one['recall']:.3f}, n = {one['n']}"
    yield f"мс на текст: {figures['ms_per_text']}"
