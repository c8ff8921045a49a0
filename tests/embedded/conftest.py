"""Scratch data folders for servers: short, since a socket's path may have 107 bytes, and reachable as root."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from otklik import embedded
from otklik.embedded import Server


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty data folder; whatever server a test left running in it is stopped afterwards."""
    yield from _scratch()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A running server for tests that only look at it."""
    for folder in _scratch():
        yield embedded.ensure_running(folder, purpose="test")


def _scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="otklik-", dir="/tmp"))
    folder.chmod(0o711)  # the system user of the server passes through it to deeper folders
    try:
        yield folder
    finally:
        embedded.stop(folder, purpose="test")
        embedded.stop(folder, purpose="main")
        shutil.rmtree(folder, ignore_errors=True)
