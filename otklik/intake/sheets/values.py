"""Dates, importance and other single values of a sheet, as people write them."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from otklik.intake.sheets.columns import header_key

# Excel counts days from here: day 60 is 29 February 1900, which never was (ECMA-376, 18.17.4.1).
_EXCEL_EPOCH: Final = datetime.combine(date(1899, 12, 30), time())  # local days, without a zone
_EXCEL_SERIAL: Final = re.compile(r"\d{5}(?:[.,]\d{1,15})?")
_YEARS: Final = range(1990, 2101)
_END_OF_DAY: Final = time(23, 59, 59)

_CLOCK: Final = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<offset>Z|[+-]\d{2}:?\d{2}|[+-]\d{2}|UTC)?"
)
_DAY_FIRST: Final = re.compile(
    rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>\d{{4}}|\d{{2}})\s*(?:г\.?|года)?(?:[,\s]\s*(?:в\s+)?{_CLOCK})?",
    re.IGNORECASE,
)
_YEAR_FIRST: Final = re.compile(
    rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})(?:[T,\s]\s*{_CLOCK})?", re.IGNORECASE
)
# A clock of twelve hours tells that the month goes first; without it 04/12/2018 may be either.
_MONTH_FIRST: Final = re.compile(
    r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})"
    r"\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<half>AM|PM)",
    re.IGNORECASE,
)
_IN_WORDS: Final = re.compile(
    rf"(?P<day>\d{{1,2}})\s+(?P<word>[а-я]{{3,8}})\.?\s+(?P<year>\d{{4}})\s*(?:г\.?|года)?(?:[,\s]\s*(?:в\s+)?{_CLOCK})?",
    re.IGNORECASE,
)
_MONTHS: Final = tuple(
    re.compile(name)
    for name in (
        "янв(?:ар[ьея])?", "фев(?:рал[ья])?", "март?а?", "апр(?:ел[ья])?", "ма[йя]", "июн[ья]?", "июл[ья]?",
        "авг(?:уста?)?", "сент?(?:ябр[ья])?", "окт(?:ябр[ья])?", "ноя(?:бр[ья])?", "дек(?:абр[ья])?",
    )
)  # fmt: skip
NOTHING: Final = frozenset({"", "-", "–", "—", "нет", "null", "none", "n/a", "не указано", "не указана"})


class ValueRejected(Exception):
    """The value cannot be understood; the message names it and shows the right form."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def parse_moment(value: object, zone: tzinfo, *, end_of_day: bool = False) -> datetime | None:
    """The moment a cell names, aware, in UTC; None for an empty cell. Raises `ValueRejected`.

    Understood: 01.02.2024, 01.02.2024 13:45[:00], 1 февраля 2024, ISO with or without an offset,
    02/01/2024 01:45:00 PM, Excel's day numbers, and datetime or date from XLSX. Without an offset the time is that of
    `zone`. An hour that came twice when clocks went back is taken as the first; an hour that never
    was is moved on by the length of the gap. A date alone means its midnight, and with `end_of_day`
    (for due dates) its last second.
    """
    if isinstance(value, datetime):
        return _in_utc(value, zone, value)
    if isinstance(value, date):
        return _of_day(value, zone, end_of_day, value)
    text = " ".join(str(value).split())
    if text.casefold() in NOTHING:
        return None
    if _EXCEL_SERIAL.fullmatch(text):
        return _of_serial(float(text.replace(",", ".")), zone, end_of_day, text)
    found = _DAY_FIRST.fullmatch(text) or _YEAR_FIRST.fullmatch(text) or _IN_WORDS.fullmatch(text)
    found = found or _MONTH_FIRST.fullmatch(text)
    if found is None:
        raise _not_a_date(text)
    return _of_parts(found.groupdict(), zone, end_of_day, text)


def parse_importance(value: object) -> int | None:
    """Importance 0–4 from a number or a word; None when empty. Raises `ValueRejected`."""
    text = " ".join(str(value).split()).casefold().replace("ё", "е")
    if text in NOTHING:
        return None
    level = _IMPORTANCE.get(text)
    if level is None:
        raise ValueRejected(
            _(
                "Важность «%(value)s» не понята: нужно число от 0 до 4 "
                "или слово: низкая, средняя, высокая, критическая"
            )
            % {"value": text[:100]}
        )
    return level


