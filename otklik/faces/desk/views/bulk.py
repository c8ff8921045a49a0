"""Many cases at once: choose the act, look at what it would do, do it, read the report."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import Staff, acting
from otklik.answers import bulk_undoing
from otklik.cases import bulk as acts
from otklik.cases import noticing, numbers
from otklik.cases.models import Case
from otklik.cases.queue import TABS
from otklik.cases.reading import visible_cases
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.desk.bulk_form import LABELS, BulkForm
from otklik.failures import Refused


@require_POST
@desk_view
def bulk(request: HttpRequest) -> HttpResponse:
    """The chosen cases with the form; once it is filled in rightly, what would come of it, case by case."""
    actor = staff_of(request)
    given = _given(request)
    asked = "kind" in request.POST or "preview" in request.POST
    with acting(actor, read_only=True):
        cases = _chosen(actor, [number for number, _version in given])
        form = BulkForm(request.POST if asked else None).offer(actor, cases)
        ready = asked and form.is_valid()
    lines = acts.rehearse(actor, [case.number for case in cases], form.plan(), timezone.now()) if ready else []
    with acting(actor, read_only=True):
        context = _context(request, form) | {
            "cases": cases, "lines": lines, "able": sum(not line.refused for line in lines),
            "left_out": len(given) - len(cases), "most": acts.MOST,
        }
        return render(request, "desk/bulk.html", context, status=422 if asked and not ready else 200)


@require_POST
@desk_view
def run(request: HttpRequest) -> HttpResponseBase:
    """Do it, and say of each case what came of it."""
    actor = staff_of(request)
    given = _given(request)
    with acting(actor, read_only=True):
        cases = _chosen(actor, [number for number, _version in given])
        form = BulkForm(request.POST).offer(actor, cases)
        ready = form.is_valid()
    if not ready:
        return bulk(request)
    plan = form.plan()
    lines = acts.carry_out(actor, given[: acts.MOST], plan, timezone.now())
    ended = timezone.now()
    noticing.see_cases(actor, [line.number for line in lines if line.after], now=ended)
    with acting(actor, read_only=True):
        context = _context(request, form) | {
            "done": [line for line in lines if not line.refused], "refused": [line for line in lines if line.refused],
            "seal": bulk_undoing.sealed(actor, plan, lines, ended), "seconds": bulk_undoing.seconds_left(ended, ended),
        }
        return render(request, "desk/bulk_report.html", context)


@require_POST
@desk_view
def undo(request: HttpRequest) -> HttpResponse:
    """Take a whole act back, and say of each case whether it stands as it stood."""
    actor, now = staff_of(request), timezone.now()
    try:
        done = bulk_undoing.opened(actor, request.POST.get("seal", ""), now)
    except Refused as refused:
        return _not_undone(request, str(refused))
    lines = bulk_undoing.take_back(actor, done, now)
    with acting(actor, read_only=True):
        context = {
            "act": _("Отменено: %(what)s") % {"what": LABELS[done.kind]}, "tab": _tab(request),
            "done": [line for line in lines if not line.refused], "refused": [line for line in lines if line.refused],
            "undone": True,
        }
        return render(request, "desk/bulk_report.html", context)


def _not_undone(request: HttpRequest, why: str) -> HttpResponse:
    messages.error(request, why)
    with acting(staff_of(request), read_only=True):
        context = {"act": _("Действие не отменено"), "tab": _tab(request), "done": [], "refused": [], "undone": True}
        return render(request, "desk/bulk_report.html", context, status=422)


def _tab(request: HttpRequest) -> str:
    tab = request.POST.get("tab", "")
    return tab if tab in TABS else "triage"


def _given(request: HttpRequest) -> list[tuple[int, int]]:
    """Numbers with the versions that were looked at («34-000123.7»; 0 before a rehearsal), each once, in order."""
    found: dict[int, int] = {}
    for text in request.POST.getlist("case")[: acts.MOST * 2]:
        shown, _dot, version = text.partition(".")
        number = numbers.parse(shown)
        if number is not None:
            found.setdefault(number, int(version) if version.isdecimal() and len(version) < 10 else 0)
    return list(found.items())


def _chosen(actor: Staff, asked: list[int]) -> list[Case]:
    """Those of them that the person sees, in the order asked, no more than fit into one act."""
    found = {case.number: case for case in visible_cases(actor).filter(number__in=asked).select_related("territory")}
    return [found[number] for number in asked if number in found][: acts.MOST]


def _context(request: HttpRequest, form: BulkForm) -> dict[str, Any]:
    chosen = form.data.get("kind", "") if form.is_bound else ""
    return {"form": form, "tab": _tab(request), "act": LABELS.get(chosen, "")}
