"""Days, months, weeks, quarters and spans of time as they are written in Russian, with the last day each means. Pure.

A rule is a pattern over small letters and the day that it means; the longest one at a place wins.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from otklik.answers.coach.reading import Sentence, tenses_of

PAST: Final = "past"
_MONTHS: Final = (
    "январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"
)  # fmt: skip
MONTH: Final = (
    r"(?P<month>январ(?:ь|я|е|ю|ем)|феврал(?:ь|я|е|ю|ем)|март(?:а|е|у|ом)?|апрел(?:ь|я|е|ю|ем)|ма(?:й|я|е|ю|ем)|"
    r"июн(?:ь|я|е|ю|ем)|июл(?:ь|я|е|ю|ем)|август(?:а|е|у|ом)?|сентябр(?:ь|я|е|ю|ем)|октябр(?:ь|я|е|ю|ем)|"
    r"ноябр(?:ь|я|е|ю|ем)|декабр(?:ь|я|е|ю|ем)|(?:янв|фев|мар|апр|авг|сент?|окт|нояб?|дек)\b\.?)(?![а-я])"
)
_IN_MONTH: Final = (
    r"(?P<month>(?:январе|феврале|марте|апреле|мае|июне|июле|августе|сентябре|октябре|ноябре|декабре))(?![а-я])"
)
_OF: Final = (
    r"(?:\s+(?P<year>20\d\d)(?:\s*г(?:ода|оду|\.)?)?(?![\d.])|\s+(?P<which>текущего|этого|нынешнего|"
    r"следующего|будущего)\s+года)?"
)
_SURE: Final = r"(?:(?:ориентировочно|примерно|не позднее|не позже|уже|в срок|срок(?: исполнения)?\s*[—–-])\s+)?"
_BY: Final = r"(?:(?P<prep>до|к|ко|с|со|по|на|от|не позднее|не позже|после|начиная с|за)\s+)?"
_WEEKDAYS: Final = (
    ("понедельник",), ("вторник",), ("сред",), ("четверг",), ("пятниц",), ("суббот",), ("воскресень",)
)
_WEEKDAY: Final = (
    r"(?P<weekday>понедельник[ау]?|вторник[ау]?|сред(?:у|ы|е)|четверг[ау]?|пятниц(?:у|ы|е)|суббот(?:у|ы|е)|"
    r"воскресень[еяю])(?![а-я])"
)
_NUMBERS: Final = {
    "один": 1, "одного": 1, "одной": 1, "два": 2, "двух": 2, "две": 2, "три": 3, "трех": 3, "четыре": 4, "четырех": 4,
    "пять": 5, "пяти": 5, "шесть": 6, "шести": 6, "семь": 7, "семи": 7, "восемь": 8, "восьми": 8, "девять": 9,
    "девяти": 9, "десять": 10, "десяти": 10, "двенадцать": 12, "двенадцати": 12, "четырнадцать": 14,
    "четырнадцати": 14, "пятнадцать": 15, "пятнадцати": 15, "двадцать": 20, "двадцати": 20, "тридцать": 30,
    "тридцати": 30, "сорок": 40, "сорока": 40, "полутора": 2, "полтора": 2, "пару": 2, "пары": 2, "суток": 1,
}
_COUNT: Final = rf"(?P<count>\d{{1,3}}(?:-?х|-?ти)?|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNIT: Final = (
    r"(?P<work>раб(?:очих|очего|\.)\s*)?(?:календарных\s+)?"
    r"(?P<unit>час(?:а|ов)?|дн(?:я|ей|\.)|день|сут(?:ок|ки)|недел[ьиюя]|месяц(?:а|ев)?|лет|года?)(?![а-я])"
)
_SINCE: Final = r"(?P<since>\s+(?:с|со|после|от)\s+(?!\d)[а-я]+)?"
_QUARTERS: Final = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4, "перв": 1, "втор": 2, "трет": 3, "четв": 4
}
_SEASONS: Final = {"зим": (2, 28), "весн": (5, 31), "лет": (8, 31), "осен": (11, 30)}


@dataclass(frozen=True, slots=True)
class Found:
    """A term in a sentence: its place there, the last day it means (None: it cannot be dated), and how it is "
    "given."""

    start: int
    end: int
    until: date | None
    how: str


@dataclass(frozen=True, slots=True)
class _Around:
    sentence: Sentence
    written: date
    working_days: Callable[[date, int], date]


