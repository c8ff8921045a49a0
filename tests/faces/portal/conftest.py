"""A real browser at a real server: `site` is its address, `phone` a page 360 pixels wide."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page, sync_playwright

CHROMIUM = os.environ.get("OTKLIK_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
READY_WITHIN = 60.0


@pytest.fixture(scope="session")
def web(django_db_setup: None) -> Iterator[str]:
    """A web process of our own on this worker's database, for all tests of this folder."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "otklik.asgi:application", "--interface", "asginl", "--host", "127.0.0.1",
        "--port", str(port), "--workers", "1", "--no-ws", "--log-level", "error",
    ]  # fmt: skip
    server = subprocess.Popen(command, env={**os.environ, "OTKLIK_DB_POOL": "1"})
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def site(web: str, committed: None) -> str:
    """The address of the web process, with real commits that are cleaned after the test."""
    return web


def _wait_for(port: int) -> None:
    until = time.monotonic() + READY_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < until, "the server did not start"
        else:
            return


@pytest.fixture
def phone(site: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A phone 360 pixels wide, near Камышин."""
    # Playwright's loop runs in this thread, and Django would refuse the test's own look into the database.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(
            base_url=site, viewport={"width": 360, "height": 740}, locale="ru-RU", permissions=["geolocation"],
            geolocation={"latitude": 50.08, "longitude": 45.40},
        )
        yield context.new_page()
        browser.close()
