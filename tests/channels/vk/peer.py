"""VK on loopback: the API as strict as the vendor, and its Long Poll server. Nothing of ours is used here.

What it is strict about, and where that stands:
- POST to /method/NAME, `v` in each call, `Authorization: Bearer`: dev.vk.com/ru/api/api-requests (read 2026-11-25);
- which methods take a community's key and which only a person's; required parameters; `message` up to 9000 in
  messages.send; `random_id` and `guid` against repeats: github.com/VKCOM/vk-api-schema, commit 0efe478 of 2025-01-21;
- error codes: errors.json there; 20 calls a second for a community: dev.vk.com/ru/api/api-requests;
- answers of Long Poll (`failed` 1, 2, 3): dev.vk.com/ru/api/bots-long-poll/getting-started (read 2026-11-25).
By assumption: a repeat is answered with the id of what was made first; comments up to 4096 signs.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

GROUP = 101
TOKEN, USER_TOKEN, SERVICE_TOKEN = "vk1.a.community", "vk1.a.person", "service-key"
NOT_BY_COMMUNITY = frozenset({"wall.get", "wall.getComments"})
BY_PERSON_ONLY = frozenset({"board.createComment", "photos.createComment", "video.createComment"})
REQUIRED = {
    "wall.createComment": ("post_id", "message"), "board.createComment": ("group_id", "topic_id", "message"),
    "photos.createComment": ("photo_id", "message"), "video.createComment": ("video_id", "message"),
    "messages.send": ("peer_id", "message", "random_id"), "groups.getLongPollServer": ("group_id",),
    "groups.getCallbackServers": ("group_id",), "groups.getCallbackSettings": ("group_id",),
    "groups.getLongPollSettings": ("group_id",), "users.get": (), "groups.getById": (),
    "groups.getTokenPermissions": (), "wall.get": ("owner_id",), "wall.getComments": ("owner_id", "post_id"),
}
EVERY_EVENT = dict.fromkeys(
    (
        "message_new", "message_reply", "message_edit", "wall_post_new", *(
            f"{kind}_{change}" for kind in ("wall_reply", "board_post", "photo_comment", "video_comment")
            for change in ("new", "edit", "delete", "restore")
        ),
    ), 1,
)


@dataclass
class Call:
    """One call that came, as VK reads it."""

    method: str
    given: dict[str, str]
    token: str


@dataclass
class Peer:
    """The far side. `next_faults`: what happens to the next calls instead of an answer, or around it."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    made: list[Call] = field(default_factory=list)  # what the public or a person can read there
    next_faults: deque[Callable[["Handler", Call], bool]] = field(default_factory=deque)
    permissions: list[str] = field(default_factory=lambda: ["messages", "wall", "manage"])
    server: dict[str, Any] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=lambda: dict(EVERY_EVENT))
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    updates: list[dict[str, Any]] = field(default_factory=list)
    wall: dict[int, dict[str, Any]] = field(default_factory=dict)
    below: dict[int, list[dict[str, Any]]] = field(default_factory=dict)  # comments by post
    first_ts: int = 1  # older ones are not kept
    key: str = "key-1"
    a_second: int = 20
    _ids: dict[tuple[str, str], int] = field(default_factory=dict)
    _lately: deque[float] = field(default_factory=deque)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def too_many(self) -> bool:
        """20 calls a second are taken, the next is not."""
        with self._lock:
            now = time.monotonic()
            while self._lately and self._lately[0] < now - 1:
                self._lately.popleft()
            self._lately.append(now)
            return len(self._lately) > self.a_second

    def answer(self, call: Call) -> Any:
        """`response`, or an error as (code, message)."""
        told = call.given
        if call.token not in (TOKEN, USER_TOKEN, SERVICE_TOKEN):
            return 5, "User authorization failed"
        if "v" not in told:
            return 8, "Invalid request: v is required"
        if call.method not in REQUIRED:
            return 3, "Unknown method passed"
        if call.method in BY_PERSON_ONLY and call.token != USER_TOKEN:
            return 27, "Group authorization failed: method is unavailable with group auth."
        if call.method in NOT_BY_COMMUNITY and call.token == TOKEN:
            return 27, "Group authorization failed: method is unavailable with group auth."
        if self.too_many():
            return 6, "Too many requests per second"
        for name in REQUIRED[call.method]:
            if not told.get(name):
                return 100, f"One of the parameters specified was missing or invalid: {name} is undefined"
        return getattr(self, "_" + call.method.replace(".", "_"))(call)

    def _once(self, call: Call, mark: str) -> int:
        with self._lock:
            key = (call.method, mark)
            if mark and key in self._ids:
                return self._ids[key]
            self.made.append(call)
            ident = 5000 + len(self.made)
            self._ids[key] = ident
            return ident

    def _messages_send(self, call: Call) -> Any:
        if not -(2**31) <= int(call.given["random_id"]) < 2**31:
            return 100, "random_id is not int32"
        if len(call.given["message"]) > 9000:
            return 914, "Message is too long"
        if int(call.given["peer_id"]) == 404:
            return 901, "Can't send messages for users without permission"
        return self._once(call, call.given["random_id"])

    def _wall_createComment(self, call: Call) -> Any:  # noqa: N802 - VK's own name
        if int(call.given.get("owner_id", 0)) != -GROUP or int(call.given.get("from_group", 0)) != GROUP:
            return 15, "Access denied"
        if len(call.given["message"]) > 4096:
            return 100, "message is too long"
        return {"comment_id": self._once(call, call.given.get("guid", "")), "parents_stack": []}

    def _board_createComment(self, call: Call) -> Any:  # noqa: N802
        return self._once(call, call.given.get("guid", ""))

    _photos_createComment = _video_createComment = _board_createComment

    def _groups_getById(self, _call: Call) -> Any:  # noqa: N802
        return {"groups": [{"id": GROUP, "name": "Пробный город"}], "profiles": []}

    def _groups_getTokenPermissions(self, _call: Call) -> Any:  # noqa: N802
        return {"mask": 1, "permissions": [{"name": one, "setting": 1} for one in self.permissions]}

    def _groups_getCallbackServers(self, _call: Call) -> Any:  # noqa: N802
        return {"count": 1, "items": [self.server] if self.server else []}

    def _groups_getCallbackSettings(self, _call: Call) -> Any:  # noqa: N802
        return {"api_version": "5.199", "events": self.events}

    def _groups_getLongPollSettings(self, _call: Call) -> Any:  # noqa: N802
        return {"api_version": "5.199", "events": self.events, "is_enabled": True}

    def _groups_getLongPollServer(self, _call: Call) -> Any:  # noqa: N802
        return {"key": self.key, "server": f"{self.url}/lp", "ts": str(self.first_ts + len(self.updates))}

    def _users_get(self, call: Call) -> Any:
        asked = call.given.get("user_ids", "").split(",")
        rows = [(one, self.names[one]) for one in asked if one in self.names]
        return [{"id": int(one), "first_name": first, "last_name": last} for one, (first, last) in rows]

    def _wall_get(self, call: Call) -> Any:
        newest = sorted(self.wall.values(), key=lambda post: -post["id"])[:int(call.given.get("count", 20))]
        items = [{**post, "comments": {"count": len(self.below.get(post["id"], []))}} for post in newest]
        return {"count": len(self.wall), "items": items}

    def _wall_getComments(self, call: Call) -> Any:  # noqa: N802
        if int(call.given.get("count", 10)) > 100 or int(call.given.get("thread_items_count", 0)) > 10:
            return 100, "One of the parameters specified was missing or invalid: count"
        rows = self.below.get(int(call.given["post_id"]), [])
        root = int(call.given.get("comment_id", 0))
        found = [one for one in rows if (one["parents_stack"] or [0])[-1] == root]
        found.sort(key=lambda one: one["id"], reverse=call.given.get("sort") == "desc")
        if not root:
            most = int(call.given.get("thread_items_count", 0))
            threads = [(one, [two for two in rows if two["parents_stack"] == [one["id"]]]) for one in found]
            found = [{**one, "thread": {"count": len(below), "items": below[:most]}} for one, below in threads]
        return {"count": len(rows), "items": found[:int(call.given.get("count", 10))]}

    def poll(self, query: dict[str, str]) -> dict[str, Any]:
        """Bots Long Poll: never waits here."""
        if query.get("act") != "a_check" or not 1 <= int(query.get("wait", 0)) <= 90:
            return {"failed": 4}
        if query.get("key") != self.key:
            return {"failed": 2}
        asked, newest = int(query["ts"]), self.first_ts + len(self.updates)
        if asked < self.first_ts or asked > newest:
            return {"failed": 1, "ts": self.first_ts}
        return {"ts": str(newest), "updates": self.updates[asked - self.first_ts:]}


