"""Our client speaks to our own server over the wire: both were written from one text, and must agree on it."""

import pytest
from django.core.cache import cache

from otklik.acting import acting
from otklik.cases.models import Case
from otklik.cases.numbers import shown
from otklik.channels.kit import polling
from otklik.intake.receiving import take_waiting
from tests.api.open311_steps import KEY as OUR_KEY
from tests.api.open311_steps import program
from tests.api.serving import served
from tests.channels.open311.handing import ACTOR, TASK, case_in_work, connected, referred, row, worked


def test_our_client_and_our_server_understand_each_other(committed: None, monkeypatch: pytest.MonkeyPatch):
    cache.clear()
    with served() as address:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", address.removeprefix("http://"))
        server = program("app", territory="gorod-kamyshin")
        account = connected(f"{address}/open311/v2", key=OUR_KEY, services="road.pothole Ямы")
        case = case_in_work()
        assert referred(case, service=f"{account.pk} road.pothole").status_code == 302
        worked(account)
        take_waiting(server.pk)
        worked(account)
        worked(account)
    with acting(ACTOR, read_only=True):
        arrived = Case.objects.get(account=server)
        assert arrived.text == TASK and arrived.resident is None
        assert (row().number, row().status, row().notes) == (shown(arrived.number), "open", "новая")
    assert polling.asks_now(account) is False
    cache.clear()
