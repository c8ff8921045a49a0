"""Which policy, working hours and calendar a case's clocks are counted by."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from otklik.cases.models import Case
from otklik.policy.calendar import Calendar, Schedule
from otklik.policy.loading import all_policies, calendar_for, policy_for
from otklik.policy.plans import Circumstances, ClockPlan
from otklik.policy.reckoning import reckon
from otklik.policy.regulation import Policy
from otklik.policy.schedule_keeping import hours_of_place, schedules


def zone() -> ZoneInfo:
    """The region's time zone."""
    return ZoneInfo(settings.TIME_ZONE)


class Rules:
    """Policies and hours as they stand now, read once: for one gate, or for a batch of openings."""

    def __init__(self) -> None:
        self._hours: dict[int, Schedule] = {}
        self._policies: dict[tuple[int, str, date], Policy] = {}
        self._plans: dict[tuple[int, str, Circumstances], list[ClockPlan]] = {}
        self._calendar: Calendar | None = None
        self._stored: tuple[Policy, ...] | None = None

    @property
    def calendar(self) -> Calendar:
        """The country's working calendar; `calendar_of` is a centre's."""
        self._calendar = self._calendar or calendar_for()
        return self._calendar

    def policy(self, case: Case, at: datetime, regime: str = "") -> Policy:
        """The policy that judges a case received at that moment: the centre's own version first.

        `regime`: another one under which the case stands beside its own.
        """
        day = at.astimezone(zone()).date()
        key = (case.scope_id, regime or case.regime, day)
        if key not in self._policies:
            self._stored = self._stored or all_policies()
            places = [case.scope_id, case.scope.municipality_id, case.scope.parent_id]
            self._policies[key] = policy_for(regime or case.regime, day, [p for p in places if p], self._stored)
        return self._policies[key]

    def hours(self, scope_id: int) -> Schedule:
        """The working hours of a centre: its own, its city's, the region's, or the usual ones."""
        if scope_id not in self._hours:
            self._hours[scope_id] = hours_of_place(scope_id)
        return self._hours[scope_id]

    def calendar_of(self, scope_id: int) -> Calendar:
        """The working days of a centre: the country's calendar with its own week and days."""
        return self.calendar.of(self.hours(scope_id))

    def calendar_of_executor(self, organisation_id: int, scope_id: int) -> Calendar:
        """The working days of an organisation: by its own hours, else by those of the centre."""
        return self.calendar.of(schedules().of_organisation(organisation_id) or self.hours(scope_id))

    def plan(
        self,
        case: Case,
        received: datetime,
        *,
        interim: datetime | None = None,
        registered: datetime | None = None,
        policy: Policy | None = None,
    ) -> list[ClockPlan]:
        """The clocks that the policy gives a case received at that moment; `policy`: by which it was judged before.

        Plans with a `condition` (forwarding, putting off) are among them: they start only when a person says so.
        """
        known = self.known(case, received, interim=interim, registered=registered)
        policy = policy or self.policy(case, received)
        key = (case.scope_id, policy.reference, known)
        if key not in self._plans:
            self._plans[key] = reckon(policy, self.calendar, known, self.hours(case.scope_id), zone())
        return self._plans[key]

    def known(
        self,
        case: Case,
        received: datetime,
        *,
        interim: datetime | None = None,
        registered: datetime | None = None,
    ) -> Circumstances:
        """What is known of a case when its dates are computed."""
        theme = case.theme.code if case.theme else None
        return Circumstances(
            received=received, registered=registered, interim=interim, importance=case.importance, theme=theme
        )
