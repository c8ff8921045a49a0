"""Another city's GeoReport v2 server on loopback, strict as its text (open311.org, «GeoReport v2», read 2026-11-25).

POST as a form only, with the key it gave; one of lat and long, address_string or address_id; errors as an array with
code and description; 403 for the key, 404 for what is not there, 400 for the rest. Nothing of ours is used here.
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
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

KEY = "key-of-the-other-city"
NAMES = {"services": "service", "service_requests": "request", "errors": "error"}


Told = tuple[int, str, list[dict[str, Any]]]


def wrong(status: int, words: str) -> Told:
    return status, "errors", [{"code": str(status), "description": words}]


@dataclass
class City:
    """What was reported there. `batch`: tokens first; `faults`: what happens to the next calls."""

    url: str = ""
    reports: list[dict[str, str]] = field(default_factory=list)
    states: dict[str, tuple[str, str]] = field(default_factory=dict)  # number → status, notes
    asked: list[str] = field(default_factory=list)
    batch: bool = False
    ready: bool = True
    faults: deque[Callable[[BaseHTTPRequestHandler], bool]] = field(default_factory=deque)

    def number(self, at: int = -1) -> str:
        return f"С-{(at if at >= 0 else len(self.reports) + at) + 1}/26"


def says(status: int, **heads: str) -> Callable[[BaseHTTPRequestHandler], bool]:
    """Instead of an answer; the call is not taken."""
    def fault(handler: BaseHTTPRequestHandler) -> bool:
        handler.send_response(status)
        for name, value in heads.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return True
    return fault


def cut(handler: BaseHTTPRequestHandler) -> bool:
    """The call is taken, and its answer never comes."""
    handler.cut = True  # type: ignore[attr-defined]
    return False


def slow(handler: BaseHTTPRequestHandler) -> bool:
    time.sleep(1)
    return True


@contextmanager
def city() -> Iterator[City]:
    """It, for as long as the block runs."""
    made = City()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        cut = False

        def do_GET(self) -> None:
            if not self._fault():
                path, kind = self._asked()
                self._answer(*self._read(path), kind)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            if not self._fault():
                path, kind = self._asked()
                given = {name: values[0] for name, values in parse_qs(body).items()}
                self._answer(*self._reported(path, given), kind)

        def _read(self, path: str) -> Told:
            if path == "services":
                row = {"service_code": "001", "service_name": "Ямы", "metadata": "false", "type": "realtime"}
                return 200, "services", [row]
            name, _slash, rest = path.partition("/")
            if name == "tokens" and rest.startswith("t-"):
                known = {"service_request_id": made.number(int(rest[2:]))} if made.ready else {}
                return 200, "service_requests", [{"token": rest, **known}]
            if name == "requests" and rest in (made.number(at) for at in range(len(made.reports))):
                status, notes = made.states.get(rest, ("open", ""))
                row = {"service_request_id": rest, "status": status, "status_notes": notes, "service_code": "001"}
                return 200, "service_requests", [row]
            return wrong(404, "not found")

        def _reported(self, path: str, given: dict[str, str]) -> Told:
            if not self.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
                return wrong(400, "a form is wanted")
            if given.get("api_key") != KEY:
                return wrong(403, "Invalid api_key")
            if path != "requests" or given.get("service_code") != "001":
                return wrong(404, "service_code was not found")
            if not ({"lat", "long"} <= given.keys() or given.get("address_string") or given.get("address_id")):
                return wrong(400, "a location is wanted")
            made.reports.append(given)
            row = {"token": f"t-{len(made.reports) - 1}"} if made.batch else {"service_request_id": made.number()}
            return 201, "service_requests", [row]

        def _fault(self) -> bool:
            return bool(made.faults) and made.faults.popleft()(self)

        def _asked(self) -> tuple[str, str]:
            made.asked.append(f"{self.command} {self.path}")
            path = urlsplit(self.path).path.removeprefix("/v2/")
            head, _dot, kind = path.rpartition(".")
            return unquote(head), kind

        def _answer(self, status: int, root: str, rows: list[dict[str, Any]], kind: str) -> None:
            if self.cut:
                self.close_connection = True
                return
            if kind == "json":
                text = json.dumps(rows)
            else:
                items = ("".join(f"<{k}>{escape(str(v))}</{k}>" for k, v in row.items()) for row in rows)
                inner = "".join(f"<{NAMES[root]}>{item}</{NAMES[root]}>" for item in items)
                text = f'<?xml version="1.0" encoding="utf-8"?><{root}>{inner}</{root}>'
            content = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json" if kind == "json" else "text/xml")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_what: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}/v2"
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
