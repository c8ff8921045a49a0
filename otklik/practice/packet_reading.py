"""What may stand in the body of a signed file, read strictly: every text has a limit, all else is an error. Pure.

A signature says who wrote it, never that what they wrote is sound.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from otklik.practice.passport_fields import Section, restored
from otklik.typed_text import typed

LONG, SHORT = 6000, 300
MOST_ROWS = 200  # of a passport
_WAYS = ("call", "visit")


@dataclass(frozen=True)
class MeetingBody:
    """An invitation of another region. `theirs`: on which side of the table they sit."""

    uid: UUID
    topic: str
    way: str
    theirs: str  # host, guest
    their_name: str
    begins_at: datetime
    ends_at: datetime
    where: str
    programme: str
    people: str
    questions: str
    passport: tuple[Section, ...]


@dataclass(frozen=True)
class TakenRow:
    """One thing that the guest takes home."""

    what: str
    who: str
    due: date


@dataclass(frozen=True)
class SheetBody:
    """The sheet that comes back."""

    uid: UUID
    people: str
    questions: str
    words: str
    taken: tuple[TakenRow, ...]
    passport: tuple[Section, ...]


def meeting_of(body: dict[str, Any]) -> MeetingBody:
    """Raises KeyError, TypeError or ValueError for anything that is not as it should be."""
    begins_at, ends_at = _moment(body["begins_at"]), _moment(body["ends_at"])
    if not begins_at < ends_at or body["way"] not in _WAYS or body["side"] not in ("host", "guest"):
        raise ValueError("a meeting without a length, a way or a side")
    return MeetingBody(
        UUID(body["meeting"]), text_in(body["topic"], 200, must=True), body["way"], body["side"],
        text_in(body["our_name"], 200, must=True), begins_at, ends_at, text_in(body["where"], SHORT),
        text_in(body["programme"], LONG), text_in(body["people"], 4000), text_in(body["questions"], LONG),
        _passport(body),
    )


def sheet_of(body: dict[str, Any]) -> SheetBody:
    """Raises KeyError, TypeError or ValueError for anything that is not as it should be."""
    rows = body["taken"]
    if not isinstance(rows, list) or len(rows) > 3:
        raise ValueError("more than three")
    taken = tuple(
        TakenRow(text_in(row["what"], SHORT, must=True), text_in(row["who"], 200, must=True), _day(row["due"]))
        for row in rows
    )
    return SheetBody(
        UUID(body["meeting"]), text_in(body["people"], 4000), text_in(body["questions"], LONG),
        text_in(body["words"], LONG), taken, _passport(body),
    )


def passport_in(content: Any) -> tuple[Section, ...]:
    """The passport that a taken file brought. Empty where it brought none."""
    return _passport(content)


def _passport(body: dict[str, Any]) -> tuple[Section, ...]:
    given = body["passport"]
    if given is None:
        return ()
    sections = restored(given["content"])
    rows = [row for section in sections for row in section.rows]
    if len(sections) > 20 or len(rows) > MOST_ROWS or any(len(row.text) > 4000 or len(row.label) > 200 for row in rows):
        raise ValueError("no passport of ours is that long")
    return sections


def text_in(value: Any, most: int, *, must: bool = False) -> str:
    """A text of at most so many letters. TypeError for no text, ValueError for a longer one or an empty `must`."""
    if not isinstance(value, str):
        raise TypeError("not a text")
    clean = typed(value)
    if len(clean) > most or (must and not clean):
        raise ValueError("too long, or empty")
    return clean


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(text_in(value, 40))
    if found.tzinfo is None or not 2020 <= found.year <= 2100:
        raise ValueError("no moment")
    return found


def _day(value: Any) -> date:
    text = text_in(value, 10)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError("no day")
    found = date.fromisoformat(text)
    if not 2020 <= found.year <= 2100:
        raise ValueError("no day of ours")
    return found
