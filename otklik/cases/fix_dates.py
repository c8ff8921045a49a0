"""Until when a case is to be fixed, beside until when it is to be answered: for lists, asked with the cases."""

from django.db.models import DateTimeField, OuterRef, QuerySet, Subquery

from otklik.cases.models import Case, Clock


def with_fix_dates(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with `fix_by`, the day to watch of what was promised to the resident; None: nothing is promised."""
    fixes = Clock.objects.filter(case=OuterRef("pk"), kind=Clock.Kind.FIX, stopped_at=None, assignment=None)
    return cases.annotate(fix_by=Subquery(fixes.values("control_at")[:1], output_field=DateTimeField()))
