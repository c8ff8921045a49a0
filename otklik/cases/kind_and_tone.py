"""What triage says of a case's kind and tone, kept beside it; and which cases are read by few. Inside a gate only."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from otklik.cases.models import Case
from otklik.triage import Understanding

KINDS = {
    "complaint": _("жалоба"), "question": _("вопрос"), "suggestion": _("предложение"), "thanks": _("благодарность"),
    "spam": _("спам, реклама"), "not_for_us": _("не наше"),
}  # fmt: skip
TONES = {"panic_call": _("паника, призыв"), "obscene": _("брань"), "insult": _("оскорбление")}  # the gravest first
RESTRICTING = "panic_call"
HIDDEN = ("obscene", "insult")  # words of these tones are shown covered until somebody asks for them


def kept_of(understood: Understanding) -> dict[str, Any]:
    """Of kind and tone what a suggestion keeps: codes and spans, no words."""
    return {
        "kind": understood.kind,
        "kind_spans": [[word.start, word.end] for word in understood.kind_words],
        "whose": understood.whose,
        "tone": [tone for tone in TONES if tone in understood.tone],
        "tone_spans": [[found.words.start, found.words.end, found.tone] for found in understood.tones],
    }


def fields_of(suggestion: Mapping[str, Any] | None) -> dict[str, str]:
    """The columns of a case by which the queue filters."""
    kept = suggestion or {}
    kind = kept.get("kind", "")
    tones: Sequence[str] = kept.get("tone") or ()
    return {
        "kind": kind if kind in KINDS else "",
        "tone": next((tone for tone in TONES if tone in tones), ""),
    }


def is_to_restrict(suggestion: Mapping[str, Any] | None) -> bool:
    """Whether a new case of this suggestion is read by coordinators, heads and the ЦУР only."""
    return RESTRICTING in ((suggestion or {}).get("tone") or ())


def read_into(case: Case, fields: dict[str, Any]) -> None:
    """Give a case that was just read its kind and tone, and close it where it may call to panic.

    `fields` of the journal's entry say so. A case that somebody works on already is not closed over their head: who
    has it open saw it, and may close it by hand.
    """
    found = fields_of(case.suggestion)
    case.kind, case.tone = found["kind"], found["tone"]
    if found["kind"]:
        fields["kind"] = found["kind"]
    if found["tone"]:
        fields["tone"] = found["tone"]
    untouched = case.state == Case.State.NEW and case.owner_id is None
    if is_to_restrict(case.suggestion) and untouched and not case.restricted:
        case.restricted = fields["restricted"] = True
