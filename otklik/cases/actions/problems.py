"""Problems: making one of a case, joining, leaving, splitting; what it is, how it stands, news to all."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, widened
from otklik.cases.gate import Passage, looking, passing
from otklik.cases.models import Case, NotAlike
from otklik.cases.problem_models import (
    LIVE_STATES,
    Problem,
    ProblemNews,
    ProblemState,
    PublicNews,
    PublicProblem,
)
from otklik.cases.problems import hold, locked, no_such_problem, part, placed, working
from otklik.cases.public_twin import follow
from otklik.cases.public_words import spans_of
from otklik.classifier.models import Theme
from otklik.failures import BadInput, Refused
from otklik.journal.appending import NewEntry, append
from otklik.typed_text import line, typed, within

MAX_NEWS = 2000


def make_problem(actor: Actor, case_id: int, *, title: str, now: datetime | None = None) -> Problem:
    """Make a problem of a case: its place and theme are the problem's. A case that was in another one leaves it."""
    title = line(title, 200, "title")
    if not title:
        raise BadInput(_("Назовите проблему: что случилось и где, в нескольких словах."), "title")
    with passing(actor, case_id, "make_problem", now=now) as gate:
        case = gate.case
        if case.problem_id:
            hold(case.problem_id)
            _not_there(gate, case.problem_id)
        part(case, actor, gate.now)
        problem = Problem.objects.create(
            scope_id=case.scope_id, territory_id=case.territory_id, street=case.street, house=case.house,
            latitude=case.latitude, longitude=case.longitude, theme_id=case.theme_id, title=title,
            opened_at=case.received_at, made_at=gate.now, made_by_id=gate.user_id, main_case=case,
        )
        case.problem = problem
        gate.fields["problem"] = problem.pk
        append(
            NewEntry(f"problem:{problem.pk}", "made", actor.reference, gate.now, {"case": case.pk})
        )
        return problem


def join(actor: Actor, case_id: int, *, problem_id: int, now: datetime | None = None) -> Problem:
    """Присоединить: the case is one more of the same cause. Joining twice is nothing."""
    with passing(actor, case_id, "join_problem", now=now) as gate:
        case = gate.case
        if case.problem_id == problem_id:
            gate.unchanged = True
            return locked(problem_id)
        hold(case.problem_id, problem_id)
        problem = locked(problem_id)
        if problem.scope_id != case.scope_id:
            raise no_such_problem()
        if problem.state not in LIVE_STATES:
            raise Refused(_("Проблема уже %(state)s. Откройте её снова или сделайте новую.") % {
                "state": problem.get_state_display()})
        part(case, actor, gate.now)
        case.problem = problem
        gate.fields["problem"] = problem.pk
        placed(case, problem, "joined", actor, gate.now)
        return problem


def leave(actor: Actor, case_id: int, *, now: datetime | None = None) -> Case:
    """Отделить: the case has another cause after all."""
    with passing(actor, case_id, "leave_problem", now=now) as gate:
        if not gate.case.problem_id:
            gate.unchanged = True
            return gate.case
        gate.fields["problem"] = gate.case.problem_id
        hold(gate.case.problem_id)  # before a row that points at it: a lock that grows later waits in a ring
        _not_there(gate, gate.case.problem_id)
        part(gate.case, actor, gate.now)
        return gate.case


def _not_there(gate: Passage, problem_id: int) -> None:
    """A person took the case out: neither they nor the program are offered that problem for it again."""
    NotAlike.objects.get_or_create(
        case_id=gate.case.pk, problem_id=problem_id, other=None,
        defaults={"scope_id": gate.case.scope_id, "author_id": gate.user_id, "at": gate.now},
    )


def split(
    actor: Actor, problem_id: int, *, case_ids: Sequence[int], title: str, now: datetime | None = None
) -> Problem:
    """Some cases of a problem have another cause: they become a problem of their own. All or none."""
    chosen = sorted(set(case_ids))
    with looking(actor):
        inside = set(Case.objects.filter(pk__in=chosen, problem_id=problem_id).values_list("pk", flat=True))
        if not chosen or inside != set(chosen):
            raise BadInput(_("Отметьте карточки этой проблемы, которые нужно отделить."), "cases")
        with widened():  # all cases before any problem, in one order: others lock a case first, too
            wanted = Case.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=chosen)
            list(wanted.order_by("pk").values_list("pk"))
        fresh = make_problem(actor, chosen[0], title=title, now=now)
        for case_id in chosen[1:]:
            join(actor, case_id, problem_id=fresh.pk, now=now)
            with widened():
                NotAlike.objects.get_or_create(
                    case_id=case_id, problem_id=problem_id, other=None,
                    defaults={"scope_id": fresh.scope_id, "author_id": fresh.made_by_id, "at": fresh.made_at},
                )
        return fresh


