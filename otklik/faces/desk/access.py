"""Who may sit at the desk, and how a case is found by its address."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from otklik.acting import Staff
from otklik.cases import numbers
from otklik.cases.models import Case
from otklik.cases.reading import the_case, visible_cases
from otklik.faces.context import DESK_ROLES, doors
from otklik.failures import NotYours

View = Callable[..., HttpResponseBase]


def staff_of(request: HttpRequest) -> Staff:
    """The member of staff behind a request that `desk_view` let in."""
    actor = request.actor  # type: ignore[attr-defined]
    assert isinstance(actor, Staff)
    return actor


def desk_view(view: View) -> View:
    """Let in staff with a role at the desk. Others are led to the log-in, to their own room, or told why not.

    A fragment asked for after the session ended gets 401: the page then reloads itself into the log-in.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = getattr(request, "actor", None)
        if not isinstance(actor, Staff):
            if request.headers.get("HX-Request") == "true":
                return HttpResponse(status=401)
            return redirect(f"/accounts/login/?next={quote(_back_to(request, kwargs))}")
        if not actor.roles_at(None) & DESK_ROLES:
            others = doors(actor, request.path)
            if request.path == "/desk/" and others:
                return redirect(others[0].address)
            return render(request, "desk/no_role.html", status=403)
        return view(request, *args, **kwargs)

    return never_cache(guarded)  # residents' words stay in no cache


def _back_to(request: HttpRequest, parts: dict[str, Any]) -> str:
    """Where to go on after the log-in: an address that only takes what is sent to it cannot be opened."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return reverse("desk:case", args=[parts["number"]]) if "number" in parts else reverse("desk:queue")


def named_case(actor: Staff, number: str) -> Case:
    """The same for an act on the case, which needs to know no more than whose it is and where."""
    parsed = numbers.parse(number)
    if parsed is None:
        raise Http404
    found = visible_cases(actor).filter(number=parsed).select_related("scope", "territory").first()
    if found is None:
        raise NotYours(_("Такой карточки нет, или она не в вашем муниципалитете."))
    return found


def case_at(actor: Staff, number: str) -> Case:
    """The case of an address such as «34-000123». Inside `acting`. Raises `NotYours`, or Http404 for no number."""
    parsed = numbers.parse(number)
    if parsed is None:
        raise Http404
    return the_case(actor, number=parsed)
