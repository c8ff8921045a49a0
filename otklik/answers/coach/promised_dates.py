"""Days and terms that a text of an answer promises: «до 15 июня», «на следующей неделе», «в III квартале». Pure.

Past days, dates of laws and papers, opening hours and terms set to the resident are no promises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from otklik.answers.coach import terms
from otklik.answers.coach.reading import Sentence, sentences_of
from otklik.answers.coach.terms import PAST, Found

WorkingDays = Callable[[date, int], date]
_JOINED: Final = re.compile(r",?\s*(?:но\s+|а\s+именно\s+)?$")
# Whoever reads is the one who has to be in time.
_FOR_RESIDENT: Final = re.compile(
    r"(?:если\s+(?:к|до)\s|запис[ьи]\s+(?:на\s+[а-я]+\s*[\d+]*\s+)?(?:идет|открыт)|принима(?:ем|ет|ют)\s+(?:до|"
    r"по)|прин(?:ести|осите|есите)|пода(?:ть|йте|вайте)|последн\w+ "
    r"день|обжалова|оплати(?:ть|те)|успейте|можете\s+(?:пода|прин|запис)|напиши(?:те)|сообщите|гаранти)"
)
_SINCE: Final = re.compile(r"со?\s")
_STANDING: Final = re.compile(r"(?<![а-я])(?:кажд(?:ый|ую|ое|ые)|ежедневн\w*|прием\w*|работа(?:ет|ем|ют)|"
    r"часы\s+работы)\s*[:,—–-]?\s*$")


@dataclass(frozen=True, slots=True)
class PromisedDate:
    """`text[start:end]` promises something until the end of `until` (None: the term cannot be dated)."""

    start: int
    end: int
    words: str
    until: date | None


def mon_to_fri(day: date, count: int) -> date:
    """The day so many working days after this one, where no calendar is at hand."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def promised_dates(text: str, written: date, working_days: WorkingDays = mon_to_fri) -> list[PromisedDate]:
    """The promised days and terms of an answer written on this day, in order.

    `working_days(day, count)` counts by the calendar: «в течение двух рабочих дней».
    """
    found: list[PromisedDate] = []
    for sentence in sentences_of(text):
        found += promised_in(sentence, text, written, working_days)
    return found


def promised_in(sentence: Sentence, text: str, written: date, working_days: WorkingDays) -> list[PromisedDate]:
    """The same of one sentence."""
    promised = [one for one in _joined(terms.terms_in(sentence, written, working_days), sentence.text)
                if not _is_decoy(one, sentence, written)]
    return [
        PromisedDate(sentence.start + one.start, sentence.start + one.end,
                     text[sentence.start + one.start : sentence.start + one.end], one.until)
        for one in promised
    ]


def _joined(found: Sequence[Found], low: str) -> list[Found]:
    """«до вторника, 16.06» and «завтра до обеда» are one term; the narrower day holds."""
    joined: list[Found] = []
    for one in found:
        last = joined[-1] if joined else None
        if last and PAST not in (last.how, one.how) and _JOINED.fullmatch(low[last.end : one.start]):
            days = [day for day in (last.until, one.until) if day]
            hour = "hour" in (last.how, one.how)
            until = (last.until if one.how == "hour" else one.until) if hour else min(days, default=None)
            how = "day" if hour else last.how
            joined[-1] = Found(last.start, one.end, until, how)
        else:
            joined.append(one)
    return joined


def _is_decoy(one: Found, sentence: Sentence, written: date) -> bool:
    if one.how == PAST or (one.until and one.until < written):
        return True
    before = sentence.text[max(0, one.start - 60) : one.start]
    if _STANDING.search(before):
        return True
    if one.how in ("hour", "season", "weekday", "today") and not sentence.tenses & {"futr", "pres"} \
            and sentence.tenses & {"past", "done"}:
        return True
    if one.how == "hour" and "futr" not in sentence.tenses:
        return True
    if one.until == written and one.how == "day" and "futr" not in sentence.tenses \
            and (_SINCE.match(sentence.text, one.start) or sentence.text[: one.start].rstrip().endswith(",")):
        return True  # the day of the letter itself: «Горсвет, 26 ноября», «горит с 26 ноября»
    by_then = sentence.text[max(0, one.start - 45) : one.start + 4]
    if one.how == "month" and re.search(r"планировал|намечал|собирал", sentence.text):
        return True
    for_them = _FOR_RESIDENT.search(by_then)
    return for_them is not None and ("futr" not in sentence.tenses or for_them[0].startswith("если"))
