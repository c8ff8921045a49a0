"""House numbers as they are dictated: «дом сто шестнадцать», «ленина двадцать пять а». Pure."""

from __future__ import annotations

import re
from typing import Final

_UNITS: Final = {
    "один": 1, "два": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "восемь": 8, "девять": 9,
    "десять": 10, "одиннадцать": 11, "двенадцать": 12, "тринадцать": 13, "четырнадцать": 14, "пятнадцать": 15,
    "шестнадцать": 16, "семнадцать": 17, "восемнадцать": 18, "девятнадцать": 19,
}
_TENS: Final = {
    "двадцать": 20, "тридцать": 30, "сорок": 40, "пятьдесят": 50, "шестьдесят": 60, "семьдесят": 70,
    "восемьдесят": 80, "девяносто": 90,
}
_HUNDREDS: Final = {"сто": 100, "двести": 200, "триста": 300}
_HOUSE_WORD: Final = re.compile(r"[\s,]{1,3}(?:дом(?:а|е)?|номер)(?=\s)", re.IGNORECASE)
_WORD: Final = re.compile(r"[\s,]{0,2}([а-яё]+)", re.IGNORECASE)
# What is counted after a number makes it a count: «ленина пять месяцев без воды».
_COUNTED: Final = re.compile(
    r"\s+(?:дн|день|недел|месяц|мес\b|год|лет|час|минут|раз\b|раза|рубл|тысяч|человек|метр|км|этаж|подъезд|квартир|"
    r"штук|градус|процент)",
    re.IGNORECASE,
)


def spoken_number(text: str, start: int) -> tuple[int, int] | None:
    """The number said from `start` on and where it ends; None when none is said, or when things are counted by it."""
    word = _HOUSE_WORD.match(text, start)
    total, end, last = 0, word.end() if word else start, 1000
    while match := _WORD.match(text, end):
        said = match[1].lower()
        value = _HUNDREDS.get(said) or _TENS.get(said) or _UNITS.get(said)
        if value is None:
            break
        size = 100 if said in _HUNDREDS else 10 if said in _TENS else 1
        if size >= last or (last == 10 and value >= 10):
            break
        total, end, last = total + value, match.end(), size
    if not total or (word is None and _COUNTED.match(text, end)):
        return None
    return total, end
