"""Dates of birth: by a word of birth on either side, or right behind a name. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from otklik.triage.personal import spoken
from otklik.triage.personal.spans import PersonalSpan

_MONTH: Final = (
    r"(?:янв(?:ар[ьяе])?|фев(?:рал[ьяе])?|март[ае]?|мар|апр(?:ел[ьяе])?|ма[йяе]|июн[ьяе]?|июл[ьяе]?"
    r"|авг(?:уст[ае]?)?"
    r"|сен(?:тябр[ьяе])?|окт(?:ябр[ьяе])?|ноя(?:бр[ьяе])?|дек(?:абр[ьяе])?)"
)
_YEAR: Final = r"(?:19\d\d|20[0-4]\d)"
_FULL: Final = (
    rf"(?:\d{{1,2}}\s?[./\-–]\s?\d{{1,2}}\s?[./\-–]\s?(?:{_YEAR}|\d\d)(?!\d)"
    rf"|{_YEAR}[.\-/]\d\d[.\-/]\d\d(?!\d)"
    rf"|\d{{1,2}}(?:-?го)?\s{_MONTH}\.?,?\s{_YEAR}(?!\d))"
)
_DAY: Final = rf"\d{{1,2}}(?:-?го)?\s{_MONTH}(?![а-яё])"
_TOLD: Final = (
    rf"(?:{spoken.WORD}\s)?{spoken.ORDINAL}\s{_MONTH}(?:\s(?:тысяча\sдевятьсот\s)?(?:две\sтысячи\s)?"
    rf"(?:(?:{spoken.WORD}\s){{0,2}}{spoken.ORDINAL}|{_YEAR}|\d\d(?!\d)))?"
)
_DATE: Final = rf"(?:{_FULL}|{_TOLD}|{_DAY}|(?<![\d.])(?:{_YEAR}|(?<=-)\d\d)(?![\d.]\d))"
_AFTER: Final = re.compile(
    rf"(?<![\w.])(?P<date>{_FULL}|{_TOLD}|{_YEAR})\s?-?,?\s?(?:г\.?\s?р\b\.?|г\.\s?рожд\w*"
    rf"|год[ау]?,?\s+рожд\w*|г\.?,?\s+рожд\w*"
    rf"|рожд\w+|г/р|гр\b\.?(?!\s?[А-ЯЁ]))",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(
    rf"(?<![а-яё])(?:род(?:ил(?:ся|ась|ись)|ом|\.)|рожд(?:[её]нн?[аыо]?\w*|ени\w+|\.)|дат[аыуе]\s+рожд\w*"
    rf"|д\.?\s?р\.|д/р|др:?|урожен\w+"
    rf"|год(?:а|ом)?\s+рожд\w*|появил(?:ся|ась)\s+на\s+свет)(?:\s+(?:в|мой|моя|у\s+не[её]|у\s+него|сына"
    rf"|дочери|мужа|матери|ребёнка"
    rf"|ребенка|девочка|мальчик|она|он|я|был[аио]?|совсем|другая|тоже|числа|году|тысяча"
    rf"|я\s+ещё))*\s*[:=–—\-(,]*\s*(?:в\s+)?"
    rf"(?P<date>{_DATE})",
    re.IGNORECASE,
)
_NAMED: Final = re.compile(
    rf"\s?(?P<open>\(|,\s?\(?|[–—-]\s?|\s)(?:г\.\s?[А-ЯЁ][а-яё-]+,\s)?(?P<date>{_FULL}|{_YEAR}(?=\s?(?:г\.|год"
    rf"|\))))",
    re.IGNORECASE,
)
_LONG_AGO: Final = re.compile(
    r"(?<![\w.])(?:\d{1,2}[./]\d{1,2}[./](?:19[0-6]\d)|\d{1,2}\s" + _MONTH + r"\s19[0-6]\d)(?!\d)",
    re.IGNORECASE,
)
_TOLD_YEAR: Final = re.compile(
    rf"(?<![а-яё])(?:{spoken.WORD}\s)?{spoken.ORDINAL}\s{_MONTH}\s"
    rf"(?:{spoken.WORD}\s){{0,3}}{spoken.ORDINAL}",
    re.IGNORECASE,
)
_NOT_BIRTH: Final = re.compile(
    r"(?:\bот|\bс|\bпо|\bдо|построен\w*|основан\w*|введ[её]н\w*|погиб\w*|умер\w*|войн\w*|указ\w*|закон\w*"
    r"|договор\w*|выдан\w*)"
    r"[\s:]*$",
    re.IGNORECASE,
)
_AT_HAND: Final = re.compile(r"(?:\bот|\bс|\bпо|\bдо)\s*$", re.IGNORECASE)


def births(text: str, names: list[tuple[int, int]]) -> Iterator[PersonalSpan]:
    """Days and years of birth; `names`: where names stand, since a date right behind one is a birthday."""
    for pattern in (_AFTER, _BEFORE):
        for match in pattern.finditer(text):
            yield PersonalSpan(match.start("date"), match.end("date"), "birthdate", "слово о рождении")
    for _start, end in names:
        near = _NAMED.match(text, end)
        if near and (near["open"] == "(" or not _lately(near["date"])):
            yield PersonalSpan(near.start("date"), near.end("date"), "birthdate", "дата за именем")
    for match in (*_LONG_AGO.finditer(text), *_TOLD_YEAR.finditer(text)):
        if _NOT_BIRTH.search(text[max(0, match.start() - 20) : match.start()]) is None:
            yield PersonalSpan(match.start(), match.end(), "birthdate", "давняя дата")


def _lately(date: str) -> bool:
    """A date of the last years behind a signature is mostly the letter's own."""
    year = re.search(r"20(?:2[3-9]|[34]\d)|[./-]2[3-9]$", date)
    return year is not None
