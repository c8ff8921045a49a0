"""Streets and addresses that a text names, without a gazetteer: only to tell whether two texts name the same. Pure.

A street is a word beside «улица», «проспект» and the like; an address is a house with the name that stands nearest to
it. Everything is a number made of words, as in a fingerprint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final
from zlib import crc32

_MARK_WORDS: Final = """
    ул улица улице улицы улицу улиц проспект проспекту проспекте проспекта пр пер переулок переулке переулку
    переулка бульвар бульваре бульвара проезд проезде проезда площадь площади шоссе сквер сквере парк парке парка
    набережная набережной
"""
_IDLE_WORDS: Final = """
    дом дома доме домом домами домов д корпус корп к по на и во в г город городе б р т подъезд около возле у с от
    до им имени между
"""
_VEHICLES: Final = ("маршрут", "автобус", "троллейбус", "трамва", "вагон", "поезд", "электрич", "газел")
_MARKS: Final = frozenset(_MARK_WORDS.split())
_NO_NAMES: Final = _MARKS | frozenset(_IDLE_WORDS.split())
_WORD: Final = re.compile(r"\d+|[а-яё]+|[a-z]+", re.IGNORECASE)
_BEFORE, _AFTER = 28, 22  # letters between a house and its name
# «дома 11 по Энергетиков», «домов 71, 73 и 75 по ул. Димитрова», «домами 3 и 5 на проспекте…»
_TO_NAME: Final = re.compile(r"[\s,»\"]*(?:[\d,\s/а-яА-Я]{0,12}\s)?(?:по|на|и|ул|пр|улиц|просп|пер|корп)")
_NEW_THOUGHT: Final = re.compile(r"[!?\n;]")

Key = Callable[[str], str | None]


def whereabouts(text: str, houses: Iterable[tuple[int, int, str]], key: Key) -> tuple[frozenset[int], frozenset[int]]:
    """Streets, and addresses as `street << 32 | house`. `text` is without its dates, `houses` are start, end and
    number of what may be one, `key` tells by what a word is compared (None for idle words)."""
    streets: set[int] = set()
    names: list[tuple[int, int, int]] = []
    words = [(found.start(), found.end(), found[0]) for found in _WORD.finditer(text)]
    since = 9  # words of a name since a mark: «ул. 50 лет Октября», «улица Маршала Чуйкова», but not «ул. Мира яма»
    for at, (start, end, word) in enumerate(words):
        plain, capital = word.lower(), word[0].isupper()
        if plain in _MARKS:
            since = 0
            continue
        if word[0].isdigit() or plain in _NO_NAMES or plain.startswith(_VEHICLES) or (told := key(plain)) is None:
            continue
        before = capital and at + 1 < len(words) and words[at + 1][2].lower() in _MARKS
        marked = before or since == 0 or (since == 1 and capital)
        since += 1
        if marked:
            streets.add(_number(told))
        if marked or (capital and len(word) > 1):
            names.append((start, end, _number(told)))
    addresses: set[int] = set()
    for start, end, house in houses:
        near = [(gap, name) for left, right, name in names if (gap := _gap(text, start, end, left, right)) is not None]
        if near:
            addresses.add(min(near)[1] << 32 | _number(house))
    return frozenset(streets), frozenset(addresses)


Pair = tuple[frozenset[int], frozenset[int]]


def elsewhere(streets: Pair, words: Pair, addresses: Pair) -> str:
    """What of two texts shuts each other out: `other_house` of one street, `other_street`; "" for nothing."""
    if addresses[0] & addresses[1]:
        return ""
    named = [{one >> 32 for one in side} for side in addresses]
    if named[0] & named[1]:
        return "other_house"
    if streets[0] and streets[1] and not (streets[0] & (streets[1] | words[1]) or streets[1] & (streets[0] | words[0])):
        return "other_street"
    houses = [{one & 0xFFFF_FFFF for one in side} for side in addresses]
    return "other_street" if addresses[0] and addresses[1] and not houses[0] & houses[1] else ""


def _gap(text: str, start: int, end: int, left: int, right: int) -> int | None:
    """Letters between a house and a name, None when they do not belong together."""
    if right <= start:
        between = text[right:start]
        return len(between) if len(between) <= _BEFORE and not _NEW_THOUGHT.search(between) else None
    if left >= end and left - end <= _AFTER and _TO_NAME.match(text[end : left + 1]):
        return left - end
    return None


def _number(word: str) -> int:
    return crc32(word.encode())
