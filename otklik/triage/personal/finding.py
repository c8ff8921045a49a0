"""`personal_spans`: everything personal in a text, in order. Pure, and never raises."""

from __future__ import annotations

from typing import Final

from otklik.triage.personal.births import births
from otklik.triage.personal.documents import documents
from otklik.triage.personal.homes import homes
from otklik.triage.personal.names import names
from otklik.triage.personal.phones import mails, phones
from otklik.triage.personal.plain import plain
from otklik.triage.personal.plates import plates
from otklik.triage.personal.spans import PersonalSpan, disjoint, overlaps

# Characters that are read at once; a longer text is read in pieces.
PIECE: Final = 10_000


def personal_spans(text: str, *, everybodys: bool = False) -> tuple[PersonalSpan, ...]:
    """Personal data in a text, disjoint and in order; places count characters of the text as given.

    `everybodys`: phones and mail of offices are wanted, too (for words that go public).
    """
    seen = plain(text)
    found = _found(seen.text, everybodys)
    return tuple(PersonalSpan(*seen.given(one.start, one.end), one.kind, one.reason) for one in found)


def _found(text: str, everybodys: bool) -> list[PersonalSpan]:
    cars = list(plates(text))
    spans = list(mails(text, everybodys=everybodys))
    spans += (home for home in homes(text) if not overlaps(cars, home.start, home.end))
    spans += (*documents(text), *cars)
    spans += phones(text, everybodys=everybodys)
    people = names(text, spans)
    spans += births(text, [(one.start, one.end) for one in people])
    return disjoint([*spans, *people])
