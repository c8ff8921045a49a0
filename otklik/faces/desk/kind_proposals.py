"""What a kind proposes: to set aside as spam, to close as thanks, to tell where to turn to. A person does it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.triage.kinds import Elsewhere, elsewhere

NEEDS_WORDS = Case.Outcome.NOT_OURS


@dataclass(frozen=True)
class Proposal:
    """`outcome` of setting aside, the button's words, and why; `whose` where the matter belongs to another body.

    `asks` opens the panel instead, since «не наше» needs words that a person has read.
    """

    outcome: str
    button: str
    why: str
    asks: bool = False
    whose: Elsewhere | None = None


def proposal_of(case: Case) -> Proposal | None:
    """The proposal for a case that nobody has worked on, or None."""
    if case.kind == "spam":
        return Proposal(Case.Outcome.SPAM, _("Отложить как спам"), _why(case))
    if case.kind == "thanks":
        return Proposal(Case.Outcome.THANKS, _("Закрыть как благодарность"), _why(case))
    if case.kind == "not_for_us":
        whose = elsewhere((case.suggestion or {}).get("whose", ""))
        return Proposal(NEEDS_WORDS, _("Не наше: куда обратиться"), _why(case), asks=True, whose=whose)
    return None


def aside_initial(case: Case) -> dict[str, str]:
    """What the panel of setting aside begins with: the kind's outcome, and where the resident is to turn to."""
    proposed = proposal_of(case)
    if proposed is None:
        return {}
    return {"outcome": proposed.outcome, "reason": proposed.whose.text if proposed.whose else ""}


def _why(case: Case) -> str:
    """The reason in words of the text, read by the spans that are kept: the text stands in one place only."""
    spans = (case.suggestion or {}).get("kind_spans") or ()
    words = [case.text[start:end] for start, end in spans if 0 <= start < end <= len(case.text)]
    shown = ", ".join(f"«{word}»" for word in dict.fromkeys(words))
    reason = {
        "spam": _("Похоже на рекламу или рассылку"), "thanks": _("Похоже на благодарность"),
        "not_for_us": _("Похоже на дело другого ведомства"),
    }.get(case.kind, "")  # fmt: skip
    return f"{reason}: {shown}" if shown else reason
