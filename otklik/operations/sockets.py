"""Listening sockets: bound here, or handed over by systemd."""

import os
import socket
from collections.abc import Mapping

from otklik.failures import Failure

BACKLOG = 1024
FIRST_HANDED_OVER = 3  # sd_listen_fds(3): descriptors begin here


def handed_over(environment: Mapping[str, str]) -> socket.socket | None:
    """The listening socket that systemd opened for this very program, or None."""
    if environment.get("LISTEN_PID") != str(os.getpid()) or environment.get("LISTEN_FDS") != "1":
        return None
    return socket.socket(fileno=FIRST_HANDED_OVER)


def bound(host: str, port: int) -> socket.socket:
    """A listening socket of our own. Raises Failure that says why the address cannot be taken."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except PermissionError:
        raise Failure(f"Порт {port} может занять только root. Задайте другой: PORT=8080 make up") from None
    except (OSError, OverflowError) as error:
        raise Failure(
            f"Порт {port} на {host} занять нельзя ({error}). "
            f"Освободите его или задайте другой: PORT={port + 1} make up"
        ) from error
    listening.listen(BACKLOG)
    return listening
