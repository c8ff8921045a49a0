"""The web process as `otklik up` starts it, without a browser."""

Command = tuple[str, ...]


def command(port: int) -> Command:
    return (
        "granian", "otklik.asgi:application", "--interface", "asginl", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--workers-kill-timeout", "2", "--no-ws", "--log-level", "error",
    )  # fmt: skip
