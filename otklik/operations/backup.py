"""`otklik backup`: database and photos in one file, consistent while people work."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg

from otklik.failures import Failure
from otklik.operations.backup_archive import (
    DUMP,
    END,
    FORMAT,
    FORMAT_VERSION,
    MANIFEST,
    ArchiveWriter,
    written,
)
from otklik.operations.backup_programs import environment, output_of, program
from otklik.operations.backup_tables import all_hashes, migrations, steady

Progress = Callable[[str, int, int], None]  # what, done, of how many (0: unknown)
CHUNK = 1 << 20


@dataclass(frozen=True)
class Place:
    """Where everything is: the owner's address, the folder of photos, the region, and the keys by name.

    `set_outside`: names of keys that the environment gives; a key that comes back with an archive cannot replace those.
    """

    owner_url: str
    files: Path
    region: str
    keys: dict[str, str]
    set_outside: frozenset[str] = frozenset()


@dataclass(frozen=True)
class BackedUp:
    """What a backup holds. `missing`: photos whose file was not on the disk."""

    cases: int
    tables: int
    photos: int
    missing: tuple[str, ...]
    size: int
    with_keys: bool


def key_fingerprint(key: str) -> str:
    """Tells one key from another without giving it away."""
    return hashlib.sha256(b"otklik key fingerprint" + key.encode()).hexdigest()[:16]


def make_backup(target: Path, place: Place, *, now: datetime, with_keys: bool, progress: Progress) -> BackedUp:
    """Write the archive; see `backup_archive`. Counts, hashes and dump are of one moment.

    Raises Failure, and leaves no file, when something cannot be read or written.
    """
    if not target.parent.is_dir():
        raise Failure(f"Папки {target.parent} нет: создайте её или назовите другую.")
    try:
        connection = psycopg.connect(place.owner_url, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise Failure(f"База данных недоступна: {error}".strip()) from error
    with connection, written(target) as archive:
        steady(connection)
        connection.commit()
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        snapshot = (connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",))[0]
        tables = all_hashes(connection, lambda name: progress(f"считаю {name}", 0, 0))
        archive.add_json(MANIFEST, _manifest(connection, place, tables, now, with_keys))
        end = _content(archive, connection, place, snapshot, with_keys, progress)
        archive.add_json(END, end)
    return BackedUp(
        tables.get("cases_case", {"rows": 0})["rows"], len(tables), end["photos"], tuple(end["missing"]),
        target.stat().st_size, with_keys,
    )


def _manifest(
    connection: psycopg.Connection[Any], place: Place, tables: dict[str, Any], now: datetime, with_keys: bool
) -> dict[str, Any]:
    return {
        "format": FORMAT, "format_version": FORMAT_VERSION, "program": version("otklik"), "region": place.region,
        "made_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "postgresql": connection.info.server_version // 10000, "migrations": migrations(connection),
        "tables": tables, "with_keys": with_keys,
        "keys": {name: key_fingerprint(key) for name, key in sorted(place.keys.items())},
        "about": (
            "В копии есть ключи: храните её как пароль." if with_keys else
            "Ключей в копии нет: без папки secrets телефоны и почта жителей из неё не прочтутся."
        ),
    }  # fmt: skip


def _content(
    archive: ArchiveWriter, connection: psycopg.Connection[Any], place: Place, snapshot: str, with_keys: bool,
    progress: Progress,
) -> dict[str, Any]:
    dump_size, dump_hash = archive.add(DUMP, _dump(connection, place.owner_url, snapshot, progress))
    count, missing = 0, []
    photos = _photos(connection)
    total = next(photos)
    for sha in photos:
        assert isinstance(sha, str)
        path = place.files / sha[:2] / sha[2:4] / sha
        if path.is_file():
            _size, found = archive.add(f"photos/{sha[:2]}/{sha[2:4]}/{sha}", _chunks(path))
            if found != sha:
                raise Failure(f"Фотография {sha[:12]} на диске испорчена. Выполните «otklik doctor --deep».")
            count += 1
        else:
            missing.append(sha)
        progress("фотографии", count + len(missing), int(total))
    secrets = {}
    if with_keys:
        for name, key in sorted(place.keys.items()):
            secrets[name] = archive.add(f"secrets/{name}", [key.encode()])[1]
    return {
        "dump": {"size": dump_size, "sha256": dump_hash}, "photos": count, "missing": missing, "secrets": secrets
    }


def _dump(connection: psycopg.Connection[Any], url: str, snapshot: str, progress: Progress) -> Iterator[bytes]:
    server = connection.info.server_version // 10000
    command: list[str | Path] = [
        program("pg_dump", server), "--format=custom", f"--snapshot={snapshot}", "--schema=public", "--no-owner",
        "--no-privileges", "--no-comments", "--no-password",
    ]  # fmt: skip
    size = 0
    for chunk in output_of(command, environment(url)):
        size += len(chunk)
        progress("база данных", size, 0)
        yield chunk


def _photos(connection: psycopg.Connection[Any]) -> Iterator[int | str]:
    """First how many different photos there are, then their digests."""
    yield (connection.execute("SELECT count(DISTINCT sha256) FROM files_storedfile").fetchone() or (0,))[0]
    with connection.cursor(name="photos") as cursor:
        cursor.execute('SELECT DISTINCT sha256 COLLATE "C" FROM files_storedfile ORDER BY 1')
        for (sha,) in cursor:
            yield sha


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as content:
        while chunk := content.read(CHUNK):
            yield chunk
