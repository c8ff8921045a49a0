"""Backup and restore: nothing lost, nothing half done, and work goes on afterwards."""

import json
import shutil
import tarfile
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from otklik.acting import System, acting
from otklik.failures import Failure
from otklik.operations.backup import Place, make_backup
from otklik.operations.backup_archive import DUMP, END, MANIFEST, BadArchive, read, written
from otklik.operations.backup_tables import all_hashes, steady
from otklik.operations.restore import load, verified
from tests.operations import clones
from tests.operations.test_demo import otklik

KEYS = {"signing": "s" * 64, "contacts": "c" * 64}


def quiet(_what: str, _done: int, _of: int) -> None:
    """No progress."""


def place(name: str, files: Path) -> Place:
    return Place(clones.owner_of(name), files, "volgograd", KEYS)


def known() -> set[str]:
    from django.db.migrations.loader import MigrationLoader

    return {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}


def hashes(name: str) -> dict:
    with psycopg.connect(clones.owner_of(name)) as owner:
        steady(owner)
        return all_hashes(owner)


@pytest.fixture(scope="module")
def archive(demo_region, django_db_blocker, tmp_path_factory) -> Path:
    """A backup of the demo region, with keys."""
    target = tmp_path_factory.mktemp("backup") / "region.tar"
    with django_db_blocker.unblock():
        make_backup(target, place(demo_region.name, demo_region.files), now=clones.NOW, with_keys=True, progress=quiet)
    return target


