"""Open cases and another rule: what would change, and changing it where a person or a decree said so.

By rule an open case keeps the version it was judged by. Nothing here names a resident: numbers of cases and dates.
"""

import csv
import io
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from otklik.acting import System, acting
from otklik.cases import clocks, numbers, regime_clocks
from otklik.cases.clock_rules import Rules, zone
from otklik.cases.gate import Passage, passing
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Clock
from otklik.failures import BadInput, Refused
from otklik.policy.loading import all_policies, policy_by_reference
from otklik.policy.models import PolicyVersion
from otklik.policy.plans import ClockPlan
from otklik.policy.reckoning import control_date, end_of_day, fix_plan
from otklik.policy.regulation import Policy
from otklik.territory.models import Territory
from otklik.territory.tree import scope_ids

ACTOR = System("policies")
LOOKED = 2000  # clocks that one preview counts
LISTED = 50
AFTER_ADOPTION = timedelta(days=30)  # a version waits at most so long for its day
BESIDE = (Clock.Kind.COPIES, Clock.Kind.INQUIRY, Clock.Kind.PART)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Changed:
    """One open clock that another version would date otherwise. Moments are local."""

    number: str
    kind: str
    was: datetime
    will_be: datetime


@dataclass(frozen=True)
class WhatIf:
    """What a version would change for open cases. `left`: how many clocks were too many to count."""

    cases: int
    changed: tuple[Changed, ...]
    left: int

    @property
    def listed(self) -> tuple[Changed, ...]:
        """The first ones, for the page."""
        return self.changed[:LISTED]


def what_if(base: Policy, draft: Policy, place: Territory, limit: int = LOOKED) -> WhatIf:
    """Which open cases of a place would get which other dates, were they judged by the draft. Changes nothing."""
    rules, changed, looked = Rules(), [], 0
    cases = set()
    with acting(ACTOR, read_only=True):
        running = judged_by(base, draft, place)
        whole = running.select_related("case__scope", "case__theme", "registration")
        for row in whole.order_by("control_at", "id")[:limit]:
            looked += 1
            plan = _plan_by(row, rules, draft)
            if plan is not None and plan.due != row.due_at:
                cases.add(row.case_id)
                was, will_be = row.due_at.astimezone(zone()), plan.due.astimezone(zone())
                changed.append(Changed(numbers.shown(row.case.number), row.get_kind_display(), was, will_be))
        left = max(running.count() - looked, 0) if looked == limit else 0
    return WhatIf(len(cases), tuple(changed), left)


def judged_by(base: Policy, draft: Policy, place: Territory) -> QuerySet[Clock]:
    """The running clocks of a place that the base version judges and the draft could."""
    return Clock.objects.filter(
        policy_version=base.reference, stopped_at=None, scope_id__in=scope_ids(place), assignment=None, inquiry=None,
        case__state__in=IN_WORK, kind__in=[rule.kind for rule in draft.clocks],
    )


