"""Jobs of likeness: new cases are looked at for joining, and old ones get their fingerprints."""

from datetime import datetime

from django.db import connection

from otklik.acting import System, acting, widened
from otklik.cases.actions.folding import fold_waiting
from otklik.cases.alike import keep_print
from otklik.cases.lifecycle import OPEN_STATES
from otklik.cases.models import Case
from otklik.triage.fingerprints import EDITION

ACTOR = System("triage")
MISSING = """SELECT c.id FROM cases_case c LEFT JOIN cases_caseprint p ON p.case_id = c.id
WHERE c.state = ANY(%s) AND c.suggestion IS NOT NULL AND length(c.salt) > 0
  AND (p.case_id IS NULL OR get_byte(p.kept, 0) <> %s) ORDER BY c.id DESC LIMIT %s"""


def join_waiting(now: datetime) -> int:
    """New cases, a few seconds after they came. Returns how many were joined."""
    return fold_waiting(now)


def keep_missing(limit: int = 2_000) -> int:
    """Fingerprints of open cases that have none (from before an update) or an older edition's; returns how many.

    They are for proposals only: nothing old is joined by itself.
    """
    with acting(ACTOR, read_only=True), connection.cursor() as cursor:
        cursor.execute(MISSING, [list(OPEN_STATES), EDITION, limit])
        ids = [row[0] for row in cursor.fetchall()]
    for start in range(0, len(ids), 100):
        with acting(ACTOR), widened():
            for case in Case.objects.filter(pk__in=ids[start : start + 100]):
                keep_print(case, weighed=True)
    return len(ids)
