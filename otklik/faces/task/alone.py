"""`otklik web --only task` (OTKLIK_FACES=task): the executors' pages and their own static files, and nothing else.

For the one process that an outside host may reach: it knows no log-in, no desk and no cookie, whatever is asked of it.
"""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import include, path

from otklik.faces.failures import not_found

OPEN: Final = ("/task/", "/static/task/")

urlpatterns = [path("task/", include("otklik.faces.task.urls"))]
handler404 = "otklik.faces.failures.not_found"
handler403 = "otklik.faces.failures.forbidden"
handler500 = "otklik.faces.failures.broken"


class OnlyTaskMiddleware:
    """Whatever lies elsewhere does not exist here; it is not even looked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.session = {}  # type: ignore[assignment]  # nobody has one; a part that must stand in the list looks for it
        return self.get_response(request) if request.path.startswith(OPEN) else not_found(request)
