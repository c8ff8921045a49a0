"""The coach beside the text: what it finds while somebody types, and before somebody approves. Reads only."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from otklik.acting import acting
from otklik.answers.approval import chain_is_empty
from otklik.answers.coach import Finding, officialese_index
from otklik.answers.coaching import TITLES, findings_of, grave_of
from otklik.answers.drafting import MAX_TEXT
from otklik.answers.models import Answer
from otklik.answers.promising import written
from otklik.answers.reading import answer_of, text_of
from otklik.faces.desk.access import case_at, desk_view, staff_of
from otklik.faces.desk.coach_form import offers_of
from otklik.typed_text import typed

MOST_SHOWN = 30


class Piece(NamedTuple):
    """A stretch of the answer, with the numbers of the findings that concern it."""

    text: str
    numbers: tuple[int, ...]
    grave: bool


class Shown(NamedTuple):
    """A finding as the list shows it. `here`: it marks words of the text, not the text as a whole."""

    number: int
    title: str
    finding: Finding
    here: bool


@require_POST
@desk_view
def coach(request: HttpRequest, number: str) -> HttpResponse:
    """The findings on the text that was sent, or on the saved one; and the promises that its words make."""
    actor = staff_of(request)
    now = timezone.now()
    with acting(actor, read_only=True):
        case = case_at(actor, number)
        answer = answer_of(case)
        saved = "text" not in request.POST
        text = typed(text_of(answer).text if saved and answer else request.POST.get("text", ""))[:MAX_TEXT]
        promised_for = answer.promised_for if saved and answer else _day(request)
        findings = findings_of(case, text, now, promised_for=promised_for)[:MOST_SHOWN] if text else []
        approved = answer is not None and answer.state == Answer.State.APPROVED
        since = written(case, answer, now) if saved and answer else now
        publishes = approved if saved and not chain_is_empty(case) else chain_is_empty(case)
        offers = offers_of(text, request.POST, since, promised_for) if publishes else []
    shown = [
        Shown(at, str(TITLES[one.kind]), one, _is_here(one, text))
        for at, one in enumerate(findings, 1)
    ]
    context = {
        "case": case, "pieces": pieces_of(text, shown), "shown": shown, "grave": len(grave_of(findings)),
        "index": officialese_index(text) if text else 0, "offers": offers, "has_text": bool(text),
    }
    return render(request, "desk/parts/coach.html", context)


def _is_here(one: Finding, text: str) -> bool:
    """Whether it marks words: what is missing as a whole marks none."""
    absent = one.kind.startswith("no_") and one.end - one.start == len(text)
    return one.where == "answer" and not absent


def _day(request: HttpRequest) -> date | None:
    """The day of an interim answer as it is typed; a broken one is told by the form itself."""
    if request.POST.get("kind") != Answer.Kind.INTERIM:
        return None
    try:
        return date.fromisoformat(request.POST.get("promised_for", ""))
    except ValueError:
        return None


def pieces_of(text: str, shown: Sequence[Shown]) -> list[Piece]:
    """The text cut where findings begin and end, so that each stretch tells which of them concern it."""
    marks = [one for one in shown if one.here]
    edges = sorted({0, len(text), *(edge for one in marks for edge in (one.finding.start, one.finding.end))})
    pieces = []
    for start, end in zip(edges, edges[1:], strict=False):
        over = [one for one in marks if one.finding.start <= start and end <= one.finding.end]
        pieces.append(
            Piece(text[start:end], tuple(one.number for one in over), any(one.finding.is_grave for one in over))
        )
    return pieces
