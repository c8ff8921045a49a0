"""The one table of bad values: a row is a kind of value, a column a kind of field, a cell what is right.

`R` the field refuses it in words; `E` either it is refused in words, or taken, cleaned and shown again without harm;
`-` it says nothing new there. Never right, in no cell: an error of the program, a lost text, a half-done change.
A small letter is the same, tried in the long run only (OTKLIK_BAD_INPUT=each), where each field is tried by itself;
otherwise one value carries several kinds at once.
A value is written with Python's escapes; `×300` behind it repeats it.
"""

import ast
import csv
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

EACH = os.environ.get("OTKLIK_BAD_INPUT") == "each"


@dataclass(frozen=True)
class Kind:
    """One row. `value` may hold what no encoding can write."""

    name: str
    value: str
    right: str


@cache
def _rows() -> list[dict[str, str]]:
    with (Path(__file__).parent / "table.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def kinds_for(column: str) -> list[Kind]:
    """The rows that are to be tried in fields of this column."""
    wanted = "ERer" if EACH else "ER"
    return [Kind(row["kind"], _value(row["value"]), row[column].upper()) for row in _rows() if row[column] in wanted]


def _value(written: str) -> str:
    text, _sign, times = written.partition("×")
    quoted = text.replace('"', '\\"')
    made: str = ast.literal_eval(f'"{quoted}"')
    return made * int(times or 1)


def as_bytes(value: str) -> bytes:
    """As a careless program would send it: half a pair as it is, a stray byte as that byte."""
    return b"".join(
        bytes([ord(sign) - 0xDC00]) if "\udc80" <= sign <= "\udcff" else sign.encode("utf-8", "surrogatepass")
        for sign in value
    ) if not value.isascii() else value.encode()
