"""A made-up person who left traces everywhere, and a look into every corner for what is left of them."""

from pathlib import Path

import psycopg
from django.conf import settings
from psycopg import sql

NAME = "Ковыльная Анна Петровна"
PHONE = "+79005557711"
WAYS = ("9005557711", "900) 555-77-11", "900 555 77 11", "900-555-77-11")
MARKS = ("овыльн", "kovyl-mail", *WAYS)
TEXT = (
    "Я, Ковыльная А. П., живу на Мира, 77, кв. 7731. У Ковыльной нет света! Телефон 8 (900) 555-77-11, "
    "почта kovyl-mail@example.test, https://vk.com/kovyl-mail"
)


def corners(owner_url: str, marks: tuple[str, ...]) -> list[str]:
    """«table.column: mark» for every text, JSON, bytes or search column that holds a mark."""
    found = []
    with psycopg.connect(owner_url) as owner:
        columns = owner.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
            " AND (data_type IN ('text', 'character varying', 'json', 'jsonb', 'bytea', 'tsvector', 'ARRAY')"
            " OR udt_name IN ('citext', 'tsvector'))"
        ).fetchall()
        assert len(columns) > 150
        for table, column, kind in columns:
            shown = (
                sql.SQL("encode({}, 'escape')") if kind == "bytea" else sql.SQL("{}::text")
            ).format(sql.Identifier(column))
            for mark in marks:
                query = sql.SQL("SELECT count(*) FROM {} WHERE strpos(lower({}), {}) > 0").format(
                    sql.Identifier(table), shown, sql.Literal(mark.lower())
                )
                if owner.execute(query).fetchone()[0]:
                    found.append(f"{table}.{column}: {mark}")
    return found


def files_of_home() -> list[Path]:
    """Every file under the data folder that residents' things may lie in."""
    home = Path(settings.OTKLIK_HOME)
    return [p for folder in ("files", "imports", "drafts") for p in (home / folder).rglob("*") if p.is_file()]
