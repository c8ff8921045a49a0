"""Sets `request.actor`: the logged-in member of staff with today's roles, or a visitor."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from otklik.acting import Visitor
from otklik.organisations.staffing import staff_actor

WITHOUT_LOGIN = ("/accounts/login", "/static/")


class ActorMiddleware:
    """Before the innermost middleware: resolves `request.user` outside of any actor's transaction."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if user.is_authenticated:
            request.actor = staff_actor(user, timezone.localdate())  # type: ignore[attr-defined]
        else:
            request.actor = Visitor()  # type: ignore[attr-defined]
        response = self.get_response(request)
        if user.is_authenticated:  # what staff see stays on no shared computer, unless a page says otherwise
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
