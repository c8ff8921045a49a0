"""What an app may ask beside the description, by group of themes, as data (GeoReport v2, GET Service Definition).

The answers are put under the resident's words, so that whoever reads the case sees them.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

LISTS = ("singlevaluelist", "multivaluelist")
MOST_SIGNS = 300


@dataclass(frozen=True, slots=True)
class Attribute:
    """One question. `values`: (key, words) of a list."""

    code: str
    datatype: str  # string, number, datetime, text, singlevaluelist, multivaluelist
    required: bool
    description: str
    values: tuple[tuple[str, str], ...] = ()


class WrongAttribute(ValueError):
    """What an app sent does not fit the definition; the words say which attribute and why."""


@cache
def attributes() -> Mapping[str, Sequence[Attribute]]:
    """Code of a group → its questions in order."""
    found: dict[str, list[Attribute]] = {}
    with (Path(__file__).parent / "attributes.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            pairs = [one.partition("=") for one in row["values"].split(";") if one]
            found.setdefault(row["group"], []).append(
                Attribute(
                    row["code"], row["datatype"], row["required"] == "true", row["description"],
                    tuple((key, words) for key, _sign, words in pairs),
                )
            )
    return found


def checked(group: str, given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The answers that belong to the group's questions. Raises `WrongAttribute`; unknown codes are left out."""
    kept: dict[str, list[str]] = {}
    for one in attributes().get(group, ()):
        told = [value.strip() for value in given.get(one.code, ()) if value.strip()]
        if not told:
            if one.required:
                raise WrongAttribute(_("Не указан attribute[%(code)s].") % {"code": one.code})
            continue
        if len(told) > (20 if one.datatype == "multivaluelist" else 1) or not all(_fits(one, v) for v in told):
            raise WrongAttribute(_("Не подходит значение attribute[%(code)s].") % {"code": one.code})
        kept[one.code] = told
    return kept


def _fits(one: Attribute, value: str) -> bool:
    if len(value) > MOST_SIGNS:
        return False
    if one.datatype in LISTS:
        return value in dict(one.values)
    try:
        if one.datatype == "number":
            return abs(float(value)) < 10**9
        if one.datatype == "datetime":
            datetime.fromisoformat(value)
    except ValueError:
        return False
    return one.datatype == "text" or "\n" not in value


def in_words(group: str, kept: Mapping[str, Sequence[str]]) -> str:
    """The answers as lines of text: «Номер маршрута: 7»."""
    lines = []
    for one in attributes().get(group, ()):
        if told := kept.get(one.code):
            names = dict(one.values)
            lines.append(f"{one.description}: {', '.join(names.get(value, value) for value in told)}")
    return "\n".join(lines)
