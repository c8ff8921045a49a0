"""`/task/sw.js`: the service worker of the executor's pages. It keeps a page that was opened, and sends what waits.

It is served from here and not from /static/, for its reach is the folder it comes from: `/task/` and nothing else.
"""

from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from otklik.acting.middleware import acts_itself

_FOLDER = Path(__file__).parent / "static" / "task"


@acts_itself
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script; the queue in it is the very file that the page runs. Asks no database."""
    response = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"  # the browser asks each day whether it changed
    return response


@cache
def _script() -> str:
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in ("queue.js", "line.js"))
