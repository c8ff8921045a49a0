"""Ports for the servers that tests start."""

import os
import socket
from itertools import count

# Below those that the system gives to connections by itself (from 32768): between the choice and the moment when the
# server takes its port, no other connection of this machine can get it. Each process begins at a place of its own.
_FIRST, _HOW_MANY = 20_000, 12_000
_numbers = count(os.getpid() * 61)


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens; another one at each call."""
    for _attempt in range(_HOW_MANY):
        port = _FIRST + next(_numbers) % _HOW_MANY
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise RuntimeError("no port is free")
