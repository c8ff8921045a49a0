"""Rows of `worked_examples` as what the program takes: its own reading of hours, days and pauses of the table."""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from otklik.policy.calendar import Calendar
from otklik.policy.extending import extended_plan
from otklik.policy.law_terms import term_plan
from otklik.policy.pauses import Segment, capped, resumed_plan
from otklik.policy.plans import Circumstances, ClockPlan, localise
from otklik.policy.reading import shipped_calendar, shipped_policies
from otklik.policy.reckoning import fix_plan, reckon
from otklik.policy.regulation import ClockRule, Limit, Policy, PolicyError
from otklik.policy.schedules import OwnDay, Schedule, Week, WorkingHours

FOLDER = Path(__file__).parent / "worked_examples"
NAMES = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
Row = dict[str, str]


def rows() -> Iterator[Row]:
    """All rows of all files."""
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def hours_of(text: str) -> WorkingHours:
    """«08:15–17:30 обед 12:00–12:45»."""
    times = [time.fromisoformat(found) for found in re.findall(r"\d\d:\d\d", text)]
    return WorkingHours(times[0], times[1], (times[2], times[3]) if len(times) == 4 else None)


def week_of(text: str, since: date | None = None) -> Week:
    """«пн–чт 08:15–17:30 обед 12:00–12:45, пт 08:15–16:15», or «круглосуточно»."""
    if text == "круглосуточно":
        return Week(since=since, always=True)
    days: list[WorkingHours | None] = [None] * 7
    for part in text.split(", "):
        names, _, times = part.partition(" ")
        ends = [NAMES.index(name) for name in names.split("–")]
        for number in range(ends[0], ends[-1] + 1):
            days[number] = hours_of(times)
    return Week(tuple(days), since)


def schedule_of(row: Row) -> Schedule:
    """The hours and own days of a row."""
    first, *later = row["hours"].split(" | ")
    weeks = [week_of(first)]
    for words in later:
        since, _, text = words.removeprefix("с ").partition(": ")
        weeks.append(week_of(text, date.fromisoformat(since)))
    own = [OwnDay(date.fromisoformat(day)) for day in row["closed"].split("; ") if day]
    own += [OwnDay(date.fromisoformat(day), shortened=True) for day in row["shortened"].split("; ") if day]
    for words in filter(None, row["opened"].split("; ")):
        day, _, times = words.partition(" ")
        own.append(OwnDay(date.fromisoformat(day), hours_of(times)))
    return Schedule(tuple(weeks), tuple(own))


def pauses_of(row: Row, zone: ZoneInfo) -> list[Segment]:
    """The pauses of a row, whether or not they touch its clock."""
    found = re.findall(r"с (\S+) по ([^\s,]+)", row["pauses"])
    return [(moment(begin, zone), moment(end, zone)) for begin, end in found]


def moment(text: str, zone: ZoneInfo) -> datetime:
    """ISO; without an offset it is local."""
    return localise(datetime.fromisoformat(text), zone)


def policy_of(row: Row) -> Policy:
    """The shipped policy; of another rule (an article, a region) its limit in the one clock of the row."""
    shipped = shipped_policies()[row["regime"]][0]
    if row["rule"] == "поставка" or row["clock"] == "fix":
        return shipped
    clocks = tuple(_with_limit(rule, row) if rule.kind == row["clock"] else rule for rule in shipped.clocks)
    return replace(shipped, clocks=clocks)


def _with_limit(rule: ClockRule, row: Row) -> ClockRule:
    limit = Limit(int(row["limit"]), row["unit"])  # type: ignore[arg-type]
    return replace(rule, limit=limit, overrides=())


def counted(row: Row, calendar: Calendar | None = None) -> ClockPlan:
    """What the program makes of a row."""
    zone, schedule, policy = ZoneInfo(row["zone"]), schedule_of(row), policy_of(row)
    importance = int(row["importance"])
    if row["turn"] == "2" and policy.reopen_importance_max is not None:  # returned by the resident
        importance = min(importance, policy.reopen_importance_max)
    here = (calendar or shipped_calendar()).of(schedule)
    known = Circumstances(
        moment(row["received"], zone),
        moment(row["registered"], zone) if row["registered"] else None,
        moment(row["interim"], zone) if row["interim"] else None,
        importance,
    )
    if row["clock"] == "fix":
        return fix_plan(here, date.fromisoformat(row["promised"]), known.received, zone)
    if row["regime"] == "law59" and row["rule"] == "закон":  # as a decision by law brings it
        assert known.registered is not None
        return term_plan(policy, here, row["clock"], int(row["limit"]), row["source"], known.registered, zone)
    plan = next(plan for plan in reckon(policy, here, known, schedule, zone) if plan.kind == row["clock"])
    if row["extension"]:
        plan = _put_off(plan, row, policy, here, known, zone)
    rule = policy.rule(row["clock"])
    pauses = pauses_of(row, zone) if rule is not None and rule.pausable else []
    cap = int(row["pause_cap"].split()[0]) if row["pause_cap"] else None
    pauses = capped(pauses, cap, here, zone)
    return resumed_plan(plan, pauses, here, schedule, zone) if pauses else plan


def _put_off(
    plan: ClockPlan, row: Row, policy: Policy, calendar: Calendar, known: Circumstances, zone: ZoneInfo
) -> ClockPlan:
    days, noticed = re.fullmatch(r"\+(\d+) дней, уведомление (\S+)", row["extension"]).groups()  # type: ignore[union-attr]
    try:
        longer = extended_plan(policy, calendar, known, int(days), moment(noticed, zone), "запрошены сведения", zone)
    except PolicyError:
        assert row["outcome"] == "отказ", row["id"]
        return plan
    assert row["outcome"] == "срок", row["id"]
    return longer
