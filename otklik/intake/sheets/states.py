"""The words of «Текущий шаг инцидента» and «Итог» as a state, by the table `states.csv`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal

from otklik.intake.sheets.columns import header_key


class Stage(StrEnum):
    """How far the source's work on a message is."""

    NEW = "new"
    ASSIGNED = "assigned"
    WORK = "work"
    REVIEW = "review"
    ANSWERED = "answered"
    POSTPONED = "postponed"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How the source's work ended."""

    SOLVED = "solved"
    EXPLAINED = "explained"
    REFUSED = "refused"
    FORWARDED = "forwarded"
    NO_ANSWER_NEEDED = "no_answer_needed"
    DUPLICATE = "duplicate"
    SPAM = "spam"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class SheetState:
    """What the sheet says about the state. `unknown_words` are shown to people as they stand."""

    is_open: bool
    stage: Stage
    outcome: Outcome | None = None
    unknown_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Meaning:
    state: Literal["open", "closed"]
    stage: Stage
    outcome: Outcome | None


def read_state(step: str, outcome: str, closed: datetime | None = None) -> SheetState:
    """The state by both words and the date of closing, in this order.

    A known step decides; without one, a known outcome; without both, the date of closing; otherwise
    the row is open. A word that is not in the table never closes a row by itself.
    """
    by_step, by_outcome = _meaning("step", step), _meaning("outcome", outcome)
    unknown = tuple(
        word.strip()
        for word, known in ((step, by_step), (outcome, by_outcome))
        if word.strip() and known is None
    )
    decisive = by_step or by_outcome
    if decisive is None:
        stage = Stage.NEW if closed is None else Stage.CLOSED
        return SheetState(closed is None, stage, None, unknown)
    is_open = decisive.state == "open"
    ended = None if is_open else (by_outcome and by_outcome.outcome) or decisive.outcome
    return SheetState(is_open, decisive.stage, ended, unknown)


def _meaning(column: str, word: str) -> _Meaning | None:
    return _table().get((column, header_key(word)))


@cache
def _table() -> dict[tuple[str, str], _Meaning]:
    with Path(__file__).with_name("states.csv").open(encoding="utf-8", newline="") as source:
        return {
            (line["column"], header_key(line["word"])): _Meaning(
                "open" if line["state"] == "open" else "closed",
                Stage(line["stage"]),
                Outcome(line["outcome"]) if line["outcome"] else None,
            )
            for line in csv.DictReader(source)
        }