_Rule = tuple[re.Pattern[str], Callable[[re.Match[str], _Around], "tuple[date | None, str] | None"]]


@lru_cache(maxsize=1 << 10)
def terms_in(sentence: Sentence, written: date, working_days: Callable[[date, int], date]) -> tuple[Found, ...]:
    """All days and terms of a sentence in order, past ones too (`how` is `PAST`)."""
    around, found = _Around(sentence, written, working_days), []
    for pattern, meaning in _RULES:
        for match in pattern.finditer(sentence.text):
            try:
                meant = meaning(match, around)
            except (ValueError, OverflowError):  # 31 февраля, or a count beyond all years
                continue
            if meant is not None:
                found.append(Found(match.start(), match.end(), *meant))
    found.sort(key=lambda one: (one.start - one.end, one.start))
    kept: list[Found] = []
    for one in found:
        if not any(other.start < one.end and one.start < other.end for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))


def _month_number(written: str) -> int:
    stem = written.rstrip(".")
    for number, name in enumerate(_MONTHS, 1):
        if stem.startswith(name) and (name != "ма" or not stem.startswith("мар")):
            return number
    return next(number for number, name in enumerate(_MONTHS, 1) if name.startswith(stem[:3]))


def _last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _year(match: re.Match[str], written: date) -> int | None:
    given = match.groupdict()
    if given.get("year"):
        return int(given["year"]) if len(given["year"]) == 4 else 2000 + int(given["year"])
    if given.get("which"):
        return written.year + (given["which"] in ("следующего", "будущего", "следующем", "будущем"))
    return None


def _day(match: re.Match[str], around: _Around) -> tuple[date | None, str] | None:
    """«до 10 июня», «16.06», «с 6 по 19 июля»: the last day named."""
    given, written = match.groupdict(), around.written
    if given.get("prep") == "от" or given.get("prep") == "за":
        return None, PAST
    month = int(given["mm"]) if given.get("mm") else _month_number(given["month"])
    year, day = _year(match, written), int(given["day"])
    if not 1 <= month <= 12 or (given.get("mm") and not given.get("prep") and len(given["mm"]) < 2):
        return None
    tenses = around.sentence.tenses
    if year is not None:
        until = date(year, month, day)
    else:
        until = date(written.year, month, day)
        if until < written:
            passed = (written - until).days
            if passed < 75 or ("futr" not in tenses and given.get("prep") not in ("до", "к", "не позднее")):
                return None, PAST
            until = date(written.year + 1, month, day)
    over = {"past", "done"}
    if until == written and (_told(match, around) & over or (tenses & over and "futr" not in tenses)):
        return None, PAST
    if given.get("prep") == "после":
        return None, "day"
    return until, "day"


def _told(match: re.Match[str], around: _Around) -> frozenset[str]:
    """Tenses of the clause in which a term stands: from comma to comma."""
    low = around.sentence.text
    start = max(low.rfind(sign, 0, match.start()) for sign in ",;:") + 1
    end = re.search(r"[,;:]", low[match.end() :])
    words = re.findall(r"[а-я-]+", low[start : match.end() + end.start() if end else len(low)])
    return frozenset(tense for word in words for tense in tenses_of(word))


def _of_month(match: re.Match[str], around: _Around) -> tuple[date | None, str] | None:
    """«в сентябре», «до конца июня», «во второй декаде августа», «к ноябрю 2027 года»."""
    given, written = match.groupdict(), around.written
    month, year = _month_number(given["month"]), _year(match, written)
    if given.get("from") and not around.sentence.tenses & {"futr"}:
        return None, PAST
    sure = year if year is not None else written.year + (_last_of(written.year, month) < written)
    if year is None and sure > written.year and "futr" not in around.sentence.tenses and not given.get("edge"):
        return None, PAST
    last = _last_of(sure, month)
    part = given.get("part") or ""
    ends = {"перв": 10, "втор": 20, "трет": 31, "начал": 10, "серед": 20}
    if "половин" in part:
        return (last.replace(day=15) if part.startswith("перв") else last), "month"
    for name, day in ends.items():
        if part.startswith(name) and (name in ("начал", "серед") or "декад" in part):
            return last.replace(day=min(day, last.day)), "month"
    return last, "month"


