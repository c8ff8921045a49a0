"""`GET /updates`: nothing is lost or taken twice, wherever a look ends.

https://dev.max.ru/docs-api/methods/GET/updates, read 2026-11-25.
"""

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.channels.kit.polling import accounts_to_ask, poll
from otklik.channels.models import Account, Cursor, Health
from otklik.intake.receiving import take_waiting
from tests.channels.max import peer as max_
from tests.channels.max.saying import ACTOR, arrivals, cases, make_account, message, update

pytestmark = pytest.mark.django_db


@pytest.fixture
def far(monkeypatch):
    with max_.max_on_loopback() as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", peer.url.removeprefix("http://"))
        yield peer


def wrote(far: max_.Peer, numbers: range) -> None:
    for number in numbers:
        far.updates.append(update("message_created", message(f"mid.{number}", f"Яма № {number}", by=100 + number)))


def test_all_that_waits_comes_in_order_and_once(far):
    account = make_account(far.url, way="poll")
    wrote(far, range(250))
    assert poll(account.pk) == 250
    assert poll(account.pk) == 0
    assert [b"mid.%d" % number in bytes(row.body) for number, row in enumerate(arrivals())] == [True] * 250
    assert far.confirmed == 250
    with acting(ACTOR, read_only=True):
        assert Cursor.objects.get().value == {"marker": 250}


def test_only_accounts_that_ask_are_asked_for_updates(far):
    asked = make_account(far.url, way="poll")
    called = make_account(far.url, code="max-hook")
    assert accounts_to_ask(timezone.now()) == [asked.pk, called.pk]  # the second for its subscription
    poll(called.pk)
    assert {one.path for one in far.calls} == {"/subscriptions"}
    assert accounts_to_ask(timezone.now()) == [asked.pk]


def test_a_cursor_that_was_not_kept_brings_the_same_once_more_and_nothing_twice(far):
    account = make_account(far.url, way="poll")
    wrote(far, range(5))
    poll(account.pk)
    with acting(ACTOR), widened():
        Cursor.objects.update(value={})
    far.confirmed = 0
    assert poll(account.pk) == 0
    take_waiting(account.pk)
    assert len(arrivals()) == len(cases()) == 5


@pytest.mark.parametrize("fault", [
    max_.status(500), max_.status(429, {"code": "too.many.requests"}), max_.cut_before, max_.status(200),
    max_.status(401, {"code": "verify.token"}), max_.status(200, {"updates": None}),
])
def test_a_look_that_fails_loses_nothing_and_is_seen(far, fault):
    account = make_account(far.url, way="poll")
    wrote(far, range(3))
    far.next_faults.append(fault)
    assert poll(account.pk) == 0
    with acting(ACTOR, read_only=True):
        assert Health.objects.get(account=account).failure
    assert poll(account.pk) == 3


def test_a_webhook_beside_it_is_told(far):
    account = make_account(far.url, way="poll")
    far.subscriptions.append({"url": "https://other.example/hook", "time": 1, "update_types": None})
    assert poll(account.pk) == 0
    with acting(ACTOR, read_only=True):
        assert Health.objects.get(account=account).failures == 1


def test_an_inactive_account_is_left_alone(far):
    account: Account = make_account(far.url, way="poll")
    with acting(ACTOR), widened():
        Account.objects.update(active=False)
    wrote(far, range(1))
    assert poll(account.pk) == 0
    assert not far.calls
