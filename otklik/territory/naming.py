"""How places are written: keys for sorting and comparing, and the many spellings of their types.

Pure functions. Two spellings with one key are one name; a key is never shown to people.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_NOT_WORD = re.compile(r"[\W_]+")
_ORDINAL = re.compile(r"\b(\d+) (?:й|я|е|ый|ой|ая|ое|ий|го|му|ом|м)\b")


def name_key(text: str) -> str:
    """Return the key by which a name is sorted and compared.

    Small letters, ё written as е (so that ё stands beside е in any collation), no stress marks,
    every run of punctuation one space. An empty or purely punctuational text gives "".
    """
    plain = unicodedata.normalize("NFC", text)
    plain = "".join(char for char in plain if unicodedata.category(char) != "Mn")
    return _NOT_WORD.sub(" ", plain.casefold().replace("ё", "е")).strip()


def place_key(text: str) -> str:
    """Return `name_key` with ordinals brought to one form: «Попов 1-й» and «Попов 1й» are one."""
    key = re.sub(r"(\d)([а-я])", r"\1 \2", name_key(text))
    return _ORDINAL.sub(r"\1", key)


@dataclass(frozen=True, slots=True)
class PlaceType:
    """One type of settlement: its full word, the family it is confused within, its spellings.

    `spellings` are keys (see `name_key`), the full word first.
    """

    name: str
    family: str
    spellings: tuple[str, ...]


# The first column is what is stored in `Territory.type_name`. Spellings are those of the ОКТМО
# and ФИАС classifiers and of residents.
PLACE_TYPES: tuple[PlaceType, ...] = (
    PlaceType("город", "город", ("город", "город герой", "гор", "г")),
    PlaceType(
        "рабочий посёлок",
        "посёлок",
        ("рабочий поселок", "раб поселок", "раб пос", "р поселок", "р пос", "р п", "рп"),
    ),
    PlaceType("посёлок городского типа", "посёлок", ("поселок городского типа", "п г т", "пгт")),
    PlaceType("посёлок", "посёлок", ("поселок", "пос", "посел", "п")),
    PlaceType("село", "село", ("село", "сел", "с")),
    PlaceType("деревня", "село", ("деревня", "дер", "д")),
    PlaceType("слобода", "село", ("слобода", "сл")),
    PlaceType("хутор", "хутор", ("хутор", "хут", "х")),
    PlaceType("станица", "станица", ("станица", "стан", "ст ца", "стца", "ст")),
    PlaceType(
        "железнодорожная станция",
        "железная дорога",
        ("железнодорожная станция", "ж д станция", "жд станция", "ж д ст", "жд ст", "станция"),
    ),
    PlaceType(
        "железнодорожный разъезд",
        "железная дорога",
        ("железнодорожный разъезд", "ж д разъезд", "ж д рзд", "жд рзд", "разъезд", "рзд"),
    ),
    PlaceType("микрорайон", "микрорайон", ("микрорайон", "мкр", "мкрн", "мкр н", "мк рн")),
)
_BY_NAME = {place_type.name: place_type for place_type in PLACE_TYPES}
_BY_SPELLING = {spelling: place_type for place_type in PLACE_TYPES for spelling in place_type.spellings}


def _spelling_pattern(key: str) -> str:
    """A key as a pattern over the original text: any punctuation may stand between its words."""
    return r"[\W_]*".join(word.replace("е", "[её]") for word in key.split())


_ANY_TYPE = "|".join(_spelling_pattern(key) for key in sorted(_BY_SPELLING, key=lambda key: (-len(key), key)))
_TYPE_FIRST = re.compile(
    rf"^[\W_]*(?P<type>{_ANY_TYPE})(?:\.|\b)[\W_]*(?P<name>\w.*)$", re.IGNORECASE | re.DOTALL
)
_TYPE_LAST = re.compile(
    rf"^(?P<name>.*?\w\W??)[\s,(.]+(?P<type>{_ANY_TYPE})[\W_]*$", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class TypedName:
    """A name and the type that was written beside it; `type_name` is "" when none was."""

    type_name: str
    name: str


def _trim(text: str) -> str:
    """Drop outer punctuation, and quotes only where they embrace the whole name."""
    trimmed = text.strip(" \t\r\n,.;:")
    if len(trimmed) > 2 and (trimmed[0], trimmed[-1]) in {("«", "»"), ('"', '"'), ("'", "'")}:
        return trimmed[1:-1]
    return trimmed


@lru_cache(maxsize=8192)
def split_type(text: str) -> TypedName:
    """Part a written place into type and name: «х Плес», «Быково р.п.», «р.п. Быково».

    The type comes back by its full word (`PLACE_TYPES`). A name that only looks like one with a
    type («Новый Город») is parted too, so a caller compares the whole text first.
    """
    cleaned = _trim(text)
    for pattern in (_TYPE_FIRST, _TYPE_LAST):
        match = pattern.match(cleaned)
        if match:
            place_type = _BY_SPELLING[name_key(match["type"])]
            return TypedName(place_type.name, _trim(match["name"]))
    return TypedName("", cleaned)


def type_family(type_name: str) -> str:
    """Return the family a type is confused within («рабочий посёлок» and «посёлок» are one).

    An unknown type is its own family.
    """
    place_type = _BY_NAME.get(type_name)
    return place_type.family if place_type else type_name


def type_of_spelling(spelling: str) -> str:
    """Return the full word of a written type («р.п.» → «рабочий посёлок»), or "" if unknown."""
    place_type = _BY_SPELLING.get(name_key(spelling))
    return place_type.name if place_type else ""


# What outside sheets write around the name of a municipality and what says nothing about which.
_MUNICIPAL_NOISE = re.compile(
    r"\b(?:администраци[яи]|муниципальн(?:ое|ого) образовани[ея]|мо|"
    r"городско(?:й|го) округа?|гор округ|г о|го|муниципальн(?:ый|ого) округа?|м о|"
    r"муниципальн(?:ый|ого) района?|мун район|м р н|м р|мр|район|района|р н|р на|"
    r"город герой|города героя|город|города|г)\b"
)
_IN_REGION = re.compile(r"\b\w+ск(?:ая|ой) обл(?:асть|асти)?\b")
_GENITIVE_ADJECTIVE = re.compile(r"^(\w+[сц]к)ого$")


@lru_cache(maxsize=8192)
def municipality_key(text: str) -> str:
    """Return the part of a municipality's name that tells it from the others, as a key.

    «Камышинский муниципальный район», «Камышинского района» and «Камышинский р-н» give
    «камышинский»; «г.о. Камышин» and «Городской округ город Камышин» give «камышин».
    """
    key = _IN_REGION.sub(" ", name_key(text))
    core = " ".join(_MUNICIPAL_NOISE.sub(" ", key).split())
    return _GENITIVE_ADJECTIVE.sub(r"\1ий", core) or key


_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip


def slug(text: str) -> str:
    """Return a Latin slug of a Russian name: «Средняя Ахтуба» → "srednyaya-akhtuba"."""
    latin = "".join(_LATIN.get(char, char) for char in name_key(text))
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")
