"""Streams of a real server on a real database: who is woken, what they cost, how they end."""

import http.client
import json
import os
import time

import psycopg
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from otklik.cases.actions.take import take
from otklik.operations.beats import follow_journal
from otklik.organisations.models import User
from tests.browser.live import answers, program, session_of, wait_until
from tests.faces.live.serving import command
from tests.making import make_case, make_staff, make_user
from tests.ports import free_port

POOL = 12  # connections of a web process (settings)
PATIENCE = 120.0  # seconds that a busy machine may take; what is right comes at once
HOME, OTHER = "gorod-kamyshin", "gorod-volzhskiy"


class Line:
    """An open stream as a browser holds it."""

    def __init__(self, port: int, user: User, path: str = "/desk/events/") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        cookie = f"{settings.SESSION_COOKIE_NAME}={session_of(user)}"
        self.connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/event-stream"})
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200
        assert self.answer.getheader("Content-Type") == "text/event-stream"
        assert self.next() == ("hello", "")

    def next(self, within: float = PATIENCE) -> tuple[str, str]:
        """The next event but heartbeats as (name, what it says). Raises TimeoutError when nothing comes."""
        self.answer.fp.raw._sock.settimeout(within)  # type: ignore[union-attr]
        name = ""
        while True:
            line = self.answer.readline().decode().rstrip("\n")
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data:") and name != "beat":
                return name, line[5:].strip()

    def told(self, kind: str) -> list[int]:
        """The next scopes whose `kind` changed. «Something changed» without a scope may come before it: where seconds
        pass between an entry and its number, the site tells everybody to look.
        """
        while True:
            name, said = self.next()
            if name == "changed" and json.loads(said).get(kind) is not None:
                return list(json.loads(said)[kind])

    def is_silent(self, seconds: float) -> bool:
        """Whether no scope is named for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                name, said = self.next(left)
            except TimeoutError:
                return True
            if name == "changed" and any(scopes is not None for scopes in json.loads(said).values()):
                return False
        return True

    def ends(self) -> None:
        """The server says no more: an end, or a break. Raises TimeoutError when the line stays open."""
        try:
            self.answer.read()
        except TimeoutError:
            raise
        except (http.client.HTTPException, OSError):
            pass

    def close(self) -> None:
        self.connection.close()


def listening(owner_url: str) -> int:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        row = owner.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'otklik live'"
        ).fetchone()
    return int(row[0]) if row else 0


def connected(owner_url: str) -> int:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        row = owner.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(row[0]) if row else 0


def test_a_change_wakes_the_stream_of_its_centre_and_not_anothers(port: int, owner_url: str) -> None:
    ours, theirs = Line(port, make_user(("operator", HOME))), Line(port, make_user(("operator", OTHER)))
    region = Line(port, make_user(("curator", "volgograd")))
    wait_until(lambda: listening(owner_url) == 1, "nobody listens")
    case = make_case()
    follow_journal(timezone.now())
    assert ours.told("cases") == [case.scope_id]
    assert region.told("cases") == [case.scope_id]
    assert theirs.is_silent(2.0)
    take(make_staff(("operator", HOME)), case.pk)
    follow_journal(timezone.now())
    assert ours.told("cases") == [case.scope_id]


def test_figures_have_a_line_of_their_own(port: int, owner_url: str) -> None:
    ours, theirs = (Line(port, make_user(("head", code)), "/region/events/") for code in (HOME, OTHER))
    wait_until(lambda: listening(owner_url) == 1, "nobody listens")
    case = make_case()
    follow_journal(timezone.now())
    assert ours.told("figures") == [case.scope_id]
    assert theirs.is_silent(2.0)


def test_many_open_pages_need_one_connection_and_leave_the_others_to_the_pages(port: int, owner_url: str) -> None:
    user = make_user(("operator", HOME))
    others = [make_user(("operator", HOME)) for _n in range(2)]
    lines = [Line(port, who) for who in (user, *others) for _n in range(15)]
    wait_until(lambda: listening(owner_url) == 1, "nobody listens")
    cookie = f"{settings.SESSION_COOKIE_NAME}={session_of(user)}"
    for _n in range(5):
        page = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        page.request("GET", "/desk/?tab=triage", headers={"Cookie": cookie})
        assert page.getresponse().status == 200
        page.close()
    assert connected(owner_url) <= POOL + 2, "the pool, the listener and this test"
    case = make_case()
    follow_journal(timezone.now())
    assert all(line.told("cases") == [case.scope_id] for line in lines)
    for line in lines:
        line.close()


def test_the_last_page_that_is_closed_lets_the_listener_go(port: int, owner_url: str) -> None:
    line = Line(port, make_user(("operator", HOME)))
    wait_until(lambda: listening(owner_url) == 1, "nobody listens")
    line.close()
    wait_until(lambda: listening(owner_url) == 0, "the listener stayed", 20)


def test_a_lost_database_connection_comes_back_and_wakes_everybody(port: int, owner_url: str) -> None:
    line = Line(port, make_user(("operator", HOME)))
    wait_until(lambda: listening(owner_url) == 1, "nobody listens")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as same_role:
        same_role.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'otklik live'"
        )
    name, said = line.next()
    assert (name, json.loads(said)["cases"]) == ("changed", None)
    make_case()
    follow_journal(timezone.now())
    assert line.next()[0] == "changed"


def test_without_a_worker_pages_still_learn_that_the_journal_grew(port: int, owner_url: str) -> None:
    line = Line(port, make_user(("operator", HOME)))
    wait_until(lambda: listening(owner_url) == 1, "nobody listens")
    make_case()  # and nobody numbers it
    name, said = line.next()
    assert (name, json.loads(said)["cases"]) == ("changed", None)


def test_open_pages_do_not_hold_up_the_stopping_of_the_server(committed: None) -> None:
    here = free_port()
    with program(*command(here), OTKLIK_DB_POOL="1") as server:
        wait_until(lambda: server.poll() is not None or answers(here), "the server did not start")
        lines = [Line(here, make_user(("operator", HOME))) for _n in range(3)]
        began = time.monotonic()
        server.terminate()
        server.wait(10)
        took = time.monotonic() - began
        assert took < 4, took
        for line in lines:
            line.ends()


@pytest.mark.parametrize("path", ["/desk/events/", "/region/events/"])
def test_a_visitor_gets_no_line(port: int, path: str) -> None:
    page = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    page.request("GET", path, headers={"Accept": "text/event-stream"})
    assert page.getresponse().status == 302
    assert Client().get(path).status_code == 302
