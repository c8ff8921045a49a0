"""A process killed in the middle, two workers at once: nothing is posted twice, taken twice or lost."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.channels.kit.delivering import deliver
from otklik.channels.models import Account, Attempt, Delivery
from otklik.intake.receiving import take_waiting
from tests.at_once import at_once, failures
from tests.cases.steps import answered, coordinator
from tests.channels.vk import peer as vk
from tests.channels.vk.saying import (
    ACTOR,
    arrivals,
    call,
    cases,
    comment,
    deliveries,
    event,
    make_account,
    message,
)

SENDER = """
import django
django.setup()
from otklik.channels.kit.delivering import deliver
deliver({account})
"""


@pytest.fixture
def far(monkeypatch):
    with vk.vk_on_loopback() as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", peer.url.removeprefix("http://"))
        yield peer


def answers(account: Account, count: int) -> None:
    """So many residents have written, and are answered: half in public, half in private."""
    for number in range(count):
        said = comment(number + 1, by=number + 1) if number % 2 else message(number + 1, by=number + 1)
        call(event("wall_reply_new" if number % 2 else "message_new", said))
    take_waiting(account.pk)
    who = coordinator()
    for case in cases():
        answered(who, case.pk, timezone.now(), text=f"Ответ на {case.number}")


@pytest.mark.parametrize("taken", [True, False])
def test_a_sender_that_is_killed_posts_each_answer_once(committed, far, taken):
    account = make_account(far.url)
    answers(account, 4)
    child = subprocess.Popen(
        [sys.executable, "-c", SENDER.format(account=account.pk)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "otklik.settings"},
    )

    def kill(handler: vk.Handler, one: vk.Call) -> bool:
        if taken:
            handler.told(one)
        child.send_signal(signal.SIGKILL)
        handler.close_connection = True
        return True

    far.next_faults.extend([lambda _handler, _call: False, kill])  # the first goes well
    assert child.wait(60) == -signal.SIGKILL
    assert sorted(row.state for row in deliveries()) == ["done", "sending", "waiting", "waiting"]
    with acting(ACTOR), widened():  # its lease is over
        Delivery.objects.filter(state="sending").update(held_until=timezone.now() - timedelta(seconds=1))
    deliver(account.pk)
    assert {row.state for row in deliveries()} == {"done"}
    assert len(far.made) == 4
    assert len({one.given["message"] for one in far.made}) == 4
    with acting(ACTOR, read_only=True):
        assert Attempt.objects.filter(outcome="cut_off").count() == 1


def test_two_senders_at_once_post_each_answer_once(committed, far):
    account = make_account(far.url)
    answers(account, 6)
    came = at_once(lambda: deliver(account.pk), lambda: deliver(account.pk))
    assert not failures(came)
    assert sum(came) == 6
    assert len(far.calls) == len(far.made) == 6
    assert {row.state for row in deliveries()} == {"done"}


def test_two_takers_at_once_make_each_case_once(committed, far):
    account = make_account(far.url)
    for number in range(12):
        call(event("wall_reply_new", comment(number + 1, by=number + 1, text=f"Яма № {number}")))
    came = at_once(lambda: take_waiting(account.pk), lambda: take_waiting(account.pk))
    assert not failures(came)
    take_waiting(account.pk)
    assert len(cases()) == 12
    assert {row.state for row in arrivals()} == {"taken"}


def test_the_same_event_delivered_many_times_at_once_is_one_arrival(committed, far):
    make_account(far.url)
    said = event("wall_reply_new", comment(), event_id="once")
    came = at_once(*[lambda: call(said).content] * 8)
    assert came == [b"ok"] * 8
    assert len(arrivals()) == 1


TAKER = """
import django
django.setup()
from otklik.intake.receiving import take_waiting
print("begin", flush=True)
take_waiting({account})
"""


def test_a_taker_that_is_killed_loses_nothing_and_takes_nothing_twice(committed, far):
    account = make_account(far.url)
    for number in range(60):
        said = comment(number + 1, by=number + 1, text=f"Во дворе дома {number} не горит фонарь")
        call(event("wall_reply_new", said))
    moments = random.Random(7)
    for _time in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", TAKER.format(account=account.pk)], stdout=subprocess.PIPE, text=True,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "otklik.settings"},
        )
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "begin"
        time.sleep(moments.uniform(0.2, 1.5))
        child.send_signal(signal.SIGKILL)
        child.wait(20)
        child.stdout.close()
    deadline = time.monotonic() + 30  # the server notices that its clients are gone
    while any(row.state == "new" for row in arrivals()) and time.monotonic() < deadline:
        take_waiting(account.pk)
    assert {row.state for row in arrivals()} == {"taken"}
    assert len(cases()) == 60
    assert len({case.text for case in cases()}) == 60
