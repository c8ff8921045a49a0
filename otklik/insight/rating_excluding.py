"""Which cases are in no figure of a rating, and why. Inside `acting`, widened.

The first reason that fits is kept. What is left out is decided by what happened to a case, not by whether it was
answered in time, else only the failures would go.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db import connection

from otklik.insight.rating_formula import Formula
from otklik.insight.rating_models import RatingExclusion, RatingRun

Why = RatingExclusion.Why
OUTSIDE = ("regional_body", "regional_operator", "federal_body")  # kinds of organisations no municipality commands
BODY_PAUSE = '[{"pause": "body"}]'  # the policy's reason «ждём ответа другой организации»
# Another body was slow: a limit stood still for it; a letter to it came back late or not; it was asked in the first
# half of the time for an answer and had not replied when that was over.
OTHER_BODY = """
EXISTS (SELECT 1 FROM cases_clock k WHERE k.case_id = f.case_id AND k.kind IN ('answer', 'final')
        AND k.segments @> %(pause)s::jsonb)
OR EXISTS (SELECT 1 FROM cases_inquiry i WHERE i.case_id = f.case_id AND i.state <> 'recalled'
           AND i.due_at < coalesce(i.ended_at, %(now)s))
OR EXISTS (SELECT 1 FROM cases_assignment a JOIN organisations_organisation ao ON ao.id = a.organisation_id
           JOIN cases_clock k ON k.case_id = a.case_id AND k.kind IN ('answer', 'final') AND k.assignment_id IS NULL
           WHERE a.case_id = f.case_id AND a.part = 'responsible' AND a.state <> 'withdrawn'
             AND ao.kind = ANY (%(outside)s) AND a.assigned_at <= k.started_at + (k.due_at - k.started_at) / 2
             AND k.due_at < coalesce(a.finished_at, %(now)s))
"""
STATEMENT = f"""
INSERT INTO insight_ratingexclusion (run_id, case_id, scope_id, why)
SELECT %(run)s, case_id, scope_id, why FROM (
    SELECT f.case_id, f.scope_id, CASE
        WHEN f.outcome = 'spam' THEN 'spam'
        WHEN f.outcome = 'thanks' THEN 'thanks'
        WHEN NOT f.counts THEN 'no_incident'
        WHEN EXISTS (SELECT 1 FROM insight_ratingdispute d WHERE d.case_id = f.case_id AND d.state = 'accepted')
            THEN 'dispute'
        WHEN o.kind = 'federal_body' OR (o.id IS NULL AND t.executor_kind = ANY (%(federal)s)) THEN 'federal'
        WHEN f.outcome = 'not_ours' THEN 'not_ours'
        WHEN {OTHER_BODY} THEN 'other_body'
    END AS why
    FROM insight_casefact f JOIN cases_case c ON c.id = f.case_id
    LEFT JOIN organisations_organisation o ON o.id = c.executor_id LEFT JOIN classifier_theme t ON t.id = f.theme_id
    WHERE f.day BETWEEN %(since)s AND %(until)s AND c.notifies
) judged WHERE why IS NOT NULL
"""  # noqa: S608 - our own words


def leave_out(run: RatingRun, formula: Formula, now: datetime) -> int:
    """Find anew what is left out of a rating; returns how many cases."""
    RatingExclusion.objects.filter(run=run).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            STATEMENT,
            {
                "run": run.pk, "since": run.since, "until": run.until, "now": now, "pause": BODY_PAUSE,
                "outside": list(OUTSIDE), "federal": sorted(formula.federal_kinds),
            },
        )
        return int(cursor.rowcount)


def in_window(case_ids: Collection[int], since: date, until: date) -> set[int]:
    """Which of these cases came within these days, both included."""
    from otklik.insight.models import CaseFact

    return set(
        CaseFact.objects.filter(case_id__in=case_ids, day__gte=since, day__lte=until).values_list("case_id", flat=True)
    )
