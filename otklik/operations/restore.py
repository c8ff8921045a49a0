"""`otklik restore`: verify the archive, load it in one transaction, compare every count and hash."""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

from otklik.failures import Failure
from otklik.operations.backup import Place, Progress, key_fingerprint
from otklik.operations.backup_archive import (
    DUMP,
    END,
    MANIFEST,
    PHOTO,
    SECRET,
    BadArchive,
    Member,
    checked_manifest,
    read,
)
from otklik.operations.backup_programs import environment, last_line, program
from otklik.operations.backup_tables import all_hashes, is_in_use, steady, table_names
from otklik.operations.readiness import forget
from otklik.regions import chosen, names

# Spoken by pg_restore for servers that know it; older ones would stop at it.
SINCE_17 = b"SET transaction_timeout"
THERE_ALREADY = (b"CREATE SCHEMA public;", b"CREATE EXTENSION ")


@dataclass(frozen=True)
class Restored:
    """What came back. `keys_differ`: names of keys that are not those the backup was made with."""

    cases: int
    tables: int
    photos: int
    keys_differ: tuple[str, ...]
    made_at: str


def verified(source: Path, region: str, known_migrations: set[str], progress: Progress) -> dict[str, Any]:
    """Read the whole archive once and check everything in it; returns its manifest.

    Raises `BadArchive` for a foreign, damaged, cut off or newer archive, or one of another region.
    """
    manifest: dict[str, Any] | None = None
    end: dict[str, Any] | None = None
    digests: dict[str, str] = {}
    photos = 0
    for member in read(source):
        if end is not None:
            raise BadArchive("Копия испорчена: за её концом что-то ещё лежит.")
        if member.name == MANIFEST:
            manifest = checked_manifest(member.json())
            _refuse_other(manifest, region, known_migrations)
        elif member.name == END:
            end = member.json()
        else:
            digests_of = _digest(member)
            if found := PHOTO.fullmatch(member.name):
                photos += 1
                progress("проверяю фотографии", photos, 0)
                if digests_of != found[3]:
                    raise BadArchive(f"Копия испорчена: фотография {found[3][:12]} не та.")
            elif member.name == DUMP or SECRET.fullmatch(member.name):
                digests[member.name] = digests_of
            else:
                raise BadArchive(f"Это не копия Отклика: в ней лежит {member.name!r}.")
    if manifest is None or end is None:
        raise BadArchive("Копия обрезана: в ней нет конца. Возьмите другую копию.")
    expected = {f"secrets/{name}": digest for name, digest in end["secrets"].items()}
    expected[DUMP] = end["dump"]["sha256"]
    if digests != expected or photos != end["photos"]:
        raise BadArchive("Копия испорчена: содержимое не сходится с описью.")
    return manifest


def _refuse_other(manifest: dict[str, Any], region: str, known_migrations: set[str]) -> None:
    if manifest["region"] != region:
        raise BadArchive(f"Это копия региона «{manifest['region']}», а здесь «{region}» (OTKLIK_REGION).")
    if unknown := sorted(set(manifest["migrations"]) - known_migrations):
        raise BadArchive(f"Копию сделала более новая программа ({unknown[0]}). Обновите Отклик и повторите.")


def _digest(member: Member) -> str:
    seen = hashlib.sha256()
    for chunk in member.chunks():
        seen.update(chunk)
    return seen.hexdigest()


def load(
    source: Path, manifest: dict[str, Any], place: Place, secrets: Path, *, replace: bool, progress: Progress
) -> Restored:
    """Load a verified archive: photos first, then the database in one transaction, then the comparison.

    Until that transaction ends the database is as it was. Raises Failure, saying what stands in the way.
    """
    with psycopg.connect(place.owner_url, autocommit=True, connect_timeout=10) as owner:
        if not replace and is_in_use(owner):
            raise Failure(
                "В базе уже есть сообщения или сотрудники. Восстановить поверх и потерять их: добавьте --replace."
            )
        _refuse_company(owner)
        forget(owner)  # the tables that come may be older than this program
        photos, keys = 0, {}
        with tempfile.TemporaryDirectory(prefix="otklik-restore-") as scratch:
            dump = Path(scratch) / "database.dump"
            for member in read(source):
                if found := PHOTO.fullmatch(member.name):
                    _put_photo(place.files, found[3], member)
                    photos += 1
                    progress("фотографии", photos, 0)
                elif found := SECRET.fullmatch(member.name):
                    keys[found[1]] = b"".join(member.chunks()).decode()
                elif member.name == DUMP:
                    with dump.open("wb") as out:
                        out.writelines(member.chunks())
            progress("база данных", 0, 0)
            _load_database(owner, place.owner_url, dump)
        owner.execute("ANALYZE")  # a fresh table has no statistics, and its plans are bad
        _compare(owner, manifest, progress)
    _put_keys(secrets, keys)
    now_keys = place.keys | {name: key for name, key in keys.items() if name not in place.set_outside}
    differ = tuple(
        name for name, print_ in manifest["keys"].items() if key_fingerprint(now_keys.get(name, "")) != print_
    )
    tables = manifest["tables"]
    return Restored(tables.get("cases_case", {"rows": 0})["rows"], len(tables), photos, differ, manifest["made_at"])


