"""PostgreSQL's own programs for a backup: which to take, and how to run them without showing a password."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from otklik.embedded import EmbeddedError, client_program
from otklik.failures import Failure

CHUNK = 1 << 20
_KEYWORDS = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
             "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}


def program(name: str, server: int) -> Path:
    """`pg_dump`, `pg_restore` or `psql` fit for a server of that major version: ours, else the system's.

    pg_dump refuses a server newer than itself. Raises Failure saying what to install.
    """
    tried = []
    for path in _candidates(name):
        version = _version(path)
        if version >= server:
            return path
        tried.append(f"{path} ({version})")
    have = f" Есть только {', '.join(tried)}." if tried else ""
    raise Failure(f"Нужна программа {name} не старше сервера PostgreSQL {server}.{have} "
                  f"Поставьте её: sudo apt install postgresql-client-{server}")


def _candidates(name: str) -> Iterator[Path]:
    with suppress(EmbeddedError):
        yield client_program(name)
    if found := shutil.which(name):
        yield Path(found)


def _version(path: Path) -> int:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False, timeout=30).stdout
    except OSError:
        return 0
    found = re.search(r"\)\s+(\d+)", said)
    return int(found[1]) if found else 0


def environment(url: str) -> Mapping[str, str]:
    """The environment by which a program finds the database; a password on the command line would be seen by all."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    given = conninfo_to_dict(url)
    return ours | {
        variable: str(given[keyword]) for keyword, variable in _KEYWORDS.items() if given.get(keyword) is not None
    }


def output_of(command: list[str | Path], env: Mapping[str, str]) -> Iterator[bytes]:
    """What a program prints, in pieces. Raises Failure with its last line when it fails."""
    with subprocess.Popen(
        command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None and running.stderr is not None
        try:
            while chunk := running.stdout.read(CHUNK):
                yield chunk
        except BaseException:
            running.kill()
            raise
        said = running.stderr.read().decode(errors="replace")
    if running.returncode:
        raise Failure(f"{Path(command[0]).name} не справился: {last_line(said)}")


def last_line(said: str) -> str:
    """The line of a program's complaint that tells most."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower() or "ошибка" in line.lower()]
    return (telling or lines or ["без объяснений"])[0]
