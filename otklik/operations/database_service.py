"""``otklik database``: the embedded server kept up by itself, for when site and worker are services of their own."""

import os
import select
import signal
import socket

from otklik.embedded import EmbeddedError, ensure_running, is_running, stop

LOOK_EVERY = 2.0


def run_database() -> None:
    """Keep the embedded server until SIGTERM or SIGINT, starting it again when it dies; tell systemd when it is ready.

    With ``DATABASE_URL`` there is nothing to keep: it only waits. Raises EmbeddedError when the first start fails.
    """
    read, write = os.pipe()
    os.set_blocking(write, False)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    outside = bool(os.environ.get("DATABASE_URL"))
    if not outside:
        ensure_running()
    tell_systemd("READY=1")
    while not select.select([read], [], [], LOOK_EVERY)[0]:
        if not outside and not is_running():
            print("База данных остановилась, запускаю её снова", flush=True)
            try:
                ensure_running()
            except EmbeddedError as error:
                print(error, flush=True)
    tell_systemd("STOPPING=1")
    if not outside:
        stop()


def tell_systemd(state: str) -> None:
    """One line of sd_notify(3), if systemd listens."""
    where = os.environ.get("NOTIFY_SOCKET", "")
    if not where:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.sendto(state.encode(), "\0" + where[1:] if where.startswith("@") else where)