_IMPORTANCE: Final = {
    **{str(level): level for level in range(5)},
    "не инцидент": 0, "низкая": 1, "низкий": 1, "обычная": 2, "обычный": 2, "средняя": 2, "средний": 2,
    "нормальная": 2, "нормальный": 2, "высокая": 3, "высокий": 3, "срочная": 3, "срочно": 3, "срочный": 3,
    "критическая": 4, "критический": 4, "критичная": 4, "критичный": 4, "экстренная": 4,
}  # fmt: skip


def parse_regime(value: object) -> str:
    """The regime («social», «pos», «law59», «law8») by a word of `regimes.csv`; "" when empty. Raises
    `ValueRejected`: which rules hold is never guessed."""
    text = " ".join(str(value).split())
    if text.casefold() in NOTHING:
        return ""
    regime = _regimes().get(header_key(text))
    if regime is None:
        raise ValueRejected(_("Режим «%(value)s» не понят: нужно 59-ФЗ, 8-ФЗ, ПОС или соцсети") % {"value": text[:100]})
    return regime


@cache
def _regimes() -> dict[str, str]:
    with Path(__file__).with_name("regimes.csv").open(encoding="utf-8", newline="") as source:
        return {header_key(line["word"]): line["regime"] for line in csv.DictReader(source)}


def _of_parts(parts: dict[str, str | None], zone: tzinfo, end_of_day: bool, shown: object) -> datetime:
    try:
        day = date(_year(parts["year"] or ""), _month(parts), int(parts["day"] or 0))
        if parts["hour"] is None:
            return _of_day(day, zone, end_of_day, shown)
        clock = time(
            _hour(int(parts["hour"]), parts.get("half")),
            int(parts["minute"] or 0),
            int(parts["second"] or 0),
            int((parts.get("fraction") or "0").ljust(6, "0")[:6]),
            tzinfo=_offset(parts.get("offset")),
        )
    except (ValueError, OverflowError):
        raise _not_a_date(shown) from None
    return _in_utc(datetime.combine(day, clock), zone, shown)


def _year(written: str) -> int:
    return int(written) if len(written) == 4 else 2000 + int(written)


def _month(parts: dict[str, str | None]) -> int:
    if parts.get("word") is None:
        return int(parts["month"] or 0)
    word = (parts["word"] or "").casefold()
    for number, name in enumerate(_MONTHS, start=1):
        if name.fullmatch(word):
            return number
    raise ValueError(word)


def _hour(written: int, half: str | None) -> int:
    if half is None:
        return written
    if not 1 <= written <= 12:
        raise ValueError(written)
    return written % 12 + (12 if half.upper() == "PM" else 0)


def _offset(written: str | None) -> tzinfo | None:
    if written is None:
        return None
    if written.upper() in ("Z", "UTC"):
        return UTC
    digits = written[1:].replace(":", "").ljust(4, "0")
    if int(digits[:2]) > 14 or int(digits[2:]) > 59:
        raise ValueError(written)
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-ahead if written[0] == "-" else ahead)


def _of_serial(serial: float, zone: tzinfo, end_of_day: bool, shown: object) -> datetime:
    # Excel keeps a time as a share of the day; a double holds it to about a millisecond.
    moment = _EXCEL_EPOCH + timedelta(seconds=round(serial * 86_400))
    if serial == int(serial):
        return _of_day(moment.date(), zone, end_of_day, shown)
    return _in_utc(moment, zone, shown)


def _of_day(day: date, zone: tzinfo, end_of_day: bool, shown: object) -> datetime:
    return _in_utc(datetime.combine(day, _END_OF_DAY if end_of_day else time()), zone, shown)


def _in_utc(moment: datetime, zone: tzinfo, shown: object) -> datetime:
    if moment.year not in _YEARS:
        raise ValueRejected(
            _("Дата «%(value)s»: год должен быть от %(first)d до %(last)d")
            % {"value": str(shown)[:100], "first": _YEARS[0], "last": _YEARS[-1]}
        )
    local = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone, fold=0)
    return local.astimezone(UTC)


def _not_a_date(value: object) -> ValueRejected:
    return ValueRejected(
        _("Дата «%(value)s» не понята: нужно 31.12.2024, 31.12.2024 13:45 или 2024-12-31T13:45")
        % {"value": str(value)[:100]}
    )
