"""Wraps every reading request in its actor's READ ONLY transaction. Innermost, after authentication.

Writing requests open `acting` in the gates they call. Views that act under another actor than the log-in
(secret links, streams) carry `@acts_itself`; the set of exempt paths is listed here and tested.
"""

from asyncio import iscoroutinefunction
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from otklik.acting.actors import Visitor
from otklik.acting.context import acting

View = TypeVar("View", bound=Callable[..., Any])

EXEMPT_PREFIXES = ("/accounts/",)  # log-in pages write sessions and tokens on GET


def acts_itself(view: View) -> View:
    """Mark a view that opens its own `acting`."""
    view.acts_itself = True  # type: ignore[attr-defined]
    return view


class ActingMiddleware:
    """See the module."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not hasattr(request, "actor"):
            request.actor = Visitor()  # type: ignore[attr-defined]
        if not self._is_wrapped(request):
            return self.get_response(request)
        # Views, their exceptions and the rendering of templates all happen inside.
        with acting(request.actor, read_only=True):  # type: ignore[attr-defined]
            return self.get_response(request)

    @staticmethod
    def _is_wrapped(request: HttpRequest) -> bool:
        if request.method not in ("GET", "HEAD", "OPTIONS") or request.path.startswith(EXEMPT_PREFIXES):
            return False
        try:
            view = resolve(request.path_info).func
        except Resolver404:
            return False
        return not (getattr(view, "acts_itself", False) or iscoroutinefunction(view))
