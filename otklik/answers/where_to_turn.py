"""«Не наше»: what the clerk wrote of whose matter it is goes to the resident, as a message of the thread.

It is no answer: it has no approval, stops no clock and is counted nowhere. Whoever set the case aside may take that
back for some seconds, so nothing leaves before they are over. Only `social`: by law a forwarding has its own letters.
"""

import secrets
from datetime import datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from otklik.acting import System, acting
from otklik.answers import outgoing
from otklik.cases.gate import passing
from otklik.cases.models import Case, CaseMessage, Remark
from otklik.channels.models import Delivery, Message
from otklik.failures import Failure

ACTOR = System("where_to_turn")
SAID_BY = "set_aside"  # the act whose words they are
AFTER = timedelta(minutes=1)  # an act on many cases is taken back a little later than one on a single case
TOLD_FOR = timedelta(days=1)  # what no worker could carry by then, a person tells


def tell_waiting(now: datetime, limit: int = 500) -> int:
    """Tell those who were not told yet, one transaction a case. Returns how many. May be killed."""
    with acting(ACTOR, read_only=True):
        waiting = list(_untold(now).values_list("pk", flat=True)[:limit])
    told = 0
    for case_id in waiting:
        try:
            told += _tell(case_id, now)
        except Failure:  # opened again meanwhile, or too long for its channel
            continue
    return told


def _untold(now: datetime) -> QuerySet[Case]:
    """Cases set aside as not ours with words, whose resident is not told yet. Other systems tell their own people."""
    ident = Concat(Value("where:"), Cast(OuterRef("pk"), CharField()), Value(":"), Cast(OuterRef("turn"), CharField()))
    cases = Case.objects.filter(
        state=Case.State.CLOSED, outcome=Case.Outcome.NOT_OURS, regime=Case.Regime.SOCIAL, notifies=True,
        closed_at__gt=now - TOLD_FOR, closed_at__lte=now - AFTER,
    ).exclude(answer_by=Case.AnswerBy.OUTSIDE)
    told = Message.objects.filter(external_id=ident)
    said = Remark.objects.filter(case=OuterRef("pk"), verb=SAID_BY, at=OuterRef("closed_at"))
    return cases.filter(Exists(said)).exclude(Exists(told)).order_by("pk")


def _tell(case_id: int, now: datetime) -> bool:
    with passing(ACTOR, case_id, "tell_where", now=now) as gate:
        case = gate.case
        words = None
        if case.closed_at is not None and case.outcome == Case.Outcome.NOT_OURS:
            words = Remark.objects.filter(case=case, verb=SAID_BY, at=case.closed_at).first()
        ident = f"where:{case.pk}:{case.turn}"
        if words is None or Message.objects.filter(external_id=ident).exists():
            gate.unchanged = True
            return False
        by_channel = case.answer_by == Case.AnswerBy.CHANNEL
        message = Message.objects.create(
            account=outgoing.way_of(case)[0] if by_channel else case.account, external_id=ident,
            direction=Message.Direction.OUT, scope_id=case.scope_id, resident_id=case.resident_id, text=words.text,
            salt=secrets.token_bytes(16), written_at=now, received_at=now,
        )
        CaseMessage.objects.create(case=case, message=message, scope_id=case.scope_id, turn=case.turn)
        if by_channel:
            outgoing.enqueue(case, message, now)
        else:
            Delivery.objects.create(
                message=message, scope_id=case.scope_id, state=Delivery.State.DONE, attempts=1, done_at=now
            )
        return True
