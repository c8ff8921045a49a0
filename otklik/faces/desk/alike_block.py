"""What the desk shows of likeness: proposals with both texts, a joining that can be taken back. Inside `acting`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.acting import Staff
from otklik.cases.actions.joining import may_undo
from otklik.cases.alike import Alike, alike_for
from otklik.cases.following_up import earlier_matters
from otklik.cases.lifecycle import allowed_moves
from otklik.cases.models import Case, Joining
from otklik.cases.planned import ready_text, works_for
from otklik.cases.planned_models import PlannedWork
from otklik.triage.fingerprints import common_spans

LONGEST = 700  # characters of each text that are shown side by side

REASONS: dict[str, str | Promise] = {
    "equal": _("те же слова"), "copy": _("почти тот же текст"), "words": _("похожие слова"),
    "named": _("названо то же место"), "house": _("тот же дом"), "street": _("та же улица"),
    "near": _("то же место на карте"), "around": _("рядом на карте"), "settlement": _("тот же населённый пункт"),
    "hours": _("с разницей в несколько часов"), "days": _("с разницей в несколько дней"), "theme": _("та же тема"),
}
AGAINST: dict[str, str | Promise] = {
    "numbers": _("разные номера"), "other_names": _("разные названия"), "other_house": _("другой дом"),
    "other_street": _("другая улица"), "far": _("далеко"), "long_ago": _("прошло больше полутора месяцев"),
    "other_theme": _("другая группа тем"),
}


@dataclass(frozen=True)
class Shown:
    """One proposal as it stands on the page. Spans are of the texts as shown."""

    other: Case
    problem: Any
    why: tuple[str, ...]
    against: tuple[str, ...]
    mine: str
    theirs: str
    mine_spans: list[tuple[int, int]]
    their_spans: list[tuple[int, int]]


@dataclass(frozen=True)
class Joined:
    """The last joining while it can be taken back."""

    joining: Joining
    why: tuple[str, ...]


@dataclass(frozen=True)
class MetWork:
    """Announced works that the message meets, and the answer that is ready."""

    work: PlannedWork
    text: str


def alike_context(actor: Staff, case: Case, now: datetime) -> dict[str, Any]:
    """The context of `desk/parts/alike.html`; nothing for whoever may not join, or for what is closed."""
    allowed = {move.name for move in allowed_moves(actor, case)}
    joining = may_undo(case, now) if "undo_join" in allowed else None
    wanted = "join_problem" in allowed and case.problem_id is None and case.state != Case.State.CLOSED
    found = alike_for(actor, case) if wanted else []
    ready = wanted and case.state != Case.State.ANSWERED  # an answer that is ready is nothing for who has one
    return {
        "case": case,
        "number": case.number,
        "proposals": [shown(case, one) for one in found],
        "works": [MetWork(work, ready_text(work)) for work in works_for(case, now)[:2]] if ready else [],
        "may_ready": "draft" in allowed and wanted,
        "earlier": earlier_matters(actor, case),
        "joined": Joined(joining, reasons(joining.reasons)) if joining else None,
    }


def shown(case: Case, one: Alike) -> Shown:
    """A proposal with the common words of both texts."""
    mine, theirs = cut(case.text), cut(one.case.text)
    mine_spans, their_spans = common_spans(mine, theirs)
    return Shown(
        one.case, one.problem, reasons(one.likeness.reasons), reasons(one.likeness.reasons, AGAINST), mine, theirs,
        mine_spans, their_spans,
    )


def reasons(codes: Sequence[str], words: dict[str, str | Promise] | None = None) -> tuple[str, ...]:
    """Codes of `triage.likeness` in words; those that speak for it, unless told otherwise."""
    table = words if words is not None else REASONS
    return tuple(str(table[code]) for code in codes if code in table)


def cut(text: str) -> str:
    """The beginning of a long text, at a word's end."""
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rsplit(" ", 1)[0] + " …"
