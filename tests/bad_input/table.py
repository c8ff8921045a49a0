"""The one table of bad values: a row is a kind of value, a column a kind of field, a cell what is right.

`R` the field refuses it in words; `E` either it is refused in words, or taken, cleaned and shown again without harm;
`-` it cannot come there at all. Never right, in no cell: an error of the program, a lost text, a half-done change.
A value is written with Python's escapes; `×300` behind it repeats it.
"""

import ast
import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

COLUMNS = ("line", "area", "number", "day", "moment", "choice", "tick", "id", "coordinate", "hidden", "parameter", "cell",
           "argument")  # fmt: skip


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
    return [Kind(row["kind"], _value(row["value"]), row[column]) for row in _rows() if row[column] != "-"]


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
