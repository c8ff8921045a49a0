"""The demo region alive: messages at a rate, staff at work, nothing outside a demo."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from otklik.acting import System, acting
from otklik.cases.actions.spam import set_aside
from otklik.cases.models import Case
from otklik.failures import Failure
from otklik.journal.models import Entry
from otklik.operations.demo_live import LiveDemo, run_live
from tests.databases import ROOT
from tests.operations import clones

SYSTEM = System("test")
SOON = timedelta(seconds=5)


def ticking(start: datetime) -> Callable[[], datetime]:
    """A clock that goes on by some seconds each time it is looked at."""
    now = [start]

    def look() -> datetime:
        now[0] += SOON
        return now[0]

    return look


def cases() -> int:
    with acting(SYSTEM, read_only=True):
        return Case.objects.count()


def last_entry() -> int:
    with acting(SYSTEM, read_only=True):
        return Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]


def test_messages_come_and_staff_work_on_them_through_the_gates(patient):
    before, begun = cases(), last_entry()
    live = LiveDemo(7, clones.NOW)
    clock = ticking(clones.NOW)
    for _n in range(6):
        live.send(clock())
    for _n in range(50):
        live.work(clock())
    assert cases() == before + 6
    assert live.lived.refused == 0
    with acting(SYSTEM, read_only=True):
        verbs = set(Entry.objects.filter(pk__gt=begun).values_list("verb", flat=True))
        fresh = set(Case.objects.order_by("-pk").values_list("state", flat=True)[:6])
    assert verbs >= {"triage", "assign", "reply", "draft", "publish", "confirm"}
    assert fresh == {"closed"}, "six messages, seven steps each"


def test_it_runs_at_its_rate_until_it_is_stopped(patient):
    before, stop = cases(), threading.Event()
    lived = run_live(600, stop=stop, most=5, clock=ticking(clones.NOW))
    assert cases() == before + lived.messages == before + 5
    assert lived.steps + lived.refused == 10
    stop.set()
    assert run_live(600, stop=stop, clock=ticking(clones.NOW)).messages == 0


@pytest.mark.parametrize("rate", [0, -1, 601, float("nan")])
def test_a_rate_is_a_rate(patient, rate):
    with pytest.raises(Failure):
        run_live(rate, stop=threading.Event(), clock=ticking(clones.NOW))


@pytest.mark.django_db
def test_where_people_really_work_nothing_is_invented():
    with pytest.raises(Failure, match="не показательный"):
        run_live(60, stop=threading.Event())
    assert cases() == 0


def test_what_a_person_did_meanwhile_is_left_to_them(patient):
    live = LiveDemo(7, clones.NOW)
    clock = ticking(clones.NOW)
    made = live.send(clock())
    team = live.stage.network.teams[live._at_work[0].spot]
    set_aside(team.operator, made.case_id, outcome="thanks", now=clock())
    live.work(clock())
    assert (live.lived.steps, live.lived.refused) == (0, 1)
    live.work(clock())
    assert live.lived.steps == 0


def test_ctrl_c_ends_the_command_with_what_happened(patient):
    name = patient.execute("SELECT current_database()").fetchone()[0]
    command = [sys.executable, "-m", "otklik", "demo", "--live", "300", "--json"]
    environment = {**os.environ, "DATABASE_URL": clones.app_of(name)}
    before = cases()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as running:
        try:
            deadline = threading.Event()
            for _n in range(600):
                if cases() > before or running.poll() is not None:
                    break
                deadline.wait(0.1)
            running.send_signal(signal.SIGINT)
            said, _errors = running.communicate(timeout=20)
        finally:
            running.kill()
    assert running.returncode == 0
    assert json.loads(said)["messages"] >= 1
