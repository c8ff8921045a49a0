"""A worker killed at random moments while messages come and answers go, over several channels; and what must hold then.

Used by the small seeded test and by `python -m bench.killed`.
"""

import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.test import Client
from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.answers import outgoing
from otklik.cases.models import Case, CaseMessage
from otklik.channels.kit import delivering
from otklik.channels.models import Account, Arrival, Attempt, Delivery, Message
from otklik.channels.site.payload import signature
from otklik.intake import receiving

ACTOR = System("channels")
WORKER = """
import time
import django
django.setup()
from django.utils import timezone
from otklik.channels.kit import delivering
from otklik.intake import receiving
while True:
    now = timezone.now()
    for account in receiving.accounts_with_arrivals(now):
        receiving.take_waiting(account, 50)
    for account in delivering.accounts_with_mail(now):
        delivering.deliver(account, 20)
    time.sleep(0.02)
"""


@dataclass(frozen=True)
class Way:
    """One channel of the campaign. `say(number)` makes the far side tell us of message `number`, as often as called."""

    account: Account
    say: Callable[[int], None]
    answers: bool = False
    made: Callable[[], list[str]] = list  # texts that the far side has taken, each time it did


@dataclass(frozen=True)
class Outcome:
    """What the database and the far sides show after all."""

    told: int
    arrivals: Counter[str]
    cases: int
    doubled: int
    deliveries: Counter[str]
    posted_twice: int
    done_but_not_there: int
    cut_off: int
    kills: int


def site_way(account: Account, secret: str) -> Way:
    """Forms of a site."""

    def say(number: int) -> None:
        body = json.dumps({"id": str(number), "text": f"На улице Мира яма № {number}"}).encode()
        stamp = str(int(time.time()))
        answer = Client().post(
            f"/hooks/site/{account.code}/", body, content_type="application/json",
            headers={"x-otklik-time": stamp, "x-otklik-signature": signature(secret, stamp, body)},
        )
        assert answer.status_code == 202, answer.content

    return Way(account, say)


def campaign(ways: list[Way], *, incoming: int, answers: int, kills: int, seed: int) -> Outcome:
    """Let messages come and answers go while the worker is killed; afterwards let all of it end, and count."""
    rng = random.Random(seed)
    told = _told_in_portions(ways, incoming, kills + 1, rng)
    waiting = answers
    for portion in told[:-1]:
        _say(portion, rng)
        _work(lambda: _taken() > 0 or _waiting() > 0)
        waiting -= _answer(ways, min(waiting, answers // kills + 1))
        _killed_at_work(rng)
    _say(told[-1], rng)
    _finish(ways)
    waiting -= _answer(ways, waiting)
    _finish(ways)
    assert waiting == 0, f"{waiting} answers could not be made"
    return _counted(ways, incoming, kills)


def _told_in_portions(ways: list[Way], incoming: int, portions: int, rng: random.Random) -> list[list[tuple[Way, int]]]:
    all_of_them = [(ways[number % len(ways)], number + 1) for number in range(incoming)]
    rng.shuffle(all_of_them)
    size = -(-incoming // portions)
    return [all_of_them[at : at + size] for at in range(0, incoming, size)]


def _say(portion: list[tuple[Way, int]], rng: random.Random) -> None:
    for way, number in portion:
        for _time in range(rng.choice((1, 1, 1, 2, 3))):  # the far side delivers again when it is in doubt
            way.say(number)


def _taken() -> int:
    with acting(ACTOR, read_only=True):
        return Arrival.objects.filter(state="taken").count()


def _waiting() -> int:
    with acting(ACTOR, read_only=True):
        return Arrival.objects.filter(state="new").count()


def _work(enough: Callable[[], bool]) -> None:
    """Nothing to wait for when there is work already."""
    deadline = time.monotonic() + 60
    while not enough() and time.monotonic() < deadline:
        time.sleep(0.05)


def _killed_at_work(rng: random.Random) -> None:
    """A worker that has begun to work is killed a moment later."""
    before, attempts = _taken(), _attempts()
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "otklik.settings"}
    child = subprocess.Popen([sys.executable, "-c", WORKER], env=environment)
    try:
        _work(lambda: _taken() > before or _attempts() > attempts or child.poll() is not None)
        assert child.poll() is None, "the worker ended by itself"
        time.sleep(rng.uniform(0.0, 0.7))
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(30)
    with acting(ACTOR), widened():  # as if the lease's three minutes had gone by
        Delivery.objects.filter(state="sending").update(held_until=timezone.now() - timedelta(seconds=1))


def _attempts() -> int:
    with acting(ACTOR, read_only=True):
        return Attempt.objects.count()


def _answer(ways: list[Way], count: int) -> int:
    """Answers to cases that have none; returns how many could be made."""
    accounts = [way.account.pk for way in ways if way.answers]
    now = timezone.now()
    made = 0
    with acting(ACTOR), widened():
        free = Case.objects.filter(account_id__in=accounts).exclude(thread__message__direction="out").order_by("pk")
        for case in free.select_related("account")[:count]:
            message = Message.objects.create(
                account_id=case.account_id, external_id=f"answer:{case.pk}", direction="out", scope_id=case.scope_id,
                text=f"Ответ по карточке {case.number}", salt=secrets.token_bytes(16), written_at=now, received_at=now,
            )
            CaseMessage.objects.create(case=case, message=message, scope_id=case.scope_id, turn=case.turn)
            outgoing.enqueue(case, message, now)
            made += 1
    return made


def _finish(ways: list[Way]) -> None:
    """Until nothing is left to take or to send."""
    deadline = time.monotonic() + 3600
    while time.monotonic() < deadline:
        with acting(ACTOR), widened():
            Arrival.objects.filter(state="new").update(next_at=timezone.now())
            Delivery.objects.filter(state="waiting").update(next_at=timezone.now())
            Delivery.objects.filter(state="sending").update(held_until=timezone.now() - timedelta(seconds=1))
        left = sum(receiving.take_waiting(way.account.pk) for way in ways)
        left += sum(delivering.deliver(way.account.pk) for way in ways if way.answers)
        with acting(ACTOR, read_only=True):
            left += Delivery.objects.filter(state__in=["waiting", "sending"]).count()
            left += Arrival.objects.filter(state="new").count()
        if not left:
            return
    raise AssertionError("there is no end to it")


def _counted(ways: list[Way], told: int, kills: int) -> Outcome:
    posted: Counter[str] = Counter(text for way in ways for text in way.made())
    with acting(ACTOR, read_only=True):
        arrivals = Counter(Arrival.objects.values_list("state", flat=True))
        doubled = (
            Message.objects.filter(direction="in").values("account_id", "text").annotate(n=Count("pk")).filter(n__gt=1)
        )
        deliveries = list(Delivery.objects.values_list("state", "message__text"))
        return Outcome(
            told=told, arrivals=arrivals, cases=Case.objects.count(), doubled=doubled.count(),
            deliveries=Counter(state for state, _text in deliveries),
            posted_twice=sum(count > 1 for count in posted.values()),
            done_but_not_there=sum(state == "done" and posted[text] == 0 for state, text in deliveries),
            cut_off=Attempt.objects.filter(outcome="cut_off").count(), kills=kills,
        )
