"""Learning by several processes, and by one that is killed on the way: on real commits."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import psycopg
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.cases import learning, learning_jobs
from otklik.cases.models import ReaderVersion
from otklik.failures import Refused
from otklik.journal.models import Entry
from otklik.organisations import region_settings
from tests.at_once import at_once
from tests.cases.learning_steps import history
from tests.cases.test_learning import region_code
from tests.making import SYSTEM, make_staff

THEME = ReaderVersion.Task.THEME


def test_two_at_once_are_one(committed):
    history(240, now=timezone.now())

    def one():
        try:
            return learning.learn(THEME, timezone.now()).pk
        except Refused as told:
            return str(told)

    outcomes = at_once(one, one)
    assert "Обучение уже идёт." in outcomes
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 1, outcomes
    assert ReaderVersion.objects.count() == ReaderVersion.objects.filter(state="in_use").count() == 1


def test_killed_on_the_way_nothing_is_lost_and_what_was_asked_is_done_the_next_minute(committed):
    history(240, now=timezone.now() - timedelta(days=1))
    learning_jobs.ask(make_staff(("administrator", region_code())), timezone.now())
    child = subprocess.Popen(
        [sys.executable, "-m", "otklik.operations.reader_work"], env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    )
    waited = time.monotonic()
    while not _is_learning(os.environ["DATABASE_OWNER_URL"]) and time.monotonic() - waited < 60:
        assert child.poll() is None
        time.sleep(0.05)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert not ReaderVersion.objects.exists()
    with acting(SYSTEM), widened():
        assert region_settings.get("reader_asked") and not Entry.objects.filter(verb="reader_learnt").exists()
    while _is_learning(os.environ["DATABASE_OWNER_URL"]):  # the server notices that its client is gone
        time.sleep(0.05)
    from otklik.operations.reader_work import learn_if_due

    assert learn_if_due(timezone.now())
    made = ReaderVersion.objects.defer("content").get(task=THEME)
    assert made.state == "in_use" and made.made_by_id
    with acting(SYSTEM):
        assert not region_settings.get("reader_asked")
    assert not learn_if_due(timezone.now().replace(hour=9))


def _is_learning(owner_url: str) -> bool:
    with psycopg.connect(owner_url) as owner:
        return bool(owner.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s",
                                  [learning._ONE_AT_A_TIME]).fetchone())  # fmt: skip
