"""Recorded updates taken again by the command: what becomes of each, and nothing the second time."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from otklik.operations.commands.channels import channels
from tests.channels.telegram.saying import cases, files, make_account, messages

pytestmark = pytest.mark.django_db
PAYLOADS = Path(__file__).with_name("payloads")
OUR_CHANNEL = "-1009876543210"


def replayed(path: Path) -> dict:
    done = CliRunner().invoke(channels, ["replay", "telegram", str(path), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.output.splitlines()[-1])


def test_every_recorded_update_has_its_fate_and_a_second_run_adds_nothing():
    make_account(own=OUR_CHANNEL)
    told = replayed(PAYLOADS)
    fates: dict[str, set[str]] = {}
    for item in told["items"]:
        fates.setdefault(item["fate"], set()).add(item["file"][:2])
    assert fates["case"] == {"02", "06", "11", "12", "14", "18", "19", "22", "28"}
    assert fates["followup"] == {"04", "05", "07", "08", "09", "13", "17", "20", "21"}
    assert fates["existing"] == {"03"}
    assert fates["quarantined"] == {"01", "10", "15", "16", "23", "24", "25", "26", "27", "29"}
    again = replayed(PAYLOADS)
    assert (again["cases"], again["followups"], again["quarantined"]) == (0, 0, 0)
    assert len(cases()) == told["cases"]


def test_threads_are_whole_after_the_replay():
    make_account(own=OUR_CHANNEL)
    replayed(PAYLOADS)
    found = {case.text: case for case in cases()}
    waste = found["Свалка за гаражами на Ленина 3"]
    assert [one.text for one in messages(waste)] == [
        "Свалка за гаражами на Ленина 3", "Свалка на Ленина 3 дымит второй день"
    ]
    assert len([row for row in files() if row.message_id == messages(waste)[0].pk]) == 3
    assert found["А на Садовой 12 воды нет уже сегодня"].state == "answered"
    dark = found["В подъезде 2 на Мира 9 не горит свет"]
    assert [one.thread for one in messages(dark)] == ["-1004242424242"] * 2
    assert {case.answer_by for case in cases()} == {"outside"}
