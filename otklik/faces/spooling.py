"""A big file as an answer: written at the speed of the database into a scratch file, read at the speed of the line.

So a slow line holds no connection to the database, and memory holds one piece however long the file is. A failure on
the way cuts the answer off: the browser says that the file did not arrive, instead of keeping half of it.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO

from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import translation

PIECE = 1 << 16
LOOK_EVERY = 0.02  # seconds
AT_ONCE = 2  # files written at the same time by one process; others wait their turn

Parts = Callable[[], Iterator[bytes]]
_writers = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="export")


@dataclass
class _Progress:
    written: int = 0
    stopped: bool = False


def as_download(request: HttpRequest, parts: Parts, name: str, content_type: str) -> StreamingHttpResponse:
    """The answer with the file that `parts` gives; it is called once, in a thread of its own.

    `name` is of plain ASCII letters.
    """
    content = _growing(parts, translation.get_language()) if isinstance(request, ASGIRequest) else _whole(parts)
    response = StreamingHttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Accel-Buffering"] = "no"
    return response


def _whole(parts: Parts) -> Iterator[bytes]:
    """For a server that is not asynchronous: written first, then read."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever reads it
    for part in parts():
        file.write(part)
    file.seek(0)
    return _read(file)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


async def _growing(parts: Parts, language: str | None) -> AsyncIterator[bytes]:
    file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed when its writer has ended
    progress = _Progress()

    def write() -> None:
        try:
            with translation.override(language):
                for part in parts():
                    if progress.stopped:
                        return
                    file.write(part)
                    progress.written += len(part)
        finally:
            connections.close_all()

    writing = asyncio.get_running_loop().run_in_executor(_writers, write)
    read = 0
    try:
        while not writing.done() or read < progress.written:
            if read < progress.written:
                piece = os.pread(file.fileno(), min(PIECE, progress.written - read), read)
                read += len(piece)
                yield piece
            else:
                await asyncio.sleep(LOOK_EVERY)
        writing.result()  # what went wrong in the thread is raised here
    finally:
        progress.stopped = True
        writing.add_done_callback(lambda _done: file.close())
