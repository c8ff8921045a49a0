"""What a case is and how it is said, as the desk shows it: badges, covered words, and what the kind proposes."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.translation import gettext as _

from otklik.cases.kind_and_tone import HIDDEN, KINDS, TONES
from otklik.cases.models import Case
from otklik.faces.desk import kind_proposals

register = template.Library()
COVER = "•"
COLOURS = {"panic_call": "red", "obscene": "orange", "insult": "orange", "not_for_us": "purple", "spam": "secondary"}


@dataclass(frozen=True)
class Badge:
    """A word about a case, and the colour it stands on."""

    label: str
    colour: str
    code: str


@register.filter
def kind_badges(case: Case) -> list[Badge]:
    """The kind, unless it is a complaint, and every tone that was found."""
    kind = [case.kind] if case.kind not in ("", "complaint") else []
    tones = [tone for tone in TONES if tone in (_kept(case).get("tone") or ())] or [case.tone] * bool(case.tone)
    names = KINDS | TONES
    return [Badge(str(names[code]), COLOURS.get(code, "azure"), code) for code in (*kind, *tones) if code in names]


@register.filter
def covered(case: Case) -> str:
    """The resident's words with obscene and insulting ones covered, sign by sign: places in the text stay."""
    signs = list(case.text)
    for start, end in _hidden_spans(case):
        signs[start:end] = [COVER if one.isalnum() or one in "*@" else one for one in signs[start:end]]
    return "".join(signs)


@register.filter
def is_covered(case: Case) -> bool:
    """Whether words of the case are covered until somebody asks for them."""
    return bool(_hidden_spans(case))


@register.filter
def row_title(case: Case) -> str:
    """Staff's title, else the resident's words, covered where they are hard to read."""
    return case.title or covered(case)


@register.inclusion_tag("desk/parts/kind.html", takes_context=True)
def kind_block(context: dict[str, Any]) -> dict[str, Any]:
    """What the kind and the tone propose for the case of the page, each with its reason and one key."""
    case: Case = context["case"]
    allowed = context["allowed"]
    return {
        "case": case,
        "number": context["number"],
        "proposal": kind_proposals.proposal_of(case) if "set_aside" in allowed else None,
        "panic": _panic(case),
        "may_restrict": "restrict" in allowed and not case.restricted,
        "may_open_up": "open_up" in allowed and case.restricted,
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }


def _panic(case: Case) -> str:
    words = [case.text[start:end] for start, end, tone in _spans(case) if tone == "panic_call"]
    if case.tone != "panic_call" and not words:
        return ""
    shown = ", ".join(f"«{word}»" for word in dict.fromkeys(words))
    return _("Похоже на призыв к панике или противоправным действиям") + (f": {shown}" if shown else "")


def _hidden_spans(case: Case) -> list[tuple[int, int]]:
    return [(start, end) for start, end, tone in _spans(case) if tone in HIDDEN]


def _spans(case: Case) -> list[tuple[int, int, str]]:
    """Of a text that was edited or erased meanwhile, what still lies in it."""
    spans = _kept(case).get("tone_spans") or ()
    return [(start, end, tone) for start, end, tone in spans if 0 <= start < end <= len(case.text)]


def _kept(case: Case) -> dict[str, Any]:
    return case.suggestion or {}
