"""The decree of next year's days off: asked for from October, told to the region's administrators once a month."""

from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.acting import System, acting, widened
from otklik.cases import noticing
from otklik.cases.clock_rules import zone
from otklik.cases.models import Clock, Notice
from otklik.organisations.models import RoleAssignment
from otklik.policy.loading import calendar_for
from otklik.territory.models import Kind

ACTOR = System("clocks")
ASKED_FROM = 10  # October: the decree is signed in September or October, and limits of 30 days reach the new year soon


def missing_year(today: date) -> int | None:
    """The year whose decree should be known by now and is not: this one, or from October the next one."""
    calendar = calendar_for()
    years = [today.year, *([today.year + 1] if today.month >= ASKED_FROM else [])]
    return next((year for year in years if calendar.year(year).provisional), None)


def provisional_clocks() -> int:
    """How many clocks that run now may yet move with a decree, as the actor sees them. Inside `acting`."""
    return Clock.objects.filter(provisional=True, stopped_at=None).count()


def remind(now: datetime) -> int:
    """The job: tell the region's administrators that the decree is not entered. Returns how many were told."""
    today = now.astimezone(zone()).date()
    with acting(ACTOR), widened():
        year = missing_year(today)
        month = datetime(today.year, today.month, 1, tzinfo=zone())
        if year is None or Notice.objects.filter(kind="calendar", at__gte=month).exists():
            return 0
        held = RoleAssignment.objects.filter(
            role="administrator", territory__kind=Kind.REGION, user__is_active=True, since__lte=today
        )
        people = [row.user_id for row in held if row.until is None or row.until >= today]
        words = _("Календарь %(year)s года предварительный: внесите постановление о переносе выходных.")
        link = reverse("settings:calendar_year", args=["RU", year])
        return noticing.notify(people, "calendar", case=None, now=now, words=words % {"year": year}, link=link)
