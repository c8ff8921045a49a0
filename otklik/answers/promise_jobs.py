"""Alarms about promises, before the resident notices: a working day before, and on the day. What became of promises
whose case came back or was confirmed. And the public rows."""

from datetime import date, datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from otklik.acting import System, acting, widened
from otklik.answers.models import Promise
from otklik.answers.public_promises import follow, follow_all
from otklik.cases.clocks import zone
from otklik.cases.escalating import people_of
from otklik.cases.escalation_rules import OWNER
from otklik.cases.gate import Passage, passing
from otklik.cases.models import Case, DoneReport
from otklik.cases.noticing import notify
from otklik.policy.loading import calendar_for

ACTOR = System("promises")
BEFORE, ON_DAY = 1, 2
TOLD = {"head", "coordinator"}


def alarm_due(now: datetime, limit: int = 500) -> int:
    """Tell owner, coordinator and head of promises whose day is the next working day or has come. Returns how many.

    The day of a promise that falls on a day off is told of on the working day before it, too.
    """
    today = now.astimezone(zone()).date()
    eve = calendar_for().add_working_days(today, 1)
    wanted = Q(until__lte=today, alarmed__lt=ON_DAY) | Q(until__gt=today, until__lte=eve, alarmed__lt=BEFORE)
    with acting(ACTOR), widened():
        due = Promise.objects.select_for_update(of=("self",), skip_locked=True).filter(
            wanted, state=Promise.State.OPEN, case__notifies=True
        ).select_related("case__scope", "case__owner").order_by("until", "pk")[:limit]
        return sum(_tell(row, today, now) for row in due)


def _tell(row: Promise, today: date, now: datetime) -> int:
    people = people_of(row.case, {OWNER, *TOLD}, now)
    to = {one for ids in people.values() for one in ids}
    day = f"{row.until:%d.%m.%Y}"
    words = (_("Обещание жителю: срок вышел %(day)s.") if row.until < today
             else _("Обещание жителю: срок сегодня.") if row.until == today
             else _("Обещание жителю: срок %(day)s.")) % {"day": day}
    notify(to, "promise", case=row.case, now=now, words=words)
    row.alarmed = ON_DAY if row.until <= today else BEFORE
    row.save(update_fields=["alarmed"])
    return 1


def follow_cases(now: datetime, limit: int = 500) -> int:
    """End promises by what came of their cases, each case through its own gate. Returns of how many cases.

    «Сделано» that was said before the case came back (refuted, looked at again, opened anew) did not hold. What the
    resident has confirmed is kept, also after it did not hold once.
    """
    with acting(ACTOR, read_only=True), widened():
        ids = list(_came_back().union(_confirmed()).values_list("case_id", flat=True)[:limit])
    for case_id in ids:
        with passing(ACTOR, case_id, "promise_followed", now=now) as gate:
            _follow_case(gate)
    return len(ids)


def _came_back() -> QuerySet[Promise]:
    kept = Promise.objects.filter(state=Promise.State.KEPT, case__turn__gt=F("answer__turn"))
    kept = kept.filter(Q(held_turn=None) | Q(held_turn__lt=F("case__turn")))
    return kept.filter(kept_at__lt=F("case__turn_began_at"))


def _confirmed() -> QuerySet[Promise]:
    return Promise.objects.filter(
        state__in=[Promise.State.OPEN, Promise.State.UNMET], case__fix=Case.Fix.CONFIRMED
    )


def _follow_case(gate: Passage) -> None:
    case = gate.case
    back = list(_came_back().select_for_update(of=("self",)).filter(case=case).order_by("pk"))
    done = list(_confirmed().select_for_update(of=("self",)).filter(case=case).order_by("pk"))
    said = DoneReport.objects.filter(case=case, turn=case.turn, came_of=DoneReport.CameOf.CONFIRMED).first()
    confirmed_at = (said and said.came_at) or case.closed_at or gate.now
    for row in back:
        row.said_kept_at = row.kept_at
        row.state, row.kept_at, row.ended_at, row.ended_by = Promise.State.UNMET, None, case.turn_began_at, None
    for row in done:
        row.state, row.kept_at, row.ended_at, row.ended_by = Promise.State.KEPT, confirmed_at, confirmed_at, None
    for row in [*back, *done]:
        row.save(update_fields=["state", "kept_at", "said_kept_at", "ended_at", "ended_by"])
        follow(row)
    gate.unchanged = not back and not done
    gate.fields |= {"unmet": [row.pk for row in back], "kept": [row.pk for row in done]}


def follow_public() -> int:
    """Take from the portal what has lost its right to stand there."""
    with acting(ACTOR), widened():
        return follow_all()
