"""Reading problems as an actor, and changing one behind its gate. Reading happens inside `acting`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from math import cos, radians
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System, widened
from otklik.cases.gate import ROLE_NAMES, looking
from otklik.cases.models import Case, NotAlike
from otklik.cases.problem_models import LIVE_STATES, Problem
from otklik.cases.public_twin import follow, street_key
from otklik.failures import NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.together import asked

WRITERS = frozenset({"operator", "coordinator", "head"})  # who keeps problems
RELEASERS = frozenset({"coordinator", "head"})  # who answers for what the public reads
NEAR_METRES = 400
METRES_OF_DEGREE = 111_320  # of latitude


@dataclass
class Work:
    """One change of one problem on its way through the gate. `fields` go into the journal: ids and names only."""

    problem: Problem
    actor: Actor
    now: datetime
    fields: dict[str, Any] = field(default_factory=dict)
    unchanged: bool = False

    @property
    def user_id(self) -> int | None:
        """The member of staff who acts, if one does."""
        return self.actor.user_id if isinstance(self.actor, Staff) else None


def no_such_problem() -> NotYours:
    """The failure that does not say whether there is one."""
    return NotYours(_("Такой проблемы нет, или она не в вашем муниципалитете."))


@contextmanager
def working(
    actor: Actor, problem_id: int, verb: str, *, roles: frozenset[str] = WRITERS, now: datetime | None = None
) -> Iterator[Work]:
    """Open the gate for one change of one problem; on leaving, its twin and the journal follow.

    Inside, the problem is locked and writable (as the whole region). Raises `NotYours` and `Refused`.
    """
    now = now or timezone.now()
    with looking(actor):
        if not Problem.objects.filter(pk=problem_id).exists():
            raise no_such_problem()
        with widened():
            work = Work(locked(problem_id), actor, now)
            may_write(actor, work.problem.scope_id, roles)
            yield work
            if not work.unchanged:
                finish(work, verb)


def locked(problem_id: int) -> Problem:
    """The problem, locked. Whoever locks cases, too, locks those first."""
    found = Problem.objects.select_for_update(of=("self",), no_key=True).filter(pk=problem_id)
    problem = found.select_related("scope__municipality", "territory", "theme__group").first()
    if problem is None:
        raise no_such_problem()
    return problem


def hold(*problem_ids: int | None) -> None:
    """Lock several problems in one order, so that two who move cases between the same two do not wait in a ring."""
    ids = {one for one in problem_ids if one}
    wanted = Problem.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids)
    list(wanted.order_by("pk").values_list("pk"))


def may_write(actor: Actor, scope_id: int, roles: frozenset[str]) -> None:
    """Raise `NotYours` for another centre's problem, `Refused` without a role."""
    if isinstance(actor, System):
        return
    if not isinstance(actor, Staff) or (actor.sees is not None and scope_id not in actor.sees):
        raise no_such_problem()
    if not roles & actor.roles_at(scope_id):
        who = ", ".join(str(ROLE_NAMES[r]) for r in ROLE_NAMES if r in roles)
        raise Refused(_("У вас нет права на это действие. Его может сделать: %(who)s.") % {"who": who})


def finish(work: Work, verb: str) -> None:
    """Save the problem, append the entry, let the twin follow."""
    work.problem.version += 1
    work.problem.save()
    append(NewEntry(f"problem:{work.problem.pk}", verb, work.actor.reference, work.now, work.fields))
    follow(work.problem, work.now)


def part(case: Case, actor: Actor, now: datetime) -> None:
    """Take a case out of its problem, inside a gate that saves the case; the problem keeps another main case."""
    if case.problem_id is None:
        return
    problem = locked(case.problem_id)
    case.problem = None
    first = problem.cases.exclude(pk=case.pk).order_by("received_at", "pk").first()
    if problem.main_case_id == case.pk:
        problem.main_case = first
    if first is not None:  # known since the first of those that are left; one without any keeps its day
        problem.opened_at = first.received_at
    placed(case, problem, "left", actor, now)


def placed(case: Case, problem: Problem, verb: str, actor: Actor, now: datetime) -> None:
    """The change of a case's place, in the problem's own journal and in what the public sees."""
    Case.objects.filter(pk=case.pk).update(problem=case.problem)  # counted right now, before the gate saves the case
    if case.problem_id == problem.pk:
        problem.opened_at = min(problem.opened_at, case.received_at)
    finish(Work(problem, actor, now, {"case": case.pk}), verb)


