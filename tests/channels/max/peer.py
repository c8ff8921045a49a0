"""MAX on loopback: its Bot API as strict as its pages say. Nothing of ours is used here.

What it is strict about, and where that stands (all read 2026-11-25):
- the token in the header `Authorization`, bare, never in the query; 30 calls a second: dev.max.ru/docs-api;
- POST /messages: `user_id` or `chat_id` in the query, text up to 4000, two messages a second into one chat:
  dev.max.ru/docs-api/methods/POST/messages;
- POST /messages/{mid}/comments: text, `link`, no attachments, the bot an administrator with `read_all_messages` and
  `write`: …/POST/messages/-messageId-/comments;
- POST /subscriptions: https, port 443 unsaid, secret of 5–256 signs; 200 with `success`: …/POST/subscriptions;
- GET /updates: limit 1–1000, timeout 0–90, `marker` confirms; not while a webhook is subscribed: …/GET/updates;
- errors as `code` and `message`: `schema.yaml` of github.com/max-messenger/max-bot-api-client-go.
By assumption: which `code` comes when, that 405 is said to a poll beside a webhook, `Retry-After`.
"""

import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "f9LHodD0cOKdev-token"
BOT = 900
CHANNEL, POST_ID = -70, "mid.post1"
MID = re.compile(r"(mid\.)?[a-zA-Z0-9_\-]+")


@dataclass
class Call:
    """One call that came."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    token: str


class Refusal(Exception):
    """A status, `code` and `message`."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.status, self.told = status, {"code": code, "message": message or code}


Fault = Callable[["Handler", Call], bool]


