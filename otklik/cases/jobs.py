"""Jobs of the cases room: understanding what imports brought, the portal looked through at night."""

import logging
from datetime import datetime

from otklik.acting import System, acting
from otklik.cases import alarms, clocks
from otklik.cases.alike import keep_print
from otklik.cases.gate import passing
from otklik.cases.kind_and_tone import read_into
from otklik.cases.knowledge import knowledge, suggestion_of
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case
from otklik.cases.public_twin import look_through
from otklik.cases.readings import note_read
from otklik.failures import Failure, Refused
from otklik.triage import Hints, understand

ACTOR = System("triage")
log = logging.getLogger(__name__)


def understand_waiting(now: datetime, limit: int = 200) -> int:
    """Read the cases that nobody and nothing has read yet. Returns how many were read."""
    with acting(ACTOR, read_only=True):
        waiting = list(
            Case.objects.filter(suggestion__isnull=True, state__in=IN_WORK)
            .order_by("id")
            .values_list("pk", flat=True)[:limit]
        )
    for case_id in waiting:
        try:
            understand_case(case_id, now)
        except Refused:  # answered or closed meanwhile
            continue
        except (Failure, ValueError, LookupError, TypeError, RecursionError):
            # One text that cannot be read must not hold up all that came after it.
            log.exception("case %s could not be read", case_id)
            _leave_unread(case_id, now)
    return len(waiting)


def _leave_unread(case_id: int, now: datetime) -> None:
    """Mark a case as looked at, without suggestions: a person reads it all the same."""
    with passing(ACTOR, case_id, "understand", now=now) as gate:
        gate.case.suggestion = {"themes": []}
        gate.fields["failed"] = True


def understand_case(case_id: int, now: datetime) -> None:
    """Read one case: suggestions are kept, and importance only rises."""
    known = knowledge()
    with passing(ACTOR, case_id, "understand", now=now) as gate:
        case = gate.case
        understood = understand(case.text, Hints(territory_id=case.territory_id), known)
        case.suggestion = suggestion_of(understood, known)
        read_into(case, gate.fields)
        gate.fields["themes"] = [t["code"] for t in case.suggestion["themes"]]
        if understood.importance > case.importance:
            gate.fields["importance"] = [case.importance, understood.importance]
            case.importance, case.importance_reason = understood.importance, understood.importance_reason[:300]
            clocks.recompute(case)
        keep_print(case)
        note_read(case, now)
        alarms.raise_if_dangerous(case, now)


def look_through_portal(now: datetime) -> int:
    """Every public problem once more against the rules; returns how many were taken off."""
    with acting(System("portal")):
        return look_through(now)
