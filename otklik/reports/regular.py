"""Reports that write themselves when their week, month, quarter or year is over."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.cases.clock_rules import zone
from otklik.failures import NotYours, Refused
from otklik.organisations import region_settings
from otklik.reports import kinds
from otklik.reports.access import FORMERS, may_form
from otklik.reports.making import ACTOR, start
from otklik.reports.models import Making
from otklik.reports.periods import last
from otklik.territory.models import Kind, Territory
from otklik.territory.tree import municipalities, region

SETTING = "regular_reports"
REGULAR_FROM = 5  # o'clock of the region
LATEST_DAYS = 10  # a program that was asleep longer makes no report of a week that nobody asks for any more


def make_regular(now: datetime) -> int:
    """The job: when a week, month, quarter or year is over, its reports write themselves. Returns how many sets.

    Which kinds a place wants, its setting says; the day must have begun, so that night's figures are there.
    """
    local = now.astimezone(zone())
    if local.hour < REGULAR_FROM:
        return 0
    asked = 0
    with acting(ACTOR), widened():
        places = [region(), *municipalities()]
        wanted = region_settings.of_places((SETTING,), [one.pk for one in places])
        for kind in kinds.KINDS.values():
            if not kind.rhythm:
                continue
            period = last(kind.rhythm, local.date())
            known = Making.objects.filter(
                kind=kind.code, since=period.since, until=period.until, asked_by=None
            ).exists()
            chosen = [one for one in places if kind.code in wanted[SETTING, one.pk]]
            if kind.where == kinds.REGION:
                chosen = [one for one in chosen if one.kind == Kind.REGION]
            if known or not chosen or (local.date() - period.until).days > LATEST_DAYS:
                continue
            row = Making.objects.create(
                kind=kind.code, scope=places[0], places=[one.pk for one in chosen], since=period.since,
                until=period.until, options={}, total=len(chosen), asked_at=now,
            )
            start(row.pk)
            asked += 1
    return asked


def choose_regular(actor: Actor, place_id: int, chosen: list[str]) -> None:
    """Which reports of a place write themselves. Its head or administrator says so; of the region the region's."""
    with acting(actor), widened():
        place = Territory.objects.filter(pk=place_id).first()
        if place is None:
            raise NotYours(_("Такого места нет, или оно не ваше."))
        if not may_form(actor, place):
            raise Refused(_("Это решает руководитель или администратор этого места."))
        known = [code for code, one in kinds.KINDS.items() if one.rhythm and code in chosen]
        region_settings.decide(actor, SETTING, known, place.pk, FORMERS | {"analyst"})
