"""The job that closes by silence (regime `social`, design section 4, step 8)."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from otklik.acting import System, acting
from otklik.cases import clocks
from otklik.cases.actions.close import close_by_silence
from otklik.cases.models import Case, CaseMessage
from otklik.channels.models import Delivery
from otklik.failures import Refused


def close_silent(now: datetime, limit: int = 500) -> int:
    """Close answered cases whose resident said nothing for the policy's working days. Returns how many."""
    actor = System("silence")
    rules = clocks.Rules()
    with acting(actor, read_only=True):
        waiting = list(
            Case.objects.filter(
                state=Case.State.ANSWERED, regime=Case.Regime.SOCIAL, notifies=True,
                answered_at__lt=now - timedelta(days=1), heard_at=None,
            ).exclude(Exists(_on_its_way())).select_related("scope").order_by("answered_at")[:limit]
        )
        ripe = [c.pk for c in waiting if _is_over(c, rules, now)]
    closed = 0
    for case_id in ripe:
        try:
            close_by_silence(actor, case_id, now=now)
            closed += 1
        except Refused:  # somebody was faster: the case has moved on
            continue
    return closed


def _on_its_way() -> QuerySet[CaseMessage]:
    """Answers that the resident has not got yet: nobody's silence is counted by them."""
    late = [Delivery.State.WAITING, Delivery.State.SENDING, Delivery.State.FAILED, Delivery.State.UNKNOWN,
            Delivery.State.BY_HAND]
    return CaseMessage.objects.filter(case=OuterRef("pk"), turn=OuterRef("turn"), message__delivery__state__in=late)


def _is_over(case: Case, rules: clocks.Rules, now: datetime) -> bool:
    days = rules.policy(case, case.received_at).silence_closes_working_days
    if days is None or case.answered_at is None:
        return False
    answered: date = case.answered_at.astimezone(clocks.zone()).date()
    return now.astimezone(clocks.zone()).date() > rules.calendar.add_working_days(answered, days)
