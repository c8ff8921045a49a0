"""What is found: spans of personal data in a text as given. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

Kind = Literal["name", "phone", "email", "address", "document", "plate", "birthdate", "health"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class PersonalSpan:
    """`text[start:end]` of the text as given tells something of a person; `reason` is a short word for why."""

    start: int
    end: int
    kind: Kind
    reason: str = ""


def overlaps(spans: list[PersonalSpan], start: int, end: int) -> bool:
    """Whether a place is already taken."""
    return any(span.start < end and start < span.end for span in spans)


def disjoint(spans: list[PersonalSpan]) -> list[PersonalSpan]:
    """In order and without overlap: of two that meet, the one given first stays, and takes in the other's ends.

    Nothing that was found is shown again because something else was found there, too.
    """
    kept: list[PersonalSpan] = []
    for span in spans:
        start, end, kind, reason = span.start, span.end, span.kind, span.reason
        for other in [one for one in kept if one.start < end and start < one.end]:
            kept.remove(other)
            start, end, kind, reason = min(start, other.start), max(end, other.end), other.kind, other.reason
        kept.append(PersonalSpan(start, end, kind, reason))
    return sorted(kept, key=lambda span: span.start)
