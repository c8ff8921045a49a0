"""Russian text is understood by the database: decision 010 rests on these facts."""

import psycopg
import pytest

from otklik.embedded import Server

FACTS = {
    "small letters": ("lower('ЁЖИК Ёлка')", "ёжик ёлка"),
    "capital letters": ("upper('ёжик')", "ЁЖИК"),
    "search without case": ("'Прорвало ТРУБУ' ILIKE '%трубу%'", True),
    "patterns without case": ("'ЯМА' ~* 'яма'", True),
    "likeness by trigrams": ("similarity('ПРОРВАЛО ТРУБУ', 'прорвало трубу')", 1.0),
    "trigrams of a word": ("cardinality(show_trgm('Ёлка'))", 5),
    "full text by base forms": (
        "to_tsvector('russian', 'ПРОРВАЛО ТРУБЫ') @@ plainto_tsquery('russian', 'трубу прорвало')",
        True,
    ),
    "letters without marks": ("unaccent('Ёлка')", "Елка"),
    "what a letter is": (r"regexp_replace('яма, ёж!', '\W', '', 'g')", "ямаёж"),
}


@pytest.mark.parametrize("fact", FACTS)
def test_the_database_understands_russian(server: Server, fact: str) -> None:
    expression, expected = FACTS[fact]
    with psycopg.connect(server.app_url) as connection:
        row = connection.execute(f"SELECT {expression}".encode()).fetchone()
    assert row == (expected,)


def test_a_database_made_by_the_owner_understands_it_too(server: Server) -> None:
    with psycopg.connect(server.owner_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE another")
    with psycopg.connect(server.owner_url.replace("/otklik?", "/another?"), autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        row = connection.execute("SELECT similarity('ЯМА', 'яма'), lower('Ё')").fetchone()
    assert row == (1.0, "ё")


def test_the_order_of_letters_does_not_change_with_the_system(server: Server) -> None:
    with psycopg.connect(server.app_url) as connection:
        row = connection.execute(
            "SELECT datlocprovider, datlocale, datctype FROM pg_database WHERE datname = 'otklik'"
        ).fetchone()
    assert row == ("b", "C.UTF-8", "C.UTF-8")
