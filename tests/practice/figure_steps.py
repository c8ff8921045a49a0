"""Made figures for the tests of this room: facts without cases, and the aggregates that the program makes of them."""

from collections.abc import Iterable
from datetime import datetime
from itertools import count

from django.utils import timezone

from otklik.acting import acting, widened
from otklik.classifier.models import Theme
from otklik.insight.counting import make_anew
from otklik.insight.models import CaseFact
from tests.making import SYSTEM

_ids = count(10_000_000)


def theme_of(group: str) -> int:
    """Some theme of a group of the newest edition."""
    return Theme.objects.filter(group__code=group).order_by("-group__version_id", "pk")[0].pk


def facts(scope_id: int, group: str, at: datetime, cases: int, hits: int, *, minutes: int = 600) -> list[CaseFact]:
    """So many cases of one place and group received at one moment; `hits` of them were answered in time."""
    day, theme = timezone.localtime(at), theme_of(group)
    return [
        CaseFact(
            case_id=next(_ids), scope_id=scope_id, received_at=at, day=day.date(), hour=day.hour, theme_id=theme,
            channel="portal", regime="social", state="answered", open=False, verdict="in_time" if n < hits else "late",
            answered_at=at, answer_min=minutes,
        )
        for n in range(cases)
    ]


def write(*rows: Iterable[CaseFact]) -> None:
    """Put them in the place of all that was counted."""
    with acting(SYSTEM), widened():
        CaseFact.objects.all().delete()
        CaseFact.objects.bulk_create([one for some in rows for one in some])
        make_anew()
