"""The debt of postponed decisions: how many, since when, the oldest first. Reading only, inside `acting`."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Min, QuerySet

from otklik.acting import Actor, Staff
from otklik.cases.models import Postponement


@dataclass(frozen=True, slots=True)
class Debt:
    """How many decisions are postponed now and since when the oldest waits."""

    count: int
    oldest: datetime | None


def postponed_now(actor: Actor) -> QuerySet[Postponement]:
    """What is postponed in this person's places, the longest waiting first."""
    rows = Postponement.objects.filter(back_at=None)
    if isinstance(actor, Staff) and actor.sees is not None:
        rows = rows.filter(scope_id__in=actor.sees)
    return rows.order_by("since", "pk")


def debt_of(actor: Actor) -> Debt:
    """The debt in one small query over a partial index."""
    found = postponed_now(actor).order_by().aggregate(n=Count("pk"), oldest=Min("since"))
    return Debt(found["n"], found["oldest"])


def debt_by_place(actor: Actor) -> list[tuple[int, str, int, datetime, date]]:
    """Place, its name, how many, since when, and the nearest planned day; the oldest debt first."""
    rows = (
        postponed_now(actor).order_by().values(place=F("scope_id"), name=F("scope__short_name"))
        .annotate(n=Count("pk"), oldest=Min("since"), nearest=Min("until")).order_by("oldest")
    )
    return [(row["place"], row["name"], row["n"], row["oldest"], row["nearest"]) for row in rows]
