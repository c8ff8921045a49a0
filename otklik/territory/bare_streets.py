"""Streets named without «улица»: «на Мира», «Волжский, Энгельса 36/1», «угол Гагарина и Пушкина», «ленина 9а». Pure.

A bare word becomes a street only with support: a name known here or everywhere, a house beside it, a crossing, or an
adjective that nothing else explains («на Оломоуцкой яма»). «Жалоба на Иванова» and «хочется мира» are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from otklik.territory.addresses import AddressHit, house_after, house_before, in_nominative, sober
from otklik.territory.context import Token
from otklik.territory.known_streets import MOST_WORDS, KnownStreets, StreetEntry, common_streets
from otklik.territory.morphology import (
    agrees_with_noun,
    is_genitive,
    is_personal_name,
    is_usual_word,
    nominative_of_adjective,
)

_PREPOSITION: Final = re.compile(r"(?:^|(?<=[^А-Яа-яЁё-]))(?P<word>на|по|с|со|у)\s$", re.IGNORECASE)
_AFTER_PLACE: Final = re.compile(r"[\s,;:.–—-]{1,4}")
_OPENS: Final = re.compile(r"(?:^|[.!?…:;\n]|адрес[а-я]{0,2}|прожива[а-я]+|жив[уе][а-я]*)[\s«\"(,–—-]*$", re.IGNORECASE)
_CORNER: Final = re.compile(
    r"(?:\bуг(?:ол|лу|ла)|перекр[её]ст(?:ок|ке|ка|ку)|пересечени(?:е|и|я|ю)|\bмежду)(?:\s+улиц(?:ами)?)?\s+$",
    re.IGNORECASE,
)
_SECOND: Final = re.compile(r"\s(?:и|с|со)\s(?:ул\.\s?|улиц[а-я]*\s)?(?P<name>[А-ЯЁа-яё][а-яё]+(?:-[А-ЯЁа-яё]+)*)")
# «жалоба на Иванова», «подать в суд на Попова»: a person, whatever streets there are.
_AGAINST: Final = re.compile(
    r"\b(?:жал[оу][а-яё]*|пожал[а-яё]*|заявлени[а-яё]*|подать|подал[а-яё]*|управ[а-яё]*|похож[а-яё]*|напал[а-яё]*|"
    r"кричит|кричал[а-яё]*|орёт|наор[а-яё]*|надежд[а-яё]*|внимани[а-яё]*|ссыла[а-яё]*)\s+(?:[а-яё]+\s+){0,2}(?:на|по)\s$",
    re.IGNORECASE,
)
_ORDINAL: Final = re.compile(r"[-–]?(?:й|я|ая|ой|ую|ый|го|ти|летия)", re.IGNORECASE)
_TITLE: Final = re.compile(r"\s(?:имени|им\.)\s?$", re.IGNORECASE)
_RANKS: Final = frozenset(
    {"маршала", "генерала", "академика", "адмирала", "героев", "героя", "писателя", "доктора", "космонавта", "имени",
     "им"}
)  # fmt: skip
_TAILS: Final = frozenset(
    {"дивизии", "армии", "победы", "октября", "мая", "марта", "января", "съезда", "бригады", "гвардии"}
)
_NO_STREET: Final = frozenset(
    {"дома", "дом", "кв", "квартира", "подъезд", "этаж", "этаже", "часа", "школа", "года", "района", "города", "улица",
     "улицы", "номер", "телефон", "маршрут", "автобус", "около", "более", "после", "воды", "света", "газа", "раза",
     "корпус", "строение", "области", "россии", "рублей", "счета"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Here:
    """What is known of the place: its municipality and the streets there are. Both may be unknown."""

    streets: KnownStreets | None = None
    municipality_id: int | None = None
    territory_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Name:
    """Words of a name, from token `first` to `last`."""

    first: int
    last: int
    start: int
    end: int


def find_bare(
    text: str,
    tokens: Sequence[Token],
    taken: Sequence[tuple[int, int]],
    places: Sequence[tuple[int, int]],
    here: Here,
) -> list[AddressHit]:
    """The streets named bare, in order.

    `taken` are spans surely read as something else, `places` those of all places, also doubtful ones.
    """
    hits: list[AddressHit] = []
    read = -1
    for number, token in enumerate(tokens):
        if token.start < read or (
            any(start <= token.start < end for start, end in taken)
            and not _CORNER.search(text, max(0, token.start - 40), token.start)
        ):
            continue
        hit = _from(text, tokens, number, places, here)
        if hit is not None:
            hits.append(hit)
            read = hit.end
    return hits


def _from(
    text: str, tokens: Sequence[Token], number: int, places: Sequence[tuple[int, int]], here: Here
) -> AddressHit | None:
    start = tokens[number].start
    before = text[max(0, start - 60) : start]
    if _CORNER.search(before):  # whatever else the word may be
        return _crossing(text, tokens, number, here)
    preposition = _PREPOSITION.search(before)
    # A place right before, or somewhere a street is usually named from.
    after_place = any(end < start and _AFTER_PLACE.fullmatch(text, end, start) for _, end in places)
    opens = _OPENS.search(before) is not None
    if not (preposition or after_place or opens):
        return None
    said = preposition["word"].lower() if preposition else ""
    if said and _AGAINST.search(before):
        return None
    return _known(text, tokens, number, said, after_place, here) or _unknown(text, tokens, number, said, after_place)


def _names(text: str, tokens: Sequence[Token], first: int) -> list[_Name]:
    """Stretches of words that may be one name, the longest first."""
    found = []
    for last in range(first, min(len(tokens), first + MOST_WORDS)):
        if last > first and not re.fullmatch(r"[\s]|[-–]|\.\s?", text[tokens[last - 1].end : tokens[last].start]):
            break
        found.append(_Name(first, last, tokens[first].start, tokens[last].end))
    return found[::-1]


def _known(
    text: str, tokens: Sequence[Token], first: int, said: str, after_place: bool, here: Here
) -> AddressHit | None:
    for name in _names(text, tokens, first):
        words = _keys(tokens[name.first : name.last + 1])
        if not words or words[-1] in _NO_STREET and len(words) == 1:
            continue
        street = _street_here(here, words)
        common = None if street else next(iter(common_streets().named(words)), None)
        if street is None and common is None:
            continue
        house, end = house_after(text, name.end)
        start = name.start
        if not house and said in {"по", "на"}:
            house, start = house_before(text, name.start)
        capital = any(token.capital for token in tokens[name.first : name.last + 1])
        entry = street or common
        assert entry is not None
        if house:
            return _hit(entry.written, house, start, end, 0.9 if street else 0.8, text, name)
        if _is_something_else(text, tokens, name) or _is_date(words):
            continue
        if (said and said not in {"с", "со", "у"}) or (said and street):
            if capital or _says_small(text, tokens[first].start, words, street is not None):
                return _hit(entry.written, "", name.start, name.end, 0.75 if street else 0.6, text, name)
        elif after_place and capital and (street or text[name.end : name.end + 1] in ",.;:"):
            return _hit(entry.written, "", name.start, name.end, 0.7 if street else 0.5, text, name)
    return _nearly_known(text, tokens, first, said, after_place, here)


def _nearly_known(
    text: str, tokens: Sequence[Token], first: int, said: str, after_place: bool, here: Here
) -> AddressHit | None:
    """A street of this place with a letter wrong, when a house stands beside it."""
    token = tokens[first]
    if here.streets is None or len(token.key) < 6 or is_usual_word(token.key) or not (said or after_place):
        return None
    house, end = house_after(text, token.end)
    if not house:
        return None
    inside = _inside(here, here.streets.nearly(token.key))
    if inside is None:
        return None
    return AddressHit(inside.written, house, token.start, end, 0.6, token.start, token.end)


def _street_here(here: Here, words: Sequence[str]) -> StreetEntry | None:
    return _inside(here, here.streets.named(words)) if here.streets is not None else None


def _inside(here: Here, entries: Sequence[StreetEntry]) -> StreetEntry | None:
    """The street of this settlement, else of this municipality."""
    own = [entry for entry in entries if here.territory_id and entry.territory_id == here.territory_id]
    near = [entry for entry in entries if here.municipality_id and entry.municipality_id == here.municipality_id]
    return next(iter(own or near), None)


def _unknown(
    text: str, tokens: Sequence[Token], first: int, said: str, after_place: bool
) -> AddressHit | None:
    """A name nobody listed: it wants a house and the shape of a street's name."""
    if said in {"с", "со", "у"}:
        return None
    token = tokens[first]
    name = _shape(text, tokens, first)
    if name is None:
        return None
    last = tokens[name.last]
    house, end = house_after(text, name.end)
    adjective = nominative_of_adjective(last.key, "femn") is not None
    several = name.last > name.first
    capital = last.capital or token.capital
    if house:
        marked = re.search(r"\bд(?:ом|\.)?\b|,", text[name.end : end]) is not None or not house.isdigit()
        if not (said or after_place) and not (capital and marked):
            return None
        if not capital and not (adjective or several or _surname_like(last.key)):
            return None
        return _hit(_street_of(tokens, name, text), house, name.start, end, 0.7 if capital else 0.6, text, name)
    if said and adjective and capital and not _is_something_else(text, tokens, name):
        return _hit(_street_of(tokens, name, text), "", name.start, name.end, 0.5, text, name)
    return None


