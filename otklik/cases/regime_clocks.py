"""The clocks of a registration: `register`, `answer`, and `forward` and `extend` once a person says that they apply.

Dates of the registering system win over our reckoning. All functions are called inside a gate (writable, the case
locked), but for `planned`, which a bulk opening uses before anything is saved.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from otklik.cases import clocks
from otklik.cases.clock_rules import Rules, zone
from otklik.cases.models import Case, Clock, Registration
from otklik.cases.outcome_terms import WITHDRAWN, term_of
from otklik.cases.shorter_terms import shortened
from otklik.policy.extending import extended_plan
from otklik.policy.law_terms import term_plan
from otklik.policy.loading import policy_by_reference
from otklik.policy.plans import ClockPlan
from otklik.policy.reckoning import reckon
from otklik.policy.regulation import Policy


def planned(case: Case, entry: Registration, rules: Rules) -> list[Clock]:
    """The clocks with which a registration begins, not saved: those without a condition, the source's date first."""
    policy = rules.policy(case, entry.received_at, entry.regime)
    rows = [_row(case, entry, plan, policy) for plan in plans_of(case, entry, rules, policy) if not plan.condition]
    for row in rows:
        if row.kind == Clock.Kind.REGISTER and entry.registered_at:
            _stopped(row, entry.registered_at, "registered")
        if entry.ended_at and row.stopped_at is None:
            _stopped(row, entry.out_at or entry.ended_at, entry.ended_by)
    return rows


def follow(case: Case, entry: Registration, rules: Rules | None = None) -> None:
    """Let the clocks agree with what is known of the registration now: start, move or stop them."""
    rules = rules or Rules()
    rows = of_registration(case, entry)
    there = {c.kind: c for c in rows if c.kind not in clocks.BESIDE and c.stopped_by != WITHDRAWN}
    policy = rules.policy(case, entry.received_at, entry.regime)
    for row in there.values():
        if row.stopped_at is None and row.policy_version != clocks.OF_SOURCE:
            policy = policy_by_reference(row.policy_version)  # what judged the case at first judges it on
            break
    plans = plans_of(case, entry, rules, policy)
    for plan in plans:
        old = there.get(plan.kind)
        if old is not None and old.stopped_at is None:
            _renew(old, case, entry, plan, policy)
        elif old is None and (not plan.condition or plan.kind in _asked_for(entry)):
            _row(case, entry, plan, policy).save()
    if entry.registered_at:
        stop(case, entry, entry.registered_at, ["registered"])
    if entry.notice_at:
        stop(case, entry, entry.notice_at, ["notice_sent"])


def stop(
    case: Case, entry: Registration, at: datetime, events: Iterable[str], *, everything: bool = False
) -> list[str]:
    """Stop the clocks of a registration that wait for these events, or all of them. Returns their kinds."""
    names = list(events)
    kinds = []
    for row in of_registration(case, entry):
        event = next((name for name in names if name in row.stops), names[0] if everything else None)
        if row.stopped_at is None and event is not None:
            clocks.stop(row, case, at, event)
            kinds.append(row.kind)
    return sorted(kinds)


def of_registration(case: Case, entry: Registration) -> list[Clock]:
    """The clocks of a registration; what its regime ran on before a registration was known is its own, too."""
    rows = Clock.objects.filter(case=case, regime=entry.regime, turn=case.turn, assignment=None)
    return list(rows.filter(Q(registration=entry) | Q(registration=None, stopped_at=None)).order_by("id"))


def _asked_for(entry: Registration) -> set[str]:
    """Which clocks with a condition a person has asked for."""
    return {Clock.Kind.FORWARD} if entry.not_ours_at else set()


def start_extend(case: Case, entry: Registration, rules: Rules | None = None) -> bool:
    """Start `extend`: the answer will be late, and the resident must be told in time. False: the regime has none."""
    rules = rules or Rules()
    policy = rules.policy(case, entry.received_at, entry.regime)
    plan = next((p for p in plans_of(case, entry, rules, policy) if p.kind == Clock.Kind.EXTEND), None)
    if plan is None:
        return False
    if not any(c.kind == Clock.Kind.EXTEND for c in of_registration(case, entry)):
        _row(case, entry, plan, policy).save()
    return True


def plans_of(case: Case, entry: Registration, rules: Rules, policy: Policy) -> list[ClockPlan]:
    """What a version of the policy makes of a registration as it stands: put off, decided by law. Changes nothing."""
    known = rules.known(case, entry.received_at, registered=entry.registered_at)
    shorter = shortened(policy, entry.matter) if entry.matter else None
    if shorter is not None:  # the same version of the same policy, with one limit of it shorter
        policy = shorter
        plans = reckon(policy, rules.calendar_of(case.scope_id), known, rules.hours(case.scope_id), zone())
    else:
        plans = rules.plan(case, entry.received_at, registered=entry.registered_at, policy=policy)
    plans = _with_term(case, entry, plans, policy, rules)
    if not entry.extended_days or entry.notice_at is None:
        return plans
    # The reason may name somebody: it stands in the registration, which is redacted; a clock's words are not.
    longer = extended_plan(
        policy, rules.calendar_of(case.scope_id), known, entry.extended_days, entry.notice_at,
        _("причина — в карточке"), zone(),
    )
    return [longer if plan.kind == Clock.Kind.ANSWER else plan for plan in plans]


def _with_term(
    case: Case, entry: Registration, plans: list[ClockPlan], policy: Policy, rules: Rules
) -> list[ClockPlan]:
    """The plans with the limit that an open decision about the registration brings, in place of its like."""
    term = term_of(entry) if entry.pk and entry.registered_at else None
    if term is None or entry.registered_at is None:
        return plans
    kind, days, source = term
    plan = term_plan(policy, rules.calendar_of(case.scope_id), kind, days, source, entry.registered_at, zone())
    ours = next((replace(one, condition="") for one in plans if one.kind == kind and one.due <= plan.due), plan)
    return [*(one for one in plans if one.kind != kind), ours]


def _row(case: Case, entry: Registration, plan: ClockPlan, policy: Policy) -> Clock:
    if plan.kind == Clock.Kind.ANSWER and entry.source_due_at:
        row = clocks.source_clock(case, entry.source_due_at, entry.system, None, entry.regime)
        row.stops = list(plan.stops)
    else:
        row = clocks.clock_row(case, plan, policy)
    row.registration = entry
    return row


def _renew(row: Clock, case: Case, entry: Registration, plan: ClockPlan, policy: Policy) -> None:
    """The same clock with the dates that hold now."""
    before = row.due_at
    row.registration = entry
    if row.kind == Clock.Kind.ANSWER and entry.source_due_at:
        fresh = _row(case, entry, plan, policy)
        for name in ("policy_version", "started_at", "due_at", "control_at", "warn_at", "why", "provisional"):
            setattr(row, name, getattr(fresh, name))
    else:
        row.started_at = plan.starts_at
        clocks.put_plan(row, plan, policy)
    if len(row.segments) == 1:
        row.segments[0]["from"] = row.started_at.isoformat()
    if row.due_at != before:
        row.warned = 0
    row.save()


def _stopped(row: Clock, at: datetime, event: str) -> None:
    row.stopped_at, row.stopped_by = at, event
    row.segments[-1]["to"] = at.isoformat()
