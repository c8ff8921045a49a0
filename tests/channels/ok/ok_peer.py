"""OK on loopback: Graph API and signed REST API, as strict as their pages. Nothing of ours is used here.

What it is strict about, and where that stands:
- Graph: `access_token` in the address, JSON with `Content-Type: application/json;charset=utf-8`:
  apiok.ru/dev/graph_api/methods/graph.user/graph.user.subscribe/post (read 2026-11-25);
- messages to `chat:…` or `user:…`, subscribe with `url`, list of subscriptions, me/info:
  github.com/apiok/documentation, docs/method/ru/graph.user (commit cba701b);
- REST: `sig` = md5 of sorted `k=v` without access_token, and of md5(access_token + secret key): apiok.ru/dev/methods;
- names of parameters of discussions.*: docs/method/ru/discussions there; codes of errors: apiok.ru/en/dev/errors.
By assumption: `message_id` in the answer of a message, the fields of discussions and comments, what
discussions.addDiscussionComment answers.
"""

import hashlib
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

GROUP = "5301"
TOKEN, USER_TOKEN, APP_KEY, APP_SECRET = "tkn1:GROUP", "-s-person", "CAPPKEY", "APPSECRET"  # noqa: S105 - invented
KNOWN = {
    "discussions.getList": set(), "discussions.getComments": {"discussionId", "discussionType"},
    "discussions.addDiscussionComment": {"entityId", "entityType", "comment"},
}
Fault = Callable[["OkHandler", str], bool]


@dataclass
class OkPeer:
    """The far side."""

    url: str = ""
    calls: list[tuple[str, Any]] = field(default_factory=list)
    made: list[tuple[str, Any]] = field(default_factory=list)
    next_faults: deque[Fault] = field(default_factory=deque)
    subscriptions: list[str] = field(default_factory=list)
    topics: dict[str, int] = field(default_factory=dict)  # id → last activity, milliseconds
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)

    def graph(self, method: str, path: str, body: Any) -> Any:
        """`me/…` by the group's token."""
        if (method, path) == ("GET", "me/info"):
            return {"name": "Пробный город", "group_id": f"group:{GROUP}"}
        if (method, path) == ("GET", "me/subscriptions"):
            return {"subscriptions": [{"time": 1498577751487, "url": one} for one in self.subscriptions]}
        if (method, path) == ("POST", "me/subscribe"):
            if not str(body.get("url", "")).startswith(("http://", "https://")):
                return _error(100, "url")
            self.subscriptions.append(body["url"])
            return {"success": True}
        if method == "POST" and path.startswith("me/messages"):
            recipient = body.get("recipient", {})
            if not body.get("message", {}).get("text") or not (recipient.get("chat_id") or recipient.get("user_id")):
                return _error(100, "message")
            if path != "me/messages" and path != f"me/messages/{recipient.get('chat_id')}":
                return _error(100, "chat_id")
            if recipient.get("chat_id") in self.blocked:
                return {"success": [False], "chat_ids": [None]}
            self.made.append((path, body))
            return {"success": True, "message_id": f"mid:C1.{len(self.made)}"}
        return _error(3, "Method does not exist")

    def rest(self, form: dict[str, str]) -> Any:
        """fb.do, signed."""
        given = {name: value for name, value in form.items() if name not in ("sig", "access_token")}
        if form.get("access_token") != USER_TOKEN:
            return _error(102, "Session key has expired")
        if given.get("application_key") != APP_KEY:
            return _error(101, "application_key")
        own = hashlib.md5(f"{USER_TOKEN}{APP_SECRET}".encode()).hexdigest()  # noqa: S324 - OK's own scheme
        said = "".join(f"{name}={given[name]}" for name in sorted(given))
        if form.get("sig") != hashlib.md5(f"{said}{own}".encode()).hexdigest():  # noqa: S324
            return _error(104, "Invalid signature")
        method = given.get("method", "")
        if method not in KNOWN:
            return _error(3, "Method does not exist")
        if not all(given.get(name) for name in KNOWN[method]):
            return _error(100, "Missing or incorrect parameter")
        if method == "discussions.getList":
            rows = [{"object_type": "GROUP_TOPIC", "object_id": one, "last_activity_date_ms": at}
                    for one, at in self.topics.items()]
            return {"discussions": rows, "has_more": False}
        if method == "discussions.getComments":
            return {"comments": self.comments.get(given["discussionId"], [])[-int(given.get("count", 20)):]}
        self.made.append((method, given))
        return {"id": f"c{len(self.made)}"}


def _error(code: int, words: str) -> dict[str, Any]:
    return {"error_code": code, "error_msg": words, "error_data": None}


class OkHandler(BaseHTTPRequestHandler):
    """HTTP around the peer."""

    protocol_version = "HTTP/1.1"
    server: "OkServer"

    def do_POST(self) -> None:  # noqa: N802 - named by the library
        """A call."""
        self._take("POST", self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def do_GET(self) -> None:  # noqa: N802
        """A call."""
        self._take("GET", b"")

    def _take(self, method: str, body: bytes) -> None:
        parts = urlsplit(self.path)
        self.server.peer.calls.append((parts.path, body))
        faults = self.server.peer.next_faults
        if faults and faults.popleft()(self, body.decode()):
            return
        self.say(self.told(method, body))

    def told(self, method: str, body: bytes) -> Any:
        """What the peer answers to this call."""
        parts, peer = urlsplit(self.path), self.server.peer
        if parts.path == "/fb.do":
            form = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
            return peer.rest(form)
        if parse_qs(parts.query).get("access_token") != [TOKEN]:
            return _error(401, "token")
        if method == "POST" and self.headers.get("Content-Type") != "application/json;charset=utf-8":
            return _error(4, "Content-Type")
        return peer.graph(method, parts.path.removeprefix("/graph/"), json.loads(body) if body else None)

    def say(self, told: Any, status: int = 200) -> None:
        """Send one answer; OK tells an error's code in a header, too."""
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if isinstance(told, dict) and "error_code" in told:
            self.send_header("invocation-error", str(told["error_code"]))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_what: object) -> None:
        """Silent."""


class OkServer(ThreadingHTTPServer):
    """One peer on a free port."""

    daemon_threads = True
    peer: OkPeer


@contextmanager
def ok_on_loopback() -> Iterator[OkPeer]:
    """The far side, for as long as the test runs."""
    server = OkServer(("127.0.0.1", 0), OkHandler)
    server.peer = OkPeer(f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server.peer
    finally:
        server.shutdown()
        server.server_close()


def refuses(code: int) -> Fault:
    """The next call is answered with this error of OK's."""

    def fault(handler: OkHandler, _body: str) -> bool:
        handler.say(_error(code, "as OK words it"))
        return True

    return fault


def answers(status: int) -> Fault:
    """The next call is answered with this status and a page."""

    def fault(handler: OkHandler, _body: str) -> bool:
        handler.say(b"<html>", status)
        return True

    return fault


def cut_after(handler: OkHandler, body: str) -> bool:
    """OK has taken it, and the connection ends before the answer."""
    handler.told("POST", body.encode())
    handler.close_connection = True
    return True
