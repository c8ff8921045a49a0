"""A policy as values: which clocks a regime has, their limits, sources and exceptions. No files, no tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from otklik.failures import BadInput
from otklik.policy.approval import StepsFor, steps_for
from otklik.policy.pausing import PauseReason
from otklik.speaking import gettext as _

REGIMES = ("social", "pos", "law59", "law8")
KINDS = ("react", "answer", "final", "register", "forward", "extend", "fix")
START_EVENTS = ("received", "registered", "interim")
Unit = Literal["hours", "working_hours", "days", "working_days"]
UNITS: tuple[Unit, ...] = ("hours", "working_hours", "days", "working_days")
CRITICAL = 4  # danger to life and health


@dataclass(frozen=True)
class Limit:
    """How long a clock runs. `hours` run round the clock, `working_hours` only in working time; `days` are calendar."""

    amount: int
    unit: Unit

    @property
    def round_the_clock(self) -> bool:
        """Whether nights and days off count too, hour by hour."""
        return self.unit == "hours"


@dataclass(frozen=True)
class Override:
    """Another limit for a theme (by code), an importance, or both."""

    limit: Limit
    importance: int | None = None
    theme: str | None = None


@dataclass(frozen=True)
class Extension:
    """By how many days an answer may be put off, and by the end of which clock the resident must know."""

    days: int
    source: str
    notice_until: str


@dataclass(frozen=True)
class ClockRule:
    """One clock of a regime: its limit, what starts and stops it, where the rule stands.

    `condition` says in Russian when the clock applies at all; an empty one means always.
    """

    kind: str
    limit: Limit
    starts: str
    stops: tuple[str, ...]
    source: str
    pausable: bool = False
    condition: str = ""
    overrides: tuple[Override, ...] = ()
    extension: Extension | None = None

    def override_for(self, importance: int, theme: str | None = None) -> Override | None:
        """Choose the override: for theme and importance together, then for importance, then for theme.

        Importance goes before theme: danger must not be slowed by a generous theme.
        """
        for wanted in ((theme, importance), (None, importance), (theme, None)):
            for override in self.overrides:
                if (override.theme, override.importance) == wanted:
                    return override
        return None

    def limit_for(self, importance: int, theme: str | None = None) -> Limit:
        """Return the limit that holds for an importance and a theme."""
        override = self.override_for(importance, theme)
        return override.limit if override else self.limit


@dataclass(frozen=True)
class Policy:
    """A version of the rules of one regime, valid from a date; `territory_id` marks a centre's own version.

    `approval` names the roles that must agree to an answer, in order; an empty chain suits a centre of one person.
    """

    regime: str
    version: int
    valid_from: date
    title: str
    source: str
    clocks: tuple[ClockRule, ...]
    warn_percent: tuple[int, int, int] = (50, 80, 100)
    forecast: bool = False
    approval: tuple[str, ...] = ("approver",)
    approval_for: tuple[StepsFor, ...] = ()
    silence_closes_working_days: int | None = None
    reopen_days: int | None = None
    reopen_importance_max: int | None = None
    pause_cap: int | None = None  # working days of all pauses of a clock together; None: no cap
    pause_reasons: tuple[PauseReason, ...] = ()  # empty: the usual ones
    territory_id: int | None = None

    @property
    def reference(self) -> str:
        """How a clock names the version it was judged by: «social-1», or «social-1@17» for a territory's own."""
        own = f"@{self.territory_id}" if self.territory_id is not None else ""
        return f"{self.regime}-{self.version}{own}"

    def approval_steps(self, importance: int) -> tuple[str, ...]:
        """The roles that must agree to an answer to a case of this importance, in order."""
        return steps_for(self.approval, self.approval_for, importance)

    def rule(self, kind: str) -> ClockRule | None:
        """Return the rule of a kind of clock, or None when the regime has no such clock."""
        return next((rule for rule in self.clocks if rule.kind == kind), None)


class PolicyError(BadInput):
    """A policy is wrong or missing, or cannot be applied to these events."""


def latest(policies: Sequence[Policy], at: date) -> Policy | None:
    """Return the version with the latest `valid_from` not after `at`, or None; `at` is a local date."""
    fitting = [policy for policy in policies if policy.valid_from <= at]
    return max(fitting, key=lambda policy: (policy.valid_from, policy.version), default=None)


def choose(policies: Mapping[str, Sequence[Policy]], regime: str, at: date) -> Policy:
    """Return the latest version of a regime valid on `at`. Raises PolicyError when there is none."""
    if regime not in policies:
        raise PolicyError(
            _("Неизвестный режим «%(regime)s»; есть: %(what)s.")
            % {"regime": regime, "what": ", ".join(policies)}
        )
    chosen = latest(policies[regime], at)
    if chosen is None:
        first = min(policy.valid_from for policy in policies[regime])
        raise PolicyError(
            _("Регламент %(regime)s действует с %(first)s, раньше срок посчитать нельзя.")
            % {"regime": regime, "first": f"{first:%d.%m.%Y}"}
        )
    return chosen
