"""Exports laid into a watched folder are taken by themselves."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from otklik.acting import System, acting
from otklik.cases.models import Case
from otklik.intake import taking, watching
from otklik.intake.models import ImportRun

pytestmark = pytest.mark.django_db
SHEET = (
    "ID,Текст инцидента,Дата создания\n1,Яма на дороге у школы,01.11.2026 10:00\n2,Не горит фонарь,01.11.2026 11:00\n"
)


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch, settings) -> Path:
    settings.OTKLIK_HOME = tmp_path / "home"
    monkeypatch.setenv("OTKLIK_INBOX", str(tmp_path / "inbox"))
    folder = tmp_path / "inbox" / "gorod-kamyshin" / "incidents"
    folder.mkdir(parents=True)
    return folder


def lay(path: Path, content: str = SHEET, *, seconds_ago: float = 60) -> Path:
    path.write_text(content, encoding="utf-8")
    moment = time.time() - seconds_ago
    os.utime(path, (moment, moment))
    return path


def looked() -> int:
    count = watching.look(timezone.now())
    with acting(System("import"), read_only=True):
        waiting = list(ImportRun.objects.filter(state="running").values_list("pk", flat=True))
    for pk in waiting:
        taking.run(pk)
    return count


def cases() -> int:
    with acting(System("test"), read_only=True):
        return Case.objects.count()


def test_a_finished_file_makes_cases_and_is_moved_away(inbox):
    lay(inbox / "a.csv")
    assert looked() == 1
    assert cases() == 2
    assert not (inbox / "a.csv").exists()
    assert [path.name[16:] for path in (inbox / "taken").iterdir()] == ["a.csv"]
    assert looked() == 0


def test_a_file_that_is_still_being_written_waits(inbox):
    lay(inbox / "a.csv", seconds_ago=2)
    assert looked() == 0
    assert cases() == 0
    assert watching.look(timezone.now() + timedelta(seconds=20)) == 1


def test_the_same_rows_in_a_later_file_make_no_second_cases(inbox):
    lay(inbox / "a.csv")
    looked()
    lay(inbox / "b.csv", SHEET + "3,Течёт кран во дворе,02.11.2026 10:00\n")
    looked()
    assert cases() == 3


@pytest.mark.parametrize(
    ("content", "says"), [("", ""), ("a,b\n1,2\n", "столб"), ("\x00\x01\x02", "")],
)
def test_what_cannot_be_read_is_refused_with_the_reason_beside_it(inbox, content, says):
    lay(inbox / "a.csv", content)
    looked()
    assert cases() == 0
    refused = {path.suffix: path for path in (inbox / "refused").iterdir()}
    assert set(refused) == {".csv", ".txt"}
    why = refused[".txt"].read_text(encoding="utf-8")
    assert why.strip()
    assert says in why.lower()


def test_a_folder_of_no_territory_is_told_so(inbox):
    other = inbox.parent.parent / "nowhere" / "incidents"
    other.mkdir(parents=True)
    lay(other / "a.csv")
    looked()
    assert "nowhere" in next((other / "refused").glob("*.txt")).read_text(encoding="utf-8")


def test_links_drafts_and_other_files_are_left_alone(inbox, tmp_path):
    secret = lay(tmp_path / "secret.csv")
    (inbox / "link.csv").symlink_to(secret)
    lay(inbox / ".hidden.csv")
    lay(inbox / "~lock.csv")
    lay(inbox / "readme.txt")
    assert looked() == 0
    assert secret.exists()


def test_no_folder_is_no_error(tmp_path, monkeypatch):
    monkeypatch.setenv("OTKLIK_INBOX", str(tmp_path / "none"))
    assert watching.look(timezone.now()) == 0
