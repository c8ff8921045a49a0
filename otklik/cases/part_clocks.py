"""The sub-clock of a part: one organisation's date within a case. Inside a gate only (the case locked)."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from otklik.cases.clock_rules import Rules, zone
from otklik.cases.models import Assignment, Case, Clock
from otklik.policy.reckoning import WARN_PERCENT
from otklik.policy.wording import off_reason

GIVEN = "given"  # in place of a policy's version: a person set this date
OF_CASE = "case"  # the part has no date of its own and is due with the case
AT_WORK = (Assignment.State.OPEN, Assignment.State.NEEDS_TIME)
JUDGED_BY = (Clock.Kind.ANSWER, Clock.Kind.FINAL, Clock.Kind.FIX)  # what the parts of a case are needed for


def start(case: Case, part: Assignment, now: datetime, *, given: bool) -> None:
    """Start the clock of a part that has a date; `given`: a person set it, else it is the case's."""
    if part.due_at is None:
        return
    row = Clock(
        case=case, scope_id=case.scope_id, regime=case.regime, assignment=part, kind=Clock.Kind.PART, turn=case.turn,
        policy_version=GIVEN if given else OF_CASE, started_at=now, due_at=part.due_at, control_at=part.due_at,
        segments=[{"from": now.isoformat(), "to": None}],
    )
    _explain(row, part.due_at, now)
    if given:
        _watch(row, part, case)
    row.save()


def move(part: Assignment, due: datetime, now: datetime, case: Case) -> None:
    """Give a part another date, set by a person."""
    part.due_at = due
    part.save(update_fields=["due_at"])
    row = Clock.objects.filter(assignment=part, stopped_at=None).first()
    if row is None:
        start(case, part, now, given=True)
        return
    row.policy_version, row.due_at, row.control_at, row.warned = GIVEN, due, due, 0
    _explain(row, due, now)
    _watch(row, part, case)
    row.save()


def settle(case: Case, parts: Sequence[Clock], whole: Sequence[Clock], now: datetime) -> list[Clock]:
    """Stop the clocks of parts that are over and let the others follow the case. Returns what burns by itself."""
    over = case.state in (Case.State.ANSWERED, Case.State.CLOSED)
    dates = [c for c in whole if c.kind in JUDGED_BY and c.paused_at is None]
    first = min(dates, key=lambda c: c.control_at, default=None)
    own = []
    for row in parts:
        part = row.assignment
        assert part is not None
        if over or part.state not in AT_WORK or row.turn != case.turn:
            _stop(row, now, "part_over" if over else part.state)
        elif row.policy_version != OF_CASE:
            own.append(row)
        elif first is not None and row.due_at != first.control_at:
            row.due_at = row.control_at = part.due_at = first.control_at
            row.save(update_fields=["due_at", "control_at"])
            part.save(update_fields=["due_at"])
    return own


def _explain(row: Clock, due: datetime, now: datetime) -> None:
    """Only a date that a person set is warned of by itself: the other is the case's, and warned of there."""
    if row.policy_version == GIVEN:
        row.warn_at = [(now + (due - now) * percent / 100).isoformat() for percent in WARN_PERCENT]
        row.why = [_("Срок части назначен %(at)s.") % {"at": f"{now.astimezone(zone()):%d.%m.%Y %H:%M}"}]
    else:
        row.warn_at = []
        row.why = [_("Своего срока у части нет: она нужна к сроку карточки.")]


def _watch(row: Clock, part: Assignment, case: Case) -> None:
    """A date on a day when the organisation does not work is watched on its last working day before it.

    The date itself stays: a person set it. Where no working day is left in between, it is its own control.
    """
    calendar = Rules().calendar_of_executor(part.organisation_id, case.scope_id)
    begun, due = row.started_at.astimezone(zone()), row.due_at.astimezone(zone())
    if calendar.is_working_day(due.date()):
        return
    day = calendar.last_working_day_not_later(due.date())
    ends = datetime.combine(day, time(), zone()) + timedelta(minutes=calendar.stretches(day)[-1][1])
    if ends > begun:
        row.control_at = ends
        off = off_reason(due.date(), calendar) or ""
        words = _("%(day)s организация не работает: %(off)s. Следим за днём раньше: %(control)s.")
        row.why.append(words % {
            "day": f"{due:%d.%m.%Y}", "off": off, "control": f"{ends:%d.%m.%Y %H:%M}",
        })


def _stop(row: Clock, now: datetime, reason: str) -> None:
    row.stopped_at, row.stopped_by = now, reason
    row.segments[-1]["to"] = now.isoformat()
    row.save()
