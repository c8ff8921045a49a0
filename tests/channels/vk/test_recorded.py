"""Recorded events taken again by the command: what becomes of each, and nothing the second time."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from otklik.operations.commands.channels import channels
from tests.channels.vk.saying import cases, make_account, messages

pytestmark = pytest.mark.django_db
PAYLOADS = Path(__file__).with_name("payloads")


def replayed(path: Path) -> dict:
    done = CliRunner().invoke(channels, ["replay", "vk", str(path), "--json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.output.splitlines()[-1])


def test_every_recorded_event_has_its_fate_and_a_second_run_adds_nothing():
    make_account()
    told = replayed(PAYLOADS)
    fates = {item["file"].split("#")[0].removesuffix(".json"): item["fate"] for item in told["items"][:31]}
    of = {fate: {name[:2] for name, one in fates.items() if one == fate} for fate in set(fates.values())}
    assert of["case"] == {"02", "05", "10", "14", "15", "16", "17", "18", "20", "22", "23", "30", "31"}
    assert of["existing"] == {"03"}
    assert "04" in of["followup"]
    assert of["quarantined"] >= {"01", "19", "24", "25", "26", "27", "28", "29"}
    assert told["cases"] == len(cases()) == 13
    again = replayed(PAYLOADS)
    assert (again["cases"], again["followups"], again["quarantined"]) == (0, 0, 0)
    assert len(cases()) == 13


def test_a_thread_is_whole_after_the_replay():
    make_account()
    replayed(PAYLOADS)
    pit = cases()[0]
    assert [one.text.split(",")[0] for one in messages(pit)] == [
        "Пробный город", "Добавлю: рядом школа", "На улице Мира у дома 5 большая яма",
        "Здравствуйте! Передали в дорожную службу.",
    ]
    assert pit.state == "answered"
    lamp = next(case for case in cases() if "фонарь" in case.text)
    assert [one.text for one in messages(lamp)][1:] == [
        "Здравствуйте! Уточните подъезд.", "Второй подъезд", "Второй подъезд, у качелей"
    ]


def test_one_file_may_be_taken_alone():
    make_account()
    told = replayed(PAYLOADS / "02-comment.json")
    assert (told["files"], told["cases"]) == (1, 1)
    assert "на улице Мира у дома 5 большая яма" in told["items"][0]["text"]
