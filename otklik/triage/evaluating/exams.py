"""The other measurements under one door: each reads its own table and gives its figures as plain values."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from otklik import regions
from otklik.failures import BadInput, Failure

_HERE: Final = "otklik.triage.evaluating"
_SHIPPED_REGION: Final = regions.SHIPPED / regions.DEFAULT


@dataclass(frozen=True, slots=True)
class Exam:
    """What to judge: the table, the table of texts where the first has only ids, the part, names of columns, and a
    further table to learn from where weights are fitted anew."""

    test: Path
    texts: Path | None = None
    part: str = ""
    columns: Mapping[str, str] | None = None
    train: Path | None = None


def take(task: str, exam: Exam) -> dict[str, Any]:
    """The figures of a task. Raises `Failure` with words for people."""
    return _TASKS[task](exam)


def _personal(exam: Exam) -> dict[str, Any]:
    judge = _judge("personal")
    rows = judge.read_rows(exam.test, exam.part, exam.columns)
    return dict(judge.evaluate(_some(rows)))


def _place(exam: Exam) -> dict[str, Any]:
    judge = _judge("place")
    figures, _ = judge.measure(_some(judge.read_rows(exam.test, exam.part)), judge.Reader(_SHIPPED_REGION))
    return dict(figures)


def _duplicates(exam: Exam) -> dict[str, Any]:
    judge = _judge("duplicates")
    pairs, left_out = judge.read_pairs(exam.test, exam.texts, exam.columns, exam.part)
    more, _ = judge.read_pairs(exam.train, exam.texts, exam.columns) if exam.train else ([], 0)
    figures, _ = judge.measure(_some(pairs), cross_validate=_may_fit(exam), more=more)
    return {**figures, "left_out": left_out}


def _follow_ups(exam: Exam) -> dict[str, Any]:
    judge = _judge("follow_ups")
    threads = judge.read_threads(exam.test, exam.columns, exam.part)
    return dict(judge.measure(_some(threads), cross_validate=_may_fit(exam)))


def _kinds(exam: Exam) -> dict[str, Any]:
    return dict(_judge("kinds").measure(exam.test, exam.columns, exam.part))


def _importance(exam: Exam) -> dict[str, Any]:
    return dict(_judge("importance").measure(exam.test, exam.columns, exam.part, exam.texts))


_TASKS: Final[Mapping[str, Callable[[Exam], dict[str, Any]]]] = {
    "duplicates": _duplicates, "personal-data": _personal, "place": _place, "importance": _importance, "kinds": _kinds,
    "follow-ups": _follow_ups,
}  # fmt: skip
TASKS: Final = tuple(_TASKS)


def _may_fit(exam: Exam) -> bool:
    """Weights are fitted anew only on the open part, and where there is something to fit with."""
    return exam.part == "dev" and importlib.util.find_spec("sklearn") is not None


def _judge(name: str) -> Any:
    try:
        return importlib.import_module(f"{_HERE}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{_HERE}.{name}":
            raise
        raise Failure("Эту часть измерить нечем: её нет в этой сборке.") from error


def _some(rows: Any) -> Any:
    if not rows:
        raise BadInput("В таблице нет строк этой части: проверьте файл, --part и --texts.", "test")
    return rows
