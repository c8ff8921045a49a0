"""One statement of our own words, and its rows."""

from collections.abc import Mapping
from typing import Any

from django.db import connection


def asked(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run in the open transaction; returns the rows, none where the statement gives none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall()) if cursor.description else []
