"""Columns with the numbers of one matter in several systems: «№ ПОС», «Номер в СЭД», «ID Инцидент»."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from otklik.intake.sheets.columns import header_key, is_known

PREFIX: Final = "number:"  # before the system's name, where fields are written beside such columns
MAX_NAME: Final = 80
_NUMBER: Final = re.compile(
    r"^(?:№|номер|n|id|ид|рег №|рег номер)(?: в| из| системы| карточки| обращения)* +(?P<rest>.+)$"
)


def guessed_numbers(columns: Sequence[str]) -> dict[str, str]:
    """System → column, for the headers that name a system we know."""
    found: dict[str, str] = {}
    for column in columns:
        system = known_system(column)
        if system and not is_known(column):
            found.setdefault(system, column)
    return found


def known_system(header: str) -> str:
    """The system whose number a column holds, by its header; "" when none is named."""
    match = _NUMBER.match(header_key(header))
    return _systems().get(match["rest"], "") if match else ""


def system_of(header: str) -> str:
    """How to call the system of a column that a person marked as a number: by its header, without «№»."""
    known = known_system(header)
    if known:
        return known
    bare = re.sub(r"^\s*(?:№|номер|n|id)\s+(?:(?:в|из)\s+)?", "", header, flags=re.IGNORECASE).strip()
    return (" ".join(bare.split()) or header.strip())[:MAX_NAME]


def split(stored: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Columns as they are stored in two: by our field's name, and by system."""
    fields = {name: column for name, column in stored.items() if not name.startswith(PREFIX)}
    numbers = {name[len(PREFIX):]: column for name, column in stored.items() if name.startswith(PREFIX)}
    return fields, numbers


@cache
def _systems() -> dict[str, str]:
    with Path(__file__).with_name("systems.csv").open(encoding="utf-8", newline="") as source:
        return {
            header_key(word): line["system"] for line in csv.DictReader(source) for word in line["words"].split("|")
        }
