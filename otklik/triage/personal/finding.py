"""`personal_spans`: everything personal in a text, in order. Pure, and never raises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from otklik.triage.personal.births import births
from otklik.triage.personal.documents import documents
from otklik.triage.personal.health import health
from otklik.triage.personal.homes import homes
from otklik.triage.personal.names import names
from otklik.triage.personal.phones import mails, phones
from otklik.triage.personal.phrases import Seen
from otklik.triage.personal.plain import plain
from otklik.triage.personal.plates import plates
from otklik.triage.personal.spans import PersonalSpan, disjoint, overlaps

# Characters that are read at once. A longer text is read in pieces, so the time grows as its length.
PIECE: Final = 5_000
_GAP: Final = 400  # where a piece may end earlier, rather at the end of a sentence


def personal_spans(text: str, *, everybodys: bool = False) -> tuple[PersonalSpan, ...]:
    """Personal data in a text, disjoint and in order; places count characters of the text as given.

    `everybodys`: phones and mail of offices are wanted, too (for words that go public).
    """
    seen = plain(text)
    spans: list[PersonalSpan] = []
    for start, end in _pieces(seen.text):
        for one in _found(seen.text[start:end], everybodys):
            spans.append(PersonalSpan(*seen.given(start + one.start, start + one.end), one.kind, one.reason))
    return tuple(spans)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while len(text) - start > PIECE:
        edge = text[start + PIECE - _GAP : start + PIECE]
        ends = list(re.finditer(r"[.!?…]\s+|\n", edge)) or list(re.finditer(r"\s+", edge))
        end = start + PIECE - _GAP + ends[-1].end() if ends else start + PIECE
        yield start, end
        start = end
    if start < len(text):
        yield start, len(text)


def _found(text: str, everybodys: bool) -> list[PersonalSpan]:
    seen = Seen(text)
    cars = list(plates(text))
    spans = list(mails(text, everybodys=everybodys))
    spans += (home for home in homes(text) if not overlaps(cars, home.start, home.end))
    spans += (*documents(seen), *cars)
    spans += phones(seen, everybodys=everybodys)
    spans = disjoint(spans)
    people = names(text, spans)
    ill = list(health(seen, people))
    people = [one for one in people if not (overlaps(ill, one.start, one.end) and _no_person(text, one))]
    births_found = births(seen, [(one.start, one.end) for one in people])
    return disjoint([*spans, *people, *births_found, *ill])


def _no_person(text: str, one: PersonalSpan) -> bool:
    """Whether a name found upon a word of health is that word: «болеет паркинсоном», «деда с Альцгеймером»."""
    written = text[one.start : one.end]
    return written.islower() or written.startswith(("Паркинсон", "Альцгеймер", "Даун"))
