"""What stands around a case, asked for when the case itself is on the screen: most are triaged without it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from otklik.cases.at_address import others_there
from otklik.cases.reading import earlier_of_resident
from otklik.faces.desk.access import case_at, desk_view, staff_of


@require_safe
@desk_view
def around(request: HttpRequest, number: str) -> HttpResponse:
    """Other cases of this address and of this resident."""
    actor = staff_of(request)
    case = case_at(actor, number)
    context = {"neighbours": others_there(actor, case), "earlier": earlier_of_resident(actor, case)}
    return render(request, "desk/parts/around.html", context)
