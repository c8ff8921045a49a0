"""Notes of staff for staff, and whom they mention."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.cases.actions import notes
from otklik.cases.models import Case
from otklik.faces.desk.access import case_at, desk_view, staff_of
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.note_form import NoteForm

OFFERED = 8


@require_POST
@desk_view
def note(request: HttpRequest, number: str) -> HttpResponse:
    """Записать заметку; упомянутые найдут карточку у себя."""
    form = NoteForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        called = notes.note(actor, case.pk, text=form.cleaned_data["text"])
        if called:
            return _("Заметка записана. Увидят: %(names)s.") % {"names": ", ".join(one.shown for one in called)}
        return _("Заметка записана.")

    return act(request, number, "note", gate, form)


@require_safe
@desk_view
def colleagues(request: HttpRequest, number: str) -> HttpResponse:
    """Staff who see this case, by the first letters of the surname."""
    case = case_at(staff_of(request), number)
    found = notes.colleagues(case.scope, request.GET.get("q", "")[:60])[:OFFERED]
    return render(request, "desk/parts/colleagues.html", {"colleagues": found})


@require_POST
@desk_view
def seen(request: HttpRequest, number: str) -> HttpResponse:
    """The notes of this case that mention the person were shown to them."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        case = case_at(actor, number)
    notes.see(actor, case.pk)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Trigger": "mentionsSeen"})  # the list and its counts look again
    return redirect("desk:case", number=number)


@require_POST
@desk_view
def seen_all(request: HttpRequest) -> HttpResponse:
    """All of them."""
    notes.see(staff_of(request))
    return redirect("/desk/?tab=mentions")
