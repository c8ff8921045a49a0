"""What the coach is asked and what it finds. Pure values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

from otklik.answers.coach.promised_dates import mon_to_fri

Kind = Literal[
    "unanswered_question", "no_fact", "no_date", "no_responsible", "no_address", "promise_without_date",
    "officialese", "personal_data", "tone", "contradiction",
]  # fmt: skip
Channel = Literal["public", "private", "letter"]
Where = Literal["answer", "question"]
# With these an answer leaves only by somebody's word that it may, with a reason. An unanswered question is grave only
# where it is sure (nothing is said at all, or no day where a day is asked for): elsewhere it is found wrongly one time
# in three, and people would learn to press past everything.
GRAVE: Final[frozenset[Kind]] = frozenset({"personal_data", "tone", "promise_without_date"})
WEIGHT: Final = {
    "officialese": 1, "no_date": 2, "no_responsible": 2, "no_address": 2, "no_fact": 2, "contradiction": 2,
    "unanswered_question": 2,
}


@dataclass(frozen=True)
class Asked:
    """What an answer is about: the resident's words, how it goes out, the day of writing, earlier answers (the last
    first), whether photos go with it, and how working days are counted."""

    question: str = ""
    channel: Channel = "public"
    written: date = date.min
    earlier: tuple[str, ...] = ()
    photo: bool = False
    working_days: Callable[[date, int], date] = field(default=mon_to_fri)


@dataclass(frozen=True, slots=True)
class Finding:
    """`words` are `start:end` of the answer, or of the question where `where` says so.

    `plainer` says it plainly, or what is to be added; `against` are the words of the earlier answer. `weight`: 1 a
    remark, 2 worth mending, 3 grave.
    """

    kind: Kind
    start: int
    end: int
    words: str
    plainer: str = ""
    weight: int = 2
    where: Where = "answer"
    against: str = ""

    @property
    def is_grave(self) -> bool:
        """Whether somebody has to say why the answer leaves with it."""
        return self.weight >= 3


def found(kind: Kind, text: str, start: int, end: int, plainer: str = "", *, where: Where = "answer",
          against: str = "", grave: bool = False) -> Finding:
    """A finding with its kind's own weight, or a grave one; blanks at its ends do not belong to it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    weight = 3 if grave or kind in GRAVE else WEIGHT[kind]
    return Finding(kind, start, end, text[start:end], plainer, weight, where, against)


def advice(kind: Kind, text: str, start: int, end: int, plainer: str) -> Finding:
    """A finding of a grave kind that is not sure enough to stop an answer: worth mending, no more."""
    return replace(found(kind, text, start, end, plainer), weight=2)
