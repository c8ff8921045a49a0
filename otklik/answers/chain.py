"""The chain of approval of an answer: which steps it has, which are taken, whose step is next, and how one is taken.

Used for the answer of one case and for the common answer to a problem: both have steps in `Agreement`. Inside a gate.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, once
from otklik.answers.models import Agreement, Answer, CommonAnswer
from otklik.cases.clocks import Rules, zone
from otklik.cases.models import Case
from otklik.failures import Refused
from otklik.organisations import region_settings
from otklik.organisations.models import RoleAssignment
from otklik.policy.approval import role_words
from otklik.territory.models import Territory

# Who takes a step: its own role, and those above it. A head may stand for anybody of the centre.
TAKES: dict[str, frozenset[str]] = {
    "coordinator": frozenset({"coordinator", "head"}),
    "approver": frozenset({"approver", "coordinator", "head"}),
    "head": frozenset({"head"}),
}
Subject = Answer | CommonAnswer
ORDER = ("coordinator", "approver", "head")


@dataclass(frozen=True)
class Step:
    """One step of a chain as a page shows it. `taken` is None while it waits; `turn`: it is the next one."""

    number: int
    role: str
    taken: Agreement | None
    turn: bool

    @property
    def role_name(self) -> str:
        """Whose step it is, in words."""
        return role_words(self.role)


def chain_of(case: Case, rules: Rules | None = None, alone: dict[int, bool] | None = None) -> tuple[str, ...]:
    """The roles that must agree to an answer of this case, in order, by the policy that judges it.

    Empty only in regime `social`: when the policy says so for this importance, or in a centre of one person.
    `rules` and `alone` (a dictionary to begin with) are given by whoever asks for many cases.
    """
    place = case.scope.municipality_id or case.scope_id
    known = alone if alone is not None else {}
    if case.regime == Case.Regime.SOCIAL:
        if place not in known:
            known[place] = bool(region_settings.get("one_person", place))
        if known[place]:
            return ()
    steps = (rules or Rules()).policy(case, case.received_at).approval_steps(case.importance)
    return steps or (() if case.regime == Case.Regime.SOCIAL else ("approver",))


def together(chains: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """One chain that holds every step of several: what is approved once for many cases satisfies each of them."""
    wanted = {role for chain in chains for role in chain}
    return tuple(role for role in ORDER if role in wanted)


def taken_for(subject: Subject) -> QuerySet[Agreement]:
    """The steps that hold, in order."""
    return subject.agreements.filter(ended_at=None).select_related("user", "for_user").order_by("step")


def steps_of(subject: Subject, chain: Sequence[str]) -> list[Step]:
    """The chain with what has been taken of it."""
    key = ("taken", type(subject).__name__, subject.pk)
    taken = {one.step: one for one in once(key, lambda: list(taken_for(subject)))}
    following = next((n for n in range(1, len(chain) + 1) if n not in taken), 0)
    return [Step(n, role, taken.get(n), n == following) for n, role in enumerate(chain, 1)]


def next_step(subject: Subject, chain: Sequence[str]) -> Step | None:
    """The step that is waited for; None when all are taken."""
    return next((step for step in steps_of(subject, chain) if step.turn), None)


def may_take(actor: Actor, role: str, scope_id: int) -> bool:
    """Whether this person holds the step's role here: their own, or that of a colleague on leave."""
    return isinstance(actor, Staff) and bool(TAKES[role] & actor.roles_at(scope_id))


def holders_of(role: str, scope: Territory, now: datetime) -> set[int | None]:
    """Who holds the very role of a step in this place; where nobody does, who may stand for it."""
    day = now.astimezone(zone()).date()
    places = [place for place in (scope.pk, scope.municipality_id) if place]
    rows = RoleAssignment.objects.filter(territory_id__in=places, since__lte=day).exclude(until__lt=day)
    found = dict[str, set[int | None]]()
    for user_id, held in rows.filter(role__in=TAKES[role]).values_list("user_id", "role"):
        found.setdefault(held, set()).add(user_id)
    return found.get(role) or set[int | None]().union(*found.values())


def take(
    actor: Actor, subject: Subject, chain: Sequence[str], *, version: int, writers: Iterable[int | None],
    note: str, now: datetime, owner_id: int | None = None,
) -> tuple[Agreement | None, bool]:
    """Take the next step for this version of the text. Returns the step and whether it was the last.

    `note` says «согласовано устно: кем, когда»: then the one named there agreed, and whoever writes it down need hold
    no role of the step, may be the author, and may have taken another step. Raises `Refused`.
    """
    step = next_step(subject, chain)
    if step is None:
        return None, True
    assert isinstance(actor, Staff)
    scope_id = subject.scope_id
    if not note:
        if not may_take(actor, step.role, scope_id):
            raise Refused(
                _("Этот шаг согласует: %(who)s. Если согласовали устно, запишите кем и когда.")
                % {"who": step.role_name}
            )
        if actor.user_id in set(writers):
            raise Refused(_("Свой ответ согласует другой сотрудник. Если согласовали устно, запишите кем и когда."))
        if any(one.user_id == actor.user_id and not one.oral for one in taken_for(subject)):
            raise Refused(_("Вы уже согласовали этот текст. Следующий шаг — за другим сотрудником."))
    row = Agreement.objects.create(
        answer=subject if isinstance(subject, Answer) else None,
        common=subject if isinstance(subject, CommonAnswer) else None,
        case_id=subject.case_id if isinstance(subject, Answer) else None,
        scope_id=scope_id, step=step.number, role=step.role, version=version, user_id=actor.user_id,
        for_user_id=actor.acts_for(TAKES[step.role], scope_id, owner_id), oral=note, at=now,
    )
    return row, step.number == len(chain)


def end_steps(subject: Subject, why: str, now: datetime, *, since: int = 1) -> int:
    """No step from `since` on holds any more. Returns how many ended."""
    return subject.agreements.filter(ended_at=None, step__gte=since).update(ended_at=now, ended_by=why)