def _refuse_company(owner: psycopg.Connection[Any]) -> None:
    """Nobody may work in the database while it is replaced."""
    others = owner.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND usename = %s",
        [names(chosen()).app],
    ).fetchone()
    if others and others[0]:
        raise Failure("В базе сейчас работает программа. Остановите «otklik up» и работника, потом повторите.")


def _load_database(owner: psycopg.Connection[Any], url: str, dump: Path) -> None:
    """Take away what is there and load the dump, in one transaction of psql."""
    server = owner.info.server_version // 10000
    env = environment(url)
    script = subprocess.Popen(
        [program("pg_restore", server), "--no-owner", "--no-privileges", "--no-comments", "--file=-", dump],
        env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    loading = subprocess.Popen(
        [program("psql", server), "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
         "--no-password", "--output=/dev/null"],
        env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert script.stdout and script.stderr and loading.stdin and loading.stderr
    try:
        loading.stdin.write(b"SET client_min_messages = warning;\n")  # or its notices would fill the pipe
        for statement in _clearing(owner):
            loading.stdin.write(f"{statement};\n".encode())
        for line in _fitting(script.stdout, server):
            loading.stdin.write(line)
        if script.wait():
            loading.kill()  # before its end is seen: nothing is committed
            raise BadArchive(f"Копия базы не читается: {last_line(script.stderr.read().decode(errors='replace'))}")
        loading.stdin.close()
    except BrokenPipeError:
        pass  # psql stopped at an error and says so below
    finally:
        script.kill()
        script.wait()
    complaint = loading.stderr.read().decode(errors="replace")
    if loading.wait():
        raise Failure(f"База не загрузилась, прежняя осталась как была: {last_line(complaint)}")


def _fitting(script: IO[bytes], server: int) -> Iterator[bytes]:
    """The script without settings that this server does not know yet, and without what every database has."""
    head = True
    for line in script:
        if head:
            if line.startswith(b"COPY "):
                head = False
            elif line.startswith(THERE_ALREADY) or (server < 17 and line.startswith(SINCE_17)):
                continue
        yield line


def _clearing(owner: psycopg.Connection[Any]) -> Iterator[str]:
    """Statements that take away everything of the program; extensions stay, they belong to the administrator."""
    own = "NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = o.oid AND d.deptype = 'e')"
    for table in table_names(owner):
        yield sql.SQL("DROP TABLE public.{} CASCADE").format(sql.Identifier(table)).as_string(owner)
    queries = (
        f"SELECT format('DROP SEQUENCE IF EXISTS %s CASCADE', o.oid::regclass) FROM pg_class o"
        f" WHERE o.relnamespace = 'public'::regnamespace AND o.relkind = 'S' AND {own}",
        f"SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', o.oid::regprocedure) FROM pg_proc o"
        f" WHERE o.pronamespace = 'public'::regnamespace AND {own}",
        f"SELECT format('DROP TYPE IF EXISTS %s CASCADE', o.oid::regtype) FROM pg_type o"
        f" WHERE o.typnamespace = 'public'::regnamespace AND o.typtype = 'e' AND {own}",
        f"SELECT format('DROP TYPE IF EXISTS %s CASCADE', o.oid::regtype) FROM pg_type o JOIN pg_class c"
        f" ON c.oid = o.typrelid WHERE o.typnamespace = 'public'::regnamespace AND c.relkind = 'c' AND {own}",
    )
    for query in queries:
        for (statement,) in owner.execute(query.encode()).fetchall():
            yield statement


def _put_photo(files: Path, sha: str, member: Member) -> None:
    """Write one photo into the folder, if it is not there; whole or not at all."""
    target = files / sha[:2] / sha[2:4] / sha
    if target.is_file() and target.stat().st_size == member.size:
        return
    for folder in (files.parent, files, target.parent.parent, target.parent):
        folder.mkdir(mode=0o700, exist_ok=True, parents=folder == files.parent)
    draft = target.with_name(f".new-{os.getpid()}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.writelines(member.chunks())
            out.flush()
            os.fsync(out.fileno())
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)


def _compare(owner: psycopg.Connection[Any], manifest: dict[str, Any], progress: Progress) -> None:
    steady(owner)
    have = all_hashes(owner, lambda name: progress(f"сверяю {name}", 0, 0))
    wrong = sorted(
        name for name in {*have, *manifest["tables"]} if have.get(name) != manifest["tables"].get(name)
    )
    if wrong:
        raise Failure(f"Восстановленное не совпало с описью копии, таблицы: {', '.join(wrong[:5])}.")


def _put_keys(secrets: Path, keys: dict[str, str]) -> None:
    """Write keys that came with the archive; another key that was there is kept beside it."""
    for name, key in keys.items():
        path = secrets / name
        if path.exists() and path.read_text().strip() == key:
            continue
        secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            path.rename(path.with_name(f"{name}.before-restore"))
        draft = secrets / f".{name}.{os.getpid()}"
        draft.write_text(key)
        draft.chmod(0o600)
        os.replace(draft, path)
