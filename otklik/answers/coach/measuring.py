"""`otklik evaluate answers`: how much the coach finds of what people marked, and how much of what it finds they marked.

By `bench/exams/answers/README.md`: of what is missing as a whole the kind counts, of the rest the place.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from otklik.answers.coach import Asked, Finding, look
from otklik.answers.coach.promised_dates import PromisedDate, promised_dates
from otklik.failures import BadInput
from otklik.triage.evaluating.figures import wilson

WHOLE: Final = ("no_fact", "no_date", "no_responsible", "no_address")
KINDS: Final = (
    "unanswered_question", *WHOLE, "promise_without_date", "officialese", "personal_data", "tone", "contradiction",
)  # fmt: skip
_DRAWS: Final = 500
_LEAST: Final = 0.05  # seconds: the bound of one look


@dataclass(frozen=True, slots=True)
class Row:
    """One answer of the exam with what people marked in it."""

    id: str
    answer: str
    asked: Asked
    findings: tuple[Mapping[str, Any], ...]
    promises: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Count:
    """Of one kind in one row: right, wrongly found, missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0


def read_rows(path: Path, part: str = "") -> list[Row]:
    """The rows of a JSON Lines file like the exam's. Raises BadInput."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            told = json.loads(line)
            if part and told["part"] != part:
                continue
            asked = Asked(
                question=told["question"], channel=told["channel"], written=date.fromisoformat(told["written"]),
                earlier=(told["earlier"],) if told.get("earlier") else (),
            )
            rows.append(Row(told["id"], told["answer"], asked, tuple(told["findings"]), tuple(told["promises"])))
        except (ValueError, TypeError, KeyError) as wrong:
            raise BadInput(f"Строка {number}: не похоже на ответ с пометками.", "test") from wrong
    return rows


def measure(rows: Sequence[Row]) -> dict[str, Any]:
    """Precision, recall and F1 by kind with 95 % intervals, promised days, good answers left in peace, and "
    "processor time."""
    spent, looked, days = [], [], []
    look("Прогрев словаря: починим до 10 июня.", Asked(written=date(2026, 6, 1)))
    for row in rows:
        began = time.process_time()
        looked.append(look(row.answer, row.asked))
        spent.append(time.process_time() - began)
        days.append(promised_dates(row.answer, row.asked.written))
    kinds = {kind: [_count(kind, row, found) for row, found in zip(rows, looked, strict=True)] for kind in KINDS}
    good = [not found for row, found in zip(rows, looked, strict=True) if row.findings[0]["kind"] == "none"]
    slow = sorted(spent)
    return {
        "n": len(rows),
        "kinds": {kind: _figures(counts) for kind, counts in kinds.items()},
        "macro_f1": _share(sum(_figures(counts)["f1"]["value"] or 0 for counts in kinds.values()) / len(kinds)),
        "good_answers_in_peace": _interval(sum(good), len(good)),
        "promised_days": _figures([_days(row, found) for row, found in zip(rows, days, strict=True)]),
        "promised_days_exact": _exact(rows, days),
        "p95_ms": round(slow[int(len(slow) * 0.95)] * 1000, 1) if slow else None,
        "slower_than_bound": sum(one > _LEAST for one in slow),
    }


def _count(kind: str, row: Row, found: Sequence[Finding]) -> Count:
    marked = [one for one in row.findings if one["kind"] == kind]
    mine = [one for one in found if one.kind == kind]
    if kind in WHOLE:
        return Count(int(bool(mine and marked)), int(bool(mine and not marked)), int(bool(marked and not mine)))
    right = [one for one in mine if any(_meets(one, mark) for mark in marked)]
    got = [mark for mark in marked if any(_meets(one, mark) for one in mine)]
    # Several phrases of one marked sentence are one hit.
    return Count(len(got), len(mine) - len(right), len(marked) - len(got))


def _meets(one: Finding, mark: Mapping[str, Any]) -> bool:
    meets = one.start < mark["start"] + len(mark["span"]) and mark["start"] < one.end
    return bool(meets and one.where == mark["where"])


def _days(row: Row, found: Sequence[PromisedDate]) -> Count:
    marked = [one for one in row.promises if one["promise"]]
    right = [one for one in found if any(_touches(one, mark) for mark in marked)]
    got = [mark for mark in marked if any(_touches(one, mark) for one in found)]
    return Count(len(got), len(found) - len(right), len(marked) - len(got))


def _touches(one: PromisedDate, mark: Mapping[str, Any]) -> bool:
    return bool(one.start < mark["start"] + len(mark["span"]) and mark["start"] < one.end)


def _exact(rows: Sequence[Row], found: Sequence[Sequence[PromisedDate]]) -> dict[str, Any]:
    """Of the promises found: the day meant is the marked one (undated where it cannot be dated)."""
    right = n = 0
    for row, days in zip(rows, found, strict=True):
        for mark in row.promises:
            one = next((day for day in days if mark["promise"] and _touches(day, mark)), None)
            if one is not None:
                n += 1
                right += (one.until.isoformat() if one.until else "") == (mark.get("until") or "")
    return _interval(right, n)


def _figures(counts: Sequence[Count]) -> dict[str, Any]:
    right, wrong, missed = (sum(getattr(one, name) for one in counts) for name in ("right", "wrong", "missed"))
    draw, f1s = random.Random(39), []
    for _ in range(_DRAWS):
        some = draw.choices(counts, k=len(counts))
        f1s.append(_f1(*(sum(getattr(one, name) for one in some) for name in ("right", "wrong", "missed"))))
    f1s.sort()
    f1 = {"value": _f1(right, wrong, missed), "n": right + missed, "low": f1s[int(_DRAWS * 0.025)],
          "high": f1s[int(_DRAWS * 0.975)]}
    return {"precision": _interval(right, right + wrong), "recall": _interval(right, right + missed), "f1": f1}


def _f1(right: int, wrong: int, missed: int) -> float:
    return 2 * right / (2 * right + wrong + missed) if right else 0.0


def _interval(right: int, n: int) -> dict[str, Any]:
    low, high = wilson(right, n) if n else (0.0, 1.0)
    return {"value": right / n if n else None, "low": low, "high": high, "n": n}


def _share(value: float) -> float:
    return round(value, 3)
