"""`port`: a web process on this test's database."""

from collections.abc import Iterator

import pytest

from tests.browser.live import answers, program, wait_until
from tests.faces.live.serving import command
from tests.ports import free_port


@pytest.fixture
def port(committed: None) -> Iterator[int]:
    here = free_port()
    with program(*command(here), OTKLIK_DB_POOL="1") as server:
        wait_until(lambda: server.poll() is not None or answers(here), "the server did not start")
        yield here
