"""What organisations have to do now, and what the responsibility map remembers of one. Reading; inside `acting`.

Row-level security keeps everything to the places of whoever looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, Q, QuerySet

from otklik.cases.models import Assignment, Case, Responsibility
from otklik.organisations.models import Organisation

TO_DO = Q(state__in=[Assignment.State.OPEN, Assignment.State.NEEDS_TIME], case__state__in=["assigned", "replied"])
MOST = 300
REMEMBERED = 20


@dataclass(frozen=True)
class Load:
    """How much one organisation has to do, and how much of it is late."""

    organisation: Organisation
    open: int
    late: int
    first_due: datetime | None


def loads(scopes: Sequence[int] | None, words: str, now: datetime) -> list[Load]:
    """Organisations with open tasks, those with most late ones first; `words` is a part of the name key."""
    tasks = Assignment.objects.filter(TO_DO)
    if scopes is not None:
        tasks = tasks.filter(scope_id__in=scopes)
    if words:
        tasks = tasks.filter(organisation__name_key__contains=words)
    rows = list(
        tasks.values("organisation_id")
        .annotate(open=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)), first=Min("due_at"))
        .order_by("-late", "-open", "organisation_id")[:MOST]
    )
    known = Organisation.objects.select_related("territory").in_bulk([row["organisation_id"] for row in rows])
    return [Load(known[row["organisation_id"]], row["open"], row["late"], row["first"]) for row in rows]


def open_tasks(organisation_id: int) -> QuerySet[Assignment]:
    """Its open tasks, the most urgent first."""
    return (
        Assignment.objects.filter(TO_DO, organisation_id=organisation_id)
        .select_related("case__territory", "case__theme").order_by(F("due_at").asc(nulls_last=True), "pk")
    )


def remembered(organisation_id: int, scopes: Sequence[int] | None) -> list[Responsibility]:
    """What the map knows of it in these places: by a person, or learnt from assignments and redirects."""
    rows = Responsibility.objects.filter(organisation_id=organisation_id)
    if scopes is not None:
        rows = rows.filter(territory_id__in=scopes)
    return list(rows.select_related("theme", "group", "territory").order_by("-confirmed", "-assigned", "pk")[:100])


@dataclass(frozen=True)
class Redirected:
    """One redirect away from an organisation."""

    case: Case
    to: Organisation
    at: datetime
    reason: str


def redirected_away(organisation_id: int) -> list[Redirected]:
    """The last redirects away from it: to whom, and why. Two queries."""
    given_up = list(
        Assignment.objects.filter(organisation_id=organisation_id, state=Assignment.State.WITHDRAWN)
        .order_by("-pk").values_list("case_id", "hop", "part", "pk")[:200]
    )
    after = (
        Assignment.objects.filter(case_id__in={case_id for case_id, *_rest in given_up}, hop__gt=1)
        .exclude(organisation_id=organisation_id).select_related("case", "organisation").order_by("-pk")
    )
    before = {(case_id, hop + 1, part): pk for case_id, hop, part, pk in given_up}
    return [
        Redirected(one.case, one.organisation, one.assigned_at, one.reason)
        for one in after if before.get((one.case_id, one.hop, one.part), one.pk) < one.pk
    ][:REMEMBERED]
