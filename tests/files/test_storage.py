"""Stored photos: one file a content, one row a use, whole or not there."""

import hashlib
import stat
import threading

import pytest

from otklik.acting import Link, Staff, System, acting
from otklik.files import storage
from otklik.files.models import StoredFile
from otklik.files.photos import CleanPhoto


def photo(content: bytes = b"jpeg bytes", name: str = "двор.jpg") -> CleanPhoto:
    return CleanPhoto(content, "image/jpeg", 4, 3, hashlib.sha256(content).hexdigest(), name)


@pytest.fixture
def folder(tmp_path, settings):
    settings.OTKLIK_FILES = tmp_path / "home" / "files"
    return settings.OTKLIK_FILES


def test_the_file_lies_under_its_digest_for_the_owner_only(folder):
    one = photo()
    path = storage.write_once(one.sha256, one.data)
    assert path == folder / one.sha256[:2] / one.sha256[2:4] / one.sha256
    assert path.read_bytes() == one.data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for above in (path.parent, path.parent.parent, folder, folder.parent):
        assert stat.S_IMODE(above.stat().st_mode) == 0o700


def test_a_digest_cannot_lead_out_of_the_folder(folder):
    for bad in ("../../etc/passwd", "A" * 64, "", "/" * 64):
        with pytest.raises(ValueError):
            storage.path_of(bad)


def test_many_writers_of_one_photo_leave_one_whole_file(folder):
    one = photo(b"x" * 200_000)
    writers = [threading.Thread(target=storage.write_once, args=(one.sha256, one.data)) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [one.sha256]
    assert storage.is_whole(one.sha256)


def test_a_file_cut_by_a_crash_is_written_again(folder):
    one = photo()
    path = storage.write_once(one.sha256, one.data)
    path.write_bytes(b"")
    assert not storage.is_whole(one.sha256)
    storage.write_once(one.sha256, one.data)
    assert storage.is_whole(one.sha256)


def test_a_failed_write_leaves_nothing_behind(folder, monkeypatch):
    def no_space(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage.os, "fsync", no_space)
    one = photo()
    with pytest.raises(OSError):
        storage.write_once(one.sha256, one.data)
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_every_digest_is_listed_and_a_missing_file_is_seen(folder):
    digests = sorted(
        storage.write_once(p.sha256, p.data).name for p in (photo(b"1"), photo(b"2"), photo(b"3"))
    )
    assert list(storage.stored_digests()) == digests
    assert not storage.is_whole("0" * 64)


SYSTEM = System("test")


@pytest.mark.django_db
def test_the_same_photo_twice_is_two_rows_and_one_file(folder):
    with acting(SYSTEM):
        first = storage.store(photo(), scope_id=7)
        second = storage.store(photo(), scope_id=8, original_name="другое имя.jpg")
        assert StoredFile.objects.count() == 2
    assert len(list(storage.stored_digests())) == 1
    assert (second.size, second.scope_id, second.original_name) == (10, 8, "другое имя.jpg")
    with storage.open_file(first) as content:
        assert content.read() == b"jpeg bytes"


@pytest.mark.django_db
def test_bytes_are_erased_with_their_last_use(folder):
    with acting(SYSTEM):
        first, second = storage.store(photo(), 7), storage.store(photo(), 8)
        storage.forget(first)
        assert storage.is_whole(second.sha256)
        storage.forget(second)
    assert not list(storage.stored_digests())


@pytest.mark.django_db
def test_a_colleague_of_another_place_and_a_stranger_do_not_see_the_row(folder):
    with acting(SYSTEM):
        storage.store(photo(), scope_id=7)
    for sees, seen in ((frozenset({7}), 1), (frozenset({8}), 0), (frozenset(), 0), (None, 1)):
        with acting(Staff(1, sees=sees), read_only=True):
            assert StoredFile.objects.count() == seen
    with acting(Link(1, "resident", 1), read_only=True):
        assert StoredFile.objects.count() == 0
