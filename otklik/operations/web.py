"""``otklik web``: the site alone, on a socket that outlives its workers.

The socket is bound here, or handed over by systemd (``LISTEN_FDS``), and shared with the workers: while a worker is
replaced (SIGHUP), and while the whole program is replaced under a systemd socket, callers wait in the queue of the
socket instead of being refused.
"""

import os
import socket
from typing import Any

from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from otklik.embedded import database_urls
from otklik.operations.sockets import BACKLOG, bound, handed_over

STOP_WITHIN = 2  # seconds for what is being answered; open pages keep a stream each, and those are cut


class Site(MPServer):
    """Granian on a listening socket that exists already."""

    def __init__(self, listening: socket.socket, **given: Any) -> None:
        super().__init__(**given)
        self._listening = listening

    def _init_shared_socket(self) -> None:
        # Granian's own way gives each worker a socket of its own (SO_REUSEPORT): what waits in the queue of an
        # ending worker is refused. A shared one keeps its queue.
        self._ssp = None
        number = self._listening.fileno()
        self._sfd = number  # type: ignore[assignment]  # Granian types these by the values they begin with
        by_path = self._listening.family == socket.AF_UNIX
        self._shd = SocketHolder(number, by_path, BACKLOG)  # type: ignore[assignment, call-arg]
        self._listening.set_inheritable(True)
        self._sso = self._listening


def default_workers() -> int:
    """Two where there are two processors: Python makes one page at a time in a process."""
    return min(2, os.cpu_count() or 1)


def run_web(host: str, port: int) -> None:
    """Serve pages until SIGTERM or SIGINT; SIGHUP replaces the workers without refusing anybody.

    Raises Failure when the address cannot be taken.
    """
    listening = handed_over(os.environ) or bound(host, port)
    os.environ["DATABASE_URL"] = database_urls().app
    os.environ.pop("DATABASE_OWNER_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.settings")
    os.environ["OTKLIK_DB_POOL"] = "1"
    Site(
        listening, target="otklik.asgi:application",
        interface=Interfaces.ASGINL,  # Django speaks no lifespan
        workers=int(os.environ.get("OTKLIK_WEB_WORKERS") or default_workers()), workers_kill_timeout=STOP_WITHIN,
        websockets=False, log_level=LogLevels.warning,
    ).serve()  # fmt: skip
