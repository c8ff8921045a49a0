"""Joining by likeness: a person takes a proposal, calls it wrong, or takes a joining back whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, widened
from otklik.cases.actions.problems import join, make_problem
from otklik.cases.alike import named, own_print, side_of_case
from otklik.cases.gate import looking, passing
from otklik.cases.models import Case, Joining, NotAlike
from otklik.cases.problem_models import LIVE_STATES, Problem, ProblemState
from otklik.cases.problems import Work, finish, hold, locked, part, placed
from otklik.cases.twin_keeping import bring_back, snapshot
from otklik.failures import BadInput, NotYours, Refused
from otklik.triage.likeness import Likeness, likeness

UNDO_FOR = timedelta(hours=24)


def accept_alike(actor: Staff, case_id: int, *, other_id: int, now: datetime | None = None) -> Joining:
    """«Одно и то же»: the case joins the problem of the other one; if that has none yet, both make one.

    Raises `NotYours` for what the actor cannot see, `Refused` when the problem is over.
    """
    now = now or timezone.now()
    if case_id == other_id:
        raise BadInput(_("Страница устарела. Откройте карточку ещё раз."), "other")
    with looking(actor):
        _both(case_id, other_id)
        with widened():
            _lock_cases(case_id, other_id)
            case, other = _both(case_id, other_id)
            if case.problem_id and case.problem_id == other.problem_id:
                raise Refused(_("Обе карточки уже в одной проблеме."))
            hold(case.problem_id, other.problem_id)
            before = how_it_stands(case)
            made = other.problem_id is None
            judged = _judged(case, other)
        problem_id = other.problem_id
        if problem_id is None:
            problem_id = make_problem(actor, other_id, title=named([other, case]), now=now).pk
        join(actor, case_id, problem_id=problem_id, now=now)
        with widened():
            return note_joining(case, problem_id, before, judged, now=now, author_id=actor.user_id, made=made)


def call_unlike(actor: Actor, case_id: int, *, other_id: int, now: datetime | None = None) -> Case:
    """«Не то»: this proposal does not come again, and the program will not join them by itself."""
    with passing(actor, case_id, "not_alike", now=now) as gate:
        _case, other = _both(case_id, other_id)
        gate.unchanged = NotAlike.objects.filter(case_id=case_id, other_id=other_id).exists()
        refuse_pair(gate.case, gate.user_id, gate.now, problem_id=other.problem_id, other_id=other_id)
        gate.fields |= {"other": other_id, "problem": other.problem_id}
        return gate.case


def undo_join(actor: Actor, case_id: int, *, now: datetime | None = None) -> Case:
    """Take the last joining back: the case stands where it stood, and both problems are as they were.

    Possible for `UNDO_FOR`; later «Отделить» is the way. What a person changed meanwhile is kept.
    """
    with looking(actor), _with_seed(case_id), passing(actor, case_id, "undo_join", now=now) as gate:
        joining = last_joining(gate.case)
        if joining is None:
            raise Refused(_("Присоединение уже отменено."))
        if joining.problem_id != gate.case.problem_id:
            raise Refused(_("Карточка уже в другой проблеме: отменять нечего."))
        if gate.now - joining.at > UNDO_FOR:
            raise Refused(_("Отменить можно в течение суток. Теперь нажмите «Отделить от проблемы»."))
        hold(joining.problem_id, joining.was_in_id)
        gate.fields |= {"problem": joining.problem_id, "back_in": joining.was_in_id}
        part(gate.case, actor, gate.now)
        _stand_as_before(gate.case, joining, actor, gate.now)
        joining.undone_at = gate.now
        joining.save(update_fields=["undone_at"])
        refuse_pair(gate.case, gate.user_id, gate.now, problem_id=joining.problem_id)
        if joining.made:
            _unmake(joining, actor, gate.now, gate.user_id)
        return gate.case


def join_by_hand(actor: Staff, case_id: int, *, problem_id: int, now: datetime | None = None) -> Problem:
    """Присоединить к проблеме, которую назвал человек; it can be taken back like any other joining."""
    now = now or timezone.now()
    with looking(actor):
        case = Case.objects.filter(pk=case_id).first()
        before: dict[str, Any] = {}
        with widened():
            _lock_cases(case_id)
            if case is not None:
                case.refresh_from_db()
                hold(case.problem_id, problem_id)
                before = how_it_stands(case)
        problem = join(actor, case_id, problem_id=problem_id, now=now)
        if case is not None and case.problem_id != problem.pk:
            with widened():
                note_joining(case, problem.pk, before, None, now=now, author_id=actor.user_id)
        return problem


@contextmanager
def _with_seed(case_id: int) -> Iterator[None]:
    """Lock the case together with those that may have to leave with it, all cases before any problem."""
    row = Joining.objects.filter(case_id=case_id).order_by("-id").first()
    with widened():
        inside: list[int] = []
        if row is not None and row.made:
            found = Case.objects.filter(problem_id=row.problem_id).order_by("pk")
            inside = list(found.values_list("pk", flat=True)[:3])
        _lock_cases(case_id, *inside)
    yield


def last_joining(case: Case) -> Joining | None:
    """The latest joining of a case, unless it was taken back."""
    row = Joining.objects.filter(case=case).order_by("-id").first()
    return row if row is not None and row.undone_at is None else None


def may_undo(case: Case, now: datetime) -> Joining | None:
    """The joining that can still be taken back by one press."""
    row = last_joining(case) if case.problem_id else None
    return row if row and row.problem_id == case.problem_id and now - row.at <= UNDO_FOR else None


def how_it_stands(case: Case) -> dict[str, Any]:
    """What taking back needs to know of the problem that the case leaves. Inside a gate (widened)."""
    if case.problem_id is None:
        return {}
    problem = locked(case.problem_id)
    return {
        "main": problem.main_case_id == case.pk, "opened_at": problem.opened_at.isoformat(),
        "public": snapshot(problem),
    }


def note_joining(
    case: Case, problem_id: int, before: dict[str, Any], judged: Likeness | None, *, now: datetime,
    author_id: int | None, made: bool = False,
) -> Joining:
    """Keep a joining with its reasons and how the other side stood. Inside a gate (widened)."""
    return Joining.objects.create(
        case_id=case.pk, scope_id=case.scope_id, problem_id=problem_id, was_in_id=case.problem_id, made=made,
        author_id=author_id, at=now, score=judged.score if judged else None,
        reasons=list(judged.reasons) if judged else [], before=before,
    )


def refuse_pair(
    case: Case, author_id: int | None, now: datetime, *, problem_id: int | None = None, other_id: int | None = None
) -> None:
    """Remember that the two do not belong together. Inside a gate (widened)."""
    for one in ({"problem_id": problem_id, "other_id": None}, {"problem_id": None, "other_id": other_id}):
        if any(one.values()):
            NotAlike.objects.get_or_create(
                case_id=case.pk, **one, defaults={"scope_id": case.scope_id, "author_id": author_id, "at": now}
            )


def _both(case_id: int, other_id: int) -> tuple[Case, Case]:
    found = Case.objects.select_related("theme", "territory", "scope").in_bulk([case_id, other_id])
    if len(found) != 2 or found[case_id].scope_id != found[other_id].scope_id:
        raise NotYours(_("Такой карточки нет, или она не в вашем муниципалитете."))
    return found[case_id], found[other_id]


def _lock_cases(*ids: int) -> None:
    """All cases before any problem, in one order, as splitting does."""
    list(Case.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def _judged(case: Case, other: Case) -> Likeness:
    return likeness(side_of_case(case, own_print(case)), side_of_case(other, own_print(other)))


def _stand_as_before(case: Case, joining: Joining, actor: Actor, now: datetime) -> None:
    """Back into the problem it came from, which is again as it was."""
    was = Problem.objects.filter(pk=joining.was_in_id).first() if joining.was_in_id else None
    if was is None:
        return
    back = locked(was.pk)
    before = joining.before
    case.problem = back
    if before.get("main"):
        back.main_case = case
    placed(case, back, "joined", actor, now)
    opened = parse_datetime(before.get("opened_at", "")) if before else None
    if opened is not None and opened < back.opened_at:
        back.opened_at = opened
        back.save(update_fields=["opened_at"])
    bring_back(back, before.get("public"), actor.reference, now)


def _unmake(joining: Joining, actor: Actor, now: datetime, author_id: int | None) -> None:
    """The problem that was made only for this joining goes with it, if nothing has grown on it."""
    problem = locked(joining.problem_id)
    left = list(problem.cases.order_by("pk")[:2])
    grown = problem.news.exists() or problem.supporters.exists() or snapshot(problem) is not None
    if len(left) != 1 or grown or problem.state not in LIVE_STATES or Joining.objects.filter(
        problem=problem, undone_at=None
    ).exists():
        return
    seed = left[0]
    refuse_pair(joining.case, author_id, now, other_id=seed.pk)
    Case.objects.filter(pk=seed.pk).update(problem=None)
    problem.main_case = None
    problem.state = ProblemState.CLOSED
    finish(Work(problem, actor, now, {"case": seed.pk, "undone": True}), "left")

