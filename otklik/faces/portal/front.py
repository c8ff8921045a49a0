"""The pages that tell what this is: the front page, «найти своё сообщение», the notice on personal data."""

from __future__ import annotations

import re
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from otklik.acting import Visitor, acting
from otklik.acting.middleware import acts_itself
from otklik.cases import numbers
from otklik.cases.resident_links import open_link
from otklik.faces.portal import places
from otklik.faces.portal.public_filters import SwitchedOn, switched_on
from otklik.failures import NotYours

_TOKEN_OF_LINK: Final = re.compile(r"/c/([\w-]{16,64})")
_BARE_TOKEN: Final = re.compile(r"[\w-]{20,64}")


@acts_itself
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """`/`: what this is, and the one button."""
    return render(request, "portal/front.html", {"region": places.region(), "on": shown_to_everybody()})


def shown_to_everybody() -> SwitchedOn:
    """What is switched on. The front page opens without the database, too: then nothing is."""
    try:
        with acting(Visitor(), read_only=True):
            return switched_on()
    except (OperationalError, InterfaceError):
        return SwitchedOn((), (), ())


@acts_itself
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """`/privacy/`: who answers for personal data, why, on which ground, for how long (152-ФЗ, article 18)."""
    return render(request, "portal/privacy.html", {"region": places.region()})


@csrf_exempt
@acts_itself
def find(request: HttpRequest) -> HttpResponse:
    """`/find/`: by link to the page of the message. By number alone nothing is shown, not even whether it exists.

    Sent by POST, so that a link does not stay in the address bar and in logs.
    """
    typed = request.POST.get("link", "").strip()[:500]
    if request.method != "POST" or not typed:
        wrong = _("Вставьте ссылку или напишите номер.") if request.method == "POST" else ""
        return render(request, "portal/find.html", {"wrong": wrong}, status=422 if wrong else 200)
    found = _TOKEN_OF_LINK.search(typed)
    token = found[1] if found else typed if _BARE_TOKEN.fullmatch(typed) else ""
    if token:
        try:
            open_link(token)
        except NotYours as unknown:
            return render(request, "portal/find.html", {"typed": typed, "wrong": str(unknown)}, status=422)
        return HttpResponseRedirect(reverse("portal:case", args=[token]), status=303)
    number = numbers.parse(typed)
    if number is None:
        wrong = _("Это не похоже ни на ссылку, ни на номер. Номер выглядит так: 34-000123.")
        return render(request, "portal/find.html", {"typed": typed, "wrong": wrong}, status=422)
    return render(request, "portal/find.html", {"typed": typed, "number": numbers.shown(number)})