class Handler(BaseHTTPRequestHandler):
    """HTTP around the peer."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_POST(self) -> None:  # noqa: N802 - named by the library
        """A method of the API."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        given = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        call = Call(self.path.removeprefix("/method/"), given, bearer or given.get("access_token", ""))
        peer = self.server.peer
        peer.calls.append(call)
        if peer.next_faults and peer.next_faults.popleft()(self, call):
            return
        self.say(self.told(call))

    def do_GET(self) -> None:  # noqa: N802
        """Long Poll."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.say(self.server.peer.poll(query))

    def told(self, call: Call) -> dict[str, Any]:
        """The envelope: `response` or `error`."""
        answer = self.server.peer.answer(call)
        if isinstance(answer, tuple):
            return {"error": {"error_code": answer[0], "error_msg": answer[1], "request_params": []}}
        return {"response": answer}

    def say(self, told: Any, status: int = 200, **headers: str) -> None:
        """Send one answer."""
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
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
def vk_on_loopback() -> Iterator[Peer]:
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


def status(code: int, body: bytes = b"<html>", **headers: str) -> Callable[[Handler, Call], bool]:
    """The next call is answered with this status."""

    def fault(handler: Handler, _call: Call) -> bool:
        handler.say(body, code, **headers)
        return True

    return fault


def error(code: int, words: str = "") -> Callable[[Handler, Call], bool]:
    """The next call is answered with this error of VK's."""

    def fault(handler: Handler, _call: Call) -> bool:
        handler.say({"error": {"error_code": code, "error_msg": words}})
        return True

    return fault


def cut_before(handler: Handler, _call: Call) -> bool:
    """The connection ends before VK has done anything."""
    handler.close_connection = True
    return True


def cut_after(handler: Handler, call: Call) -> bool:
    """VK has taken it, and the connection ends before the answer."""
    handler.told(call)
    handler.close_connection = True
    return True
