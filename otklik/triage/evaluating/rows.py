"""Labelled texts from a CSV, and which of them are the same in substance."""

from __future__ import annotations

import csv
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from otklik.failures import BadInput
from otklik.triage.evaluating.sameness import groups_of
from otklik.triage.model.pieces import Pieces, pieces_of
from otklik.triage.words import tokens_of

READ: Final = 10_000  # characters of a text, as `understand` reads
_TELLS: Final = {"text": ("text", "текст"), "group": ("dup_group",), "category": ("category", "категория")}


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """One line of the table."""

    text: str
    label: str
    group: Hashable
    category: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Lines that have a label, and how many were left out for want of one."""

    rows: tuple[LabelledRow, ...]
    left_out: int


def parse_map(told: str | None) -> dict[str, str]:
    """`text=COLUMN,label=COLUMN` as a dictionary; also `group`, `category`. Raises `BadInput`."""
    found: dict[str, str] = {}
    for part in filter(None, (told or "").split(",")):
        name, equals, column = part.partition("=")
        if not equals or name.strip() not in ("text", "label", "group", "category") or not column.strip():
            raise BadInput("--map пишется так: text=СТОЛБЕЦ,label=СТОЛБЕЦ (ещё можно group и category).", "map")
        found[name.strip()] = column.strip()
    return found


def read_table(
    path: Path, columns: Mapping[str, str], labels: Sequence[str], *, categories: bool = True
) -> Table:
    """Read a CSV in UTF-8. `labels` are names of the label's column to try when the map names none."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            lines = list(csv.DictReader(source))
    except UnicodeDecodeError as error:
        raise BadInput(f"«{path.name}» — не в UTF-8. Сохраните таблицу как CSV UTF-8.", "test") from error
    except csv.Error as error:
        raise BadInput(f"«{path.name}» — не CSV: {error}.", "test") from error
    heads = list(lines[0]) if lines else []
    text = _column(heads, columns.get("text"), _TELLS["text"], "text", path)
    label = _column(heads, columns.get("label"), labels, "label", path)
    group = _column(heads, columns.get("group"), _TELLS["group"], "", path)
    category = _column(heads, columns.get("category"), _TELLS["category"], "", path) if categories else ""
    rows = [
        LabelledRow(
            line[text] or "", squeezed(line[label] or ""), line.get(group) or f"#{number}",
            squeezed(line.get(category) or "") if category else "",
        )
        for number, line in enumerate(lines)
    ]  # fmt: skip
    kept = [row for row in rows if row.label]
    if not group:
        kept = grouped(kept)
    return Table(tuple(kept), len(rows) - len(kept))


def squeezed(name: str) -> str:
    """A label without doubled spaces: files differ in them, themes do not."""
    return re.sub(r"\s+", " ", name).strip()


def grouped(rows: Sequence[LabelledRow]) -> list[LabelledRow]:
    """The rows with groups of our own: near-identical texts, by shared pieces of their words, are one group."""
    groups = groups_of(pieces_of_rows(rows), range(len(rows)))
    return [LabelledRow(row.text, row.label, group, row.category) for row, group in zip(rows, groups, strict=True)]


def pieces_of_rows(rows: Sequence[LabelledRow]) -> list[Pieces]:
    """The features of every row's text."""
    return [pieces_of(tokens_of(row.text[:READ])) for row in rows]


def folds_of(groups: Sequence[Hashable], count: int = 5, seed: int = 5) -> list[np.ndarray]:
    """Places of the rows of each fold: whole groups, the biggest first into the fold with fewest rows, drawn by
    the seed. With fewer groups than `count` there are as many folds as groups: nobody is judged in an empty one."""
    members: dict[Hashable, list[int]] = {}
    for number, group in enumerate(groups):
        members.setdefault(group, []).append(number)
    draw = np.random.default_rng(seed)
    order = sorted(members, key=lambda group: -len(members[group]))
    weight = {group: draw.random() for group in members}
    order.sort(key=lambda group: (-len(members[group]), weight[group]))
    folds: list[list[int]] = [[] for _ in range(count)]
    for group in order:
        min(folds, key=len).extend(members[group])
    return [np.array(sorted(fold), dtype=np.int64) for fold in folds if fold]


def _column(heads: Sequence[str], told: str | None, tried: Sequence[str], needed: str, path: Path) -> str:
    if told is not None and told not in heads:
        raise BadInput(f"В «{path.name}» нет столбца «{told}»; есть: {', '.join(heads)}.", "map")
    found = told or next((name for name in tried if name in heads), "")
    if needed and not found:
        raise BadInput(f"В «{path.name}» не видно столбца {needed}: назовите его в --map {needed}=СТОЛБЕЦ.", "map")
    return found
