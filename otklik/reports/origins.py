"""Through whom appeals of a period came, and how many are on control. Inside `acting`."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import Coalesce

from otklik.cases.clock_rules import zone
from otklik.cases.models import Registration
from otklik.reports.asking import Asked
from otklik.reports.periods import Period

THROUGH = "case__appeal_origin__through"


@dataclass(frozen=True)
class Origins:
    """How many came through bodies above, how many of them on control, before too; and which bodies."""

    above: int = 0
    above_before: int = 0
    control: int = 0
    control_before: int = 0
    bodies: list[tuple[str, int]] = field(default_factory=list)


def origins_of(asked: Asked, law: str) -> Origins:
    """Counted over the same registrations as the analysis of article 14."""
    now, before = _rows(asked, law, asked.period), _rows(asked, law, before_of(asked))
    through, earlier = (rows.filter(**{f"{THROUGH}__gt": ""}) for rows in (now, before))
    bodies = through.values(THROUGH).annotate(n=Count("pk")).order_by("-n", THROUGH)
    on_control = {"case__appeal_origin__control": True}
    return Origins(
        through.count(), earlier.count(), now.filter(**on_control).count(), before.filter(**on_control).count(),
        [(one[THROUGH], one["n"]) for one in bodies[:20]],
    )


def before_of(asked: Asked) -> Period:
    """The days that the analysis of article 14 compares with: as many right before."""
    days = timedelta(days=asked.period.days)
    return Period(asked.period.since - days, asked.period.since - timedelta(days=1))


def _rows(asked: Asked, law: str, period: Period) -> QuerySet[Registration]:
    since = datetime.combine(period.since, time.min, zone())
    until = datetime.combine(period.until + timedelta(days=1), time.min, zone())
    rows = Registration.objects.filter(regime=law).exclude(ended_by=Registration.EndedBy.MISTAKE)
    rows = rows.annotate(day=Coalesce("registered_at", "received_at")).filter(day__gte=since, day__lt=until)
    if asked.scopes is not None:
        rows = rows.filter(scope_id__in=asked.scopes)
    return rows if asked.restricted_too else rows.filter(case__restricted=False)
