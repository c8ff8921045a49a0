"""Clock rows of a case: started from the policy of its day, stopped by events, explained in words.

`policy` computes, this keeps. All functions are called inside a gate (writable, the case locked).
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from otklik.cases.models import Case, Clock
from otklik.failures import BadInput
from otklik.organisations import region_settings
from otklik.policy.calendar import Calendar, WorkingHours
from otklik.policy.loading import calendar_for, policy_for
from otklik.policy.plans import Circumstances, ClockPlan
from otklik.policy.reckoning import fix_plan, reckon
from otklik.policy.regulation import CRITICAL, Policy


def zone() -> ZoneInfo:
    """The region's time zone."""
    return ZoneInfo(settings.TIME_ZONE)


def parse_hours(text: str) -> WorkingHours:
    """«09:00-18:00» as working hours. Raises `BadInput` when it is none."""
    try:
        begin, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
        return WorkingHours(begin, end)
    except ValueError as error:
        raise BadInput(_("Часы работы пишут так: 09:00-18:00."), "working_hours") from error


class Rules:
    """Policies and hours as they stand now, read once: for one gate, or for a batch of openings."""

    def __init__(self) -> None:
        self._hours: dict[int, WorkingHours] = {}
        self._policies: dict[tuple[int, str, date], Policy] = {}
        self._plans: dict[tuple[int, str, Circumstances], list[ClockPlan]] = {}
        self._calendar: Calendar | None = None

    @property
    def calendar(self) -> Calendar:
        """The country's working calendar."""
        self._calendar = self._calendar or calendar_for()
        return self._calendar

    def policy(self, case: Case, at: datetime) -> Policy:
        """The policy that judges a case received at that moment: the centre's own version first."""
        day = at.astimezone(zone()).date()
        key = (case.scope_id, case.regime, day)
        if key not in self._policies:
            places = [case.scope_id, case.scope.municipality_id, case.scope.parent_id]
            self._policies[key] = policy_for(case.regime, day, [p for p in places if p])
        return self._policies[key]

    def hours(self, scope_id: int) -> WorkingHours:
        """The working hours of a centre."""
        if scope_id not in self._hours:
            self._hours[scope_id] = parse_hours(region_settings.get("working_hours", scope_id))
        return self._hours[scope_id]

    def plan(self, case: Case, received: datetime, *, interim: datetime | None = None) -> list[ClockPlan]:
        """The clocks that the policy gives a case received at that moment."""
        theme = case.theme.code if case.theme else None
        known = Circumstances(received=received, interim=interim, importance=case.importance, theme=theme)
        key = (case.scope_id, case.regime, known)
        if key not in self._plans:
            policy = self.policy(case, received)
            self._plans[key] = reckon(policy, self.calendar, known, self.hours(case.scope_id), zone())
        return self._plans[key]


def clock_row(case: Case, clock: ClockPlan, policy: Policy) -> Clock:
    """A clock row of a plan, not yet saved."""
    return Clock(
        case=case, scope_id=case.scope_id, kind=clock.kind, turn=case.turn,
        policy_version=policy.reference, started_at=clock.starts_at, due_at=clock.due,
        control_at=clock.control, warn_at=[w.isoformat() for w in clock.warn_at],
        segments=[{"from": clock.starts_at.isoformat(), "to": None}], stops=list(clock.stops),
        why=list(clock.why), provisional=clock.provisional,
    )


def start(case: Case, *, received: datetime, interim: datetime | None = None) -> list[Clock]:
    """Start the clocks that are not running yet: at reception all but `final`, at the interim answer `final`."""
    rules = Rules()
    policy = rules.policy(case, received)
    plans = rules.plan(case, received, interim=interim)
    wanted = [p for p in plans if (p.kind == "final") == (interim is not None)]
    running = set(Clock.objects.filter(case=case, turn=case.turn).values_list("kind", flat=True))
    return Clock.objects.bulk_create([clock_row(case, p, policy) for p in wanted if p.kind not in running])


def restart_for_importance(case: Case) -> None:
    """After a change of importance or theme: running limits of this turn are computed anew from the same start."""
    first = Clock.objects.filter(case=case, turn=case.turn).order_by("id").first()
    if first is None or not first.policy_version.startswith(case.regime):
        return  # dates that came from another system win over ours
    received = case.received_at if case.turn == 1 else first.started_at
    rules = Rules()
    policy = rules.policy(case, received)
    for computed in rules.plan(case, received):
        row = clock_row(case, computed, policy)
        Clock.objects.filter(case=case, turn=case.turn, kind=computed.kind, stopped_at=None).update(
            due_at=row.due_at, control_at=row.control_at, warn_at=row.warn_at, why=row.why,
            policy_version=row.policy_version, provisional=row.provisional, warned=0,
        )


def start_fix(case: Case, promised: date, made_at: datetime) -> Clock:
    """Run `fix` («устранить до») until the promised day; an earlier promise of this turn is moved."""
    computed = fix_plan(calendar_for(), promised, made_at, zone())
    Clock.objects.filter(case=case, turn=case.turn, kind=Clock.Kind.FIX, stopped_at=None).update(
        stopped_at=made_at, stopped_by="promise_moved"
    )
    row = clock_row(case, computed, Rules().policy(case, case.received_at))
    row.save()
    return row


def stop_by(case: Case, now: datetime, events: Iterable[str]) -> list[str]:
    """Stop the running clocks that wait for one of these events. Returns their kinds."""
    events = set(events)
    if not events:
        return []
    rows = [c for c in Clock.objects.filter(case=case, stopped_at=None) if events & set(c.stops)]
    return _stop(rows, now, sorted(events)[0])


def stop_all(case: Case, now: datetime, reason: str) -> list[str]:
    """Stop every running clock."""
    return _stop(list(Clock.objects.filter(case=case, stopped_at=None)), now, reason)


def _stop(rows: Sequence[Clock], now: datetime, reason: str) -> list[str]:
    for row in rows:
        row.stopped_at, row.stopped_by = now, reason
        if row.segments and row.segments[-1]["to"] is None:
            row.segments[-1]["to"] = now.isoformat()
        row.save(update_fields=["stopped_at", "stopped_by", "segments"])
    return sorted(r.kind for r in rows)


def refresh_due(case: Case) -> None:
    """Set the case's own dates from its clocks: what runs out first. The gate saves them."""
    set_dates(case, list(Clock.objects.filter(case=case, stopped_at=None)))


def set_dates(case: Case, running: Sequence[Clock]) -> None:
    """The same from clocks at hand (a bulk opening has not saved them yet). `react` is shown but not a due date."""
    waiting = [c for c in running if c.kind != Clock.Kind.REACT] or list(running)
    first = min(waiting, key=lambda c: c.control_at, default=None)
    case.due_at = first.due_at if first else None
    case.control_at = first.control_at if first else None
    open_now = case.state != Case.State.CLOSED
    case.urgent_at = case.received_at if case.importance == CRITICAL and open_now and first else case.control_at


def running(case: Case) -> list[Clock]:
    """The clocks that run now, the most pressing first."""
    return list(Clock.objects.filter(case=case, stopped_at=None).order_by("control_at"))


def explain(clock: Clock) -> list[str]:
    """«Почему такой срок»: the sentences kept with the clock, and what stopped it."""
    words = list(clock.why)
    if clock.stopped_at:
        at = clock.stopped_at.astimezone(zone())
        words.append(_("Остановлен %(at)s.") % {"at": f"{at:%d.%m.%Y %H:%M}"})
    return words