@pytest.fixture
def unblocked(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        yield


def test_every_table_and_photo_comes_back_the_same_and_work_goes_on(demo_region, unblocked, tmp_path):
    home, target = tmp_path / "old", tmp_path / "region.tar"
    shutil.copytree(demo_region.files, home / "files")
    with clones.clone_of(demo_region.name) as old, clones.empty() as new:
        made = json.loads(otklik(old, home, "backup", str(target), "--json").stdout)
        assert made["cases"] == clones.STANDING and made["missing"] == [] and not made["with_keys"]
        came = json.loads(otklik(new, tmp_path / "new", "restore", str(target), "--json").stdout)
        assert came["ok"] and came["photos"] == made["photos"] > 0
        assert came["keys_differ"] == ["exchange", "models", "signing"]  # the contacts' key is given here
        ours, theirs = hashes(old), hashes(new)
        # A restored database is migrated again, which may only add to these two.
        assert {t for t in ours if ours[t] != theirs[t]} <= {"journal_follower", "django_migrations"}
        for path in (home / "files").glob("??/??/*"):
            copy = tmp_path / "new" / "files" / path.relative_to(home / "files")
            assert copy.read_bytes() == path.read_bytes() and copy.stat().st_mode & 0o777 == 0o600
        _one_new_case_reaches_figures_and_a_seal(new)


def _one_new_case_reaches_figures_and_a_seal(name: str) -> None:
    from otklik.insight.models import CaseFact
    from otklik.journal.models import Position, Seal
    from otklik.operations.beats import follow_journal, seal_journal
    from tests.making import send

    later = clones.NOW + timedelta(hours=1)
    with clones.inside(name):
        sent = send(now=later)
        follow_journal(later)
        seal_journal(later)
        with acting(System("test"), read_only=True):
            assert CaseFact.objects.filter(case_id=sent.case_id).exists()
            assert Seal.objects.order_by("-last")[0].last == Position.objects.count()
            assert sent.number > clones.STANDING


def test_people_may_work_while_the_backup_is_made(demo_region, unblocked, tmp_path):
    from tests.making import send

    with clones.clone_of(demo_region.name) as old, clones.empty() as new:
        sent = []

        def work(_what: str, _done: int, _of: int) -> None:
            if not sent:
                sent.append(send(now=clones.NOW))

        target = tmp_path / "region.tar"
        with clones.inside(old):
            make_backup(target, place(old, demo_region.files), now=clones.NOW, with_keys=False, progress=work)
        manifest = verified(target, "volgograd", known(), quiet)
        load(target, manifest, place(new, tmp_path / "files"), tmp_path / "secrets", replace=False, progress=quiet)
        assert sent and hashes(new)["cases_case"]["rows"] == clones.STANDING
        assert hashes(old)["cases_case"]["rows"] == clones.STANDING + 1


def test_a_changed_a_lost_and_a_doubled_row_change_the_hash(patient):
    steady(patient)
    before = all_hashes(patient)
    patient.execute("UPDATE cases_case SET title = title || '.' WHERE id = (SELECT min(id) FROM cases_case)")
    patient.execute("DELETE FROM cases_caselink WHERE id = (SELECT min(id) FROM cases_caselink)")
    patient.execute("UPDATE cases_case SET version = version WHERE id = 5")  # another order on the disk
    after = all_hashes(patient)
    assert {name for name in before if before[name] != after[name]} == {"cases_case", "cases_caselink"}


def test_a_database_in_use_is_replaced_only_when_told(archive, demo_region, unblocked, tmp_path):
    manifest = verified(archive, "volgograd", known(), quiet)
    with clones.clone_of(demo_region.name) as other:
        with psycopg.connect(clones.owner_of(other), autocommit=True) as owner:
            owner.execute("UPDATE cases_case SET title = 'другое'")
        here = place(other, tmp_path / "files")
        with pytest.raises(Failure, match="--replace"):
            load(archive, manifest, here, tmp_path / "secrets", replace=False, progress=quiet)
        load(archive, manifest, here, tmp_path / "secrets", replace=True, progress=quiet)
        assert hashes(other) == manifest["tables"]


def test_nobody_may_be_working_when_it_is_replaced(archive, demo_region, unblocked, tmp_path):
    manifest = verified(archive, "volgograd", known(), quiet)
    with clones.empty() as new, psycopg.connect(clones.app_of(new)), pytest.raises(Failure, match="Остановите"):
        load(archive, manifest, place(new, tmp_path), tmp_path / "secrets", replace=False, progress=quiet)


def test_a_dump_that_does_not_load_leaves_what_was_there(archive, demo_region, unblocked, tmp_path):
    broken = tmp_path / "broken.tar"
    with written(broken) as out:
        for member in read(archive):
            content = b"".join(member.chunks())
            out.add(member.name, [content[: len(content) * 2 // 3] if member.name == DUMP else content])
    members = read(broken)
    manifest = next(members).json()
    with clones.clone_of(demo_region.name) as other:
        before = hashes(other)
        with pytest.raises(Failure):
            load(broken, manifest, place(other, tmp_path / "files"), tmp_path / "s", replace=True, progress=quiet)
        assert hashes(other) == before


def test_keys_travel_only_when_asked_and_an_older_key_is_kept_beside(archive, unblocked, tmp_path):
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "contacts").write_text("another key")
    manifest = verified(archive, "volgograd", known(), quiet)
    assert manifest["with_keys"] and KEYS["contacts"] not in json.dumps(manifest)
    with clones.empty() as new:
        came = load(archive, manifest, place(new, tmp_path / "files"), secrets, replace=False, progress=quiet)
    assert came.keys_differ == ()
    assert (secrets / "contacts").read_text() == KEYS["contacts"]
    assert (secrets / "contacts").stat().st_mode & 0o777 == 0o600
    assert (secrets / "contacts.before-restore").read_text() == "another key"


def test_without_keys_the_archive_holds_none(demo_region, unblocked, tmp_path):
    target = tmp_path / "region.tar"
    make_backup(target, place(demo_region.name, demo_region.files), now=clones.NOW, with_keys=False, progress=quiet)
    with tarfile.open(target) as tar:
        names = tar.getnames()
    assert names[0] == MANIFEST and names[-1] == END and not [n for n in names if n.startswith("secrets")]
    assert KEYS["contacts"].encode() not in target.read_bytes()
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("part", [0.0, 0.0005, 0.3, 0.8, 0.99])
def test_a_cut_off_archive_is_told(archive, unblocked, tmp_path, part):
    short = tmp_path / "short.tar"
    whole = archive.read_bytes()
    short.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(BadArchive):
        verified(short, "volgograd", known(), quiet)


@pytest.mark.parametrize("content", [b"", b"not an archive at all" * 100, b"\x00" * 4096])
def test_a_foreign_file_is_told(unblocked, tmp_path, content):
    foreign = tmp_path / "foreign.tar"
    foreign.write_bytes(content)
    with pytest.raises(BadArchive):
        verified(foreign, "volgograd", known(), quiet)


def test_a_tar_of_something_else_is_told(unblocked, tmp_path):
    (tmp_path / "note.txt").write_text("hello")
    other = tmp_path / "other.tar"
    with tarfile.open(other, "w") as tar:
        tar.add(tmp_path / "note.txt", "../../etc/passwd")
    with pytest.raises(BadArchive, match="не копия"):
        verified(other, "volgograd", known(), quiet)


def test_an_archive_of_a_newer_program_or_of_another_region_is_told(archive, unblocked):
    with pytest.raises(BadArchive, match="новая программа"):
        verified(archive, "volgograd", known() - {"cases.0001_initial"}, quiet)
    with pytest.raises(BadArchive, match="региона"):
        verified(archive, "tambov", known(), quiet)


def test_a_changed_byte_is_told(archive, unblocked, tmp_path):
    changed = tmp_path / "changed.tar"
    content = bytearray(archive.read_bytes())
    middle = len(content) // 2
    content[middle] ^= 1
    changed.write_bytes(bytes(content))
    with pytest.raises(BadArchive):
        verified(changed, "volgograd", known(), quiet)


def test_a_member_from_nowhere_is_not_taken(archive, unblocked, tmp_path):
    strange = tmp_path / "strange.tar"
    with written(strange) as out:
        for member in read(archive):
            content = b"".join(member.chunks())
            if member.name == END:
                out.add("photos/../../escape", [b"x"])
            out.add(member.name, [content])
    with pytest.raises(BadArchive, match="не копия"):
        verified(strange, "volgograd", known(), quiet)


def test_a_failed_backup_leaves_no_file_and_the_old_one_stays(demo_region, unblocked, tmp_path):
    target = tmp_path / "region.tar"
    target.write_bytes(b"yesterday's backup")
    files = tmp_path / "files"
    shutil.copytree(demo_region.files, files)
    spoilt = sorted(files.glob("??/??/*"))[0]
    spoilt.write_bytes(b"spoilt")
    with pytest.raises(Failure, match="испорчена"):
        make_backup(target, place(demo_region.name, files), now=clones.NOW, with_keys=False, progress=quiet)
    assert target.read_bytes() == b"yesterday's backup" and list(tmp_path.glob(".*")) == []


def test_a_lost_photo_is_named_and_does_not_stop_the_backup(demo_region, unblocked, tmp_path):
    files = tmp_path / "files"
    shutil.copytree(demo_region.files, files)
    lost = sorted(files.glob("??/??/*"))[0]
    lost.unlink()
    target = tmp_path / "region.tar"
    made = make_backup(target, place(demo_region.name, files), now=clones.NOW, with_keys=False, progress=quiet)
    assert made.missing == (lost.name,)


def test_a_folder_that_is_not_there_is_one_clear_line(demo_region, unblocked, tmp_path):
    with clones.clone_of(demo_region.name) as name:
        refused = otklik(name, tmp_path, "backup", str(tmp_path / "no" / "b.tar"), check=False)
    assert refused.returncode == 1 and refused.stderr.startswith("Ошибка: Папки") and "Traceback" not in refused.stderr


def test_nightly_copies_are_named_by_date_and_only_the_last_are_kept(demo_region, unblocked, tmp_path):
    folder = tmp_path / "copies"
    folder.mkdir()
    older = [folder / f"volgograd-2026-01-0{day}-023000.tar" for day in (1, 2, 3)]
    others = [folder / "volgograd-before-move.tar", folder / "astrakhan-2026-01-01-023000.tar"]
    for path in (*older, *others):
        path.write_bytes(b"")
    done = otklik(demo_region.name, tmp_path / "home", "backup", "--keep", "2", str(folder), "--json")
    made = json.loads(done.stdout)
    assert set(folder.iterdir()) == {Path(made["file"]), older[-1], *others}
    assert otklik(demo_region.name, tmp_path / "home", "backup", str(folder), check=False).returncode == 2
