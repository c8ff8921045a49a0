"""The coach's tables: phrases beside the code, each read once a process."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

_START: Final = r"(?<![а-яa-z])"


@cache
def rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of a table of this folder."""
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as source:
        return tuple(csv.DictReader(source))


@cache
def patterns(name: str) -> tuple[tuple[re.Pattern[str], Mapping[str, str]], ...]:
    """The column `pattern` of a table as patterns over small letters that begin a word, each with its row."""
    return tuple((re.compile(_START + f"(?:{row['pattern']})"), row) for row in rows(name))


@cache
def any_of(name: str, column: str = "", value: str = "") -> re.Pattern[str]:
    """All patterns of a table, or those of the rows with a value, as one."""
    wanted = [row["pattern"] for row in rows(name) if not column or row[column] == value]
    return re.compile(_START + f"(?:{'|'.join(f'(?:{one})' for one in wanted)})")


@cache
def words(name: str) -> frozenset[str]:
    """The dictionary forms of the column `words`."""
    return frozenset(word.replace("ё", "е") for row in rows(name) for word in row["words"].split())
