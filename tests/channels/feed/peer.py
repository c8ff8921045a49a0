"""A site with feeds on loopback, as strict as the standards it names. Nothing of ours is used here.

- conditional requests, 304 without a body: RFC 9110, 13.1.2, 13.1.3, 15.4.5 (June 2022);
- 410 for what is gone, `Retry-After` as seconds or a date: RFC 9110, 15.5.11 and 10.2.3.
Feeds themselves: rssboard.org/rss-specification (2.0.11, 2009), RFC 4287 (Atom 1.0), web.resource.org/rss/1.0 (2000).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What stands at a path. `fault` answers instead."""

    body: bytes = b""
    kind: str = "application/rss+xml; charset=utf-8"
    etag: str = ""
    modified: str = ""
    status: int = 200
    heads: dict[str, str] = field(default_factory=dict)
    fault: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass
class Site:
    """The pages, and what was asked: (path, If-None-Match, If-Modified-Since, status)."""

    url: str = ""
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, str, str, int]] = field(default_factory=list)

    def statuses(self, path: str) -> list[int]:
        return [one[3] for one in self.asked if one[0] == path]


@contextmanager
def site() -> Iterator[Site]:
    """It, for as long as the block runs."""
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            page = made.pages.get(self.path) or Page(b"no", "text/plain", status=404)
            if not self.headers.get("User-Agent") or "@" in self.path:
                page = Page(b"who are you", "text/plain", status=403)
            same = page.etag and self.headers.get("If-None-Match") == page.etag
            same = same or (page.modified and self.headers.get("If-Modified-Since") == page.modified)
            status = 304 if same and page.status == 200 else page.status
            made.asked.append((
                self.path, self.headers.get("If-None-Match", ""), self.headers.get("If-Modified-Since", ""), status,
            ))
            if page.fault is not None:
                page.fault(self)
                return
            body = b"" if status == 304 else page.body
            self.send_response(status)
            heads = {"Content-Type": page.kind, "ETag": page.etag, "Last-Modified": page.modified, **page.heads}
            for name, value in heads.items():
                if value:
                    self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_what: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
