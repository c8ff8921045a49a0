"""`otklik evaluate personal-data`: what share of the marked is found, and what share of the found was marked."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from otklik.failures import BadInput
from otklik.triage.evaluating.figures import wilson
from otklik.triage.evaluating.memory import peak_megabytes
from otklik.triage.personal import KINDS, Kind, PersonalSpan, personal_spans

Marked = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A text and the spans that a person marked in it."""

    id: str
    text: str
    spans: tuple[Marked, ...]


@dataclass
class Counts:
    """Of one kind: marked spans, those covered by the same kind or by any, found spans and the right ones of them."""

    marked: int = 0
    covered: int = 0
    covered_by_any: int = 0
    found: int = 0
    right: int = 0
    missed: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)


def read_rows(path: Path, part: str = "", columns: Mapping[str, str] | None = None) -> list[Row]:
    """Rows of an exam or of any file: a text, and a JSON list of `start`, `end`, `kind`. Raises BadInput."""
    names = {"text": "text", "spans": "spans", **(columns or {})}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in names.values() if name not in (reader.fieldnames or ())]
        if missing:
            raise BadInput(f"В файле нет столбцов: {', '.join(missing)}.", "test")
        return [
            Row(row.get("id") or str(number), row[names["text"]], _spans(row[names["spans"]], number))
            for number, row in enumerate(reader, 2) if not part or row.get("part") == part
        ]


def _spans(written: str, line: int) -> tuple[Marked, ...]:
    try:
        return tuple((int(one["start"]), int(one["end"]), str(one["kind"])) for one in json.loads(written or "[]"))
    except (ValueError, TypeError, KeyError) as wrong:
        raise BadInput(f"Строка {line}: не понятны размеченные места.", "test") from wrong


def evaluate(rows: Sequence[Row]) -> dict[str, Any]:
    """Figures of all kinds; `recall`: letters and digits of a marked span are covered; of health: it is touched."""
    began = time.perf_counter()
    found = [personal_spans(row.text) for row in rows]
    spent = time.perf_counter() - began
    counts: dict[Kind, Counts] = {kind: Counts() for kind in KINDS}
    for row, spans in zip(rows, found, strict=True):
        _count(row, spans, counts)
    shown = {kind: _figures(one) for kind, one in counts.items() if one.marked or one.found}
    return {
        "n": len(rows),
        "precision": {kind: one["precision"] for kind, one in shown.items()},
        "recall": {kind: one["recall"] for kind, one in shown.items()},
        "kinds": shown,
        "ms_per_text": round(spent / max(1, len(rows)) * 1000, 3),
        "memory_mb": peak_megabytes(),
    }


def mistakes(rows: Sequence[Row]) -> dict[Kind, Counts]:
    """The spans missed and the spans wrongly found, by kind, for a person to read."""
    counts: dict[Kind, Counts] = {kind: Counts() for kind in KINDS}
    for row in rows:
        _count(row, personal_spans(row.text), counts)
    return counts


def _count(row: Row, spans: Sequence[PersonalSpan], counts: Mapping[Kind, Counts]) -> None:
    for start, end, told in row.spans:
        kind = next((kind for kind in KINDS if kind == told), None)
        if kind is None:
            continue
        one = counts[kind]
        one.marked += 1
        touch = kind == "health"
        same = _covers(row.text, [span for span in spans if span.kind == kind], start, end, touch)
        one.covered += same
        one.covered_by_any += same or _covers(row.text, spans, start, end, touch)
        if not same:
            one.missed.append((row.id, row.text[start:end]))
    for span in spans:
        one = counts[span.kind]
        one.found += 1
        right = any(kind == span.kind and start < span.end and span.start < end for start, end, kind in row.spans)
        one.right += right
        if not right:
            one.wrong.append((row.id, row.text[max(0, span.start - 20) : span.end + 10]))


def _covers(text: str, spans: Sequence[PersonalSpan], start: int, end: int, touch: bool) -> bool:
    inside = [at for at in range(start, end) if text[at].isalnum()]
    held = [any(span.start <= at < span.end for span in spans) for at in inside]
    return any(held) if touch else all(held)


def _figures(one: Counts) -> dict[str, Any]:
    return {
        "n": one.marked,
        "recall": _share(one.covered, one.marked),
        "recall_interval": _interval(one.covered, one.marked),
        "recall_by_any": _share(one.covered_by_any, one.marked),
        "found": one.found,
        "precision": _share(one.right, one.found),
        "precision_interval": _interval(one.right, one.found),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _interval(part: int, whole: int) -> tuple[float, float] | None:
    """The 95 % interval of a share; None where there is nothing to count."""
    if not whole:
        return None
    low, high = wilson(part, whole)
    return round(low, 4), round(high, 4)
