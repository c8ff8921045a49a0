"""Who is told when a limit passes, as data and pure rules: no tables here, no clock.

A chain has steps: at 50, 80 and 100 % of a limit, and so many working hours after it. Each step names roles. Of
several chains the most specific holds: for the higher importance, then for this very regime, then of the nearer place.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from otklik.failures import BadInput
from otklik.policy.regulation import CRITICAL

PERCENTS = (50, 80, 100)
OWNER = "owner"  # whoever took the case
ROLES = (OWNER, "operator", "coordinator", "approver", "head", "curator")
MOST_STEPS, MOST_HOURS = 8, 200
QUIET_UNTIL_OVER = frozenset({"react"})  # an hour long: half of it is nobody's alarm


@dataclass(frozen=True)
class Step:
    """At a percent of the limit, or `after` so many working hours past it: these roles are told."""

    percent: int | None
    after: int | None
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Chain:
    """The version of a chain that holds. `territory_id` None: of the region. `version` 0: as shipped."""

    territory_id: int | None
    regime: str
    importance_from: int
    version: int
    steps: tuple[Step, ...]

    @property
    def later(self) -> tuple[Step, ...]:
        """The steps after the limit has passed, in order."""
        return tuple(sorted((s for s in self.steps if s.after is not None), key=lambda s: s.after or 0))

    def at(self, percents: Collection[int]) -> tuple[Step, ...]:
        """The steps at these percents, in order."""
        return tuple(sorted((s for s in self.steps if s.percent in percents), key=lambda s: s.percent or 0))


@dataclass(frozen=True)
class Reached:
    """Whom a step reached. `to`: whose turn it is; `instead`: who is away → who stands in.

    `nobody`: roles in which nobody is there.
    `moved_on`: those roles were empty altogether, so the next step was taken at once.
    """

    to: tuple[int, ...] = ()
    instead: Mapping[int, int] = field(default_factory=dict)
    nobody: tuple[str, ...] = ()
    moved_on: bool = False


SHIPPED: tuple[Chain, ...] = (
    Chain(None, "", 0, 0, (
        Step(50, None, (OWNER,)), Step(80, None, (OWNER, "coordinator")),
        Step(100, None, (OWNER, "coordinator", "head")), Step(None, 4, ("head", "curator")),
    )),
    Chain(None, "", CRITICAL, 0, (
        Step(50, None, (OWNER, "coordinator")), Step(80, None, (OWNER, "coordinator", "head")),
        Step(100, None, ("coordinator", "head", "curator")), Step(None, 1, ("head", "curator")),
    )),
)  # fmt: skip


def steps_from(told: Any) -> tuple[Step, ...]:
    """Steps from their stored form `[{"at": 80, "to": ["owner"]}, {"after": 4, "to": ["curator"]}]`.

    Raises `BadInput` for what is none: an unknown role, a step to nobody, two steps at one moment.
    """
    if not isinstance(told, list) or len(told) > MOST_STEPS:
        raise BadInput(_("Ступеней не больше %(n)s.") % {"n": MOST_STEPS}, "steps")
    steps: list[Step] = []
    for one in told:
        roles = tuple(role for role in ROLES if role in (one.get("to") or ()))
        percent, after = one.get("at"), one.get("after")
        if not roles or set(one["to"]) - set(ROLES):
            raise BadInput(_("У каждой ступени отметьте, кому сообщать."), "steps")
        if (percent is None) == (after is None) or (percent is not None and percent not in PERCENTS):
            raise BadInput(_("Ступень — это 50, 80 или 100 % срока либо часы после него."), "steps")
        if after is not None and not (isinstance(after, int) and 1 <= after <= MOST_HOURS):
            raise BadInput(_("Часов после срока — от 1 до %(n)s.") % {"n": MOST_HOURS}, "steps")
        steps.append(Step(percent, after, roles))
    if len({(s.percent, s.after) for s in steps}) != len(steps):
        raise BadInput(_("Две ступени в одно и то же время: оставьте одну."), "steps")
    return tuple(steps)


def stored(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Their stored form."""
    return [
        {"at": s.percent, "to": list(s.roles)} if s.percent is not None else {"after": s.after, "to": list(s.roles)}
        for s in steps
    ]


def pick(chains: Iterable[Chain], places: Sequence[int], regime: str, importance: int) -> Chain:
    """The chain that holds for a case; `places`: its scope and those above it, the nearest first."""
    near = {place: len(places) - at for at, place in enumerate(places)}
    fitting = [
        one for one in (*SHIPPED, *chains)
        if one.regime in ("", regime) and one.importance_from <= importance
        and (one.territory_id is None or one.territory_id in near)
    ]

    def closeness(one: Chain) -> tuple[int, bool, int, int]:
        return one.importance_from, bool(one.regime), near.get(one.territory_id or 0, 0), one.version

    return max(fitting, key=closeness)


def resolve(
    chain: Chain, steps: Sequence[Step], people: Mapping[str, Sequence[int]], stands: Mapping[int, int | None]
) -> Reached:
    """Whom these steps reach.

    `people`: role → who holds it; `stands`: who of them is away → who stands in (None: nobody). Where nobody at all is
    there, the chain goes on with its next steps until somebody is.
    """
    order = [*chain.at(PERCENTS), *chain.later]
    wanted = list(dict.fromkeys(role for step in steps for role in step.roles))
    rest = order[max((order.index(step) for step in steps), default=-1) + 1 :]
    to, nobody = _present(wanted, people, stands)
    moved_on = False
    while not to and rest and steps:
        moved_on = True
        more = [role for role in rest.pop(0).roles if role not in wanted]
        wanted += more
        to, lacking = _present(more, people, stands)
        nobody += lacking
    instead = {absent: one for absent in to if (one := stands.get(absent)) is not None}
    return Reached(tuple(to), instead, tuple(nobody), moved_on)


def _present(
    roles: Iterable[str], people: Mapping[str, Sequence[int]], stands: Mapping[int, int | None]
) -> tuple[list[int], list[str]]:
    """Those of these roles who are there or stood in for, and the roles that nobody fills."""
    to: dict[int, None] = {}
    nobody = []
    for role in roles:
        there = [one for one in people.get(role, ()) if stands.get(one, one) is not None]
        to |= dict.fromkeys(there)
        if not there:
            nobody.append(role)
    return list(to), nobody
