"""Empties the tables that a test has written into, as if nobody had ever written there."""

import psycopg
from psycopg import sql

# New files for two hundred tables and their indexes are half a second of work, whatever was in them. A test leaves some
# rows in some thirty of them: these are deleted, unless there are many (or what was deleted by and by lies in the way).
MOST_BYTES = 3_000_000
SIZES = """
SELECT t.tablename, pg_relation_size(c.oid) FROM pg_tables t
JOIN pg_class c ON c.relname = t.tablename AND c.relnamespace = 'public'::regnamespace
WHERE t.schemaname = 'public' AND NOT t.tablename LIKE ANY(%s)
"""
BEGIN_ANEW = """
WITH begun AS MATERIALIZED (SELECT format('%%I.%%I', schemaname, sequencename)::regclass AS id FROM pg_sequences
                            WHERE schemaname = 'public' AND last_value IS NOT NULL)
SELECT setval(begun.id, 1, false) FROM begun JOIN pg_depend d ON d.objid = begun.id AND d.deptype IN ('a', 'i')
JOIN pg_class c ON c.oid = d.refobjid WHERE c.relname = ANY(%s)
"""
# Keys to these are looked at with each row; all others when the whole is done.
LAST = ("procrastinate_jobs", "procrastinate_workers")


def empty(owner: psycopg.Connection, kept: tuple[str, ...]) -> None:
    """Empty all tables but `kept` (patterns of LIKE) and let their numbers begin anew. Waits for who still writes."""
    with owner.transaction():
        names = [name for name, _size in owner.execute(SIZES, [list(kept)]).fetchall()]
        every = sql.SQL(", ").join(map(sql.Identifier, names))
        owner.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(every))
        sizes = owner.execute(SIZES, [list(kept)]).fetchall()
        if sum(size for _name, size in sizes) > MOST_BYTES:
            owner.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(every))
            return
        for name in sorted((name for name, size in sizes if size), key=lambda name: (name in LAST, name)):
            owner.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        owner.execute(BEGIN_ANEW, [names])