def change(
    actor: Actor, problem_id: int, *, title: str | None = None, theme_id: int | None = None,
    street: str | None = None, house: str | None = None, point: tuple[float, float] | None = None,
    now: datetime | None = None,
) -> Problem:
    """What and where; None leaves a field as it is. `point`: the common place of all its cases, degrees WGS 84."""
    with working(actor, problem_id, "changed", now=now) as work:
        problem = work.problem
        for name, value, most in (("title", title, 200), ("street", street, 150), ("house", house, 30)):
            if value is not None and getattr(problem, name) != line(value, most, name):
                setattr(problem, name, line(value, most, name))
                work.fields.setdefault("changed", []).append(name)
        if not problem.title:
            raise BadInput(_("Назовите проблему: что случилось и где, в нескольких словах."), "title")
        if theme_id is not None and theme_id != problem.theme_id:
            theme = Theme.objects.select_related("group").filter(pk=theme_id, retired=False).first()
            if theme is None:
                raise BadInput(_("Выберите тему из списка."), "theme")
            work.fields["theme"] = [problem.theme_id, theme.pk]
            problem.theme = theme
        if point is not None and point != (problem.latitude, problem.longitude):
            problem.latitude, problem.longitude = point
            work.fields.setdefault("changed", []).append("point")
        work.unchanged = not work.fields
        return problem


def choose_main(actor: Actor, problem_id: int, *, case_id: int, now: datetime | None = None) -> Problem:
    """«Сделать главной»: the case by which the problem is known and worked on. One of its own cases only."""
    with working(actor, problem_id, "main_chosen", now=now) as work:
        problem = work.problem
        if not Case.objects.filter(pk=case_id, problem=problem).exists():
            raise BadInput(_("Главной может быть только карточка этой проблемы."), "cases")
        work.unchanged = problem.main_case_id == case_id
        work.fields |= {"from": problem.main_case_id, "to": case_id}
        problem.main_case_id = case_id
        return problem


def set_state(
    actor: Actor, problem_id: int, *, state: str, planned_for: date | None = None, now: datetime | None = None
) -> Problem:
    """How the work stands. A fixed problem keeps the day it was fixed; opened again it loses it."""
    if state not in ProblemState.values:
        raise BadInput(_("Выберите состояние из списка."), "state")
    now = now or timezone.now()
    if state == ProblemState.PLANNED and planned_for is None:
        raise BadInput(_("Укажите день, на который запланированы работы."), "planned_for")
    if state == ProblemState.PLANNED and planned_for is not None and planned_for < timezone.localdate(now):
        raise BadInput(_("Этот день уже прошёл."), "planned_for")
    with working(actor, problem_id, "state", now=now) as work:
        problem = work.problem
        wanted = planned_for if state == ProblemState.PLANNED else None
        if (problem.state, problem.planned_for) == (state, wanted):
            work.unchanged = True
            return problem
        work.fields |= {"from": problem.state, "to": state}
        problem.state, problem.planned_for = state, wanted
        if state == ProblemState.FIXED:
            problem.fixed_at = problem.fixed_at or work.now
        elif state in LIVE_STATES:
            problem.fixed_at = None
        return problem


def tell(
    actor: Actor, problem_id: int, *, text: str, names_are_fine: bool = False, now: datetime | None = None
) -> ProblemNews:
    """News to all: the pages of the problem's cases and of its supporters, and the public page where there is one."""
    text = within(typed(text), MAX_NEWS, "text")
    if not text:
        raise BadInput(_("Напишите новость: что сделано или когда сделают."), "text")
    with working(actor, problem_id, "news", now=now) as work:
        problem = work.problem
        check_words(problem, {"text": text}, names_are_fine)
        news = ProblemNews.objects.create(
            problem=problem, scope_id=problem.scope_id, text=text, author_id=work.user_id, at=work.now
        )
        work.fields |= {"news": news.pk, "names_are_fine": names_are_fine}
        if PublicProblem.objects.filter(pk=problem.pk).exists():
            PublicNews.objects.create(public_id=problem.pk, text=text, at=work.now)
            PublicProblem.objects.filter(pk=problem.pk).update(changed_at=work.now)
            follow(problem, work.now)
        return news


def check_words(problem: Problem, texts: dict[str, str], names_are_fine: bool) -> None:
    """Refuse words that are not for many eyes, naming them. Inside the gate (it reads what residents wrote)."""
    theirs = list(Case.objects.filter(problem=problem).values_list("text", flat=True)[:200])
    for field, text in texts.items():
        for span in spans_of(text, theirs):
            if span.firm or not names_are_fine:
                advice = "" if span.firm else _(" Если это не человек, а название, отметьте «Имён людей здесь нет».")
                raise BadInput(
                    _("Этого не должно быть у всех на виду: «%(words)s» (%(what)s).") % {
                        "words": span.words, "what": span.what} + advice,
                    field,
                )
