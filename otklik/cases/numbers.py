"""The number of a case as people read it aloud: «34-000123»."""

import re

from django.conf import settings
from django.db import connection


def take_numbers(count: int) -> list[int]:
    """The next numbers of the region, never given twice; gaps are allowed (this is no registration number)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_number') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def shown(number: int) -> str:
    """The number with the region's prefix."""
    return f"{settings.OTKLIK_NUMBER_PREFIX}-{number:06d}"


def parse(text: str) -> int | None:
    """The number in what a person typed: «34-000123», «№ 123», «000123»; None when it is none."""
    match = re.fullmatch(r"(?:№|N)?\s*(?:\d{1,3}\s*[-–—]\s*)?(\d{1,15})", text.strip())
    return int(match.group(1)) if match else None
