"""The archive of a backup: a plain tar, written and read as a stream.

Order of members: `manifest.json` (what it is, counts and hashes of tables), `database.dump` (pg_dump, custom
format), `photos/ab/cd/<sha256>`, with keys `secrets/<name>`, and last `end.json` (digests of what came before). An
archive without its end was cut off.
"""

import hashlib
import json
import os
import re
import tarfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from otklik.failures import Failure

FORMAT, FORMAT_VERSION = "otklik-backup", 1
MANIFEST, DUMP, END = "manifest.json", "database.dump", "end.json"
PHOTO = re.compile(r"photos/([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")
SECRET = re.compile(r"secrets/([a-z][a-z0-9_-]{0,40})")
BLOCK = tarfile.BLOCKSIZE
CHUNK = 1 << 20
MOST_JSON = 64 * CHUNK


class BadArchive(Failure):
    """The file is no backup, or a damaged one."""


@dataclass(frozen=True)
class Member:
    """One member while it is read: its name, size in bytes, and its content, once."""

    name: str
    size: int
    content: IO[bytes]

    def chunks(self) -> Iterator[bytes]:
        """The content in pieces; raises `BadArchive` when the archive ends in it."""
        left = self.size
        while left:
            try:
                chunk = self.content.read(min(CHUNK, left))
            except (OSError, tarfile.TarError) as error:
                raise BadArchive(_cut()) from error
            if not chunk:
                raise BadArchive(_cut())
            left -= len(chunk)
            yield chunk

    def json(self) -> dict[str, Any]:
        """The content as a JSON object."""
        if self.size > MOST_JSON:
            raise BadArchive("Копия испорчена: опись слишком велика.")
        try:
            content = json.loads(b"".join(self.chunks()))
        except ValueError as error:
            raise BadArchive(f"Копия испорчена: {self.name} не читается.") from error
        if not isinstance(content, dict):
            raise BadArchive(f"Копия испорчена: {self.name} не опись.")
        return content


class ArchiveWriter:
    """Writes members one after another; the size of a member need not be known before."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def add(self, name: str, content: Iterable[bytes]) -> tuple[int, str]:
        """Write one member; returns its size in bytes and its SHA-256."""
        start = self._out.tell()
        self._out.write(bytes(BLOCK))
        size, seen = 0, hashlib.sha256()
        for chunk in content:
            self._out.write(chunk)
            seen.update(chunk)
            size += len(chunk)
        self._out.write(bytes(-size % BLOCK))
        after = self._out.tell()
        header = tarfile.TarInfo(name)
        header.size, header.mtime, header.mode = size, int(time.time()), 0o600
        self._out.seek(start)
        self._out.write(header.tobuf(tarfile.GNU_FORMAT))
        self._out.seek(after)
        return size, seen.hexdigest()

    def add_json(self, name: str, content: dict[str, Any]) -> None:
        """Write a JSON member."""
        self.add(name, [json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()])

    def close(self) -> None:
        """Write the end of the tar."""
        self._out.write(bytes(2 * BLOCK))


@contextmanager
def written(target: Path) -> Iterator[ArchiveWriter]:
    """Write an archive beside its place and put it there when it is whole; a failure leaves nothing behind."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Failure(f"Не удалось создать {draft}: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as out:
            writer = ArchiveWriter(out)
            yield writer
            writer.close()
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise Failure(f"Не удалось записать копию {target}: {error.strerror or error}.") from error
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def read(source: Path) -> Iterator[Member]:
    """The members of an archive in order, the manifest first and checked. Raises `BadArchive`."""
    try:
        with source.open("rb") as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            first = True
            for header in _headers(tar):
                content = tar.extractfile(header)
                if not header.isreg() or content is None:
                    raise BadArchive(f"Это не копия Отклика: в ней лежит {header.name!r}.")
                if first and header.name != MANIFEST:
                    raise BadArchive(f"{source} — не копия Отклика.")
                first = False
                yield Member(header.name, header.size, content)
            if first:
                raise BadArchive(f"{source} пуст.")
    except tarfile.TarError as error:
        raise BadArchive(f"{source} — не копия Отклика или испорченная копия.") from error
    except OSError as error:
        raise BadArchive(f"Файл {source} не читается: {error.strerror or error}.") from error


def _headers(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    try:
        yield from tar
    except tarfile.ReadError as error:
        raise BadArchive(_cut()) from error


def checked_manifest(content: dict[str, Any]) -> dict[str, Any]:
    """A manifest that this program can restore. Raises `BadArchive` for a foreign or newer one."""
    if content.get("format") != FORMAT:
        raise BadArchive("Это не копия Отклика.")
    if not isinstance(content.get("format_version"), int) or content["format_version"] > FORMAT_VERSION:
        raise BadArchive("Копию сделала более новая программа. Обновите Отклик и повторите.")
    for name in ("program", "region", "tables", "migrations", "made_at", "with_keys"):
        if name not in content:
            raise BadArchive(f"Копия испорчена: в описи нет «{name}».")
    return content


def _cut() -> str:
    return "Копия обрезана: файл закончился раньше времени. Возьмите другую копию."
