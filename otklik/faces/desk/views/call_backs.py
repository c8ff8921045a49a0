"""«Перезвонить»: calls that nobody took."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import acting
from otklik.faces.desk.access import desk_view, staff_of
from otklik.intake import call_backs as gates

MOST = 200


@require_safe
@desk_view
def call_backs(request: HttpRequest) -> HttpResponse:
    """The list, the longest waiting first."""
    return render(request, "desk/call_backs.html", {"calls": list(gates.waiting(staff_of(request))[:MOST])})


@require_POST
@desk_view
def call_back(request: HttpRequest, call_id: int) -> HttpResponse:
    """Show the number to dial, or settle."""
    actor = staff_of(request)
    if request.POST.get("what") == "settle":
        gates.settle(actor, call_id)
        messages.success(request, _("Отмечено: перезвонили."))
        return redirect("desk:call_backs")
    number = gates.show_number(actor, call_id)
    with acting(actor, read_only=True):
        context = {"calls": list(gates.waiting(actor)[:MOST]), "shown": call_id, "number": number}
        response = render(request, "desk/call_backs.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
