"""Street and house as people and registers write them: one short type, one name, one key. Pure."""

from __future__ import annotations

import re
from typing import Final

from otklik.territory.naming import name_key
from otklik.typed_text import typed

# The short form that is stored and shown, then what registers (ГАР, OSM) and people write for it.
STREET_TYPES: Final[dict[str, tuple[str, ...]]] = {
    "ул.": ("улица", "ул", "у л"),
    "пер.": ("переулок", "пер", "переул"),
    "пр-кт": ("проспект", "пр кт", "просп", "пркт", "пр т"),
    "проезд": ("проезд", "пр д", "прд", "пр зд"),
    "б-р": ("бульвар", "б р", "бул", "бульв"),
    "пл.": ("площадь", "пл", "площ"),
    "ш.": ("шоссе", "ш"),
    "наб.": ("набережная", "наб"),
    "туп.": ("тупик", "туп"),
    "аллея": ("аллея", "ал"),
    "тракт": ("тракт",),
    "линия": ("линия", "лин"),
    "кв-л": ("квартал", "кв л", "квл"),
    "мкр.": ("микрорайон", "мкр", "мкрн", "мкр н"),
    "тер.": ("территория", "тер"),
    "спуск": ("спуск",),
    "дорога": ("дорога", "дор"),
    "въезд": ("въезд",),
}
_BY_SPELLING: Final = {key: short for short, spellings in STREET_TYPES.items() for key in spellings}
_NAMED_AFTER: Final = re.compile(r"^(?:имени|им\.?)\s+", re.IGNORECASE)


def street_type(text: str) -> str:
    """The short type of a written one («улица», «пр-кт.» → «ул.», «пр-кт»), or "" when it is none."""
    return _BY_SPELLING.get(name_key(text), "")


def split_street(text: str) -> tuple[str, str]:
    """Part a written street into (type, name): «ул. Мира», «Мира улица», «проспект им. Ленина», «Мира».

    «имени» is dropped: registers disagree about it. A name that is only a type («Набережная») stays a name.
    """
    text = typed(text)
    words = text.replace(",", " ").split()
    if len(words) > 1:
        for head, rest in ((words[0], words[1:]), (words[-1], words[:-1])):
            found = street_type(head.strip("."))
            if found:
                return found, _NAMED_AFTER.sub("", " ".join(rest)) or head
    glued = re.match(r"^(ул|пер|пл|ш|наб|туп|мкр|тер)\.(\S.*)$", text, re.IGNORECASE)
    if glued:
        return street_type(glued[1]), _NAMED_AFTER.sub("", glued[2].strip())
    return "", _NAMED_AFTER.sub("", " ".join(words))


def plain_name(name: str) -> str:
    """A street's name without «имени» and signs nobody types, spaces made single."""
    return _NAMED_AFTER.sub("", " ".join(typed(name).split()))


def street_key(name: str) -> str:
    """The key of a street's name: «1-я Линия» and «1я линия» are one."""
    key = re.sub(r"(\d)\s*(?:й|я|е|ая|ый|ой|ое|ий)\b", r"\1", name_key(name))
    return " ".join(key.split())


def house_number(*parts: str) -> str:
    """One house number from its parts («12», «А», «к 2») as it is written on a house; at most 30 signs."""
    return " ".join(one for part in parts if part and (one := typed(part)))[:30].strip()


def house_order(house: str) -> tuple[int, str]:
    """Sorts «2» before «12» and «12» before «12а»."""
    digits = re.match(r"\d{1,9}", house)
    return (int(digits[0]) if digits else 10**9, house.casefold())
