"""Letters out of files: hard real ones, and Russian ones in every table and encoding."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.channels.kit import arriving
from otklik.channels.kit.channel import Came
from otklik.intake import receiving
from otklik.intake.replaying import ACTOR, OWN, account_for, replay
from otklik.operations.commands.channels import channels

pytestmark = pytest.mark.django_db
FATES = {"case", "followup", "quarantined"}


def taken(folder: Path):
    return list(replay(account_for("email"), folder))


def test_every_hard_letter_becomes_something_that_can_be_seen_and_a_second_time_nothing(trial_data):
    first = taken(trial_data / "mail" / "real")
    assert len(first) == 46
    assert {item.fate for item in first} <= FATES
    assert all(item.reason for item in first if item.fate == "quarantined")
    assert sum(bool(item.author or item.subject) for item in first) >= 45  # one is a bare report without headers
    assert {item.fate for item in taken(trial_data / "mail" / "real")} == {"existing"}


def test_russian_letters_come_out_exact_in_every_table_and_encoding(trial_data):
    folder = trial_data / "mail" / "russian"
    with (folder / "manifest.csv").open(encoding="utf-8") as rows:
        expected = {int(row["n"]): row["expected_text"] for row in csv.DictReader(rows)}
    items = taken(folder)
    assert Counter(item.fate for item in items) == {"case": 96}
    wrong = [item.file for item in items if item.text != expected[int(item.file.split("_")[0])]]
    assert not wrong
    assert {item.fate for item in taken(folder)} == {"existing"}


def test_the_command_prints_one_object(trial_data):
    done = CliRunner().invoke(channels, ["replay", "email", str(trial_data / "mail" / "russian"), "--json"])
    told = json.loads(done.output)
    assert {name: told[name] for name in ("files", "cases", "followups", "quarantined", "existing")} == {
        "files": 96, "cases": 96, "followups": 0, "quarantined": 0, "existing": 0,
    }
    assert set(told["items"][0]) == {"file", "fate", "from", "subject", "text", "full_text", "attachments"}


def test_no_worker_takes_what_a_replay_has_in_hand_and_all_of_it_when_the_replay_was_killed():
    account, now = account_for("email"), timezone.now()
    letter = b"From: a@example.org\nSubject: x\n\nHole in the road"
    with acting(ACTOR), widened():
        arriving.keep(account, [Came("recorded-1", letter)], now, own=OWN)
    assert account.pk not in receiving.accounts_with_arrivals(now)
    assert receiving.take_waiting(account.pk) == 0
    assert account.pk in receiving.accounts_with_arrivals(now + OWN)
