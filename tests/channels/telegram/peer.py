"""Telegram on loopback: its Bot API as strict as its page says. Nothing of ours is used here.

What it is strict about: https://core.telegram.org/bots/api, read 2026-11-25:
- the token in the address, `ok`, `error_code`, `description`, `parameters.retry_after`: #making-requests;
- `offset` confirms, 1–100 at a time; 409 beside a webhook, and for a second reader: #getupdates;
- https on ports 443, 80, 88, 8443; a secret of A-Za-z0-9_- up to 256: #setwebhook;
- files up to 20 MB, by a path that `getFile` tells: #getfile.
It counts every method called. One that writes to anybody is no method here.
"""

import json
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

TOKEN = "123456:AAF-test_token_of_the_bot_0123456789"


class Refusal(Exception):
    """`error_code`, `description`, `parameters`."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.told = {"ok": False, "error_code": code, "description": description}
        if parameters:
            self.told["parameters"] = parameters


Fault = Callable[["Handler", str], bool]


@dataclass
class Peer:
    """The far side."""

    url: str = ""
    methods: list[str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    next_faults: deque[Fault] = field(default_factory=deque)
    updates: list[dict[str, Any]] = field(default_factory=list)
    webhook: dict[str, Any] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # file_id → path, content
    hears_all: bool = True
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def answer(self, method: str, given: dict[str, Any]) -> Any:
        """`result`. Raises `Refusal`."""
        with self._lock:
            one = getattr(self, f"_{method}", None)
            if one is None:
                raise Refusal(404, "Not Found: method not found")
            return one(given)

    def _getMe(self, _given: dict[str, Any]) -> Any:  # noqa: N802 - Telegram's own name
        return {"id": 900, "is_bot": True, "first_name": "Бот", "username": "probny_bot",
                "can_read_all_group_messages": self.hears_all}

    def _getUpdates(self, given: dict[str, Any]) -> Any:  # noqa: N802
        if self.webhook.get("url"):
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to "
                               "delete the webhook first")
        if not 1 <= given.get("limit", 100) <= 100:
            raise Refusal(400, "Bad Request: invalid limit")
        if "offset" in given:
            self.updates = [one for one in self.updates if one["update_id"] >= given["offset"]]
        return self.updates[: given.get("limit", 100)]

    def _getWebhookInfo(self, _given: dict[str, Any]) -> Any:  # noqa: N802
        return {"url": "", "pending_update_count": 0, **self.webhook}

    def _setWebhook(self, given: dict[str, Any]) -> Any:  # noqa: N802
        parts = urlsplit(given.get("url", ""))
        if parts.scheme != "https" or parts.port not in (None, 443, 80, 88, 8443):
            raise Refusal(400, "Bad Request: bad webhook: HTTPS url must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", given.get("secret_token", "")):
            raise Refusal(400, "Bad Request: secret token contains unallowed characters")
        self.webhook = dict(given)
        return True

    def _getFile(self, given: dict[str, Any]) -> Any:  # noqa: N802
        if given.get("file_id") not in self.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        path, content = self.files[given["file_id"]]
        if len(content) > 20 * 1024 * 1024:
            raise Refusal(400, "Bad Request: file is too big")
        return {"file_id": given["file_id"], "file_path": path, "file_size": len(content)}


class Handler(BaseHTTPRequestHandler):
    """HTTP around the peer."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_POST(self) -> None:  # noqa: N802 - named by the library
        """A method of the API."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        found = re.fullmatch(r"/bot([^/]+)/([A-Za-z]+)", urlsplit(self.path).path)
        peer = self.server.peer
        peer.methods.append(found[2] if found else self.path)
        given = json.loads(body) if body else {}
        peer.asked.append(given)
        if peer.next_faults and peer.next_faults.popleft()(self, peer.methods[-1]):
            return
        try:
            if found is None or found[1] != TOKEN:
                raise Refusal(401, "Unauthorized")
            self.say({"ok": True, "result": peer.answer(found[2], given)})
        except Refusal as refusal:
            self.say(refusal.told, refusal.code)

    def do_GET(self) -> None:  # noqa: N802
        """A file."""
        path = unquote(self.path)
        held = {f"/file/bot{TOKEN}/{where}": content for where, content in self.server.peer.files.values()}
        if path in held:
            self.say(held[path])
        else:
            self.say(Refusal(404, "Not Found").told, 404)

    def say(self, told: Any, status: int = 200, **headers: str) -> None:
        """Send one answer."""
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_what: object) -> None:
        """Silent."""


class Server(ThreadingHTTPServer):
    """One peer on a free port."""

    daemon_threads = True
    peer: Peer


@contextmanager
def telegram_on_loopback() -> Iterator[Peer]:
    """The far side, for as long as the test runs."""
    server = Server(("127.0.0.1", 0), Handler)
    server.peer = Peer(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.peer
    finally:
        server.shutdown()
        server.server_close()


def refuses(code: int, description: str, **parameters: Any) -> Fault:
    """The next call is refused like this."""

    def fault(handler: Handler, _method: str) -> bool:
        handler.say(Refusal(code, description, **parameters).told, code)
        return True

    return fault


def status(code: int, body: bytes = b"<html>") -> Fault:
    """The next call is answered by something between."""

    def fault(handler: Handler, _method: str) -> bool:
        handler.say(body, code)
        return True

    return fault


def cut(handler: Handler, _method: str) -> bool:
    """The connection ends without an answer."""
    handler.close_connection = True
    return True
