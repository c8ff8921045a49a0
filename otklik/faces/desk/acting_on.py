"""One way for every act on a case: call the gate, then show the case again with what came of it.

With htmx the answer is the case's body; without it, a redirect, or the whole page with the error beside its field.
"""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Staff, acting
from otklik.cases import numbers
from otklik.cases.models import Case
from otklik.cases.reading import visible_cases
from otklik.faces.desk.access import case_at, named_case, staff_of
from otklik.faces.desk.case_page import Outcome, case_context
from otklik.faces.desk.fields import DeskForm
from otklik.faces.desk.next_step import FINISHING
from otklik.faces.desk.undo_left import undo_seconds
from otklik.failures import BadInput, Failure, NotYours

Act = Callable[[Staff, Case], str | Outcome]


def act(request: HttpRequest, number: str, step: str, gate: Act, form: DeskForm | None = None) -> HttpResponse:
    """Do `gate` if the form is right. The gate returns words for a notice, or a whole `Outcome`."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        case = named_case(actor, number)
    outcome = Outcome()
    done = False
    if form is None or form.is_valid():
        try:
            came = gate(actor, case)
            outcome = came if isinstance(came, Outcome) else Outcome(notice=came)
            done = not outcome.failure
        except BadInput as failure:
            _show_beside(form, failure, outcome)
        except NotYours:
            raise
        except Failure as failure:
            outcome.failure = str(failure)
    if not done:
        outcome.opened = step
        if form is not None:
            form.watch()
            outcome.bound = {form.panel: form}
    return _answer(request, actor, number, step, outcome, done)


def _show_beside(form: DeskForm | None, failure: BadInput, outcome: Outcome) -> None:
    if form is None:
        outcome.failure = str(failure)
    else:
        form.add_error(failure.field if failure.field in form.fields else None, str(failure))


def _answer(
    request: HttpRequest, actor: Staff, number: str, step: str, outcome: Outcome, done: bool
) -> HttpResponse:
    by_htmx = request.headers.get("HX-Request") == "true"
    shown_once = outcome.contacts is not None or bool(outcome.link_text) or outcome.undo_place is not None
    if done and not by_htmx and not shown_once and _is_seen(actor, number):
        messages.success(request, outcome.notice)
        return redirect("desk:case", number=number)
    with acting(actor, read_only=True):
        try:
            case = case_at(actor, number)
        except NotYours:
            if not done:
                raise
            return _gone(request, number, outcome, by_htmx)
        context: dict[str, Any] = case_context(actor, case, timezone.now(), outcome)
        left = undo_seconds(actor, case, timezone.now()) if done else 0
        context["undo_left"] = left
        # On its own page the case stays a page when its body is swapped.
        context["pane"] = by_htmx and "/desk/case/" not in request.headers.get("HX-Current-URL", "")
        template = "desk/body.html" if by_htmx else "desk/case.html"
        response = render(request, template, context, status=200 if done else 422)
        if _is_left_out(outcome):  # another person moved the case meanwhile, and its panel is gone
            response = render(request, template, context, status=422)
    if by_htmx and done:
        event = {"number": numbers.shown(case.number), "finished": step in FINISHING, "notice": outcome.notice}
        event |= {"undo": left} if left else {}
        # The header is latin-1: JSON escapes keep Russian words whole.
        response["HX-Trigger-After-Swap"] = json.dumps({"deskActed": event})
    return response


def _is_left_out(outcome: Outcome) -> bool:
    """Whether the page, as just drawn, keeps silent about an error or loses words; then it is told to say them."""
    for form in outcome.bound.values():
        wrong, outcome.kept = form.unsaid(), form.unshown()
        if wrong and not outcome.failure:
            gone = [_("Этого действия у карточки сейчас нет: её могли изменить, пока вы писали.")] * form.is_absent
            outcome.failure = form.unseen or " ".join([*gone, *wrong])
            return True
    return bool(outcome.kept)


def _is_seen(actor: Staff, number: str) -> bool:
    with acting(actor, read_only=True):
        return visible_cases(actor).filter(number=numbers.parse(number) or 0).exists()


def _gone(request: HttpRequest, number: str, outcome: Outcome, by_htmx: bool) -> HttpResponse:
    """The act took the case to other people: there is nothing of it to show here any more."""
    if not by_htmx:
        messages.success(request, outcome.notice)
        return redirect("desk:queue")
    response = render(request, "desk/gone.html", {"number": number, "notice": outcome.notice})
    event = {"number": number, "finished": True, "notice": outcome.notice}
    response["HX-Trigger-After-Swap"] = json.dumps({"deskActed": event})
    return response
