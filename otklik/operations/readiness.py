"""Whether the tables were already brought to this very version of the program: asked without Django.

Preparing them again changes nothing but takes some seconds of every start. `otklik migrate` leaves in the database the
fingerprint of everything that shapes tables, rights and directories; `otklik up` compares it with that of now.
"""

import hashlib
import importlib.metadata
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from otklik import regions
from otklik.embedded import home_folder

PACKAGE = Path(__file__).resolve().parent.parent
KINDS = {".py", ".toml", ".csv"}


def fingerprint() -> str:
    """Of the program's files (place, size and time), its packages' versions, and the contents of the region's files."""
    seen = hashlib.sha256(str(PACKAGE).encode())
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in KINDS:
            status = path.stat()
            seen.update(f"{path.relative_to(PACKAGE)} {status.st_size} {status.st_mtime_ns}\n".encode())
    for name in sorted(f"{dist.name} {dist.version}" for dist in importlib.metadata.distributions()):
        seen.update(f"{name}\n".encode())
    folder = regions.folder(home_folder(), regions.chosen())
    for path in sorted(folder.rglob("*")):
        if path.suffix in KINDS:
            seen.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return seen.hexdigest()


def is_prepared(app_url: str) -> bool:
    """Whether the database carries the fingerprint of now, and as many migrations as it had then."""
    with psycopg.connect(app_url, connect_timeout=10) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return False
        return connection.execute(_REMEMBERED).fetchone() == (_note(connection),)


def remember(owner: psycopg.Connection[Any]) -> None:
    """Leave the fingerprint of now: the tables are ready."""
    _comment(owner, _note(owner))


def forget(owner: psycopg.Connection[Any]) -> None:
    """The tables are about to change: until that is done, nobody may take them for ready."""
    _comment(owner, None)


_REMEMBERED = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"


def _note(connection: psycopg.Connection[Any]) -> str:
    # A comment of the database: it goes into no copy, so a restored database never counts as ready by itself.
    count = connection.execute("SELECT count(*) FROM django_migrations").fetchone()
    return f"otklik {fingerprint()} {count[0] if count else 0}"


def _comment(owner: psycopg.Connection[Any], text: str | None) -> None:
    owner.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(owner.info.dbname), sql.Literal(text))
    )
