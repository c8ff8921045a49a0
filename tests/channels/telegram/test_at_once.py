"""Two at once, and a taker killed in the middle: nothing is lost or taken twice, an album stays one message."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.channels.kit.polling import poll
from otklik.channels.models import Account, Arrival
from otklik.intake.receiving import take_waiting
from tests.at_once import at_once, failures
from tests.channels.telegram import peer as tg
from tests.channels.telegram.saying import (
    ACTOR,
    arrivals,
    call,
    cases,
    files,
    group,
    make_account,
    message,
    update,
)
from tests.channels.telegram.test_what_comes import photo

TAKER = """
import django
django.setup()
from otklik.intake.receiving import take_waiting
take_waiting({account})
"""


@pytest.fixture
def far(monkeypatch):
    with tg.telegram_on_loopback() as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", peer.url.removeprefix("http://"))
        yield peer


def albums(count: int) -> None:
    """So many people have sent an album of three, one after another."""
    for number in range(count):
        for part in range(3):
            call(update(message(
                number * 10 + part + 1, None, by=100 + number, chat=group(), media_group_id=f"album{number}",
                photo=photo(f"a{number}p{part}"), **({"caption": f"Свалка № {number} на Мира"} if not part else {}),
            )))


def settled(account: Account) -> None:
    """Whatever waited for the other is taken now."""
    with acting(ACTOR), widened():
        Arrival.objects.filter(state="new").update(next_at=timezone.now())
    take_waiting(account.pk)


def test_two_takers_at_once_make_one_message_of_each_album(committed):
    account = make_account()
    albums(6)
    came = at_once(lambda: take_waiting(account.pk), lambda: take_waiting(account.pk))
    assert not failures(came)
    settled(account)
    assert len(cases()) == 6
    assert len(files()) == len({row.url for row in files()}) == 18
    assert {row.state for row in arrivals()} == {"taken"}


def test_a_taker_that_is_killed_leaves_nothing_half_done(committed):
    account = make_account()
    albums(8)
    child = subprocess.Popen(
        [sys.executable, "-c", TAKER.format(account=account.pk)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "otklik.settings"},
    )
    until = time.monotonic() + 60
    while not any(row.state == "taken" for row in arrivals()) and time.monotonic() < until and child.poll() is None:
        pass
    child.send_signal(signal.SIGKILL)
    child.wait(60)
    settled(account)
    assert len(cases()) == 8
    assert len(files()) == len({row.url for row in files()}) == 24
    assert {row.state for row in arrivals()} == {"taken"}


def test_two_readers_at_once_take_each_once(committed, far):
    account = make_account(far.url, way="poll")
    for number in range(40):
        far.updates.append(update(message(number + 1, f"Яма № {number}", by=100 + number)))
    came = at_once(lambda: poll(account.pk), lambda: poll(account.pk))
    assert not failures(came)
    poll(account.pk)
    take_waiting(account.pk)
    assert len(arrivals()) == len(cases()) == 40


def test_the_same_update_delivered_many_times_at_once_is_one_arrival(committed):
    make_account()
    said = update(message())
    came = at_once(*[lambda: call(said).status_code] * 8)
    assert came == [200] * 8
    assert len(arrivals()) == 1
