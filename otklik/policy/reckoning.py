"""From a policy and what happened to the dates by which something is due, each with its reasons. Pure.

Rules (design, section 8). Limits in days: day one is the day after the event, the limit ends at 23:59:59 local
time, and days off do not move the legal date. Desk, warnings and escalation follow the control date: the last
working day not later, also till 23:59:59; so on a working day `control` equals `due`. If no working day is left
between the event and the legal date (New Year holidays), the control date is the legal date. Limits in working
hours end inside working time and are their own control.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from otklik.policy import wording
from otklik.policy.calendar import Calendar, Hours
from otklik.policy.plans import Circumstances, ClockPlan, localise
from otklik.policy.regulation import ClockRule, Limit, Policy, PolicyError

ONE_DAY = timedelta(days=1)
WARN_PERCENT = (50, 80, 100)


def reckon(
    policy: Policy, calendar: Calendar, known: Circumstances, hours: Hours, zone: ZoneInfo
) -> list[ClockPlan]:
    """Compute every clock of a policy that can be computed from what is known, in the policy's order.

    A clock that starts with registration, while none is known, is a forecast from the last lawful day of
    registration. A clock that starts with an interim answer is left out until there is one.
    `hours`: those of the organisation that answers. Its own days off move working days and control dates, never a
    legal date. Raises PolicyError (Russian text) when the events contradict each other, CalendarError outside the
    calendar.
    """
    known, calendar = known.localised(zone), calendar.of(hours)
    started = [rule for rule in policy.clocks if rule.starts != "interim" or known.interim]
    return [_plan(rule, policy, calendar, known, hours, zone) for rule in started]


def fix_plan(
    calendar: Calendar,
    promised: date,
    made_at: datetime,
    zone: ZoneInfo,
    warn_percent: Sequence[int] = WARN_PERCENT,
) -> ClockPlan:
    """Compute the clock of a promise «устранить до»: it has no default limit, it is due when it was promised.

    Raises PolicyError when the promised day is already over at `made_at`.
    """
    made_at = localise(made_at, zone)
    if promised < made_at.date():
        raise PolicyError("Обещанная дата уже прошла.")
    limit = Limit((promised - made_at.date()).days, "days")
    why = [f"Обещано {wording.moment_text(made_at)}: устранить до {promised:%d.%m.%Y} включительно."]
    rule = ClockRule("fix", limit, "received", ("fixed",), "обещание жителю", pausable=False)
    return until_day(rule, limit, calendar, made_at, promised, warn_percent, why)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return 23:59:59 of a day in the region's zone: a limit in days lasts to the end of its last day."""
    return datetime.combine(day, wording.END_OF_DAY, zone)


def control_date(calendar: Calendar, start: date, legal: date) -> tuple[date, list[str]]:
    """Return the control date of a legal date, and why: the last working day not later, if any is left."""
    if calendar.is_working_day(legal):
        return legal, []
    off = f"{wording.day_text(legal).capitalize()} — {wording.off_reason(legal, calendar)}"
    day = calendar.last_working_day_not_later(legal)
    if day < start:
        return legal, [f"{off}; рабочих дней до срока нет, поэтому и контрольная дата — {legal:%d.%m.%Y}."]
    kept = "законный срок от этого не сдвигается, а контрольная дата — последний рабочий день не позже него"
    return day, [f"{off}; {kept}: {wording.day_text(day)}."]


def _plan(
    rule: ClockRule,
    policy: Policy,
    calendar: Calendar,
    known: Circumstances,
    hours: Hours,
    zone: ZoneInfo,
) -> ClockPlan:
    limit = rule.limit_for(known.importance, known.theme)
    event, assumed, reasons = _start(rule, policy, known, zone)
    why = [headline(rule, policy, known), *reasons]
    if limit.unit == "hours":
        plan = _round_the_clock(rule, policy, event, limit, why)
    elif limit.unit == "working_hours":
        plan = _in_working_hours(rule, policy, calendar, event, limit, hours, why)
    else:
        plan = _in_days(rule, policy, calendar, event, limit, why)
    more = []
    if rule.kind == "register" and known.registered:
        late = " — позже срока" if known.registered.date() > plan.legal_date else ""
        more.append(f"Зарегистрировано {wording.moment_text(known.registered)}{late}.")
    if rule.condition:
        more.append(f"Этот срок действует, {rule.condition}.")
    if policy.forecast:
        more.append("Срок не подтверждён: это ориентир, верен срок, который придёт из системы-источника.")
    forecast = assumed or policy.forecast
    return replace(plan, condition=rule.condition, forecast=forecast, why=(*plan.why, *more))


def headline(rule: ClockRule, policy: Policy, known: Circumstances) -> str:
    """Say which limit holds, why, and where the rule stands."""
    override = rule.override_for(known.importance, known.theme)
    special = ""
    if override:
        special = " для этой темы" * bool(override.theme)
        special += f" при важности {known.importance}" * (override.importance is not None)
    limit = rule.limit_for(known.importance, known.theme)
    since = "" if limit.unit == "hours" and not limit.amount else f" с {wording.EVENTS[rule.starts]}"
    return (
        f"Срок «{wording.TITLES[rule.kind]}»{special}: {wording.limit_text(limit)}{since} "
        f"({rule.source}; {policy.title}, версия {policy.version})."
    )


