"""Clock rows of a case: started from the policy of its day, paused, stopped by events, explained in words.

`policy` computes, this keeps. All functions are called inside a gate (writable, the case locked).
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from otklik.cases import inquiry_clocks, part_clocks
from otklik.cases.clock_rules import Rules, zone
from otklik.cases.models import Case, Clock, Registration
from otklik.cases.pause_offer import may_pause, pausable, pause_offer, pauses_of
from otklik.policy.loading import policy_by_reference
from otklik.policy.pauses import resumed_plan
from otklik.policy.plans import ClockPlan
from otklik.policy.reckoning import WARN_PERCENT, fix_plan
from otklik.policy.regulation import CRITICAL, Policy
from otklik.together import asked

__all__ = [
    "Rules", "clock_row", "explain", "may_pause", "pausable", "pause", "pause_offer", "put_plan", "recompute",
    "refresh_due", "replanned", "resume", "running", "set_dates", "source_clock", "start", "start_fix", "stop",
    "stop_all", "stop_by", "zone",
]
OF_SOURCE = "source"  # in place of a policy's version: the date came with the case and wins over ours
BESIDE = (Clock.Kind.COPIES, Clock.Kind.INQUIRY)  # letters to other bodies: no dates of the case's own
TRANSFERRED = "transferred"  # what stopped the clocks of a regime that the case has left


def clock_row(case: Case, plan: ClockPlan, policy: Policy) -> Clock:
    """A clock row of a plan, not yet saved."""
    rule = policy.rule(plan.kind)
    row = Clock(
        case=case, scope_id=case.scope_id, regime=policy.regime, kind=plan.kind, turn=case.turn,
        started_at=plan.starts_at, segments=[{"from": plan.starts_at.isoformat(), "to": None}], stops=list(plan.stops),
        pausable=rule is not None and rule.pausable,
    )
    put_plan(row, plan, policy)
    return row


def source_clock(case: Case, due: datetime, system: str, ended: datetime | None, regime: str = "") -> Clock:
    """The clock of a date that an outside system set; `ended` when it has answered or closed already."""
    length = due - case.received_at
    return Clock(
        case=case, scope_id=case.scope_id, regime=regime or case.regime, kind=Clock.Kind.ANSWER, turn=case.turn,
        policy_version=OF_SOURCE, started_at=case.received_at, due_at=due, control_at=due,
        warn_at=[(case.received_at + length * part / 100).isoformat() for part in WARN_PERCENT],
        why=[_("Срок задан внешней системой: %(system)s.") % {"system": system}],
        stops=["answer_published", "interim_published"], stopped_at=ended, stopped_by=OF_SOURCE if ended else "",
        segments=[{"from": case.received_at.isoformat(), "to": ended.isoformat() if ended else None}],
    )


def start(case: Case, *, interim: datetime | None = None) -> list[Clock]:
    """Start this turn's clocks of the case's own regime that are not there yet: all but `final` from its beginning,
    `final` from the interim answer. What has a condition waits until a person says that it holds."""
    rules = Rules()
    policy = rules.policy(case, case.turn_began_at)
    plans = rules.plan(case, case.turn_began_at, interim=interim)
    wanted = [p for p in plans if (p.kind == Clock.Kind.FINAL) == (interim is not None) and not p.condition]
    own = Clock.objects.filter(case=case, turn=case.turn, regime=case.regime, assignment=None)
    there = set(own.exclude(stopped_by=TRANSFERRED).values_list("kind", flat=True))
    return Clock.objects.bulk_create([clock_row(case, p, policy) for p in wanted if p.kind not in there])


def recompute(case: Case) -> None:
    """After a change of importance or theme: this turn's running limits anew, from the same start, pauses counted.

    Dates that came from another system, and promises, stay.
    """
    rules = Rules()
    social = Case.Regime.SOCIAL  # the other regimes know no importance, and their answers may have been put off
    rows = Clock.objects.filter(case=case, turn=case.turn, regime=social, stopped_at=None)
    for row in (r for r in rows if _is_ours(r)):
        before = row.due_at
        _apply_policy(row, case, rules)
        if row.due_at != before:
            row.warned = 0
        row.save()


def start_fix(case: Case, promised: date, made_at: datetime) -> Clock:
    """Run `fix` («устранить до») until the promised day; an earlier promise of this turn is moved."""
    rules = Rules()
    plan = fix_plan(rules.calendar_of(case.scope_id), promised, made_at, zone())
    earlier = Clock.objects.filter(case=case, turn=case.turn, kind=Clock.Kind.FIX, stopped_at=None)
    for row in earlier:
        stop(row, case, made_at, "promise_moved")
    row = clock_row(case, plan, rules.policy(case, case.turn_began_at))
    row.save()
    return row


def pause(case: Case, now: datetime, code: str = "") -> list[str]:
    """Let the pausable clocks stand still. Returns their kinds.

    `code`: a reason of the policy's list, with its caps; empty where another rule than the policy's says how long
    (a postponed decision comes back on its day).
    """
    rows = may_pause(case, code, now) if code else [(row, None) for row in pausable(case)]
    for row, until in rows:
        row.paused_at, row.resumes_at = now, until
        _end_segment(row, now)
        row.segments[-1]["pause"] = code
        row.save()
    return sorted(row.kind for row, _until in rows)


def resume(case: Case, now: datetime) -> list[str]:
    """Let paused clocks go on with the time that was left. Returns their kinds."""
    rows = list(Clock.objects.filter(case=case, stopped_at=None, paused_at__isnull=False))
    for row in rows:
        _go_on(row, case, now)
        row.save()
    return sorted(row.kind for row in rows)


def stop_by(case: Case, now: datetime, events: Iterable[str]) -> list[str]:
    """Stop the running clocks of the case's own regime that wait for one of these events. Returns their kinds.

    An answer on our page ends nothing in the register of another regime.
    """
    known = set(events)
    if not known:
        return []
    stopped = []
    for row in Clock.objects.filter(case=case, regime=case.regime, stopped_at=None):
        event = next((e for e in row.stops if e in known), None)
        if event:
            stop(row, case, now, event)
            stopped.append(row.kind)
    return sorted(stopped)


def stop_all(case: Case, now: datetime, reason: str) -> list[str]:
    """Stop every running clock."""
    rows = list(Clock.objects.filter(case=case, stopped_at=None))
    for row in rows:
        stop(row, case, now, reason)
    return sorted(row.kind for row in rows)


def refresh_due(case: Case, now: datetime) -> None:
    """Set the case's own dates from its clocks: what runs out first. The gate saves them.

    The clock of a part stops when its organisation has nothing to do any more, and follows the case's date when it
    has none of its own.
    """
    rows = list(Clock.objects.filter(case=case, stopped_at=None).select_related("assignment"))
    parts = [row for row in rows if row.assignment is not None]
    letters = [row for row in rows if row.kind in BESIDE and row.assignment is None]
    whole = [row for row in rows if row.assignment is None and row.kind not in BESIDE]
    settled = part_clocks.settle(case, parts, whole, now)
    set_dates(case, [*whole, *settled, *inquiry_clocks.settle(case, letters, now)])


def set_dates(case: Case, unstopped: Sequence[Clock]) -> None:
    """The same from clocks at hand (a bulk opening has not saved them yet).

    `react` is shown but not a due date; a paused clock has none until it goes on. The date of a part, or of a letter
    to another body, is no date of the case's, but it burns like one.
    """
    aside = (Clock.Kind.PART, *BESIDE)
    going = [c for c in unstopped if c.paused_at is None and c.kind not in aside]
    waiting = [c for c in going if c.kind != Clock.Kind.REACT] or going
    first = min(waiting, key=lambda c: (c.control_at, c.due_at), default=None)
    case.due_at = first.due_at if first else None
    case.control_at = first.control_at if first else None
    open_now = case.state != Case.State.CLOSED
    if case.importance == CRITICAL and open_now and first:
        case.urgent_at = case.received_at
        return
    parts = [c.control_at for c in unstopped if c.kind in aside]
    case.urgent_at = min([*parts, *([case.control_at] if case.control_at else [])], default=None)


def running(case: Case) -> list[Clock]:
    """The clocks that run or stand still now, the most pressing first."""
    return [clock for clock in of_case(case) if clock.stopped_at is None]


def clocks_question(case: Case) -> QuerySet[Clock]:
    """What `of_case` asks, so that a page can ask it ahead."""
    return Clock.objects.filter(case=case, assignment=None).order_by("control_at", "id")


def of_case(case: Case) -> list[Clock]:
    """All clocks of a case but those of its parts: the most pressing first, those that stand still last."""
    rows = asked(case, "clocks", clocks_question)
    return sorted(rows, key=lambda clock: clock.paused_at is not None)


def explain(clock: Clock) -> list[str]:
    """«Почему такой срок»: the sentences kept with the clock, and what paused or stopped it."""
    words = list(clock.why)
    if clock.stopped_at:
        words.append(_("Остановлен %(at)s.") % {"at": _local(clock.stopped_at)})
    elif clock.paused_at:
        words.append(_("Приостановлен %(at)s: время не идёт.") % {"at": _local(clock.paused_at)})
        if clock.resumes_at:
            words.append(_("Пойдёт сам %(at)s: дольше регламент не даёт.") % {"at": _local(clock.resumes_at)})
    return words


def _local(at: datetime) -> str:
    return f"{at.astimezone(zone()):%d.%m.%Y %H:%M}"


def _is_ours(row: Clock) -> bool:
    return row.policy_version.startswith(f"{row.regime}-") and row.kind != Clock.Kind.FIX


def stop(row: Clock, case: Case, now: datetime, reason: str) -> None:
    """Stop one clock, for what reason or by which event."""
    if row.paused_at and now >= row.paused_at:
        _go_on(row, case, now)  # an answer in a pause is in time: the pause counts up to it
    row.stopped_at, row.stopped_by, row.paused_at, row.resumes_at = now, reason, None, None
    _end_segment(row, now)
    row.save()


def _go_on(row: Clock, case: Case, now: datetime) -> None:
    # a pause lasts no longer than the policy gives, however late anybody looks
    went_on = min(now, row.resumes_at) if row.resumes_at else now
    row.paused_at = row.resumes_at = None
    row.segments.append({"from": went_on.isoformat(), "to": None})
    if _is_ours(row):
        _apply_policy(row, case, Rules())


def _end_segment(row: Clock, now: datetime) -> None:
    last = row.segments[-1] if row.segments else None
    if last and (last["to"] is None or datetime.fromisoformat(last["to"]) > now):
        last["to"] = now.isoformat()


def _apply_policy(row: Clock, case: Case, rules: Rules) -> None:
    """The dates of a row by the version of the policy it was judged by, with its pauses."""
    policy = policy_by_reference(row.policy_version)
    plan = replanned(row, case, rules, policy)
    if plan is None:
        return
    if len(row.segments) == 1 and plan.starts_at != row.started_at:
        row.segments[0]["from"] = plan.starts_at.isoformat()
    row.started_at = plan.starts_at
    put_plan(row, plan, policy)


def replanned(row: Clock, case: Case, rules: Rules, policy: Policy) -> ClockPlan | None:
    """What a version of the policy makes of a running clock, from the same start, its pauses counted. Changes nothing.

    None where that version has no such clock.
    """
    interim = row.started_at if row.kind == Clock.Kind.FINAL else None
    received, registered = _counted_from(row, case)
    plans = rules.plan(case, received, interim=interim, registered=registered, policy=policy)
    plan = next((p for p in plans if p.kind == row.kind), None)
    pauses = pauses_of(row)
    if plan is None or not pauses:
        return plan
    return resumed_plan(plan, pauses, rules.calendar, rules.hours(case.scope_id), zone())


def _counted_from(row: Clock, case: Case) -> tuple[datetime, datetime | None]:
    """When a regime began for a case, and when it was registered there."""
    if row.regime != Case.Regime.SOCIAL:
        found = Registration.objects.filter(case=case, regime=row.regime, ended_at=None).first()
        if found:
            return found.received_at, found.registered_at
    return case.turn_began_at, None


def put_plan(row: Clock, plan: ClockPlan, policy: Policy) -> None:
    """Give a clock the dates of a plan, with their reasons and the version they were counted by."""
    row.due_at, row.control_at, row.provisional = plan.due, plan.control, plan.provisional
    row.warn_at, row.why = [at.isoformat() for at in plan.warn_at], list(plan.why)
    row.policy_version = policy.reference
