"""Two imports at once: one file is one run, one number is one case, and nobody is left with a stack trace."""

import csv
from pathlib import Path

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from otklik.acting import System, acting, widened
from otklik.cases.models import Case, OutsideNumber
from otklik.failures import Failure
from otklik.intake import importing, mapping, taking
from otklik.intake.models import ImportRun, OutsideWord, SheetProfile
from otklik.residents.models import Contact
from tests.at_once import at_once, failures
from tests.making import SYSTEM, organisation, place, send

ACTOR = System("import")


def sheet(folder: Path, name: str, numbers: range, **columns: str) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["ID", "Текст инцидента", *columns])
        writer.writerows([[n, f"Яма у дома {n}", *columns.values()] for n in numbers])
    return path


def load(path: Path) -> ImportRun:
    run = importing.begin(ACTOR, path, into=place("gorod-kamyshin"))
    return taking.run(run.pk, path=path)


def test_the_same_file_at_once_creates_each_case_once(committed, tmp_path, monkeypatch):
    monkeypatch.setattr(taking, "BATCH", 7)
    path = sheet(tmp_path, "one.csv", range(60))
    came = at_once(*(lambda: load(path) for _n in range(3)))
    busy = ("в другом процессе", "уже загружается")  # told when it goes on, or already when it begins
    assert all(isinstance(e, Failure) and any(words in str(e) for words in busy) for e in failures(came)), came
    with acting(SYSTEM):
        assert Case.objects.count() == OutsideNumber.objects.count() == 60
        assert ImportRun.objects.count() - 1 <= len([r for r in came if not isinstance(r, BaseException)])
    assert SheetProfile.objects.count() == 1


def test_two_files_with_the_same_numbers_at_once(committed, tmp_path, monkeypatch):
    monkeypatch.setattr(taking, "BATCH", 7)
    paths = [sheet(tmp_path, "a.csv", range(40)), sheet(tmp_path, "b.csv", range(20, 60))]
    came = at_once(*(lambda p=p: load(p) for p in paths))
    assert not failures(came), came
    assert sum(run.created for run in came) == 60
    assert sum(run.existing for run in came) == 20
    with acting(SYSTEM):
        assert Case.objects.count() == 60


def test_two_centres_with_profiles_of_their_own_never_share_a_number(committed, tmp_path):
    """The same number in two systems is two matters, whatever the systems are called."""
    path = sheet(tmp_path, "a.csv", range(5))
    runs = [
        importing.begin(ACTOR, path, into=place("gorod-kamyshin"), profile=name)
        for name in ("", "Инцидент", "sheet-иное")
    ]
    for run in runs:
        assert taking.run(run.pk, path=path).created == 5
    with acting(SYSTEM):
        assert Case.objects.count() == 15
        assert OutsideNumber.objects.values("system").distinct().count() == 3


def test_people_of_an_import_and_of_the_portal_at_once_are_the_same_people(committed, tmp_path):
    path = sheet(tmp_path, "a.csv", range(6), Телефон="8 900 123-45-67")
    columns = "id=ID,text=Текст инцидента,phone=Телефон"
    run = importing.begin(ACTOR, path, into=place("gorod-kamyshin"), written_map=columns)
    came = at_once(
        lambda: taking.run(run.pk, path=path), *(lambda: send(phone="+7 900 123-45-67") for _n in range(2))
    )
    assert not failures(came), came
    with acting(SYSTEM):
        assert Contact.objects.count() == 1


def test_a_word_mapped_by_two_at_once_is_applied_once(committed, tmp_path):
    load(sheet(tmp_path, "a.csv", range(4), Исполнитель="Горхоз"))
    word = OutsideWord.objects.get(kind="organisation").pk
    firms = organisation().pk, organisation("adm-gorod-volzhskiy").pk
    came = at_once(*(lambda o=o: mapping.map_word(SYSTEM, word, organisation_id=o) for o in firms))
    assert not failures(came), came
    came = at_once(*(lambda: mapping.apply_word(word) for _n in range(2)))
    assert not failures(came), came
    with acting(SYSTEM):
        assert set(Case.objects.values_list("executor_id", flat=True)) == {OutsideWord.objects.get().organisation_id}


def test_contacts_of_a_sheet_stand_nowhere_in_the_clear(committed, tmp_path, owner_url):
    path = sheet(tmp_path, "a.csv", range(2), Телефон="8 900 123-45-67", Почта="ia@example.org", Автор="Сомова Ия")
    columns = "id=ID,text=Текст инцидента,phone=Телефон,email=Почта,author=Автор"
    run = importing.begin(ACTOR, path, into=place("gorod-kamyshin"), written_map=columns)
    taking.run(run.pk, path=path)
    with psycopg.connect(owner_url) as owner:
        tables = [r[0] for r in owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()]
        for table in tables:
            held = owner.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ~ %s', ["123-?45-?67|ia@example"])
            assert held.fetchone() == (0,), table
    with acting(SYSTEM), widened():
        assert Contact.objects.count() == 2


@pytest.mark.django_db
def test_an_uploaded_sheet_goes_when_its_rows_are_taken(tmp_path):
    content = sheet(tmp_path, "a.csv", range(3)).read_bytes()
    run = importing.prepare(ACTOR, SimpleUploadedFile("выгрузка.csv", content), place("gorod-kamyshin").pk)
    kept = Path(run.stored_at)
    assert kept.is_file()
    assert kept.stat().st_mode & 0o077 == 0 or kept.parent.stat().st_mode & 0o077 == 0
    taking.run(run.pk)
    assert not kept.exists()
