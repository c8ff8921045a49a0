"""What is in the tables: counts and hashes that stay the same after restoring, whatever the order of rows."""

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

# How values look as text must not depend on who asks.
SESSION = (
    "SET TimeZone = 'UTC'", "SET DateStyle = 'ISO, YMD'", "SET IntervalStyle = 'postgres'",
    "SET bytea_output = 'hex'", "SET extra_float_digits = 1",
)  # fmt: skip


def steady(connection: psycopg.Connection[Any]) -> None:
    """Make the session show values in one fixed way."""
    for statement in SESSION:
        connection.execute(statement.encode())


def table_names(connection: psycopg.Connection[Any]) -> list[str]:
    """The tables of the program, by name."""
    found = connection.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1"
    )
    return [row[0] for row in found.fetchall()]


def table_hash(connection: psycopg.Connection[Any], table: str) -> dict[str, Any]:
    """{"rows": count, "hash": text} of one table.

    The hash is the sum over rows of 64 bits of the SHA-256 of each row as text, columns by name: no order, and a
    changed, lost or doubled row changes it.
    """
    columns = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " ORDER BY attname",
        [f'public."{table}"'],
    ).fetchall()
    row = sql.SQL("ROW({})::text").format(sql.SQL(", ").join(sql.Identifier("t", name) for (name,) in columns))
    query = sql.SQL(
        "SELECT count(*), coalesce(sum(('x' || encode(substr(sha256(convert_to({row}, 'UTF8')), 1, 8), 'hex'))"
        "::bit(64)::bigint::numeric), 0)::text FROM {table} t"
    ).format(row=row, table=sql.Identifier("public", table))
    count, total = connection.execute(query).fetchone() or (0, "0")
    return {"rows": count, "hash": total}


def all_hashes(
    connection: psycopg.Connection[Any], progress: Callable[[str], None] | None = None
) -> dict[str, dict[str, Any]]:
    """Counts and hashes of every table."""
    out = {}
    for table in table_names(connection):
        out[table] = table_hash(connection, table)
        if progress:
            progress(table)
    return out


def migrations(connection: psycopg.Connection[Any]) -> list[str]:
    """The migrations that were applied, as «app.name»."""
    return [
        f"{app}.{name}"
        for app, name in connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    ]


def is_in_use(connection: psycopg.Connection[Any]) -> bool:
    """Whether the tables exist and somebody works with them already: there are cases or staff."""
    have = set(table_names(connection))
    for table in ("cases_case", "organisations_user"):
        if table in have:
            found = connection.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
            if (found.fetchone() or (False,))[0]:
                return True
    return False
