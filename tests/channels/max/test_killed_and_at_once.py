"""A process killed in the middle, two workers at once: nothing is posted twice, taken twice or lost.

MAX tells no repeats apart: what was cut off stands in the ledger as «неизвестно, проверьте».
"""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.channels.kit.delivering import deliver
from otklik.channels.kit.polling import poll
from otklik.channels.models import Account, Delivery
from otklik.intake.receiving import take_waiting
from tests.at_once import at_once, failures
from tests.cases.steps import answered, coordinator
from tests.channels import killing
from tests.channels.max import peer as max_
from tests.channels.max.saying import (
    ACTOR,
    arrivals,
    call,
    cases,
    deliveries,
    make_account,
    max_way,
    message,
    update,
)

SENDER = """
import django
django.setup()
from otklik.channels.kit.delivering import deliver
deliver({account})
"""


@pytest.fixture
def far(monkeypatch):
    with max_.max_on_loopback() as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", peer.url.removeprefix("http://"))
        yield peer


def answers(account: Account, count: int) -> None:
    """So many residents have written in dialogs, and are answered."""
    for number in range(count):
        call(update("message_created", message(f"mid.{number}", f"Яма № {number} на Мира", by=11 + number)))
    take_waiting(account.pk)
    who = coordinator()
    for case in cases():
        answered(who, case.pk, timezone.now(), text=f"Ответ на {case.number}")


@pytest.mark.parametrize("taken", [True, False])
def test_a_sender_that_is_killed_posts_nothing_twice_and_says_what_it_does_not_know(committed, far, taken):
    account = make_account(far.url)
    answers(account, 4)
    child = subprocess.Popen(
        [sys.executable, "-c", SENDER.format(account=account.pk)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "otklik.settings"},
    )

    def kill(handler: max_.Handler, one: max_.Call) -> bool:
        if taken:
            handler.server.peer.answer(one)
        child.send_signal(signal.SIGKILL)
        handler.close_connection = True
        return True

    far.next_faults.extend([lambda _handler, _call: False, kill])  # the first goes well
    assert child.wait(60) == -signal.SIGKILL
    assert sorted(row.state for row in deliveries()) == ["done", "sending", "waiting", "waiting"]
    with acting(ACTOR), widened():  # its lease is over
        Delivery.objects.filter(state="sending").update(held_until=timezone.now() - timedelta(seconds=1))
    deliver(account.pk)
    assert sorted(row.state for row in deliveries()) == ["done", "done", "done", "unknown"]
    assert len(far.made) == (4 if taken else 3)
    assert len({one.body["text"] for one in far.made}) == len(far.made)


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
        call(update("message_created", message(f"mid.{number}", f"Яма № {number}", by=100 + number)))
    came = at_once(lambda: take_waiting(account.pk), lambda: take_waiting(account.pk))
    assert not failures(came)
    take_waiting(account.pk)
    assert len(cases()) == 12
    assert {row.state for row in arrivals()} == {"taken"}


def test_two_readers_at_once_take_each_once(committed, far):
    account = make_account(far.url, way="poll")
    for number in range(40):
        far.updates.append(update("message_created", message(f"mid.{number}", f"Яма № {number}", by=100 + number)))
    came = at_once(lambda: poll(account.pk), lambda: poll(account.pk))
    assert not failures(came)
    poll(account.pk)
    take_waiting(account.pk)
    assert len(arrivals()) == len(cases()) == 40


def test_the_same_update_delivered_many_times_at_once_is_one_arrival(committed, far):
    make_account(far.url)
    said = update("message_created", message())
    came = at_once(*[lambda: call(said).status_code] * 8)
    assert came == [200] * 8
    assert len(arrivals()) == 1


def test_a_worker_killed_at_random_loses_nothing_and_posts_nothing_twice(committed, far):
    came = killing.campaign([max_way(far)], incoming=24, answers=8, kills=2, seed=5)
    assert (came.arrivals, came.cases, came.doubled) == ({"taken": 24}, 24, 0)
    assert sum(came.deliveries.values()) == 8
    assert set(came.deliveries) <= {"done", "unknown"}  # MAX cannot tell: a person looks
    assert (came.posted_twice, came.done_but_not_there) == (0, 0)
