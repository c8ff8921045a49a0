"""The text without what was found: a mark stands in its place. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from otklik.triage.personal.spans import Kind, PersonalSpan

# Marks are part of texts that are kept and taught from, so they stay in one language.
MARKS: Final[dict[Kind, str]] = {
    "name": "[имя]",
    "phone": "[телефон]",
    "email": "[почта]",
    "address": "[адрес]",
    "document": "[документ]",
    "plate": "[госномер]",
    "birthdate": "[дата рождения]",
    "health": "[здоровье]",
}


def redact(text: str, spans: Sequence[PersonalSpan]) -> str:
    """The text with a mark in place of each span. Spans are in order and disjoint, as `personal_spans` gives them."""
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += (text[at : span.start], MARKS[span.kind])
        at = span.end
    return "".join((*parts, text[at:]))
