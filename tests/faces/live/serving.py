"""The web process as `otklik up` starts it, without a browser."""

import socket

Command = tuple[str, ...]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def command(port: int) -> Command:
    return (
        "granian", "otklik.asgi:application", "--interface", "asginl", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--workers-kill-timeout", "2", "--no-ws", "--log-level", "error",
    )  # fmt: skip