def _shape(text: str, tokens: Sequence[Token], first: int) -> _Name | None:
    """The stretch that looks like a street's name from here: an ordinal or a rank, then an adjective or a genitive."""
    last = first
    if tokens[first].key.isdigit():
        tail = _ORDINAL.match(text, tokens[first].end)
        if first + 1 >= len(tokens):
            return None
        if tail is None:
            return _of_an_army(text, tokens, first)
        last = first + 1
        if tokens[last].start < tail.end() and last + 1 < len(tokens):
            last += 1
    elif tokens[first].key in _ORDINAL_WORDS:  # «на Второй продольной»
        if not _joins(text, tokens, first) or nominative_of_adjective(tokens[first + 1].key, "femn") is None:
            return None
        last = first + 1
    while tokens[last].key in _RANKS and last + 1 < len(tokens):
        last += 1
    if _joins(text, tokens, last) and text[tokens[last].end] in "-–":
        last += 1
    word = tokens[last]
    if word.key.isdigit() or len(word.key) < 4 or word.key in _NO_STREET:
        return None
    if last + 1 < len(tokens) and tokens[last + 1].key in _TAILS and _joins(text, tokens, last):
        last += 1
    elif not (nominative_of_adjective(word.key, "femn") or _is_owner(word)):
        return None
    return _Name(first, last, tokens[first].start, tokens[last].end)


