"""Which limit an open decision by law brings to its registration, and what becomes of decisions it outlives."""

from django.db.models import QuerySet

from otklik.cases.models import Clock, LawDecision, Registration
from otklik.cases.outcome_table import BY_CODE

WITHDRAWN = "withdrawn"  # what stopped the clock of a decision that was taken back
OPEN = (LawDecision.State.PREPARED, LawDecision.State.DECIDED)


def open_decisions(entry: Registration) -> QuerySet[LawDecision]:
    """The decision about a registration that is not over (at most one)."""
    return LawDecision.objects.filter(registration=entry, state__in=OPEN)


def term_of(entry: Registration) -> tuple[str, int, str] | None:
    """(kind of clock, days from registration, source) of the open decision about a registration, if it has a limit."""
    code = open_decisions(entry).values_list("code", flat=True).first()
    rule = BY_CODE.get(code or "")
    if rule is None or rule.days is None:
        return None
    return (Clock.Kind.FORWARD if rule.sends_on else Clock.Kind.TELL), rule.days, rule.law


def drop_open(entry: Registration) -> int:
    """A registration that ended otherwise needs no decision any more. Inside a gate. Returns how many there were."""
    return open_decisions(entry).update(state=LawDecision.State.WITHDRAWN)
