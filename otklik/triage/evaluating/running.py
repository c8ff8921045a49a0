"""Runs of the theme model over labelled tables: in folds, on one table after another, and without training."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from otklik.triage.evaluating.figures import Judged, as_json, drawn_anew, figures_of
from otklik.triage.evaluating.memory import peak_megabytes
from otklik.triage.evaluating.rows import READ, LabelledRow, Table, folds_of, pieces_of_rows
from otklik.triage.model.base import Base
from otklik.triage.model.pieces import pieces_of
from otklik.triage.model.trained import Example, Trained, learn
from otklik.triage.words import tokens_of


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run. `numbers` are what `--json` prints; `judged` what the page is drawn from."""

    numbers: dict[str, Any]
    intervals: dict[str, tuple[float, float]]
    judged: Judged
    notes: tuple[str, ...] = field(default=())


def in_folds(table: Table, base: Base, seed: int = 5) -> Run:
    """Five folds of whole groups: each text is judged by a model that saw neither it nor its near-duplicates."""
    rows, pieces = table.rows, pieces_of_rows(table.rows)
    labels, categories = labels_of(rows)
    names = {label: pieces_of(tokens_of(label)) for label in labels}
    chances = np.zeros((len(rows), len(labels)), np.float32)
    spent, each = 0.0, []
    right = np.array([labels.index(row.label) for row in rows])
    for fold in folds_of([row.group for row in rows], seed=seed):
        held = set(fold.tolist())
        examples = [
            Example(pieces[at], row.label, row.group) for at, row in enumerate(rows) if at not in held
        ]
        model = learn(examples, base, names, categories)
        for at in fold:
            chances[at], took = _judge(rows[at].text, base, model)
            spent += took
        each.append(round(float((chances[fold].argmax(1) == right[fold]).mean()), 4))
    run = _told(table, labels, chances, right, spent, categories)
    run.numbers["folds"] = each
    return run


def on_another(train: Table, table: Table, base: Base) -> Run:
    """Learn from one table, judge another. Rows of the first with the same text as in the second are left out."""
    texts = {" ".join(row.text.split()).lower() for row in table.rows}
    known = [row for row in train.rows if " ".join(row.text.split()).lower() not in texts]
    labels, categories = labels_of([*known, *table.rows])
    names = {label: pieces_of(tokens_of(label)) for label in labels}
    pieces = pieces_of_rows(known)
    examples = [Example(piece, row.label, row.group) for piece, row in zip(pieces, known, strict=True)]
    model = learn(examples, base, names, categories)
    judged = [_judge(row.text, base, model) for row in table.rows]
    right = np.array([labels.index(row.label) for row in table.rows])
    chances = np.array([one for one, _ in judged])
    run = _told(table, labels, chances, right, sum(took for _, took in judged), categories)
    run.numbers.update(trained_on=len(known), same_texts_left_out=len(train.rows) - len(known))
    return run


def without_training(table: Table, base: Base, group_of: Mapping[str, str]) -> Run:
    """What the base says of a group of our classifier. `group_of` maps the table's labels to groups; rows whose
    label is mapped to none are left out and counted."""
    kept = tuple(row for row in table.rows if group_of.get(row.label))
    left = Table(kept, table.left_out + len(table.rows) - len(kept))
    groups = tuple(sorted(set(base.groups)))
    member = np.array([groups.index(group) for group in base.groups])
    chances = np.zeros((len(kept), len(groups)), np.float32)
    spent = 0.0
    for at, row in enumerate(kept):
        began = time.process_time()
        themes = base.chances(base.profile(pieces_of(tokens_of(row.text[:READ]))))
        chances[at] = np.bincount(member, themes, len(groups))
        spent += time.process_time() - began
    right = np.array([groups.index(group_of[row.label]) if group_of[row.label] in groups else -1 for row in kept])
    return _told(left, groups, chances, right, spent, {})


def labels_of(rows: Sequence[LabelledRow]) -> tuple[tuple[str, ...], dict[str, str]]:
    """All labels in order, and the category that each mostly has."""
    labels = tuple(sorted({row.label for row in rows}))
    counted: dict[str, Counter[str]] = {}
    for row in rows:
        if row.category:
            counted.setdefault(row.label, Counter())[row.category] += 1
    return labels, {label: sorted(told.items(), key=lambda pair: (-pair[1], pair[0]))[0][0]
                    for label, told in counted.items()}  # fmt: skip


def _judge(text: str, base: Base, model: Trained) -> tuple[np.ndarray, float]:
    began = time.process_time()
    pieces = pieces_of(tokens_of(text[:READ]))
    chances = model.chances(pieces, base.profile(pieces))
    return chances, time.process_time() - began


def _told(
    table: Table, labels: tuple[str, ...], chances: np.ndarray, right: np.ndarray, spent: float,
    categories: Mapping[str, str],
) -> Run:  # fmt: skip
    judged = Judged(labels, chances, right, tuple(row.group for row in table.rows))
    numbers, intervals = figures_of(judged)
    told: dict[str, Any] = {"n": len(table.rows), **numbers}
    if categories:
        share, interval, count = _by_category(table, labels, chances, categories)
        told |= {"category_top1": share, "category_n": count}
        intervals["category_top1"] = interval
    told |= {
        "ms_per_text": spent * 1000 / max(len(table.rows), 1), "memory_mb": peak_megabytes(),
        "labels": len(labels), "groups": len(set(judged.groups)), "left_out": table.left_out,
    }  # fmt: skip
    return Run(as_json(told), intervals, judged)


def _by_category(
    table: Table, labels: Sequence[str], chances: np.ndarray, categories: Mapping[str, str]
) -> tuple[float, tuple[float, float], int]:
    """How often the likeliest category is the row's own, over rows that have one."""
    kinds = sorted({*categories.values(), *(row.category for row in table.rows), ""})
    member = np.array([kinds.index(categories.get(label, "")) for label in labels])
    sums = np.zeros((len(chances), len(kinds)))
    for kind in range(len(kinds)):
        sums[:, kind] = chances[:, member == kind].sum(1)
    at = np.array([number for number, row in enumerate(table.rows) if row.category], np.int64)
    hit = np.array([kinds[sums[number].argmax()] == table.rows[number].category for number in at])
    intervals = drawn_anew(lambda part: {"share": float(hit[part].mean())}, [table.rows[one].group for one in at])
    return float(hit.mean()), intervals["share"], len(at)