def _start(
    rule: ClockRule, policy: Policy, known: Circumstances, zone: ZoneInfo
) -> tuple[datetime, bool, list[str]]:
    """Return the moment a clock is counted from, whether it is only assumed, and how it came about."""
    if (moment := known.moment(rule.starts)) is not None:
        return moment, False, [f"{wording.HAPPENED[rule.starts]} {wording.moment_text(moment)}."]
    got = f"Получено {wording.moment_text(known.received)}."
    if (register := policy.rule("register")) is None:
        return known.received, True, [got, "Дата регистрации неизвестна, поэтому считаем со дня получения."]
    latest = end_of_day(known.received.date() + register.limit.amount * ONE_DAY, zone)
    forecast = (
        "Дата регистрации неизвестна. Прогноз: считаем от последнего законного дня регистрации — "
        f"{latest:%d.%m.%Y} ({wording.limit_text(register.limit)} с получения, {register.source}); "
        "зарегистрируют раньше — срок наступит раньше."
    )
    return latest, True, [got, forecast]


def _round_the_clock(
    rule: ClockRule, policy: Policy, event: datetime, limit: Limit, why: list[str]
) -> ClockPlan:
    due = (event.astimezone(UTC) + timedelta(hours=limit.amount)).astimezone(event.tzinfo)
    why.append("Счёт круглосуточный: ночь, выходные и праздники его не останавливают.")
    why.append(f"Срок — {wording.moment_text(due)}.")
    warn = _portions(event, due, policy.warn_percent)
    return ClockPlan(rule.kind, limit, event, due, due, due.date(), warn, rule.stops, tuple(why))


def _in_working_hours(
    rule: ClockRule,
    policy: Policy,
    calendar: Calendar,
    event: datetime,
    limit: Limit,
    hours: Hours,
    why: list[str],
) -> ClockPlan:
    amount = timedelta(hours=limit.amount)
    starts = calendar.next_working_moment(event, hours)
    due, spent = calendar.spend(starts, amount, hours)
    warn = tuple(
        calendar.add_working_time(starts, amount * part / 100, hours) for part in policy.warn_percent
    )
    why += wording.spending_text(calendar, event, starts, spent, hours)
    why.append(f"Срок — {wording.moment_text(due)}.")
    why += wording.provisional_text(calendar, event.date(), due.date())
    provisional = calendar.is_provisional(event.date(), due.date())
    plan = ClockPlan(rule.kind, limit, starts, due, due, due.date(), warn, rule.stops, tuple(why))
    return replace(plan, provisional=provisional)


def _in_days(
    rule: ClockRule, policy: Policy, calendar: Calendar, event: datetime, limit: Limit, why: list[str]
) -> ClockPlan:
    start = event.date()
    if limit.unit == "working_days":
        legal = calendar.add_working_days(start, limit.amount)
        why += wording.working_days_text(calendar, start, legal)
        why.append(f"Срок — {wording.day_text(legal)}, до конца дня.")
    else:
        legal = start + limit.amount * ONE_DAY
        why.append(day_count_text(start, limit, legal))
    return until_day(rule, limit, calendar, event, legal, policy.warn_percent, why)


def day_count_text(start: date, limit: Limit, legal: date) -> str:
    """Say how calendar days were counted."""
    return (
        f"Первый день — следующий, {start + ONE_DAY:%d.%m.%Y}; день {limit.amount}-й — {wording.day_text(legal)}, "
        "срок истекает в конце этого дня."
    )


def until_day(
    rule: ClockRule,
    limit: Limit,
    calendar: Calendar,
    starts: datetime,
    legal: date,
    percents: Sequence[int],
    why: list[str],
) -> ClockPlan:
    """Finish a clock that lasts to the end of the day `legal`; `starts` is in the region's zone."""
    assert isinstance(starts.tzinfo, ZoneInfo)
    day, reasons = control_date(calendar, starts.date(), legal)
    control = end_of_day(day, starts.tzinfo)
    first = starts.date() if limit.unit == "working_days" else min(day, legal)
    return ClockPlan(
        kind=rule.kind,
        limit=limit,
        starts_at=starts,
        due=end_of_day(legal, starts.tzinfo),
        control=control,
        legal_date=legal,
        warn_at=_portions(starts, control, percents),
        stops=rule.stops,
        why=(*why, *reasons, *wording.provisional_text(calendar, first, legal)),
        provisional=calendar.is_provisional(first, legal),
        condition=rule.condition,
    )


def _portions(start: datetime, end: datetime, percents: Sequence[int]) -> tuple[datetime, ...]:
    """Return the moments at the given percents of the way from `start` to `end`, to the second."""
    begun, length = start.astimezone(UTC), end.astimezone(UTC) - start.astimezone(UTC)
    return tuple(
        end if part == 100 else (begun + length * part / 100).replace(microsecond=0).astimezone(start.tzinfo)
        for part in percents
    )
