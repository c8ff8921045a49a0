"""The ASGI entry point."""

import gc
import os

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.settings")


class Handler(ASGIHandler):
    """Django's, with all of a request in its one thread.

    Our middleware is synchronous. Django's own way leads from it back to the event loop for every view, and from there
    into the thread again.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        """The chain, synchronous whatever is asked for."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, made in the request's thread."""
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


def _application() -> Handler:
    import django

    django.setup(set_prefix=False)
    return Handler()


application = _application()
# What is loaded by now stays: it is not looked over for rubbish again and again. A page makes tens of thousands of
# objects and most of them live until it is drawn.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
