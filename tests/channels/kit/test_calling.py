"""Calls to the outside: no way into our own network, no answer that never ends, no address that stops the others."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.channels.kit import calling
from otklik.channels.kit.calling import Caller, NotAllowed, allowed_address
from otklik.channels.kit.outgoing import LONGEST_WAIT, Retryable, Unsure
from otklik.channels.models import OutsideFile
from otklik.intake.enclosing import MOST_ATTEMPTS, fetch
from tests.channels.vk import saying as vk

INSIDE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "localhost", "localhost.", "10.1.2.3",
    "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "[::1]", "[::]", "[::ffff:10.0.0.1]",
    "[::7f00:1]", "[::ffff:0:7f00:1]", "[fe80::1]", "[fec0::1]", "[fc00::1]", "[ff02::1]", "[2002:7f00:1::]",
    "[64:ff9b::7f00:1]", "[64:ff9b::a00:1]", "[64:ff9b:1::1]", "[2001:0:7f00:1::]",
]


@pytest.mark.parametrize("host", INSIDE)
def test_no_spelling_of_an_inner_address_is_called(host):
    with pytest.raises((NotAllowed, Retryable)) as refused:  # some systems do not know a spelling at all
        allowed_address(host, 443)
    assert isinstance(refused.value, NotAllowed) or not host[0].isdecimal() or host.count(".") < 3


@pytest.mark.parametrize("host", ["8.8.8.8", "[2a02:6b8::1]", "[64:ff9b::808:808]"])
def test_a_public_address_is(host):
    assert allowed_address(host, 443) == host.strip("[]")


@pytest.mark.parametrize("addresses", [["8.8.8.8", "10.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["2a02:6b8::1", "::1"]])
def test_a_name_with_one_inner_address_among_others_is_not_called(monkeypatch, addresses):
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_what, **_words: rows)
    with pytest.raises(NotAllowed):
        allowed_address("two-faced.example", 443)


@pytest.mark.parametrize("port", [22, 25, 5432, 6379, 8080])
def test_no_other_port_is_called(port):
    with pytest.raises(NotAllowed):
        allowed_address("8.8.8.8", port)


class _Far(BaseHTTPRequestHandler):
    """Answers `/to/<address>` by a redirect there; `/drip` gives a byte now and then, for ever."""

    protocol_version = "HTTP/1.1"
    over = threading.Event()

    def do_GET(self) -> None:  # noqa: N802 - named by the library
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.path == "/drip":
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
        while not self.over.wait(0.02):
            try:
                self.wfile.write(b"x" if self.path == "/drip" else b"HTTP/1.1 100 Continue\r\n\r\n")
                self.wfile.flush()
            except OSError:
                return

    do_POST = do_GET

    def log_message(self, *_what: object) -> None:
        """Silent."""


@contextmanager
def far() -> Iterator[str]:
    _Far.over = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Far)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"127.0.0.1:{server.server_address[1]}"
    _Far.over.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("target", [
    "http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:22/", "http://2130706433/", "http://[::1]/",
    "file:///etc/passwd", "ftp://8.8.8.8/", "http://user:word@8.8.8.8/", "//10.0.0.1/",
])
def test_a_redirect_is_checked_like_the_first_address(monkeypatch, target):
    with far() as where, Caller() as caller:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", where)
        with pytest.raises(NotAllowed):
            caller.call("GET", f"http://{where}/to/{target}", hops=3)


@pytest.mark.parametrize("path", ["/drip", "/heads"])
@pytest.mark.parametrize(("sends", "failure"), [(True, Unsure), (False, Retryable)])
def test_an_answer_that_drips_for_ever_is_cut_off(monkeypatch, path, sends, failure):
    monkeypatch.setattr(calling, "WHOLE_SECONDS", 0.4)
    with far() as where, Caller() as caller:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", where)
        with pytest.raises(failure):
            caller.call("POST" if sends else "GET", f"http://{where}{path}", sends=sends)


@pytest.mark.parametrize("told", [1e300, float("inf"), 10.0**9])
def test_a_far_side_that_asks_us_to_wait_for_ever_is_asked_again_in_a_day(told):
    assert Retryable("later", told).after == LONGEST_WAIT
    assert Retryable("later", -5.0).after == 0


@pytest.mark.parametrize("url", ["http://[::1", "http://a\x00b/", "https://x:99999/", "http:///", "https://exa mple/"])
def test_no_address_of_a_file_stops_the_files_behind_it(db, url):
    account = vk.make_account()
    photo = {"type": "photo", "photo": {"id": 1, "owner_id": 2, "sizes": [{"url": url, "width": 9, "height": 9}]}}
    vk.happens(account, "wall_reply_new", vk.comment(attachments=[photo]))
    for _turn in range(MOST_ATTEMPTS):
        with acting(System("channels")), widened():
            OutsideFile.objects.update(next_at=timezone.now())
            ident = OutsideFile.objects.values_list("pk", flat=True).first()
        fetch(ident or 0)
    with acting(System("channels"), read_only=True):
        states = set(OutsideFile.objects.values_list("state", flat=True))
    assert states == {OutsideFile.State.FAILED}

