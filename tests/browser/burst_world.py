"""Bursts of the radar for pages that are not empty: one that goes on, one that was silenced."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from otklik.acting import acting, widened
from otklik.cases.models import Case
from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from otklik.insight import radar_acts
from otklik.insight.models import Burst
from tests.making import SYSTEM, make_staff, place


def make_bursts(home: str, cases: Sequence[Case]) -> dict[str, list[str]]:
    """Kept as the radar keeps them, silenced through the gate. Returns the values of addresses."""
    now = timezone.now()
    theme = Theme.objects.filter(version=current(), retired=False).order_by("order")[0]
    ids = [case.pk for case in cases]
    rows = []
    with acting(SYSTEM), widened():
        for level, code in (("theme", theme.code), ("topic", "17")):
            rows.append(
                Burst.objects.create(
                    scope=place(home), level=level, code=code, began_at=now - timedelta(minutes=40), found_at=now,
                    last_at=now, count=len(ids), minutes=60, expected=0.4, per_hour=0.4, odds=0.002, alike=3, cases=ids,
                )
            )
    curator = make_staff(("curator", "volgograd"), name="Балочный Олег Игоревич")
    radar_acts.silence(curator, rows[1].pk, kind="rumour", reason="пересылают старую новость", now=now)
    return {"burst_id": [str(row.pk) for row in rows]}
