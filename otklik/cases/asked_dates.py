"""Which days a search means by «прошлой весной», «в марте», «с 1 по 15 мая», «за последний месяц». Pure.

A search looks back: «в марте» is the last March that has begun, «весной» the last spring that has begun, «прошлой
весной» the last one that is over. Seasons are of the calendar (winter from December); a winter with a year is the one
whose January is in it. Both days of a span belong to it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

DAY = timedelta(days=1)
_MONTHS: Final = (
    "январ", "феврал", "март", "апрел", "ма[йяе]", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"
)
_MONTH: Final = rf"(?P<month>{'|'.join(_MONTHS)})[а-я]{{0,2}}"
_YEAR: Final = r"(?:\s+(?P<year>20\d\d)(?:\s*г(?:од[ауе]?|\.)?)?|\s+(?P<rel>этого|прошлого|позапрошлого)\s+года)?"
_SEASONS: Final = {"весн": 3, "лет": 6, "осен": 9, "зим": 12}
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4,
                 "перв": 1, "втор": 2, "трет": 3, "четв": 4}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Days:
    """A span of days, both included; None is open. `start` and `end` count characters of the text."""

    since: date | None
    until: date | None
    start: int
    end: int


def find_days(text: str, today: date) -> Days | None:
    """The first span of days that a text names, or None. Impossible dates («31.02») are not days."""
    lowered = text.lower().replace("ё", "е")
    best: Days | None = None
    for pattern, reading in _RULES:
        for match in pattern.finditer(lowered):
            span = reading(match, today)
            if span is not None and (best is None or (match.start(), -match.end()) < (best.start, -best.end)):
                best = Days(span[0], span[1], match.start(), match.end())
            if span is not None:
                break
    return best


Span = tuple[date | None, date | None]
Reading = Callable[[re.Match[str], date], Span | None]


def _near(match: re.Match[str], today: date) -> Span:
    day = today - {"сегодня": 0, "вчера": 1, "позавчера": 2}[match["word"]] * DAY
    return day, day


def _week(match: re.Match[str], today: date) -> Span:
    monday = today - today.weekday() * DAY
    return (monday - 7 * DAY, monday - DAY) if match["which"].startswith("прошл") else (monday, today)


def _month(match: re.Match[str], today: date) -> Span:
    first = today.replace(day=1)
    if match["which"].startswith("прошл"):
        return (first - DAY).replace(day=1), first - DAY
    return first, today


def _year(match: re.Match[str], today: date) -> Span:
    back = {"эт": 0, "те": 0, "пр": 1, "по": 2}[match["which"][:2]]
    year = today.year - back
    return date(year, 1, 1), date(year, 12, 31) if back else today


def _lately(match: re.Match[str], today: date) -> Span:
    count = int(match["count"] or 1)
    days = {"д": 1, "с": 1, "н": 7, "м": 30, "г": 365, "л": 365, "п": 182}[match["unit"][0]]
    return (today - count * days * DAY, today) if count * days < 20_000 else (None, today)


def _since_beginning(match: re.Match[str], today: date) -> Span:
    unit = match["unit"][0]
    if unit == "н":
        return today - today.weekday() * DAY, today
    return today.replace(day=1) if unit == "м" else today.replace(month=1, day=1), today


def _of_month(match: re.Match[str], today: date) -> Span | None:
    number = _number_of(match["month"])
    year = _year_of(match, today, later=number > today.month)
    first = _day(year, number, 1)
    return (first, _last_of(first)) if first else None


def _from_month(match: re.Match[str], today: date) -> Span | None:
    span = _of_month(match, today)
    return (span[0], None) if span else None


def _season(match: re.Match[str], today: date) -> Span | None:
    begins = next(month for word, month in _SEASONS.items() if match["season"].startswith(word))
    if match["year"] or match["rel"]:
        year = _year_of(match, today, later=False)
        return _season_from(year - (begins == 12), begins)
    span = _season_from(today.year, begins)
    if span is None or span[0] > today:
        span = _season_from(today.year - 1, begins)
    if span and (match["which"] or "")[:4] in ("прош", "мину") and span[1] >= today:
        span = _season_from(span[0].year - 1, begins)
    return span


def _season_from(year: int, begins: int) -> tuple[date, date] | None:
    if not 1900 < year < 2100:
        return None
    last = date(year + (begins == 12), (begins + 1) % 12 + 1, 1)
    return date(year, begins, 1), _last_of(last)


def _quarter(match: re.Match[str], today: date) -> Span | None:
    word = match["quarter"]
    number = _ROMAN.get(word) or _ROMAN.get(word[:4])
    if number is None:
        return None
    first = date(_year_of(match, today, later=number * 3 - 2 > today.month), number * 3 - 2, 1)
    return first, _last_of(first.replace(month=number * 3))


def _quarter_near(match: re.Match[str], today: date) -> Span:
    first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    if match["which"].startswith("прошл"):
        last = first - DAY
        return last.replace(month=last.month - 2, day=1), last
    return first, today


def _whole_year(match: re.Match[str], today: date) -> Span:
    year = int(match["year"])
    return date(year, 1, 1), date(year, 12, 31)


def _between(match: re.Match[str], today: date) -> Span | None:
    until = _given(match, "2", today)
    since = _given(match, "1", today, like=until)
    if since and until and since > until and not match["year1"]:
        since = _day(since.year - 1, since.month, since.day)
    return (since, until) if since and until and since <= until else None


def _one_day(match: re.Match[str], today: date) -> Span | None:
    day = _given(match, "1", today)
    if day is None:
        return None
    word = (match["side"] or "").strip()
    if word in ("с", "со", "после", "начиная с"):
        return day + DAY if word == "после" else day, None
    if word in ("до", "раньше", "по"):
        return None, day if word == "по" else day - DAY
    return day, day


def _given(match: re.Match[str], which: str, today: date, like: date | None = None) -> date | None:
    """One of the days that a text names; what it leaves out is taken from `like`, else the last such day."""
    word, number = match[f"m{which}"], match[f"n{which}"]
    month = _number_of(word) if word else int(number) if number else like.month if like else None
    if month is None:
        return None
    day = int(match[f"d{which}"])
    if match[f"year{which}"]:
        year = int(match[f"year{which}"])
        return _day(year + 2000 if year < 100 else year, month, day)
    if like is not None:
        return _day(like.year, month, day)
    found = _day(today.year, month, day)
    return _day(today.year - 1, month, day) if found is None or found > today else found


def _year_of(match: re.Match[str], today: date, *, later: bool) -> int:
    """The year that was named; else this one, or the last when what is meant would lie ahead."""
    if match["year"]:
        return int(match["year"])
    if match["rel"]:
        return today.year - {"э": 0, "пр": 1, "по": 2}[match["rel"][: 1 if match["rel"][0] == "э" else 2]]
    return today.year - later


def _number_of(word: str) -> int:
    return next(n for n, stem in enumerate(_MONTHS, 1) if re.match(stem, word))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _last_of(first: date) -> date:
    return (first.replace(day=28) + 4 * DAY).replace(day=1) - DAY


_WHICH = r"(?P<which>этой|этом|эту|текущ\w+|прошл\w+)"
_DAY = rf"(?P<d1>\d{{1,2}})(?:\s+(?P<m1>{'|'.join(_MONTHS)})[а-я]{{0,2}}|\.(?P<n1>\d{{1,2}}))"
_OF_YEAR = r"(?:[\s.]+(?P<year1>20\d\d|(?<=\.)\d\d(?!\d))(?:\s*г(?:ода|\.)?)?)?"
_ONE = _DAY + _OF_YEAR
_D1 = _DAY + "?" + _OF_YEAR  # «с 1 по 15 мая»: the first may leave its month out
_D2 = _D1.replace("1>", "2>")
_RULES: Final[tuple[tuple[re.Pattern[str], Reading], ...]] = tuple(
    (re.compile(rf"(?<![\w.]){pattern}(?![\w])"), reading)
    for pattern, reading in (
        (r"(?:за\s+)?(?P<word>сегодня|вчера|позавчера)", _near),
        (rf"(?:на|за)\s+{_WHICH}\s+недел[еюи]", _week),
        (rf"(?:в|за)\s+{_WHICH.replace('эту', 'этот')}\s+месяце?", _month),
        (rf"(?:в|за)\s+{_WHICH.replace('эту', 'этот')}\s+квартале?", _quarter_near),
        (r"(?:в|за)\s+(?P<which>этом|этот|текущ\w+|прошл\w+|позапрошл\w+)\s+год[уа]?", _year),
        (
            r"за\s+(?:последн\w+\s+)?(?:(?P<count>\d{1,4})\s+)?"
            r"(?P<unit>день|дня|дней|сутки|суток|недел[юиь]|неделю|месяца?|месяцев|год|года|лет|полгода)", _lately,
        ),
        (r"с\s+начала\s+(?P<unit>года|месяца|недели)", _since_beginning),
        (rf"(?:за|в)\s+{_MONTH}{_YEAR}", _of_month),
        (rf"с\s+{_MONTH}{_YEAR}", _from_month),
        (
            r"(?:(?P<which>эт(?:ой|им)|прошл(?:ой|ым)|минувш(?:ей|им))\s+)?"
            rf"(?P<season>весной|летом|осенью|зимой){_YEAR}", _season,
        ),
        (
            r"(?:во?|за)\s+(?P<quarter>i{1,3}|iv|[1-4]|перв\w+|втор\w+|трет\w+|четв\w+)(?:-?м)?\s+квартале?"
            rf"{_YEAR}", _quarter,
        ),
        (r"(?:(?:в|за)\s+)?(?P<year>20\d\d)(?:\s*году?|\s*г\.?)", _whole_year),
        (rf"с\s+{_D1}\s+(?:по|до)\s+{_D2}", _between),
        (rf"(?P<side>с\s+|со\s+|после\s+|до\s+|раньше\s+|по\s+)?{_ONE}", _one_day),
    )
)
