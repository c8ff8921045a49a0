"""A practice and a lent template in the body of a signed file, read as strictly as a meeting. Pure.

The document of a practice travels inside, as base64; whether it is one to be kept is judged where it is kept.
"""

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from otklik.answers.templating import MAX_TEMPLATE
from otklik.practice.packet_reading import text_in

PRACTICE, TEMPLATE = "practice", "template"
LEAST_STEPS, MOST_STEPS, MOST_STEP, MOST_PROBLEM = 3, 5, 300, 1500
MOST_COUNT = 10_000_000


@dataclass(frozen=True)
class PracticeBody:
    """A practice of another region. `file`: its act or form, DOCX; None where it has none."""

    uid: UUID
    centre: str
    title: str
    group: str  # code of a group of themes; which of ours it is, is asked where it is kept
    problem: str
    steps: str
    cost: str
    act: str
    contact: str
    file_name: str
    file: bytes | None


@dataclass(frozen=True)
class TemplateBody:
    """A template of answers that another region lends, and how it did there."""

    uid: UUID
    centre: str
    author: str
    name: str
    text: str
    theme: str
    note: str
    used: int
    share: int | None
    said: int


def practice_of(body: dict[str, Any]) -> PracticeBody:
    """Raises KeyError, TypeError or ValueError for anything that is not as it should be."""
    steps = [one.strip() for one in text_in(body["steps"], MOST_STEPS * (MOST_STEP + 1), must=True).splitlines()]
    steps = [one for one in steps if one]
    if not LEAST_STEPS <= len(steps) <= MOST_STEPS or any(len(one) > MOST_STEP for one in steps):
        raise ValueError("three to five steps")
    given = body["file"]
    return PracticeBody(
        UUID(body["practice"]), text_in(body["centre"], 200, must=True), text_in(body["title"], 200, must=True),
        text_in(body["group"], 80), text_in(body["problem"], MOST_PROBLEM, must=True), "\n".join(steps),
        text_in(body["cost"], 200, must=True), text_in(body["act"], 300), text_in(body["contact"], 300),
        text_in(given["name"], 200, must=True) if given is not None else "",
        base64.b64decode(given["content"], validate=True) if given is not None else None,
    )


def template_of(body: dict[str, Any]) -> TemplateBody:
    """Raises KeyError, TypeError or ValueError for anything that is not as it should be."""
    share = body["share"]
    return TemplateBody(
        UUID(body["template"]), text_in(body["centre"], 200, must=True), text_in(body["author"], 200),
        text_in(body["name"], 120, must=True), text_in(body["text"], MAX_TEMPLATE, must=True),
        text_in(body["theme"], 80), text_in(body["note"], 300), _count(body["used"]),
        None if share is None else _count(share, 100), _count(body["said"]),
    )


def without_file(body: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a body beside the thing itself: its document lies in the folder of files."""
    return {name: value for name, value in body.items() if name != "file"}


def _count(value: Any, most: int = MOST_COUNT) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("no number")
    if not 0 <= value <= most:
        raise ValueError("no such number")
    return value