def _weekday(match: re.Match[str], around: _Around) -> tuple[date | None, str] | None:
    written, given = around.written, match.groupdict()
    number = next(at for at, names in enumerate(_WEEKDAYS) if given["weekday"].startswith(names))
    monday = written - timedelta(days=written.weekday())
    if given.get("number"):
        return _number_day(int(given["number"]), written), "weekday"
    if (given.get("near") or "").startswith("следующ"):
        return monday + timedelta(days=7 + number), "weekday"
    return written + timedelta(days=(number - written.weekday()) % 7 or 7), "weekday"


def _number_day(number: int, written: date) -> date:
    """«27-го»: of this month, or of the next where it is over."""
    if number >= written.day:
        return written.replace(day=number)
    following = written.replace(day=28) + timedelta(days=7)
    return following.replace(day=number)


def _the_number(match: re.Match[str], around: _Around) -> tuple[date | None, str] | None:
    return _number_day(int(match["number"]), around.written), "day"


def _near_day(match: re.Match[str], around: _Around) -> tuple[date | None, str] | None:
    ahead = {"сегодня": 0, "завтра": 1, "послезавтра": 2}[match["near"]]
    return around.written + timedelta(days=ahead), "today"


def _today(match: re.Match[str], around: _Around) -> tuple[date | None, str] | None:
    return around.written, "hour"


def _week(match: re.Match[str], around: _Around) -> tuple[date | None, str] | None:
    sunday = around.written + timedelta(days=6 - around.written.weekday())
    return sunday + timedelta(days=7 * (match["which"] or "").startswith(("следующ", "будущ"))), "week"


def _period(match: re.Match[str], around: _Around) -> tuple[date | None, str] | None:
    """«до конца недели», «в следующем месяце», «до конца года»."""
    written, given = around.written, match.groupdict()
    ahead = (given.get("which") or "").startswith(("следующ", "будущ"))
    unit = given["period"]
    if unit.startswith("д"):
        return written, "today"
    if unit.startswith("нед"):
        return written + timedelta(days=6 - written.weekday() + 7 * ahead), "week"
    if unit.startswith("мес"):
        month = written.month + ahead
        return _last_of(written.year + (month > 12), (month - 1) % 12 + 1), "month"
    if unit.startswith("кв"):
        month = (written.month - 1) // 3 * 3 + 3 + 3 * ahead
        return _last_of(written.year + (month > 12), (month - 1) % 12 + 1), "month"
    return date(written.year + ahead, 12, 31), "year"


def _year_end(match: re.Match[str], around: _Around) -> tuple[date | None, str] | None:
    year = int(match["year"])
    return (None, PAST) if year < around.written.year else (date(year, 12, 31), "year")


def _quarter(match: re.Match[str], around: _Around) -> tuple[date | None, str] | None:
    written = around.written
    number = next(n for name, n in _QUARTERS.items() if match["number"] == name or
                  (len(name) == 4 and match["number"].startswith(name)))
    year = _year(match, written)
    last = _last_of(year or written.year, number * 3)
    if year is None and last < written:
        last = _last_of(written.year + 1, number * 3)
    return last, "quarter"


def _season(match: re.Match[str], around: _Around) -> tuple[date | None, str] | None:
    written = around.written
    month, day = next(end for name, end in _SEASONS.items() if match["season"].startswith(name))
    year = _year(match, written)
    until = date(year or written.year, month, day)
    return (until if year or until >= written else date(written.year + 1, month, day)), "season"


