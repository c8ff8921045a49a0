"""A NAIVE oracle of limits: for every minute it asks «is it working time?» and stops when enough were counted.

It shares no code with the program: no imports from `otklik`, its own list of holidays and moved days (retyped from
the decrees named below), its own reading of working hours. Slow and simple on purpose: a reviewer should be able to
trust it by reading it once. Moments are aware `datetime`s; every minute is a real one (it walks in UTC and looks at
the local clock), so an hour that the clock shows twice is two hours.

Working hours are written as in `worked_examples/README.md`:
`пн–чт 08:15–17:30 обед 12:00–12:45, пт 08:15–16:15 | с 2026-07-01: пн–пт 09:00–18:00`, or `круглосуточно`.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE, DAY, SECOND = timedelta(minutes=1), timedelta(days=1), timedelta(seconds=1)
WEEK = ["пн", "вт", "ср", "чт", "пт", "сб", "вс"]
LAST_SECOND = time(23, 59, 59)

# Article 112 part 1 of the Labour Code, the edition in force since 2013.
HOLIDAYS = {*((1, d) for d in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}

# Days off moved by the Government: worked day (None when it was a holiday of January) -> day off given for it.
# 2024: No 1314 of 10.08.2023; 2025: No 1335 of 04.10.2024; 2026: No 1466 of 24.09.2025.
MOVED = {
    "2024-01-06": "2024-05-10",
    "2024-01-07": "2024-12-31",
    "2024-04-27": "2024-04-29",
    "2024-11-02": "2024-04-30",
    "2024-12-28": "2024-12-30",
    "2025-01-04": "2025-05-02",
    "2025-01-05": "2025-12-31",
    "2025-02-23": "2025-05-08",
    "2025-03-08": "2025-06-13",
    "2025-11-01": "2025-11-03",
    "2026-01-03": "2026-01-09",
    "2026-01-04": "2026-12-31",
}
GIVEN_OFF = {date.fromisoformat(to): date.fromisoformat(day) for day, to in MOVED.items()}
GIVEN_AWAY = {day: to for to, day in GIVEN_OFF.items()}
DECREED = {2024, 2025, 2026}  # other years are what article 112 alone makes of them: provisional


def is_holiday(day: date) -> bool:
    """Whether the country has a public holiday on this day."""
    return (day.month, day.day) in HOLIDAYS


def is_moved_by_law(day: date) -> bool:
    """Article 112 part 2: a weekend that met a holiday (not of January) is given on the next day that is worked."""
    if is_holiday(day) or day.weekday() >= 5 or day in GIVEN_OFF:
        return False
    owed = 0
    before = day - DAY
    while is_holiday(before) or before.weekday() >= 5 or before in GIVEN_OFF:
        met = is_holiday(before) and before.weekday() >= 5
        owed += met and before.month != 1 and before not in GIVEN_AWAY
        before -= DAY
    return owed > 0  # never two in one chain in the years of the table


def is_worked_in_the_country(day: date) -> bool:
    """Whether a five-day week works on this day: holidays, weekends and both kinds of moves looked at."""
    if is_holiday(day) or day in GIVEN_OFF or is_moved_by_law(day):
        return False
    return day.weekday() < 5 or day in GIVEN_AWAY


def stands_for(day: date) -> date:
    """The day whose hours are worked: a worked Saturday has the hours of the day given off (order 588н)."""
    return GIVEN_AWAY[day] if day in GIVEN_AWAY and not is_holiday(day) else day


def is_before_a_holiday(day: date) -> bool:
    """Article 95 part 1: the day right before a public holiday; a worked Saturday is as the day it stands for."""
    return is_holiday(stands_for(day) + DAY)


@dataclass
class Organisation:
    """Working hours of one organisation and its own days. `hours` in the words of the table; zone is local time."""

    hours: str = "пн–пт 09:00–18:00"
    zone: str = "Europe/Volgograd"
    closed: set[date] = field(default_factory=set)  # a local holiday, a «санитарный день»
    opened: dict[date, str] = field(default_factory=dict)  # worked although the country rests: «08:00–16:00»
    shortened: set[date] = field(default_factory=set)  # shortened by an hour by a local act
    _minutes: dict[date, set[int]] = field(default_factory=dict)

    @property
    def always(self) -> bool:
        """Round the clock, weekends and holidays too; nothing is shortened (article 95 part 2)."""
        return self.hours == "круглосуточно"

    def minutes(self, day: date) -> set[int]:
        """The working minutes of a day, as numbers 0…1439 from its midnight."""
        if day not in self._minutes:
            self._minutes[day] = self._looked_up(day)
        return self._minutes[day]

    def _looked_up(self, day: date) -> set[int]:
        if self.always:
            return set(range(24 * 60))
        if day in self.closed:
            return set()
        if day in self.opened:
            return spans(self.opened[day])
        week = self._week(day)
        if not (is_worked_in_the_country(day) or (day.weekday() == 5 and 5 in week and not is_holiday(day))):
            return set()
        worked = week.get(stands_for(day).weekday(), set())
        if is_before_a_holiday(day) or day in self.shortened:
            return set(sorted(worked)[:-60])  # one hour of WORK less, wherever the lunch is
        return worked

    def _week(self, day: date) -> dict[int, set[int]]:
        text = self.hours.split(" | ")[0]
        for version in self.hours.split(" | ")[1:]:
            since, words = version.removeprefix("с ").split(": ", 1)
            if day >= date.fromisoformat(since):
                text = words
        return week_of(text)

    def is_working_minute(self, moment: datetime) -> bool:
        """Whether the minute that begins at this moment is working time here."""
        local = moment.astimezone(ZoneInfo(self.zone))
        return local.hour * 60 + local.minute in self.minutes(local.date())

    def is_working_day(self, day: date) -> bool:
        """Whether anybody works here on that day at all."""
        return bool(self.minutes(day))


def spans(text: str) -> set[int]:
    """Minutes of «08:00–17:00 обед 12:00–13:00»."""
    times = [int(h) * 60 + int(m) for h, m in re.findall(r"(\d\d):(\d\d)", text)]
    worked = set(range(times[0], times[1]))
    return worked - set(range(times[2], times[3])) if len(times) == 4 else worked


def week_of(text: str) -> dict[int, set[int]]:
    """Weekday number -> its working minutes, of «пн–чт 08:15–17:30, пт 08:15–16:15»."""
    week: dict[int, set[int]] = {}
    for part in text.split(", "):
        days, times = part.split(" ", 1)
        first, last = (WEEK.index(name) for name in (days.split("–") * 2)[:2])
        week.update(dict.fromkeys(range(first, last + 1), spans(times)))
    return week


Pause = tuple[datetime, datetime]


def after_time(
    start: datetime, minutes: int, here: Organisation, pauses: list[Pause], worked: bool = True
) -> datetime:
    """The moment when so many minutes have passed that are not paused and (if `worked`) are working time."""
    moment = start.astimezone(UTC)
    while minutes:
        paused = any(begin <= moment < end for begin, end in pauses)
        minutes -= not paused and (not worked or here.is_working_minute(moment))
        moment += MINUTE
    return moment.astimezone(ZoneInfo(here.zone))


def after_days(start: datetime, days: int, here: Organisation, worked: bool) -> datetime:
    """23:59:59 of the n-th day; day one is the day after `start`. With `worked` only working days are counted."""
    day = start.astimezone(ZoneInfo(here.zone)).date()
    while days:
        day += DAY
        days -= not worked or here.is_working_day(day)
    return datetime.combine(day, LAST_SECOND, ZoneInfo(here.zone))


def days_of_pause(begin: datetime, end: datetime, here: Organisation, worked: bool) -> int:
    """Days that a pause takes: the day of its beginning is not counted, the day of its end is."""
    zone = ZoneInfo(here.zone)
    day, last, count = begin.astimezone(zone).date(), end.astimezone(zone).date(), 0
    while day < last:
        day += DAY
        count += not worked or here.is_working_day(day)
    return count


def capped(pauses: list[Pause], cap: int, here: Organisation) -> list[Pause]:
    """Pauses cut to `cap` working days in all; a pause cut so ends with (at 24:00 of) its last lawful day."""
    left, kept = cap, []
    for begin, end in pauses:
        if not left:
            continue
        took = days_of_pause(begin, end, here, worked=True)
        cut = after_days(begin, left, here, worked=True) + SECOND
        kept.append((begin, min(end, cut)))
        left -= min(took, left)
    return kept


def due(start: datetime, limit: int, unit: str, here: Organisation, pauses: list[Pause]) -> datetime:
    """The end of a limit. Units: hours, working_hours, days, working_days."""
    if unit in ("hours", "working_hours"):
        return after_time(start, limit * 60, here, pauses, unit == "working_hours")
    worked = unit == "working_days"
    end = after_days(start, limit, here, worked)
    for begin, until in pauses:
        if begin <= end:
            # a pause that ends at 24:00 has not touched the next day
            shift = days_of_pause(begin, max(begin, until - SECOND), here, worked)
            end = after_days(end, shift, here, worked)
    return end


def control(start: datetime, end: datetime, unit: str, here: Organisation) -> datetime:
    """The last working day not later than the due date; the due moment itself when nobody works in between."""
    if unit in ("hours", "working_hours"):
        return end
    day = end.date()
    while not here.is_working_day(day):
        day -= DAY
        if day < start.astimezone(ZoneInfo(here.zone)).date():
            return end
    return datetime.combine(day, LAST_SECOND, end.tzinfo)


def warnings(start: datetime, until: datetime, unit: str, here: Organisation) -> list[datetime]:
    """50 and 80 % of the way to the control moment (of working minutes for working hours), and the moment itself."""
    zone = ZoneInfo(here.zone)
    if unit == "working_hours":
        moment, path = start.astimezone(UTC), []
        while moment < until:
            moment += MINUTE
            if here.is_working_minute(moment - MINUTE):
                path.append(moment.astimezone(zone))
        return [path[len(path) * percent // 100 - 1] for percent in (50, 80)] + [until]
    whole = int((until - start).total_seconds())
    return [(start + timedelta(seconds=whole * p // 100)).astimezone(zone) for p in (50, 80)] + [until]


def moment(text: str, zone: str) -> datetime:
    """A moment of the table: without an offset it is local time."""
    read = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return read.astimezone(ZoneInfo(zone)) if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))


def organisation(row: dict[str, str]) -> Organisation:
    """The hours, zone and own days of a row."""
    closed, shortened = (
        {date.fromisoformat(day) for day in row[name].split("; ") if day} for name in ("closed", "shortened")
    )
    opened = dict(words.split(" ", 1) for words in row["opened"].split("; ") if words)
    own = {date.fromisoformat(day): times for day, times in opened.items()}
    return Organisation(row["hours"], row["zone"], closed, own, shortened)


def start_of(row: dict[str, str], here: Organisation) -> datetime:
    """Where the clock of a row begins; without registration, on the last lawful day of it."""
    received = moment(row["received"], here.zone)
    if row["clock"] == "final":
        return moment(row["interim"], here.zone)
    if row["regime"] == "social" or row["clock"] in ("register", "fix"):
        return received
    if row["registered"]:
        return moment(row["registered"], here.zone)
    return received if row["regime"] == "pos" else after_days(received, 3, here, worked=False)


def counted(row: dict[str, str]) -> tuple[datetime, datetime]:
    """Due and control moments of a row of `worked_examples`. What is refused leaves the date as it was."""
    here = organisation(row)
    start = start_of(row, here)
    if row["clock"] == "fix":
        end = datetime.combine(date.fromisoformat(row["promised"]), LAST_SECOND, ZoneInfo(here.zone))
        return end, control(start, end, "days", here)
    found = re.findall(r"с (\S+) по (\S+),", row["pauses"])
    pauses = [(moment(begin, here.zone), moment(end, here.zone)) for begin, end in found]
    if row["regime"] != "social" or row["clock"] == "react":
        pauses = []
    if row["pause_cap"]:
        pauses = capped(pauses, int(row["pause_cap"].split()[0]), here)
    end = due(start, int(row["limit"]), row["unit"], here, pauses)
    if row["extension"] and row["outcome"] == "срок":
        end = after_days(end, int(row["extension"].split()[0]), here, worked=False)
    return end, control(start, end, row["unit"], here)
