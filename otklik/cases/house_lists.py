"""Which houses a notice of works names: «1–15, 20, 22а, 30–40 чётные». Pure; nothing else is guessed.

An empty list is the whole street. A range takes every house whose number lies in it, with or without a letter; a
single house is only itself, and with a building («22 к. 1») where the list names the house alone.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.translation import gettext as _

from otklik.failures import BadInput

MOST_PARTS = 400
_PART: Final = re.compile(
    r"(?:д(?:ом)?\.?\s*)?(?P<first>\d{1,4})(?P<mark>(?:(?!к[.\s]*\d)[а-я])?)(?:\s*(?:/|к(?:орп(?:ус)?)?\.?)\s*(?P<building>\d{1,3}[а-я]?))?"
    r"(?:\s*[-–—]\s*(?P<last>\d{1,4})[а-я]?)?(?:\s*\(?(?P<side>ч[её]т\w*|неч[её]т\w*)\.?\)?)?"
)
_HOUSE: Final = re.compile(
    r"(?P<number>\d{1,4})\s*(?P<mark>(?!к[.\s]*\d)[а-я](?![а-я]))?(?:\s*(?:/|к(?:орп(?:ус)?)?\.?|стр\.?)\s*(?P<building>\d{1,3}[а-я]?))?"
)
_ALL: Final = re.compile(r"(?:все|вся)(?:\s+(?:дома|улица))?|полностью|\*")
Side = Literal["", "even", "odd"]


@dataclass(frozen=True, slots=True)
class Houses:
    """One part of a list: from `first` to `last`, of one side of the street or of both."""

    first: int
    last: int
    mark: str = ""
    building: str = ""
    side: Side = ""


def read_houses(text: str) -> tuple[Houses, ...]:
    """The parts of a list; () is the whole street. Raises `BadInput` naming the part that cannot be read."""
    text = text.lower().replace("ё", "е").strip(" .;,")
    if not text or _ALL.fullmatch(text):
        return ()
    parts = [part.strip() for part in re.split(r"[,;\n]|\s+и\s+", text) if part.strip()]
    if len(parts) > MOST_PARTS:
        raise BadInput(_("Слишком много домов в одной строке: не больше %(n)s.") % {"n": MOST_PARTS}, "houses")
    return tuple(_part(part) for part in parts)


def covers(parts: tuple[Houses, ...], house: str) -> bool:
    """Whether a house, as a resident or a clerk wrote it, is in the list. No house is in every list."""
    if not parts:
        return True
    found = _HOUSE.match(house.lower().replace("ё", "е").removeprefix("дом").strip(" .№"))
    if found is None:
        return True  # nobody knows which: better shown than hidden
    number, mark, building = int(found["number"]), found["mark"] or "", found["building"] or ""
    return any(_is_in(part, number, mark, building) for part in parts)


def _part(text: str) -> Houses:
    found = _PART.fullmatch(text)
    if found is None:
        raise BadInput(_("Не понять, какие дома: «%(part)s». Пример: 1–15, 20, 22а.") % {"part": text[:40]}, "houses")
    first = int(found["first"])
    last = int(found["last"]) if found["last"] else first
    if last < first:
        raise BadInput(_("Дома стоят наоборот: «%(part)s».") % {"part": text[:40]}, "houses")
    word = found["side"] or ""
    side: Side = "odd" if word.startswith("неч") else "even" if word else ""
    return Houses(first, last, "" if found["last"] else found["mark"] or "", found["building"] or "", side)


def _is_in(part: Houses, number: int, mark: str, building: str) -> bool:
    if not part.first <= number <= part.last:
        return False
    if part.first != part.last:
        return part.side == "" or (number % 2 == 0) == (part.side == "even")
    return part.mark == mark and part.building in ("", building)
