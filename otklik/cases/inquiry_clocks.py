"""Clocks of what leaves to other bodies: sending the copies out, and waiting for what was asked for.

Neither is a limit of the answer: like the part of an executor they burn beside the case's own date and do not move it.
Inside a gate only (the case locked).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from otklik.cases.clock_rules import Rules, zone
from otklik.cases.models import Case, Clock, Inquiry, Registration
from otklik.policy.calendar import Calendar
from otklik.policy.checked import how_known
from otklik.policy.loading import calendar_for
from otklik.policy.plans import ClockPlan, localise
from otklik.policy.reckoning import WARN_PERCENT, day_count_text, until_day
from otklik.policy.regulation import ClockRule, Limit

K = Inquiry.Kind
OVER = (Case.State.ANSWERED, Case.State.CLOSED)
SENT_OUT = "copies_sent"


@dataclass(frozen=True)
class Term:
    """A limit that a law gives for letters between bodies. Days are calendar days after the day it counts from."""

    days: int
    source: str  # stands in `why`, in Russian, whoever reads
    mark: str  # in place of a policy's version

    @property
    def article(self) -> str:
        """«часть 2 статьи 10 59-ФЗ»."""
        return self.source.partition(":")[0]


# 59-ФЗ. For requests under 8-ФЗ no law gives other bodies a limit: a person says until when they wait.
COPIES = Term(7, "часть 4 статьи 8 59-ФЗ: копию направляют в течение семи дней со дня регистрации", "law59:8.4")
REQUEST = Term(15, "часть 2 статьи 10 59-ФЗ: документы и материалы дают в течение 15 дней", "law59:10.2")
GIVEN = "given"


def term_of(kind: str, regime: str) -> Term | None:
    """The limit that the law gives the other body to answer; None: it gives none."""
    return REQUEST if kind == K.REQUEST and regime == Registration.Regime.LAW59 else None


def plan(term: Term, since: datetime, calendar: Calendar) -> ClockPlan:
    """The dates of a limit of the law: legal and control date, with their reasons. `since` is aware."""
    since = localise(since, zone())
    legal = since.date() + timedelta(days=term.days)
    limit = Limit(term.days, "days")
    rule = ClockRule("answer", limit, "registered", (), term.source)
    known = how_known(term.article)
    mark = f" Не проверено по тексту закона: {known}." if known else ""
    why = [f"{term.source[0].upper()}{term.source[1:]}.{mark}", day_count_text(since.date(), limit, legal)]
    return until_day(rule, limit, calendar, since, legal, WARN_PERCENT, why)


def start_copies(case: Case, entry: Registration, now: datetime) -> Clock:
    """Watch that copies leave in seven days of registration; until registered, of today."""
    ours = Rules().calendar_of(case.scope_id)
    row = _row(case, entry, Clock.Kind.COPIES, plan(COPIES, entry.registered_at or now, ours), COPIES.mark)
    row.stops = [SENT_OUT]
    row.save()
    return row


def start_waiting(case: Case, letter: Inquiry, until: datetime | None) -> Clock | None:
    """Wait for an answer: as long as the law gives, else until the day that a person named. None: nobody waits."""
    term = term_of(letter.kind, letter.registration.regime)
    if until is not None:
        row = _row(case, letter.registration, Clock.Kind.INQUIRY, None, GIVEN)
        row.started_at, row.due_at, row.control_at = letter.sent_at, until, until
        row.segments[0]["from"] = letter.sent_at.isoformat()
        length = until - letter.sent_at
        row.warn_at = [(letter.sent_at + length * percent / 100).isoformat() for percent in WARN_PERCENT]
        row.why = [f"Срок назван в письме: до {until.astimezone(zone()):%d.%m.%Y}."]
    elif term is not None:
        row = _row(case, letter.registration, Clock.Kind.INQUIRY, plan(term, letter.sent_at, calendar_for()), term.mark)
    else:
        return None
    row.inquiry = letter
    row.save()
    return row


def settle(case: Case, rows: Sequence[Clock], now: datetime) -> list[Clock]:
    """Stop what nobody waits for any more, once the case is answered. Returns what goes on."""
    over = case.state in OVER
    for row in rows:
        if over or row.turn != case.turn:
            stop(row, now, "case_over")
    return [row for row in rows if row.stopped_at is None]


def stop(row: Clock, at: datetime, reason: str) -> None:
    """End one of these clocks: they have no pauses."""
    row.stopped_at, row.stopped_by = at, reason
    row.segments[-1]["to"] = at.isoformat()
    row.save()


def _row(case: Case, entry: Registration, kind: str, found: ClockPlan | None, mark: str) -> Clock:
    row = Clock(
        case=case, scope_id=case.scope_id, regime=entry.regime, registration=entry, kind=kind, turn=case.turn,
        policy_version=mark, segments=[{"from": "", "to": None}],
    )
    if found is not None:
        row.started_at, row.due_at, row.control_at = found.starts_at, found.due, found.control
        row.segments[0]["from"] = found.starts_at.isoformat()
        row.warn_at, row.why = [at.isoformat() for at in found.warn_at], list(found.why)
        row.provisional = found.provisional
    return row
