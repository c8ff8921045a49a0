"""What reports the demo region has when it opens: morning pages, a digest of the week, minutes with orders."""

from datetime import datetime, timedelta

from django.utils import translation

from otklik.acting import acting, widened
from otklik.cases.clock_rules import zone
from otklik.operations.demo_wide import Wide
from otklik.reports import making, meetings, morning_keeping, orders
from otklik.reports.models import Meeting, Report
from otklik.reports.periods import last
from otklik.territory.tree import region

HEARD = "Снег и лёд на тротуарах, вывоз мусора, обещания жителям на эту неделю."
GIVEN = (
    ("Посыпать тротуары у школ и остановок", "Дорожная служба", 1),
    ("Проверить площадки, где жалуются на переполненные баки", "Оператор по обращению с отходами", 3),
)


def make_reports(wide: Wide, now: datetime) -> int:
    """Make them after the aggregates have followed. A second run makes nothing twice; returns how many."""
    here, today = wide.town, now.astimezone(zone()).date()
    with acting(making.ACTOR, read_only=True):
        if Report.objects.filter(kind="digest_week").exists() or Meeting.objects.exists():
            return 0
        whole = region()
    for place in (whole, here):
        morning_keeping.make_page(place.pk, now)
        with acting(making.ACTOR), widened(), translation.override("ru"):
            making.write("digest_week", place, last("week", today), now, {})
    who = wide.team.coordinator
    held = meetings.hold(who, here.pk, day=today, chair=who.name, present=who.name, heard=HEARD, now=now)
    for words, whom, days in GIVEN:
        orders.give(
            who, here.pk, words=words, who=whom, due=today + timedelta(days=days), meeting_id=held.pk,
            about=f"/region/reports/meetings/{held.pk}/", now=now,
        )
    return 4 + 1
