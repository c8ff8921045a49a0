"""«Отвечать мне в другом месте»: a one-time code, and where it can be sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from otklik.acting import Link, acting
from otklik.cases.actions import elsewhere as gates
from otklik.cases.models import Case
from otklik.channels.kit.addresses import addresses
from otklik.faces.portal.case_page import by_link
from otklik.faces.portal.private_places import private_places


@by_link
@require_POST
def elsewhere(request: HttpRequest, token: str, link: Link) -> HttpResponse:
    """Make the code and show it, once."""
    code = gates.offer(link)
    with acting(link, read_only=True):
        case = Case.objects.select_related("territory").get(pk=link.case_id)
        places = private_places(case)
        known = addresses(places)
        context = {
            "case": case, "code": code, "token": token, "places": [(row, known.get(row.pk, "")) for row in places],
        }
        return render(request, "portal/elsewhere.html", context)
