"""Bots Long Poll, for networks nobody outside can call: dev.vk.com/ru/api/bots-long-poll/getting-started."""

import pytest

from otklik.acting import acting, widened
from otklik.channels.kit.polling import poll
from otklik.channels.models import Account, Cursor, Health
from otklik.intake.receiving import take_waiting
from tests.channels.vk import peer as vk
from tests.channels.vk.saying import ACTOR, arrivals, cases, comment, event, make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def far(monkeypatch):
    with vk.vk_on_loopback() as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", peer.url.removeprefix("http://"))
        yield peer


@pytest.fixture
def account(far) -> Account:
    return make_account(far.url, way="poll")


def goes_on(far: vk.Peer, number: int) -> None:
    """Something is written there."""
    far.updates.append(event("wall_reply_new", comment(number, f"Яма № {number}", by=number), event_id=f"e{number}"))


def look(account: Account) -> int:
    with acting(ACTOR), widened():
        Health.objects.filter(account=account).update(rests_until=None)
    new = poll(account.pk)
    take_waiting(account.pk)
    return new


def cursor(account: Account) -> dict[str, str]:
    with acting(ACTOR, read_only=True):
        return Cursor.objects.get(account=account).value


def test_what_happened_between_looks_is_brought_once(account, far):
    assert look(account) == 0
    goes_on(far, 1)
    goes_on(far, 2)
    assert look(account) == 2
    assert look(account) == 0
    goes_on(far, 3)
    assert look(account) == 1
    assert len(cases()) == 3
    assert cursor(account)["ts"] == "4"


def test_a_key_that_is_over_is_renewed_and_nothing_is_lost(account, far):
    look(account)
    goes_on(far, 1)
    far.key = "key-2"
    assert look(account) == 1
    assert cursor(account)["key"] == "key-2"


def test_events_that_vk_did_not_keep_are_told_of_where_people_look(account, far):
    look(account)
    for number in range(1, 4):
        goes_on(far, number)
    far.updates.clear()
    far.first_ts = 40
    goes_on(far, 5)
    assert look(account) == 2
    assert [row.state for row in arrivals()] == ["quarantined", "taken"]
    assert "не сохранил часть событий" in arrivals()[0].reason


def test_a_session_that_is_lost_begins_anew_and_says_so(account, far):
    look(account)
    far.poll = lambda query: {"failed": 3} if query["ts"] == "1" else vk.Peer.poll(far, query)
    far.first_ts = 7
    look(account)
    goes_on(far, 9)
    look(account)
    assert [row.state for row in arrivals()] == ["quarantined", "taken"]


@pytest.mark.parametrize("told", [{"failed": 9}, {"ts": "2"}, [], {"ts": "2", "updates": {}}])
def test_an_answer_that_nobody_understands_is_a_failure_and_moves_nothing(account, far, told):
    look(account)
    far.poll = lambda query: told
    assert look(account) == 0
    assert cursor(account)["ts"] == "1"
    with acting(ACTOR, read_only=True):
        assert Health.objects.get(account=account).failure


def test_a_wrong_key_of_access_is_shown(account, far):
    far.next_faults.append(vk.error(5))
    assert poll(account.pk) == 0
    with acting(ACTOR, read_only=True):
        assert "Ключ доступа" in Health.objects.get(account=account).failure


def test_only_accounts_that_are_asked_are_asked(account, far):
    from django.utils import timezone

    from otklik.channels.kit.polling import accounts_to_ask

    called = make_account(far.url, code="vk-called")
    asked = accounts_to_ask(timezone.now())
    assert account.pk in asked
    assert called.pk not in asked