def _span(match: re.Match[str], around: _Around) -> tuple[date | None, str] | None:
    """«в течение трёх рабочих дней», «через неделю»; undated where it counts from something that has no day yet."""
    given, written = match.groupdict(), around.written
    if given.get("since") and not re.search(r"сегодня|завтра|этого", given["since"]):
        tail = around.sentence.text[match.start("since") :]
        if around.sentence.tenses & {"past", "done"} and "futr" not in around.sentence.tenses:
            return None, PAST
        if not re.match(r"\s+(?:с|от)\s+(?:даты\s+)?(?:этого|настоящего|ответа)", tail):
            return None, "span"
    word = given.get("count") or "1"
    digits = re.match(r"\d+", word)
    count = int(digits[0]) if digits else _NUMBERS[word]
    unit = given["unit"]
    if unit.startswith("час"):
        return written + timedelta(days=count // 24), "span"
    if given.get("work"):
        return around.working_days(written, count), "span"
    if unit.startswith("нед"):
        return written + timedelta(days=7 * count), "span"
    if unit.startswith("мес"):
        month = written.month - 1 + count
        year = written.year + month // 12
        return date(year, month % 12 + 1, min(written.day, monthrange(year, month % 12 + 1)[1])), "span"
    if unit.startswith(("лет", "год")):
        return date(written.year + count, written.month, min(written.day, 28)), "span"
    return written + timedelta(days=count), "span"


def _undated(match: re.Match[str], around: _Around) -> tuple[date | None, str] | None:
    return None, "undated"


def _rule(pattern: str, meaning: Callable[[Any, Any], Any]) -> _Rule:
    return re.compile(rf"(?<![а-яa-z\d]){pattern}"), meaning


_TIME: Final = r"(?:\d{1,2}[:.]\d\d|\d{1,2}(?:\s*ч(?:ас(?:ам|ов|а)?|\.)?(?![а-я])))"
_RULES: Final[tuple[_Rule, ...]] = (
    _rule(rf"{_SURE}{_BY}(?P<day>\d{{1,2}})(?:-?го)?\s+{MONTH}{_OF}(?:\s+в\s+{_TIME})?(?:\s+включительно)?", _day),
    _rule(rf"(?:с|со)\s+\d{{1,2}}(?:\s+[а-я]+)?\s+по\s+(?P<day>\d{{1,2}})(?:-?го)?\s+{MONTH}{_OF}", _day),
    _rule(rf"{_BY}\d{{1,2}}\s?[–—-]\s?(?P<day>\d{{1,2}})\s+{MONTH}{_OF}", _day),
    _rule(rf"{_SURE}{_BY}(?P<day>\d{{1,2}})[./](?P<mm>\d{{1,2}})(?:[./](?P<year>20\d\d|"
        rf"\d\d))?(?![\d/%])(?!\s*(?:м|км|кв|млн|тыс|руб|куб|т|г|кг|л|метр|процент|"
        rf"%)(?![а-я]))(?:\s+включительно)?", _day),
    _rule(rf"{_SURE}(?:до|к|по|на)?\s*(?:{_WEEKDAY})?\s*(?<!\d)(?P<number>\d{{1,2}})(?:-го|"
        rf"\s+числа)(?!\s+[а-я]{{3,8}}(?:ря|ля|та|ня|ая|мая)\b)(?:\s+(?:после|до|к)\s+{_TIME})?", _the_number),
    _rule(rf"(?:в|во|до|к|ко|с|со|на|не позже|не позднее)\s+(?:(?P<near>ближайш\w+|эт\w+|"
        rf"следующ\w+)\s+)?{_WEEKDAY}(?!\s+по\s)(?:[\s,]+(?P<number>\d{{1,2}})-го)?", _weekday),
    _rule(rf"(?:до\s+)?(?<!на )(?P<near>сегодня|завтра|послезавтра)(?:\s+(?:же|утром|днем|вечером|ночью|(?:до|к|"
        rf"после|в)\s+(?:{_TIME}|\d{{1,2}}|обеда|вечера|конца дня|полудня|вечеру|обеду)))?", _near_day),
    _rule(rf"(?:до|к)\s+(?:{_TIME}|конца (?:рабочего )?дня|вечера|вечеру|обеда|обеду)(?![а-я])", _today),
    _rule(r"(?:на|до конца)\s+(?P<which>эт(?:ой|и)|текущ(?:ей)|следующ(?:ей)|будущ(?:ей)|"
        r"ближайш(?:ей))\s+недел[еи]", _week),
    _rule(r"(?:до|к)\s+(?:конц[ау]|исход[ау])\s+(?:(?P<which>этого|текущего|следующего|будущего|этой|"
        r"следующей)\s+)?(?P<period>дня|недели|месяца|квартала|года)(?![а-я])", _period),
    _rule(r"в\s+(?P<which>этом|текущем|следующем|будущем)\s+(?P<period>месяце|квартале|году)(?![а-я])", _period),
    _rule(r"(?:до|к)\s+(?P<period>д)?нов(?:ого|ому)\s+год(?:а|у)", lambda m, a: (date(a.written.year, 12, 31), "year")),
    _rule(r"(?:на|в|до конца)\s+(?:эти|ближайшие|следующие)?\s*(?P<which>выходн(?:ые|ых))(?:\s+дн(?:и|ей))?", _week),
    _rule(rf"в\s+(?:последн(?:юю|ие|ей)|перв(?:ую|ой)|втор(?:ую|ой))\s+недел[юие]\s+{MONTH}{_OF}", _of_month),
    _rule(rf"(?:в|во|до|к|на|с)?\s*(?P<edge>конц[ауе]|начал[ауе]|середин[уые]|завершени[яю])\s+{MONTH}{_OF}",
          _of_month),
    _rule(rf"(?:в|во|до|к)\s+(?:(?:конц[ае]|начал[ае])\s+)?(?P<part>(?:перв|втор|трет)\w+\s+(?:половин\w+|"
        rf"декад\w+)|начале|середине)\s+{MONTH}{_OF}", _of_month),
    _rule(rf"(?:в|во)\s+{_IN_MONTH}{_OF}", _of_month),
    _rule(rf"{_SURE}(?P<edge>до|к|ко|на)\s+{MONTH}{_OF}(?:\s+включительно)?", _of_month),
    _rule(rf"{MONTH}\s+(?P<which>текущего|этого|следующего|будущего)\s+года", _of_month),
    _rule(rf"(?P<from>с)\s+{MONTH}{_OF}", _of_month),
    _rule(r"(?:в|во|до конца|до|к концу|на)\s+(?P<number>i{1,3}|iv|[1-4]|перв\w+|втор\w+|трет\w+|"
        r"четверт\w+)(?:-?(?:м|ом|го))?\s+(?:кв(?:артал(?:е|а|у)?|\.)?)(?:\s+(?P<year>20\d\d)(?:\s*г(?:ода|оду|"
        r"\.)?)?|\s+(?P<which>текущего|этого|следующего|будущего)\s+года)?", _quarter),
    _rule(r"(?:(?:этой|этим|будущей|ближайшей|следующ\w+|до конца)\s+)?(?P<season>зимой|весной|летом|осенью|"
        r"(?<=конца )(?:зимы|весны|лета|осени))(?:\s+(?P<year>20\d\d)(?:\s*г(?:ода|\.)?)?|"
        r"\s+(?P<which>следующего|этого|будущего)\s+года)?(?![а-я])", _season),
    _rule(r"(?:(?:в|во|до|к|до конца|к концу|конец|в конце|в начале)\s+)(?P<year>20\d\d)\s*(?:году|года|год|"
        r"г\.)", _year_end),
    _rule(r"(?:конец|концу|конца)\s+(?P<year>20\d\d)\s*(?:года|г\.)", _year_end),
    _rule(rf"(?:в течение|в теч\.|в течении|не позднее чем через|не позже чем через|через|спустя|"
        rf"в срок до)\s+(?:еще\s+)?{_COUNT}\s*{_UNIT}{_SINCE}", _span),
    _rule(rf"(?:в течение|в теч\.|через|спустя)\s+(?P<unit>час(?:а)?|дня|день|суток|сутки|недел[июя]|месяца?|"
        rf"года?)(?![а-я]){_SINCE}", _span),
    _rule(rf"(?:(?:еще|около|примерно|порядка)\s+)+(?:{_COUNT}\s*{_UNIT}|дн(?:я|"
        rf"ей)\s+[а-я]+)(?:\s+после\s+[а-я]+)?", _undated),
    _rule(r"на следующий (?:рабочий )?день", _undated),
    _rule(r"(?:к|до|с)\s+(?:начал[ау]|конц[ау]|завершени[яю]|окончани[яю])\s+(?:отопительного сезона|"
        r"учебного года|купального сезона|сезона|навигации|отопительного периода)", _undated),
    _rule(r"(?:за|в|из|до|к)\s+(?P<receipt>квитанци\w+\s+за\s+)(?P<month>[а-я]+)(?![а-я])",
          lambda m, a: _receipt(m["month"], a)),
    _rule(r"(?:в|из|с)\s+(?P<month>январ|феврал|март|апрел|май|июн|июл|август|сентябр|октябр|ноябр|"
        r"декабр)\w+\s+(?:квитанци|плат[еыу]|счет)\w+", lambda m, a: _receipt(m["month"], a)),
)


def _receipt(name: str, around: _Around) -> tuple[date | None, str] | None:
    """«В квитанции за октябрь»: a promise for that month."""
    number = next((at for at, month in enumerate(_MONTHS, 1) if name.startswith(month) or month.startswith(name)), None)
    if number is None or "futr" not in around.sentence.tenses:
        return None, PAST
    year = around.written.year
    last = _last_of(year, number)
    return (last if last >= around.written else _last_of(year + 1, number)), "month"
