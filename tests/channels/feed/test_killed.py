"""Readers and takers of feeds killed at random moments: nothing is lost, nothing is taken twice."""

import random
import signal
import subprocess
import sys
import time
from os import environ

from django.utils import timezone

from otklik.acting import System, acting, widened
from otklik.cases.models import Case
from otklik.channels.kit import polling
from otklik.channels.models import Account, Arrival, Cursor, Setup
from otklik.intake.receiving import take_waiting
from tests.channels.feed.feeds import item, rss
from tests.channels.feed.peer import Page, site
from tests.making import place

ACTOR = System("channels")
WORKER = """
import sys
import django
django.setup()
from otklik.channels.kit import polling
from otklik.intake import receiving
while True:
    polling.poll(int(sys.argv[1]))
    receiving.take_waiting(int(sys.argv[1]), 50)
"""


def test_a_reader_killed_at_random_loses_no_article_and_takes_none_twice(committed, monkeypatch):
    rng = random.Random(5)
    with site() as paper:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", paper.url.removeprefix("http://"))
        page = paper.pages["/rss"] = Page()
        with acting(ACTOR), widened():
            account = Account.objects.create(
                channel="feed", code="paper", name="Газета", territory=place("gorod-kamyshin")
            )
            Setup.objects.create(account=account, settings={"addresses": f"{paper.url}/rss"})
        items: list[str] = []
        for turn in range(3):
            items = [item(n, f"Яма {n}", f"На улице Мира яма № {n}") for n in range(turn * 12, turn * 12 + 12)] + items
            page.body = rss(*items).encode()
            began, child = arrived(), subprocess.Popen(
                [sys.executable, "-c", WORKER, str(account.pk)],
                env={**environ, "DJANGO_SETTINGS_MODULE": "otklik.settings"},
            )
            deadline = time.monotonic() + 60
            while arrived() == began and child.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            time.sleep(rng.uniform(0, 0.5))
            child.send_signal(signal.SIGKILL)
            child.wait(30)
            with acting(ACTOR), widened():  # as if the lease's three minutes had gone by
                Cursor.objects.update(held_until=None)
        polling.poll(account.pk)
        while take_waiting(account.pk):
            pass
    with acting(ACTOR), widened():
        Arrival.objects.filter(state="new").update(next_at=timezone.now())
    take_waiting(account.pk)
    with acting(ACTOR, read_only=True):
        texts = sorted(Case.objects.filter(account=account).values_list("text", flat=True))
        assert Arrival.objects.filter(state="taken").count() == 36
    assert texts == sorted(f"Яма {n}\n\nНа улице Мира яма № {n}" for n in range(36))


def arrived() -> int:
    with acting(ACTOR, read_only=True):
        return Arrival.objects.count()
