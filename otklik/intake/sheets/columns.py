"""Which column of somebody's sheet is which of our fields: by its header, or as a person says."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from otklik.intake.sheets.rows import Row


class Field(StrEnum):
    """What a sheet can tell about one message and its case."""

    ID = "id"  # the id by which a second import knows the row
    NUMBER = "number"  # the number that people quote
    TEXT = "text"
    CREATED = "created"
    CLOSED = "closed"
    DUE = "due"
    ANSWERED = "answered"
    THEME_GROUP = "theme_group"
    THEME = "theme"
    REGION = "region"
    MUNICIPALITY = "municipality"
    SETTLEMENT = "settlement"
    STREET = "street"
    HOUSE = "house"
    EXECUTOR = "executor"
    KIND = "kind"
    STEP = "step"
    OUTCOME = "outcome"
    TAGS = "tags"
    ANSWER = "answer"
    URL = "url"
    AUTHOR = "author"
    PHONE = "phone"
    EMAIL = "email"
    CHANNEL = "channel"
    IMPORTANCE = "importance"
    REGIME = "regime"  # which rules hold: 59-ФЗ, ПОС, …
    INCOMING = "incoming"  # the number of registration there
    REGISTERED = "registered"
    OUTGOING = "outgoing"  # the number of the answer
    SIGNER = "signer"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"


REQUIRED: Final = (Field.ID, Field.TEXT)
# Names that people use for our fields on the left of `--map`.
ALIASES: Final[Mapping[str, Field]] = {
    "organisation": Field.EXECUTOR,
    "organization": Field.EXECUTOR,
    "org": Field.EXECUTOR,
    "group": Field.THEME_GROUP,
    "territory": Field.MUNICIPALITY,
    "address": Field.STREET,
    "status": Field.STEP,
    "state": Field.STEP,
    "result": Field.OUTCOME,
    "created_at": Field.CREATED,
    "closed_at": Field.CLOSED,
    "deadline": Field.DUE,
    "link": Field.URL,
    "source": Field.CHANNEL,
    "name": Field.AUTHOR,
    "reply": Field.ANSWER,
    "lat": Field.LATITUDE,
    "lon": Field.LONGITUDE,
}


class MapRejected(Exception):
    """The columns do not make a sheet of messages; the message lists what there is."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Our field → their column; system → the column of its number; `unused` are the columns nobody asked for."""

    columns: Mapping[Field, str]
    unused: tuple[str, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)

    def column(self, field: Field) -> str | None:
        """The name of the column, for a message about a bad value."""
        return self.columns.get(field)

    def value(self, row: Row, field: Field) -> object:
        """The cell as it came (str, datetime or date); "" when there is no such column or value."""
        column = self.columns.get(field)
        return "" if column is None else row.values.get(column, "")

    def text(self, row: Row, field: Field) -> str:
        """The cell as text without spaces at its ends."""
        value = self.value(row, field)
        return value.isoformat() if isinstance(value, date) else str(value).strip()


def recognise(columns: Sequence[str]) -> ColumnMap:
    """The map by headers. Raises `MapRejected` when the id or the text is not found.

    Where two columns mean one field, the one standing first in `headers.csv` wins. Without an id
    the number of the incident serves as one.
    """
    return _complete(guessed(columns), columns)


def guessed(columns: Sequence[str]) -> dict[Field, str]:
    """What the headers say, complete or not: for a page on which a person adds the rest."""
    found: dict[Field, tuple[int, str]] = {}
    for column in columns:
        known = _headers().get(header_key(column))
        if known is not None:
            rank, field = known
            if field not in found or rank < found[field][0]:
                found[field] = (rank, column)
    chosen = {field: column for field, (_rank, column) in found.items()}
    if Field.ID not in chosen and Field.NUMBER in chosen:
        chosen[Field.ID] = chosen[Field.NUMBER]
    if Field.ID not in chosen and Field.INCOMING in chosen:
        chosen[Field.ID] = chosen[Field.INCOMING]
    if Field.CREATED not in chosen and Field.REGISTERED in chosen:
        chosen[Field.CREATED] = chosen.pop(Field.REGISTERED)  # the only date there is
    return chosen


def parse_map(written: str, columns: Sequence[str]) -> ColumnMap:
    """The map that a person wrote: `id=ID,text=Текст инцидента`, our field = their column.

    A column is looked for exactly, then without regard to case, spaces and ё. A comma inside a
    column's name is written as it is: a piece without «=» belongs to the name before it.
    """
    chosen: dict[Field, str] = {}
    for ours, theirs in _pairs(written):
        field = _field(ours)
        if field in chosen:
            raise MapRejected(_("Поле «%(field)s» указано дважды.") % {"field": field})
        chosen[field] = _column(theirs, columns)
    return _complete(chosen, columns)


def header_key(header: str) -> str:
    """A header without case, ё, punctuation and needless spaces: how headers are compared."""
    plain = header.casefold().replace("ё", "е").replace("№", " № ")
    return " ".join(re.sub(r"[^\w№]+|_", " ", plain).split())


def is_known(header: str) -> bool:
    """Whether a header names one of our fields."""
    return header_key(header) in _headers()


def field_named(name: str) -> Field | None:
    """The field by its own name or an alias; None when there is none."""
    key = name.strip().casefold()
    return Field(key) if key in Field.__members__.values() else ALIASES.get(key)


@cache
def _headers() -> dict[str, tuple[int, Field]]:
    table: dict[str, tuple[int, Field]] = {}
    with Path(__file__).with_name("headers.csv").open(encoding="utf-8", newline="") as source:
        for rank, line in enumerate(csv.DictReader(source)):
            table.setdefault(header_key(line["header"]), (rank, Field(line["field"])))
    return table


def _pairs(written: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for piece in written.split(","):
        ours, sign, theirs = piece.partition("=")
        if sign:
            pairs.append((ours.strip(), theirs.strip()))
        elif pairs:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]},{piece}")
        elif piece.strip():
            raise MapRejected(
                _("Соответствие «%(piece)s» не понято: нужно поле=столбец через запятую.")
                % {"piece": piece.strip()}
            )
    return pairs


def _field(name: str) -> Field:
    field = field_named(name)
    if field is None:
        raise MapRejected(
            _("Поля «%(name)s» нет. Есть: %(fields)s.") % {"name": name, "fields": ", ".join(Field)}
        )
    return field


def _column(name: str, columns: Sequence[str]) -> str:
    if name in columns:
        return name
    alike = [column for column in columns if header_key(column) == header_key(name)]
    if len(alike) == 1:
        return alike[0]
    raise MapRejected(
        _("Столбца «%(name)s» в файле нет. Есть: %(columns)s.") % {"name": name, "columns": _listed(columns)}
    )


def _complete(chosen: dict[Field, str], columns: Sequence[str]) -> ColumnMap:
    missing = [field for field in REQUIRED if field not in chosen]
    if missing:
        raise MapRejected(
            _(
                "Не найдены столбцы для полей: %(missing)s. В файле есть: %(columns)s. "
                "Укажите соответствие, например id=…,text=…."
            )
            % {"missing": ", ".join(missing), "columns": _listed(columns)}
        )
    used = set(chosen.values())
    return ColumnMap(chosen, tuple(column for column in columns if column not in used))


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f"«{column}»" for column in columns[:60])
