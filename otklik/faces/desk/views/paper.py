"""A case on a sheet of paper: for a meeting, a head, an archive. Without contacts, unless they are revealed for it."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from otklik.acting import Staff, acting
from otklik.answers.reading import answer_of
from otklik.cases import clocks
from otklik.cases.actions import reveal as revealing
from otklik.cases.models import Assignment, Case
from otklik.cases.reading import thread
from otklik.faces.desk.access import case_at, desk_view, staff_of
from otklik.faces.desk.forms import RevealForm
from otklik.faces.desk.journal_words import journal_lines
from otklik.failures import Failure
from otklik.residents.hiding import without_contacts
from otklik.residents.models import Contact

Contacts = Sequence[tuple[str, str]]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """The sheet; with a reason sent, the contacts are shown on it, which is an entry of the journal."""
    actor = staff_of(request)
    if request.method != "POST":
        return _sheet(request, actor, number, RevealForm())
    form = RevealForm(request.POST)
    contacts: Contacts | None = None
    if form.is_valid():
        with acting(actor, read_only=True):
            case = case_at(actor, number)
        try:
            found = revealing.reveal_contacts(actor, case.pk, reason=form.cleaned_data["reason"])
        except Failure as failure:
            form.add_error("reason", str(failure))
        else:
            contacts = [(str(Contact.Kind(kind).label), value) for kind, value in found]
    with acting(actor, read_only=True):
        return _sheet(request, actor, number, form, contacts, 200 if contacts is not None else 422)


def _sheet(
    request: HttpRequest, actor: Staff, number: str, form: RevealForm, contacts: Contacts | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    case = case_at(actor, number)
    items = thread(case)
    shown = (lambda text: text) if contacts is not None else without_contacts
    said: list[dict[str, Any]] = [
        {"who": item.who if item.kind != "resident" or contacts is not None else "", "at": item.at, "kind": item.kind,
         "text": shown(item.text)}
        for item in items
        if item.kind in ("resident", "answer", "word") and item.text and not _is_first(item.text, case)
    ]  # fmt: skip
    tasks = Assignment.objects.filter(case=case).exclude(state=Assignment.State.WITHDRAWN)
    answer = answer_of(case)
    context = {
        "case": case, "number": case.number, "text": shown(case.text), "said": said, "form": form,
        "tasks": list(tasks.select_related("organisation").order_by("pk")), "contacts": contacts,
        "clocks": clocks.running(case), "answer": answer, "outside_numbers": list(case.outside_numbers.all()),
        "journal": [
            line._replace(more="")
            for line in journal_lines(item for item in items if item.kind == "event" and item.text != "note")
        ],
        "has_contacts": case.resident_id is not None, "now": timezone.now(),
    }  # fmt: skip
    return render(request, "desk/paper.html", context, status=status)


def _is_first(text: str, case: Case) -> bool:
    return text == case.text
