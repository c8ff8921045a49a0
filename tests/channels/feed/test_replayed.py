"""`otklik channels replay rss|open311`: recorded files taken again, and what became of each."""

import json

import pytest

from otklik.channels.open311.payload import Report, packed
from otklik.intake.replaying import account_for, replay
from tests.channels.feed.feeds import HOLE, LAMP, item, rss

pytestmark = pytest.mark.django_db


def test_feeds_are_replayed_under_either_name_and_a_second_time_adds_nothing(tmp_path):
    (tmp_path / "a.xml").write_bytes(rss(item(1, "Яма", HOLE), item(2, "Фонари", LAMP)).encode("koi8-r"))
    (tmp_path / "b.xml").write_text("это не лента")
    account = account_for("rss")
    assert account.channel == "feed" == account_for("feed").channel
    fates = [(one.file, one.fate) for one in replay(account, tmp_path)]
    assert fates == [("a.xml#1", "case"), ("a.xml#2", "case"), ("b.xml", "quarantined")]
    assert {one.fate for one in replay(account, tmp_path)} <= {"existing", "quarantined"}


def test_reports_of_open311_are_replayed(tmp_path):
    bodies = [packed(Report(token=f"t{n}", description=f"Яма {n}", group="road", theme="road.pothole")) for n in (1, 2)]
    (tmp_path / "reports.jsonl").write_bytes(b"\n".join([*bodies, json.dumps({"token": 3}).encode()]))
    items = list(replay(account_for("open311"), tmp_path))
    assert [one.fate for one in items] == ["case", "case", "quarantined"] and items[0].text == "Яма 1"
