"""Server-sent events of one page: «changed», with ids of scopes, never content; the page then looks again itself."""

import asyncio
import json
from collections.abc import AsyncIterator

from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from otklik.acting import Staff
from otklik.faces.live.hub import Full, Stream, hub_here
from otklik.organisations.staffing import staff_actor

HEARTBEAT = 15.0  # seconds; a proxy that keeps silent lines for a minute keeps this one
GATHER = 1.0  # seconds: what comes in a burst is told once
LIFE = 1800.0  # seconds: then the page opens a fresh one
BEAT = b": heartbeat\nevent: beat\ndata:\n\n"
HELLO = b"retry: 5000\nevent: hello\ndata:\n\n"


def answer(request: HttpRequest, actor: Staff, scopes: frozenset[int] | None) -> HttpResponseBase:
    """The stream for this page. 204 (a browser then asks no more) where the server cannot hold a line open.

    The view must carry `@acts_itself`: a transaction around a stream would last as long as the page is open.
    """
    if not isinstance(request, ASGIRequest):
        return HttpResponse(status=204)
    connections.close_all()  # log-in and rights are known: from here on this line needs no database
    stream = Stream(request.session.session_key or "", actor, scopes)
    response = StreamingHttpResponse(_events(stream), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"  # nginx hands each line on at once
    return response


async def _events(stream: Stream) -> AsyncIterator[bytes]:
    hub = hub_here(still_valid)
    try:
        hub.join(stream)
    except Full:
        yield b"event: full\ndata:\n\n"
        return
    ends = asyncio.get_running_loop().time() + LIFE
    try:
        yield HELLO
        while asyncio.get_running_loop().time() < ends:
            try:
                await asyncio.wait_for(stream.woken.wait(), HEARTBEAT)
            except TimeoutError:
                yield BEAT
                continue
            if stream.ended:
                return
            yield told(stream.take())
            await asyncio.sleep(GATHER)
    finally:
        hub.leave(stream)


def told(news: dict[str, set[int] | None]) -> bytes:
    """An event as it goes over the line: `{"cases": [17], "figures": null}`; null is «anywhere»."""
    plain = {kind: sorted(scopes) if scopes is not None else None for kind, scopes in news.items()}
    return f"event: changed\ndata: {json.dumps(plain, separators=(',', ':'))}\n\n".encode()


def still_valid(session_key: str, actor: Staff) -> bool:
    """Whether this session is logged in still, by the same person with the same rights as when the stream began."""
    request = HttpRequest()
    request.session = SessionStore(session_key)
    user = get_user(request)
    if not user.is_authenticated:
        return False
    today = staff_actor(user, timezone.localdate())
    return (today.user_id, set(today.grants), today.sees) == (actor.user_id, set(actor.grants), actor.sees)
