"""A real Chromium at a real server, for tests marked `browser`: `site`, `worker`, `browser`, `newcomer`.

The server is started as the application starts it, on this test process's own clone of the database, on a free
port of the loopback. Without a Chromium the tests are skipped by name; where OTKLIK_REQUIRE_BROWSER is set, they
fail instead.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect  # at run time: its patience is set below

from tests.ports import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from otklik.organisations.models import User

READY_WITHIN = 60.0
STOPS_WITHIN = 10.0
PATIENCE_MS = 15_000  # a page of a busy machine; what must be quicker says so itself
expect.set_options(timeout=PATIENCE_MS)
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def find_chromium() -> str:
    """The browser of this machine, or ""."""
    named = os.environ.get("OTKLIK_CHROMIUM", "")
    names = (named, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if name and (found := shutil.which(name))), "")


def chromium_or_skip() -> str:
    """The browser's path. Without one the test is skipped, or fails where a browser is required."""
    found = find_chromium()
    if not found and os.environ.get("OTKLIK_REQUIRE_BROWSER") == "1":
        pytest.fail("a browser is required here (OTKLIK_REQUIRE_BROWSER=1) and there is no Chromium")
    if not found:
        pytest.skip("no Chromium on this machine")
    return found


@contextlib.contextmanager
def program(*command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program of ours that runs for as long as the block does."""
    started = subprocess.Popen([sys.executable, "-m", *command], env={**os.environ, **environment})
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def wait_until(done: Callable[[], object], what: str, within: float = READY_WITHIN) -> None:
    """Ask again and again until it is so. Raises AssertionError, with `what`, after `within` seconds."""
    deadline = time.monotonic() + within
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def answers(port: int) -> bool:
    """Whether somebody listens at this port of the loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="session")
def web(django_db_setup: None) -> Iterator[str]:
    """The address of a web process on this test process's database."""
    chromium_or_skip()
    port = free_port()
    command = (
        "granian", "otklik.asgi:application", "--interface", "asginl", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--workers-kill-timeout", "2", "--no-ws", "--log-level", "error",
    )  # fmt: skip
    with program(*command, OTKLIK_DB_POOL="1") as server:
        wait_until(lambda: server.poll() is not None or answers(port), "the server did not start")
        assert server.poll() is None, "the server stopped at once"
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def site(web: str, committed: None) -> str:
    """The address of the web process; what pages and tests write is cleaned after the test."""
    return web


@pytest.fixture
def worker(site: str) -> Iterator[None]:
    """The worker beside the web process, as `otklik up` has it."""
    with program("otklik", "worker") as running:
        yield
        assert running.poll() is None, "the worker died"


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """A Chromium for one test: Playwright's loop must not outlive it, or Django refuses the next test's database."""
    path = chromium_or_skip()
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the test itself looks into the database beside the loop
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def newcomer(site: str, browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a browser nobody used before: `newcomer(user, **options)`, logged in as the user if one is given."""
    opened = []

    def make(user: User | None = None, **options: Any) -> BrowserContext:
        context = browser.new_context(**{"base_url": site, "locale": "ru-RU", "viewport": DESK, **options})
        context.set_default_timeout(PATIENCE_MS)
        opened.append(context)
        if user is not None:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": site}])
        return context

    yield make
    for context in opened:
        context.close()


def session_of(user: User) -> str:
    """The key of a session in which this user is logged in."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def log_in(page: Page, user: User, password: str = "pass-word-1234") -> None:
    """Through the form, as people do."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(user.username)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Войти").click()
    page.wait_for_url("**/desk/**")
