"""`otklik insight`: figures made anew and compared by command; stopped in the middle, the old figures stand."""

import json
import os
import signal
import subprocess
import sys
import time

import psycopg
from click.testing import CliRunner

from otklik.acting import acting
from otklik.insight.models import Cell
from otklik.operations.commands.insight import insight
from tests.insight.following_steps import follow_all, tables
from tests.making import SYSTEM, place, send


def said(*words: str) -> tuple[int, str]:
    answer = CliRunner().invoke(insight, words)
    return answer.exit_code, answer.output


def test_a_cell_changed_by_hand_is_told_with_its_place_and_day_and_put_right(db):
    send(code="gorod-kamyshin")
    follow_all()
    assert said("check") == (0, "Цифры сходятся с карточками.\n")
    with acting(SYSTEM):
        Cell.objects.filter(dimension="", span="d").update(received=7)
        day = Cell.objects.get(dimension="", span="d").since
    code, words = said("check", "--json")
    assert code == 1
    kamyshin = place("gorod-kamyshin").pk
    assert json.loads(words) == {
        "ok": False, "cases": [], "days": [{"scope": kamyshin, "since": day.isoformat()}],
    }
    code, words = said("check")
    assert code == 1
    assert "дней и месяцев 1. Пересчитайте: otklik insight rebuild." in words
    code, words = said("rebuild", "--json")
    assert (code, json.loads(words)["cases"]) == (0, 1)
    assert said("check", "--json") == (0, '{"ok": true, "cases": [], "days": []}\n')
    assert said("rebuild")[1].startswith("Цифры пересчитаны. Карточек: 1,")


def test_wrong_words_count_nothing(db):
    for wrong in (("rebuild", "всё"), ("rebuild", "--cases=1"), ("check", "--json", "1"), ("count",)):
        assert said(*wrong)[0] == 2


# As at a terminal: what runs in the background of a shell ignores Ctrl-C, and its children with it.
REBUILD = """
import signal
from otklik.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
main(["insight", "rebuild"])
"""


def stopped_halfway(owner_url: str, by: signal.Signals) -> tuple[int, str]:
    """Stop `otklik insight rebuild` when facts are made anew and cells are not: it waits for a lock of ours there."""
    with psycopg.connect(owner_url) as owner:
        owner.execute("LOCK TABLE insight_cell IN SHARE MODE")
        child = subprocess.Popen(
            [sys.executable, "-c", REBUILD], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, env={**os.environ, "DJANGO_SETTINGS_MODULE": "otklik.settings"},
        )
        until = time.monotonic() + 60
        waiting = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'insight_cell'::regclass"
        while owner.execute(waiting).fetchone() is None:
            assert child.poll() is None
            assert time.monotonic() < until
        child.send_signal(by)
        out, _nothing = child.communicate(timeout=30)
        owner.rollback()
    return child.returncode, out


def test_a_rebuild_stopped_in_the_middle_leaves_the_old_figures_standing(committed, owner_url):
    send(code="gorod-kamyshin")
    follow_all()
    with acting(SYSTEM):
        Cell.objects.filter(dimension="theme").update(received=7)  # by which the old figures are known
    old = tables()
    assert stopped_halfway(owner_url, signal.SIGINT) == (130, "Остановлено. Остались прежние цифры.\n")
    assert tables() == old
    assert stopped_halfway(owner_url, signal.SIGKILL) == (-signal.SIGKILL, "")
    assert tables() == old
    assert said("rebuild")[0] == 0
    assert tables() != old
    assert said("check")[0] == 0