def visible_problems(actor: Actor) -> QuerySet[Problem]:
    """The problems of the actor's scopes: narrowed here for the planner, and by row-level security for truth."""
    problems = Problem.objects.all()
    if isinstance(actor, Staff) and actor.sees is not None:
        problems = problems.filter(scope_id__in=list(actor.sees))
    return problems


def the_problem(actor: Actor, problem_id: int) -> Problem:
    """One problem with what its page shows. Raises `NotYours`."""
    found = visible_problems(actor).filter(pk=problem_id).select_related(
        "scope__municipality", "territory", "theme__group", "main_case"
    )
    problem = found.first()
    if problem is None:
        raise no_such_problem()
    return problem


def counted(problems: QuerySet[Problem]) -> QuerySet[Problem]:
    """With `case_count` and `supporter_count`, for lists of a page's length."""
    return problems.annotate(
        case_count=Count("cases", distinct=True),
        supporter_count=Count("supporters", filter=Q(supporters__counted=True), distinct=True)
    )


@dataclass(frozen=True)
class Likely:
    """An open problem that a case may belong to, and why it is proposed."""

    problem: Problem
    why: str
    score: int


def likely_for(actor: Actor, case: Case, limit: int = 5) -> list[Likely]:
    """Open problems of the case's centre by place and theme, the likeliest first. Two queries at most."""
    if case.problem_id:
        return []
    near = {one.pk: one for one in asked(case, "problems", lambda of: near_question(actor, of))}
    marks = [
        _Marks(one.pk, one.theme_id, one.street, one.latitude, one.longitude, one.territory_id,
               one.theme.group_id if one.theme else None)
        for one in near.values()
    ]  # fmt: skip
    judged = [(mark.id, *_resemblance(case, mark)) for mark in marks]
    best = sorted((one for one in judged if one[1] > 2), key=lambda one: -one[1])[:limit]
    return [Likely(near[problem_id], why, score) for problem_id, score, why in best]


def near_question(actor: Actor, case: Case) -> QuerySet[Problem]:
    """Open problems of the case's centre around it, so far as they are compared with it."""
    near = Q(territory_id=case.territory_id) | _around(case)
    if case.theme is not None:
        near &= Q(theme__group_id=case.theme.group_id)
    refused = NotAlike.objects.filter(case_id=case.pk, problem__isnull=False).values("problem_id")
    found = visible_problems(actor).filter(near, scope_id=case.scope_id, state__in=LIVE_STATES)
    found = found.exclude(pk__in=refused).order_by("-id").select_related("theme", "territory")
    return found[:100]


class _Marks(NamedTuple):
    """What of a problem is compared with a case."""

    id: int
    theme_id: int | None
    street: str
    latitude: float | None
    longitude: float | None
    territory_id: int
    group_id: int | None


def _around(case: Case) -> Q:
    if case.latitude is None or case.longitude is None:
        return Q(pk=None)
    north = NEAR_METRES / METRES_OF_DEGREE
    east = north / max(cos(radians(case.latitude)), 0.1)
    return Q(
        latitude__range=(case.latitude - north, case.latitude + north),
        longitude__range=(case.longitude - east, case.longitude + east),
    )


def _resemblance(case: Case, problem: _Marks) -> tuple[int, str]:
    """How much a problem resembles the case, and by what."""
    reasons, score = [], 0
    if case.theme_id and problem.theme_id == case.theme_id:
        reasons.append(_("та же тема"))
        score += 3
    elif case.theme and problem.group_id == case.theme.group_id:
        reasons.append(_("та же группа тем"))
        score += 1
    if case.street and street_key(case.street) == street_key(problem.street):
        reasons.append(_("та же улица"))
        score += 3
    if case.latitude is not None and problem.latitude is not None and _is_near(case, problem):
        reasons.append(_("рядом на карте"))
        score += 2
    elif problem.territory_id == case.territory_id and not (case.street and problem.street):
        reasons.append(_("тот же населённый пункт"))
        score += 1
    return score, ", ".join(reasons)


def _is_near(case: Case, problem: _Marks) -> bool:
    assert case.latitude is not None and case.longitude is not None
    assert problem.latitude is not None and problem.longitude is not None
    north = (case.latitude - problem.latitude) * METRES_OF_DEGREE
    east = (case.longitude - problem.longitude) * METRES_OF_DEGREE * cos(radians(case.latitude))
    return north * north + east * east <= NEAR_METRES**2