def as_csv(found: WhatIf) -> str:
    """The whole list to carry away: a table for a spreadsheet, nothing of the residents in it."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=";")
    table.writerow([_("Номер"), _("Срок"), _("Сейчас"), _("По новой версии")])
    for one in found.changed:
        table.writerow([one.number, one.kind, f"{one.was:%d.%m.%Y %H:%M}", f"{one.will_be:%d.%m.%Y %H:%M}"])
    return "\ufeff" + out.getvalue()


def apply_adopted(now: datetime, limit: int = 200) -> int:
    """The job: open clocks follow the versions that a person adopted for them, too. Returns how many cases changed."""
    today = now.astimezone(zone()).date()
    with acting(ACTOR, read_only=True):
        since = now - AFTER_ADOPTION
        rows = PolicyVersion.objects.exclude(over="").filter(valid_from__lte=today, loaded_at__gte=since)
        wanted = list(rows.select_related("territory").order_by("id"))
    done = 0
    for version in wanted:
        known = {(p.regime, p.version, p.territory_id): p for p in all_policies()}
        new = known.get((version.regime, version.version, version.territory_id))
        if new is None or version.territory is None:
            continue
        base = policy_by_reference(version.over)
        with acting(ACTOR, read_only=True):
            waiting = judged_by(base, new, version.territory).order_by("case_id")
            cases = list(waiting.values_list("case_id", flat=True).distinct()[:limit])
        done += sum(_rejudged(case_id, now, new, base) for case_id in cases)
    return done


def _rejudged(case_id: int, now: datetime, new: Policy, base: Policy) -> bool:
    try:
        with passing(ACTOR, case_id, "rejudge", now=now) as gate:
            rows = Clock.objects.filter(case=gate.case, stopped_at=None, policy_version=base.reference)
            _renew_all(gate, [(row, new) for row in rows.select_related("registration") if new.rule(row.kind)])
            gate.fields["policy"] = new.reference
    except Refused:  # answered or closed meanwhile
        return False
    except BadInput:
        log.exception("case %s could not be judged by %s", case_id, new.reference)
        return False
    return True


def renew_provisional(now: datetime, limit: int = 200) -> int:
    """The job: open clocks counted with a year whose decree was not known yet, once it is. Returns how many cases."""
    with acting(ACTOR, read_only=True):
        rules = Rules()
        rows = Clock.objects.filter(provisional=True, stopped_at=None, case__state__in=IN_WORK)
        known = rows.order_by("case_id").values_list("case_id", "started_at", "due_at")
        waiting = dict.fromkeys(
            case_id for case_id, begun, due in known
            if not rules.calendar.is_provisional(begun.astimezone(zone()).date(), due.astimezone(zone()).date())
        )
    return sum(_renewed(case_id, now) for case_id in list(waiting)[:limit])


def _renewed(case_id: int, now: datetime) -> bool:
    try:
        with passing(ACTOR, case_id, "rejudge", now=now, verb="calendar_known") as gate:
            rows = Clock.objects.filter(case=gate.case, stopped_at=None, provisional=True)
            _renew_all(gate, [(row, None) for row in rows.select_related("registration")])
    except Refused:
        return False
    return True


def _renew_all(gate: Passage, rows: list[tuple[Clock, Policy | None]]) -> None:
    """New dates for clocks of one case, inside its gate; which kinds got another due date goes into the journal."""
    rules, moved = Rules(), []
    for row, policy in rows:
        row.case = gate.case
        before = (row.due_at, row.control_at)
        _renew(row, rules, policy)
        if (row.due_at, row.control_at) != before:
            row.warned = 0
            moved.append({"kind": row.kind, "was": before[0].isoformat(), "now": row.due_at.isoformat()})
        row.save()
    gate.unchanged = not rows
    gate.fields["moved"] = moved


def _renew(row: Clock, rules: Rules, policy: Policy | None) -> None:
    ours = policy or (policy_by_reference(row.policy_version) if row.policy_version in _references() else None)
    plan = _plan_by(row, rules, ours) if ours and row.kind not in BESIDE else None
    if plan is None or ours is None:
        _renew_control(row, rules)
        return
    row.started_at = plan.starts_at
    clocks.put_plan(row, plan, ours)
    if (rule := ours.rule(row.kind)) is not None:
        row.pausable, row.stops = rule.pausable, list(plan.stops)


def _renew_control(row: Clock, rules: Rules) -> None:
    """A date that no policy gave: it stays, and only the day to watch follows the calendar."""
    calendar = rules.calendar_of(row.case.scope_id)
    begun, due = (at.astimezone(zone()) for at in (row.started_at, row.due_at))
    if row.control_at != row.due_at or due == end_of_day(due.date(), zone()):
        row.control_at = end_of_day(control_date(calendar, begun.date(), due.date())[0], zone())
    row.provisional = calendar.is_provisional(begun.date(), due.date())


def _plan_by(row: Clock, rules: Rules, policy: Policy) -> ClockPlan | None:
    if row.kind == Clock.Kind.FIX:
        day = row.due_at.astimezone(zone()).date()
        return fix_plan(rules.calendar_of(row.case.scope_id), day, row.started_at, zone())
    if row.registration is not None:
        plans = regime_clocks.plans_of(row.case, row.registration, rules, policy)
        return next((plan for plan in plans if plan.kind == row.kind), None)
    return clocks.replanned(row, row.case, rules, policy)


def _references() -> set[str]:
    return {policy.reference for policy in all_policies()}

