"""Limits that one decision brings, counted from registration in calendar days: «сообщить за 7 дней». Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from otklik.policy import wording
from otklik.policy.calendar import Calendar
from otklik.policy.plans import ClockPlan, localise
from otklik.policy.reckoning import ONE_DAY, day_count_text, until_day
from otklik.policy.regulation import ClockRule, Limit, Policy

TELL = "tell"


def term_plan(
    policy: Policy, calendar: Calendar, kind: str, days: int, source: str, registered: datetime, zone: ZoneInfo
) -> ClockPlan:
    """The clock of a decision by law. `source`: where the limit stands, such as «часть 2 статьи 11 59-ФЗ».

    Day one is the day after registration, as in every limit in days; `policy` gives the percents of its warnings.
    """
    registered = localise(registered, zone)
    limit = Limit(days, "days")
    rule = ClockRule(kind, limit, "registered", ("told", "forwarded"), source)
    legal = registered.date() + days * ONE_DAY
    why = [
        f"Срок «{wording.TITLES[kind]}»: {wording.limit_text(limit)} с регистрации ({source}).",
        f"Зарегистрировано {wording.moment_text(registered)}.",
        day_count_text(registered.date(), limit, legal),
    ]
    return until_day(rule, limit, calendar, registered, legal, policy.warn_percent, why)
