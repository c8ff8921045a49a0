"""A database as part 1 left it, loaded and brought to today's tables; and ways to compare what stands in it."""

import gzip
import re
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from otklik.operations.backup_programs import environment, program
from otklik.operations.backup_tables import steady
from tests.operations import clones

FOLDER = Path(__file__).parent / "part1"
CONTACT_KEY = "01" * 32


@contextmanager
def part1(home: Path) -> Iterator[str]:
    """The name of a database with the dump of part 1 in it; its photos are unpacked into `home`."""
    with zipfile.ZipFile(FOLDER / "photos.zip") as photos:
        photos.extractall(home / "files")
    with clones.empty() as name:
        url = clones.owner_of(name)
        with psycopg.connect(url) as owner:
            server = owner.info.server_version // 10000
        done = subprocess.run(
            [program("psql", server), "-qX", "-v", "ON_ERROR_STOP=1", "--single-transaction"],
            input=gzip.decompress((FOLDER / "region.sql.gz").read_bytes()), env=environment(url),
            capture_output=True, check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        yield name


def columns(owner: psycopg.Connection) -> dict[str, list[str]]:
    """Table → its columns by name."""
    found: dict[str, list[str]] = {}
    for table, column in owner.execute(
        "SELECT table_name, column_name FROM information_schema.columns c JOIN information_schema.tables t"
        " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1, 2"
    ).fetchall():
        found.setdefault(table, []).append(column)
    return found


def rows(owner: psycopg.Connection, table: str, names: list[str]) -> set[str]:
    """Every row of the table as text, by the named columns only."""
    steady(owner)
    # JSON is compared by value: a reading and writing of it may order its keys anew.
    query = sql.SQL("SELECT ROW({})::text FROM {}").format(
        sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier("public", table)
    )
    return {row[0] for row in owner.execute(query).fetchall()}


# Each line: what of the schema is compared, as one text a thing.
_SHAPES = {
    "columns": (
        "SELECT table_name || '.' || column_name || ' ' || udt_name || ' ' || is_nullable || ' ' ||"
        " coalesce(column_default, '') || ' ' || coalesce(character_maximum_length::text, '')"
        " FROM information_schema.columns WHERE table_schema = 'public'"
    ),
    "constraints": (
        "SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace AND conrelid <> 0"
    ),
    "indexes": (
        "SELECT tablename || ' ' || regexp_replace(indexdef, 'INDEX \\S+ ', 'INDEX ') FROM pg_indexes"
        " WHERE schemaname = 'public'"
    ),
    "policies": (
        "SELECT tablename || ' ' || policyname || ' ' || roles::text || ' ' || cmd || ' ' || coalesce(qual, '') || ' '"
        " || coalesce(with_check, '') FROM pg_policies WHERE schemaname = 'public'"
    ),
    "row security": (
        "SELECT relname || ' ' || relrowsecurity || ' ' || relforcerowsecurity FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    ),
    "grants": (
        "SELECT table_name || ' ' || grantee || ' ' || privilege_type FROM information_schema.role_table_grants"
        " WHERE table_schema = 'public'"
    ),
    "functions": (
        "SELECT proname || ' ' || pg_get_functiondef(p.oid) FROM pg_proc p WHERE pronamespace = 'public'::regnamespace"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') AND prokind = 'f'"
    ),
    "triggers": "SELECT tgrelid::regclass || ' ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
}


def shape(owner: psycopg.Connection) -> dict[str, set[str]]:
    """The schema as sets of texts, without the names that differ by history."""
    return {
        what: {_plain(row[0]) for row in owner.execute(query.encode()).fetchall()} for what, query in _SHAPES.items()
    }


def _plain(definition: str) -> str:
    """Without casts and brackets: a dumped expression comes back with them in other places."""
    return re.sub(r"::(character varying|text|[a-z_]+)(\[\])?|[() ]", "", definition)
