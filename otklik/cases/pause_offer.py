"""How long the clocks of a case may still stand still: the reasons and caps of the policy each was judged by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from otklik.cases.clock_rules import Rules, zone
from otklik.cases.models import Case, Clock
from otklik.policy.loading import policy_by_reference
from otklik.policy.pauses import Segment, resumes_at, taken
from otklik.policy.pausing import PauseReason, reason_named, reasons_of


@dataclass(frozen=True)
class PauseOffer:
    """What the page of a case offers: the reasons of its policy, and how many days of pause are left (None: no cap)."""

    reasons: tuple[PauseReason, ...]
    left: int | None


def pause_offer(rows: Iterable[Clock]) -> PauseOffer | None:
    """Of clocks at hand; None when none of them may stand still."""
    found = [row for row in rows if row.pausable and row.stopped_at is None and row.paused_at is None]
    if not found:
        return None
    rules, left = Rules(), []
    policies = [policy_by_reference(row.policy_version) for row in found]
    for row, policy in zip(found, policies, strict=True):
        if policy.pause_cap is not None:
            took = taken(pauses_of(row), rules.calendar_of(row.scope_id), zone())
            left.append(max(policy.pause_cap - took, 0))
    return PauseOffer(reasons_of(policies[0].pause_reasons), max(left, default=None))


def pausable(case: Case) -> list[Clock]:
    """The clocks that run now and may stand still."""
    return list(Clock.objects.filter(case=case, stopped_at=None, paused_at=None, pausable=True))


def may_pause(case: Case, code: str, now: datetime) -> list[tuple[Clock, datetime | None]]:
    """The clocks that may stand still for this reason now, each with when it goes on by itself (None: never).

    Empty where the policies give no more days for it. Raises KeyError for a reason that a policy does not know.
    """
    rules, found = Rules(), []
    calendar = rules.calendar_of(case.scope_id)
    for row in pausable(case):
        policy = policy_by_reference(row.policy_version)
        reason = reason_named(policy.pause_reasons, code)
        if reason is None:
            raise KeyError(code)
        left = [] if policy.pause_cap is None else [policy.pause_cap - taken(pauses_of(row), calendar, zone())]
        days = min([*left, *([reason.most] if reason.most else [])], default=None)
        if days is None or days > 0:
            found.append((row, resumes_at(now, days, calendar, zone())))
    return found


def pauses_of(row: Clock) -> list[Segment]:
    """What lies between the segments of running time."""
    edges = [(s["from"], s["to"]) for s in row.segments]
    return [
        (datetime.fromisoformat(ended), datetime.fromisoformat(begun))
        for (_from, ended), (begun, _to) in zip(edges, edges[1:], strict=False) if ended
    ]
