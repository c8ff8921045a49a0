"""The folder of stored photos: `<OTKLIK_FILES>/ab/cd/<sha256>`, written once and never changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError

from otklik.files.documents import Document
from otklik.files.models import StoredFile
from otklik.files.photos import CleanPhoto

_HEX: Final = frozenset("0123456789abcdef")


def root() -> Path:
    """The folder from the setting OTKLIK_FILES."""
    return Path(settings.OTKLIK_FILES)


def path_of(sha: str) -> Path:
    """Where the content with this SHA-256 lies (or would lie). ValueError when `sha` is no digest."""
    if len(sha) != 64 or not _HEX.issuperset(sha):
        raise ValueError("not a sha256 digest in small hexadecimal letters")
    return root() / sha[:2] / sha[2:4] / sha


def store(photo: CleanPhoto | Document, scope_id: int | None, original_name: str = "") -> StoredFile:
    """Write the photo or document to the folder, then a row for this use of it.

    The file comes first: a row without its file would be a lost photo, a file without a row is only
    an orphan that `doctor` counts. `scope_id` is a territory's id.
    """
    write_once(photo.sha256, photo.data)
    return StoredFile.objects.create(
        sha256=photo.sha256,
        size=len(photo.data),
        content_type=photo.content_type,
        width=photo.width,
        height=photo.height,
        scope_id=scope_id,
        original_name=original_name or photo.name,
    )


def open_file(stored: StoredFile) -> BinaryIO:
    """The content, open for reading. FileNotFoundError when it is missing from the folder."""
    return path_of(stored.sha256).open("rb")


def write_once(sha: str, content: bytes) -> Path:
    """Put the content in its place so that a crash at any moment leaves a whole file or none."""
    target = path_of(sha)
    if target.exists() and target.stat().st_size == len(content):
        return target
    _make_private(target.parent)
    handle, draft = tempfile.mkstemp(dir=target.parent, prefix=".new-")  # mkstemp gives 0600
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return target


def stored_digests() -> Iterator[str]:
    """Digests of every file in the folder, in order, holding the names of one folder at a time."""
    for first in _names(root()):
        for second in _names(root() / first):
            for name in _names(root() / first / second):
                if len(name) == 64 and _HEX.issuperset(name):
                    yield name


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def is_whole(sha: str) -> bool:
    """True when the file is there and its content still has this digest."""
    try:
        with path_of(sha).open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == sha
    except FileNotFoundError:
        return False


def forget(stored: StoredFile) -> None:
    """Erase this use of a photo, and the bytes when nobody else uses them.

    To be called as an actor who sees all rows, or another case's photo would look unused.
    """
    sha = stored.sha256
    stored.delete()
    if not StoredFile.objects.filter(sha256=sha).exists():
        path_of(sha).unlink(missing_ok=True)


def _make_private(folder: Path) -> None:
    """Make the folders one by one with 0700: the mode of mkdir(parents=True) skips the parents."""
    missing = [step for step in (folder, *folder.parents) if not step.exists()]
    for step in reversed(missing):
        step.mkdir(mode=0o700, exist_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def forget_many(file_ids: Iterable[int]) -> int:
    """Erase these uses of photos; the bytes go when the transaction is committed and nobody else uses them.

    To be called as an actor who sees all rows. A row that something else still points to stays. Returns how many went.
    """
    went = 0
    for stored in StoredFile.objects.filter(pk__in=list(file_ids)):
        try:
            with transaction.atomic():
                stored.delete()
        except ProtectedError:
            continue
        went += 1
        if not StoredFile.objects.filter(sha256=stored.sha256).exists():
            path = path_of(stored.sha256)
            transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]
    return went
