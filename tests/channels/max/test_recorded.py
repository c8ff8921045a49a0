"""Recorded updates taken again by the command: what becomes of each, and nothing the second time."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from otklik.operations.commands.channels import channels
from tests.channels.max.saying import cases, make_account, messages

pytestmark = pytest.mark.django_db
PAYLOADS = Path(__file__).with_name("payloads")


def replayed(path: Path) -> dict:
    done = CliRunner().invoke(channels, ["replay", "max", str(path), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.output.splitlines()[-1])


def test_every_recorded_update_has_its_fate_and_a_second_run_adds_nothing():
    make_account()
    told = replayed(PAYLOADS)
    fates: dict[str, set[str]] = {}
    for item in told["items"]:
        fates.setdefault(item["fate"], set()).add(item["file"][:2])
    assert fates["case"] == {"02", "06", "07", "10", "11", "15", "16", "18", "25"}
    assert fates["followup"] == {"04", "05", "12", "13", "14", "17", "19"}
    assert fates["existing"] == {"03"}
    assert fates["quarantined"] == {"01", "08", "09", "20", "21", "22", "23", "24", "26"}
    again = replayed(PAYLOADS)
    assert (again["cases"], again["followups"], again["quarantined"]) == (0, 0, 0)
    assert len(cases()) == told["cases"]


def test_without_an_account_they_are_taken_into_one_that_never_sends():
    told = replayed(PAYLOADS / "02-dialog.json")
    assert (told["files"], told["cases"]) == (1, 1)
    assert cases()[0].account.code == "replay-max"
    assert not cases()[0].account.active


def test_a_thread_is_whole_after_the_replay():
    make_account()
    replayed(PAYLOADS)
    pit = cases()[0]
    assert [one.text for one in messages(pit)] == [
        "На улице Мира у дома 5 большая яма, колесо пробил", "Вот она",
        "На улице Мира у дома 5 большая яма, два колеса пробил",
    ]
    lamp = next(case for case in cases() if "школы № 4" in case.text)
    assert lamp.state == "answered"