@dataclass
class Peer:
    """The far side. `next_faults`: what happens to the next calls instead of an answer, or around it."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    made: list[Call] = field(default_factory=list)  # what people can read there
    next_faults: deque[Fault] = field(default_factory=deque)
    dialogs: set[int] = field(default_factory=lambda: {11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    suspended: set[int] = field(default_factory=set)
    chats: set[int] = field(default_factory=lambda: {-60})
    gone: set[str] = field(default_factory=set)  # messages that were deleted
    rights: set[str] = field(default_factory=lambda: {"read_all_messages", "write"})
    subscriptions: list[dict[str, Any]] = field(default_factory=list)
    takes_subscriptions: bool = True
    updates: list[dict[str, Any]] = field(default_factory=list)
    confirmed: int = 0
    videos: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    a_second: int = 30
    _lately: deque[float] = field(default_factory=deque)
    _chat_lately: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def answer(self, call: Call) -> Any:
        """What MAX says. Raises `Refusal`."""
        with self._lock:
            if "access_token" in call.query or call.token != TOKEN:
                raise Refusal(401, "verify.token", "Invalid access_token")
            if _too_many(self._lately, self.a_second):
                raise Refusal(429, "too.many.requests")
            if call.method == "POST" and call.path == "/messages":
                return self._message(call)
            if call.method == "POST" and (found := re.fullmatch(r"/messages/([^/]+)/comments", call.path)):
                return self._comment(call, found[1])
            if call.method == "GET" and (found := re.fullmatch(r"/videos/([^/]+)", call.path)):
                if found[1] not in self.videos:
                    raise Refusal(404, "not.found")
                return self.videos[found[1]]
            one = getattr(self, f"_{call.method.lower()}{call.path.replace('/', '_')}", None)
            if one is None:
                raise Refusal(405, "method.not.allowed")
            return one(call)

    def _message(self, call: Call) -> Any:
        user, chat = call.query.get("user_id"), call.query.get("chat_id")
        if bool(user) == bool(chat):
            raise Refusal(400, "proto.payload", "Unknown recipient")
        self._text(call)
        place = f"user{user}" if user else f"chat{chat}"
        if _too_many(self._chat_lately.setdefault(place, deque()), 2):
            raise Refusal(429, "too.many.requests")
        if user and int(user) in self.suspended:
            raise Refusal(403, "chat.denied", f"Key: error.dialog.suspended, args: [{user},]")
        if user and int(user) not in self.dialogs:
            raise Refusal(404, "chat.not.found", "dialog.not.found")
        if chat and int(chat) not in self.chats:
            raise Refusal(404, "chat.not.found")
        self._link(call)
        return self._took(call, {"chat_id": int(chat or 500), "chat_type": "chat" if chat else "dialog"})

    def _comment(self, call: Call, post: str) -> Any:
        if not MID.fullmatch(post) or post != POST_ID:
            raise Refusal(404, "message.not.found")
        if not {"read_all_messages", "write"} <= self.rights:
            raise Refusal(403, "access.denied")
        if call.body.get("attachments"):
            raise Refusal(400, "proto.payload")
        self._text(call)
        self._link(call)
        return self._took(call, {"chat_id": CHANNEL, "chat_type": "channel", "post_id": post})

    def _text(self, call: Call) -> None:
        text = call.body.get("text") if isinstance(call.body, dict) else None
        if not isinstance(text, str) or not text or len(text) > 4000:
            raise Refusal(400, "proto.payload", "text")

    def _link(self, call: Call) -> None:
        link = call.body.get("link")
        if link is None:
            return
        if link.get("type") not in ("reply", "forward") or not MID.fullmatch(str(link.get("mid"))):
            raise Refusal(400, "proto.payload", "link")
        if link["mid"] in self.gone:
            raise Refusal(404, "message.not.found")

    def _took(self, call: Call, to: dict[str, Any]) -> Any:
        self.made.append(call)
        mid = f"mid.own{len(self.made)}"
        return {"message": {"recipient": to, "timestamp": 1, "body": {"mid": mid, "seq": 1, "text": call.body["text"]},
                            "sender": {"user_id": BOT, "first_name": "Бот", "is_bot": True}}}

    def _get_me(self, _call: Call) -> Any:
        return {"user_id": BOT, "first_name": "Пробный город", "username": "probny_bot", "is_bot": True}

    def _get_subscriptions(self, _call: Call) -> Any:
        return {"subscriptions": self.subscriptions}

    def _post_subscriptions(self, call: Call) -> Any:
        url, key = call.body.get("url", ""), call.body.get("secret", "")
        plain = url.startswith("https://") and ":" not in urlsplit(url).netloc
        if not plain or (key and not re.fullmatch(r"[a-zA-Z0-9_-]{5,256}", key)):
            return {"success": False, "message": "Invalid url or secret"}
        if self.takes_subscriptions:
            kept = [one for one in self.subscriptions if one["url"] != url]
            told = {"url": url, "time": 1, "update_types": call.body.get("update_types")}
            self.subscriptions = [*kept, told]
        return {"success": True}

    def _get_updates(self, call: Call) -> Any:
        if self.subscriptions:
            raise Refusal(405, "method.not.allowed", "webhook is subscribed")
        if not 1 <= int(call.query.get("limit", 100)) <= 1000 or not 0 <= int(call.query.get("timeout", 30)) <= 90:
            raise Refusal(400, "proto.payload")
        if "marker" in call.query:
            self.confirmed = max(self.confirmed, int(call.query["marker"]))
        page = self.updates[self.confirmed:][: int(call.query.get("limit", 100))]
        return {"updates": page, "marker": self.confirmed + len(page)}


def _too_many(lately: deque[float], most: int) -> bool:
    now = time.monotonic()
    while lately and lately[0] < now - 1:
        lately.popleft()
    if len(lately) >= most:
        return True
    lately.append(now)
    return False


class Handler(BaseHTTPRequestHandler):
    """HTTP around the peer."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_POST(self) -> None:  # noqa: N802 - named by the library
        """A method that changes something."""
        self._take()

    def do_GET(self) -> None:  # noqa: N802
        """A method that asks, or a file."""
        path = urlsplit(self.path).path
        if path in self.server.peer.files:
            self.say(self.server.peer.files[path])
            return
        self._take()

    def _take(self) -> None:
        parts = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        body = json.loads(raw) if raw else {}
        call = Call(self.command, parts.path, query, body, self.headers.get("Authorization", ""))
        peer = self.server.peer
        peer.calls.append(call)
        if peer.next_faults and peer.next_faults.popleft()(self, call):
            return
        try:
            self.say(peer.answer(call))
        except Refusal as refusal:
            self.say(refusal.told, refusal.status)

    def say(self, told: Any, status: int = 200, **headers: str) -> None:
        """Send one answer."""
        body = told if isinstance(told, bytes) else json.dumps(told, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
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
def max_on_loopback() -> Iterator[Peer]:
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


def status(code: int, told: Any = b"<html>", **headers: str) -> Fault:
    """The next call is answered with this status."""

    def fault(handler: Handler, _call: Call) -> bool:
        handler.say(told, code, **headers)
        return True

    return fault


def cut_before(handler: Handler, _call: Call) -> bool:
    """The connection ends before MAX has done anything."""
    handler.close_connection = True
    return True


def cut_after(handler: Handler, call: Call) -> bool:
    """MAX has taken it, and the connection ends before the answer."""
    handler.server.peer.answer(call)
    handler.close_connection = True
    return True