_ORDINAL_WORDS: Final = frozenset({"первой", "второй", "третьей", "четвертой", "пятой", "первая", "вторая", "третья"})


def _of_an_army(text: str, tokens: Sequence[Token], first: int) -> _Name | None:
    """«64 Армии», «8 Воздушной Армии», «51 Гвардейской»: a number without its ending."""
    for last in (first + 1, first + 2):
        if last < len(tokens) and _joins(text, tokens, last - 1) and tokens[last].key in {"армии", "дивизии"}:
            return _Name(first, last, tokens[first].start, tokens[last].end)
    return None


def _joins(text: str, tokens: Sequence[Token], number: int) -> bool:
    return number + 1 < len(tokens) and text[tokens[number].end : tokens[number + 1].start] in {" ", "-", "–"}


def _is_owner(word: Token) -> bool:
    """Whose name a street may bear: a genitive («Репина», «Качинцев»)."""
    return is_genitive(word.key) and (word.capital or not is_usual_word(word.key)) or _surname_like(word.key)


def _surname_like(key: str) -> bool:
    return key.endswith(("ина", "ова", "ева", "ского", "цкого", "ича", "енко")) and is_personal_name(key)


def _is_something_else(text: str, tokens: Sequence[Token], name: _Name) -> bool:
    """«на Волжской ГЭС», «по Советской власти», «на Ленина давят» is the street; an adjective with its noun is not."""
    following = tokens[name.last + 1] if name.last + 1 < len(tokens) else None
    if following is None or text[name.end : following.start].strip(' \u00a0"«'):
        return False
    last = tokens[name.last]
    if nominative_of_adjective(last.key, "femn") is None:
        # «на Попова Николая»: a surname and a given name.
        return following.capital and is_personal_name(following.key)
    return following.upper or agrees_with_noun(last.key, following.key)


def _is_date(words: Sequence[str]) -> bool:
    """«концерт на 9 Мая»: without a house it is the day."""
    return len(words) == 2 and words[0].isdigit() and words[1] in {"мая", "марта", "января", "октября", "февраля"}


_LIVES: Final = re.compile(r"\b(?:жив[уеё][а-яё]*|прожива[а-яё]+)\s(?:на|по)\s$", re.IGNORECASE)


def _says_small(text: str, start: int, words: Sequence[str], is_here: bool) -> bool:
    """«на набережной» may be any; a genitive after «на» («на мира») is no usual phrase, though written small."""
    if nominative_of_adjective(words[-1], "femn") is not None:
        return is_here or _LIVES.search(text[max(0, start - 24) : start]) is not None
    return is_genitive(words[-1]) or is_personal_name(words[-1])


def _crossing(text: str, tokens: Sequence[Token], first: int, here: Here) -> AddressHit | None:
    """«угол Гагарина и Пушкина»: the first is the street, the second lies within the span."""
    if tokens[first].key in _NO_STREET or tokens[first].key == "улиц":
        return None
    for name in _names(text, tokens, first):
        second = _SECOND.match(text, name.end)
        if second is None:
            continue
        words = _keys(tokens[name.first : name.last + 1])
        known = _street_here(here, words) or next(iter(common_streets().named(words)), None)
        shape = _shape(text, tokens, first)
        if known is None and (shape is None or shape.last != name.last):
            continue
        shown = known.written if known else _street_of(tokens, name, text)
        return AddressHit(shown, "", _with_streets(text, name.start), second.end(), 0.75, name.start, second.end())
    return None


def _with_streets(text: str, start: int) -> int:
    """Where «улиц Невской и …» begins."""
    word = re.search(r"улиц\s$", text[max(0, start - 6) : start])
    return start - 5 if word else start


def _keys(tokens: Sequence[Token]) -> list[str]:
    keys = [token.key for token in tokens]
    # «2-я», «51-й»: the ending of a number is a token of its own.
    return [key for n, key in enumerate(keys) if not (n and keys[n - 1].isdigit() and len(key) <= 2)]


def _street_of(tokens: Sequence[Token], name: _Name, text: str) -> str:
    written = _TITLE.sub("", text[name.start : name.end])
    return in_nominative(" ".join(word[:1].upper() + word[1:] for word in sober(written).split()), "femn")


def _hit(
    street: str, house: str, start: int, end: int, confidence: float, text: str, name: _Name
) -> AddressHit:
    return AddressHit(street, house, start, end, confidence, name.start, name.end)
