"""Pauses that end by themselves: warned of a day before, gone on when the policy's days are used up. Jobs."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from otklik.acting import System, acting
from otklik.cases import noticing
from otklik.cases.clock_rules import zone
from otklik.cases.escalating import people_of
from otklik.cases.gate import Passage, passing
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Clock
from otklik.failures import Refused

ACTOR = System("clocks")
BEFORE = timedelta(days=1)  # how long before it goes on its people are told
WARNED = "pause_warned"  # in the segment that the pause ended


def go_on_due(now: datetime, limit: int = 500) -> int:
    """Let the clocks whose pause is used up go on, from the moment when it was. Returns how many cases went on."""
    done = 0
    for case_id in _cases(now, limit):
        try:
            with passing(ACTOR, case_id, "go_on", now=now) as gate:
                over = Clock.objects.filter(case=gate.case, stopped_at=None, resumes_at__lte=now)
                if not over.exists():  # somebody was faster
                    gate.unchanged = True
                    continue
                noticing.notify(_whom(gate), "clock", case=gate.case, now=now, words=_("Пауза кончилась: срок идёт."))
            done += 1
        except Refused:  # answered or closed meanwhile
            continue
    return done


def warn_of_ends(now: datetime, limit: int = 500) -> int:
    """Tell whose case it is that its clock will soon go on by itself; once a pause. Returns how many cases."""
    told = 0
    for case_id in _cases(now + BEFORE, limit, told=False):
        try:
            with passing(ACTOR, case_id, "warn", now=now, verb="pause_end_warned") as gate:
                rows = Clock.objects.filter(case=gate.case, stopped_at=None, resumes_at__isnull=False)
                fresh = [row for row in rows if WARNED not in row.segments[-1]]
                if not fresh:
                    gate.unchanged = True
                    continue
                for row in fresh:
                    row.segments[-1][WARNED] = now.isoformat()
                    row.save(update_fields=["segments"])
                when = min(row.resumes_at for row in fresh if row.resumes_at).astimezone(zone())
                words = _("Пауза кончается: срок пойдёт сам %(when)s.") % {"when": f"{when:%d.%m %H:%M}"}
                noticing.notify(_whom(gate), "clock", case=gate.case, now=now, words=words)
            told += 1
        except Refused:
            continue
    return told


def _cases(before: datetime, limit: int, *, told: bool = True) -> list[int]:
    """Cases at work with a pause that ends by itself before a moment; `told` False: only those not warned of yet."""
    with acting(ACTOR, read_only=True):
        rows = Clock.objects.filter(stopped_at=None, resumes_at__lte=before, case__state__in=IN_WORK)
        found = list(rows.order_by("resumes_at", "id").values_list("case_id", "segments")[:limit])
    return list(dict.fromkeys(case_id for case_id, segments in found if told or WARNED not in segments[-1]))


def _whom(gate: Passage) -> list[int]:
    """Whoever took the case; where nobody has, its coordinators."""
    if gate.case.owner_id:
        return [gate.case.owner_id]
    return people_of(gate.case, {"coordinator"}, gate.now)["coordinator"]
