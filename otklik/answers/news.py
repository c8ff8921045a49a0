"""News of a problem go where its people wrote: a message each, once; their own pages show the news anyway.

News are no answer: they stop no clock. Under 59-ФЗ and 8-ФЗ, and where an outside system answers, nothing is sent.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from otklik.acting import System, acting
from otklik.answers import outgoing
from otklik.cases.gate import passing
from otklik.cases.lifecycle import OPEN_STATES
from otklik.cases.models import Case, CaseMessage
from otklik.cases.problem_models import ProblemNews
from otklik.channels.models import Message
from otklik.failures import Failure

ACTOR = System("news")
NEWS_FOR = timedelta(hours=6)  # what a worker could not send by then is no news any more


def send_waiting(now: datetime, limit: int = 500) -> int:
    """Put the news that nobody got yet into the ledger, one transaction a case. Returns how many. May be killed."""
    with acting(ACTOR, read_only=True):
        waiting = [
            (news.pk, case_id)
            for news in ProblemNews.objects.filter(at__gt=now - NEWS_FOR, at__lte=now).order_by("pk")
            for case_id in _without(news).values_list("pk", flat=True)[:limit]
        ][:limit]
    sent = 0
    for news_id, case_id in waiting:
        try:
            sent += _send(news_id, case_id, now)
        except Failure:  # closed meanwhile, or too long for its channel: the page shows the news
            continue
    return sent


def _without(news: ProblemNews) -> QuerySet[Case]:
    """Cases of people who wrote in a channel before the news and have not got it."""
    ident = Concat(Value(f"news:{news.pk}:"), Cast(OuterRef("pk"), CharField()))
    got = Message.objects.filter(external_id=ident)
    cases = Case.objects.filter(
        problem_id=news.problem_id, answer_by=Case.AnswerBy.CHANNEL, regime=Case.Regime.SOCIAL,
        state__in=OPEN_STATES, opened_at__lte=news.at, notifies=True,
    )
    return cases.exclude(Exists(got)).order_by("pk")


@dataclass(frozen=True)
class Reach:
    """Whom news of a problem reach: a message is sent, the page of their own shows it, or somebody has to tell them."""

    sent: int
    page: int
    by_hand: list[int]  # numbers of cases, the longest waiting first


def reach_of(problem_id: int) -> Reach:
    """Of the open cases of a problem. Inside `acting`; one statement."""
    open_ones = Case.objects.filter(problem_id=problem_id, state__in=OPEN_STATES, notifies=True)
    sent = page = 0
    by_hand = []
    for number, answer_by, regime in open_ones.order_by("pk").values_list("number", "answer_by", "regime"):
        social = regime == Case.Regime.SOCIAL
        if social and answer_by == Case.AnswerBy.CHANNEL:
            sent += 1
        elif answer_by == Case.AnswerBy.PAGE:
            page += 1
        else:
            by_hand.append(number)
    return Reach(sent, page, by_hand)


def _send(news_id: int, case_id: int, now: datetime) -> bool:
    with passing(ACTOR, case_id, "tell_news", now=now) as gate:
        case, news = gate.case, ProblemNews.objects.get(pk=news_id)
        ident = f"news:{news.pk}:{case.pk}"
        if case.problem_id != news.problem_id or Message.objects.filter(external_id=ident).exists():
            gate.unchanged = True
            return False
        account = outgoing.way_of(case)[0]
        message = Message.objects.create(
            account=account, external_id=ident, direction=Message.Direction.OUT, scope_id=case.scope_id,
            resident_id=case.resident_id, text=news.text, salt=secrets.token_bytes(16), written_at=now,
            received_at=now,
        )
        CaseMessage.objects.create(case=case, message=message, scope_id=case.scope_id, turn=case.turn)
        outgoing.enqueue(case, message, now)
        gate.fields |= {"news": news.pk, "problem": news.problem_id}
        return True
