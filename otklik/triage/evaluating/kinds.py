"""`otklik evaluate kinds`: what a text is and how it is said, against a labelled table. No database.

Columns `text`, `kind`, `tone` (empty or one), and perhaps `part`. A text may carry several tones at once while a table
names one: of those said the gravest counts, panic before obscenity before insult, as the exam's rule has it.
"""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

from otklik.failures import BadInput
from otklik.triage.dangers import dangers_in
from otklik.triage.evaluating.figures import wilson
from otklik.triage.kinds import Kind, kind_of, tokens_of_kind
from otklik.triage.matching import PlacedTokens
from otklik.triage.tones import Tone, tones_in
from otklik.triage.words import tokens_of

KINDS: Final = get_args(Kind)
GRAVEST_FIRST: Final[tuple[Tone, ...]] = ("panic_call", "obscene", "insult")
READ: Final = 10_000


@dataclass(frozen=True, slots=True)
class JudgedText:
    """A labelled text and what the program says of it."""

    id: str
    kind: str
    tone: str
    said_kind: str
    said_tone: str
    tones: frozenset[str]
    kind_reason: str
    words: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        return (self.kind, self.tone) == (self.said_kind, self.said_tone)


def judge(test: Path, columns: Mapping[str, str] | None = None, part: str = "") -> tuple[list[JudgedText], float]:
    """Every text of the file as the program reads it, and milliseconds a text. Raises `BadInput` for a bad file."""
    name = {"text": "text", "kind": "kind", "tone": "tone", **(columns or {})}
    if "label" in name:
        name["kind"] = name["label"]
    rows = [row for row in _rows(test, (name["text"], name["kind"])) if row[name["kind"]] in KINDS]
    rows = [row for row in rows if part in ("", "all") or row.get("part", part) == part]
    if not rows:
        raise BadInput("В таблице нет строк этой части: проверьте файл и --part.", "test")
    read_as(rows[0][name["text"]])  # loads the dictionary and the tables, which is no time of a text
    judged: list[JudgedText] = []
    began = time.perf_counter()
    for number, row in enumerate(rows):
        said, reason, tones, words = read_as(row[name["text"]])
        gravest = next((tone for tone in GRAVEST_FIRST if tone in tones), "")
        judged.append(
            JudgedText(
                row.get("id", str(number + 1)), row[name["kind"]], row.get(name["tone"]) or "", said, gravest,
                frozenset(tones), reason, words,
            )
        )  # fmt: skip
    spent = (time.perf_counter() - began) * 1000
    return judged, spent / max(len(rows), 1)


def read_as(text: str) -> tuple[str, str, set[str], tuple[str, ...]]:
    """Kind, its reason, tones and their words: as `understand` reads them, danger first."""
    seen = text[:READ]
    tokens = PlacedTokens(tokens_of(seen))
    kind = kind_of(seen, tokens, bool(dangers_in(seen, tokens)), tokens_of_kind(tokens, "polite"))
    tones = tones_in(seen, tokens)
    return kind.kind, kind.reason, {one.tone for one in tones}, tuple(one.words.word for one in tones)


def measure(test: Path, columns: Mapping[str, str] | None = None, part: str = "") -> dict[str, Any]:
    """The figures of a run: `n`, `accuracy`, `kinds`, `tones`, each with 95 % intervals, `ms_per_text`."""
    judged, spent = judge(test, columns, part)
    right = sum(one.kind == one.said_kind for one in judged)
    return {
        "n": len(judged),
        "accuracy": _share(right, len(judged)),
        "accuracy_95": _interval(right, len(judged)),
        "macro_f1": round(sum(one["f1"] for one in _by_kind(judged).values()) / len(KINDS), 4),
        "kinds": _by_kind(judged),
        "tones": {tone: _found([one.tone == tone for one in judged], [one.said_tone == tone for one in judged])
                  for tone in GRAVEST_FIRST},
        "tone_any_wrongly_raised": _share(
            sum(bool(one.said_tone) for one in judged if not one.tone), sum(not one.tone for one in judged)
        ),
        "confusion": {f"{a}>{b}": n for (a, b), n in Counter((one.kind, one.said_kind) for one in judged).items()},
        "ms_per_text": round(spent, 3),
    }  # fmt: skip


def _by_kind(judged: Sequence[JudgedText]) -> dict[str, dict[str, Any]]:
    return {kind: _found([one.kind == kind for one in judged], [one.said_kind == kind for one in judged])
            for kind in KINDS}  # fmt: skip


def _found(told: Sequence[bool], said: Sequence[bool]) -> dict[str, Any]:
    hit = sum(a and b for a, b in zip(told, said, strict=True))
    precision, recall = _share(hit, sum(said)), _share(hit, sum(told))
    return {
        "n": sum(told),
        "precision": precision, "precision_95": _interval(hit, sum(said)),
        "recall": recall, "recall_95": _interval(hit, sum(told)),
        "f1": round(2 * precision * recall / (precision + recall), 4) if hit else 0.0,
    }  # fmt: skip


def _share(hits: int, n: int) -> float:
    return round(hits / n, 4) if n else 0.0


def _interval(hits: int, n: int) -> list[float]:
    low, high = wilson(hits, n)
    return [round(low, 4), round(high, 4)]


def _rows(path: Path, wanted: Sequence[str]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = set(wanted) - set(reader.fieldnames or ())
            if missing:
                raise BadInput(f"В файле {path.name} нет столбцов: {', '.join(sorted(missing))}.", "test")
            return list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as wrong:
        raise BadInput(f"Файл {path} не читается.", "test") from wrong
