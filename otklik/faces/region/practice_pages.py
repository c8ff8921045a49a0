"""Practices: the list, one page of each, making and changing, taking."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from otklik.acting import Staff, acting, widened
from otklik.cases.problem_models import Problem
from otklik.cases.problems import the_problem
from otklik.classifier.models import ThemeGroup
from otklik.faces.region.effects_page import ANALYSTS
from otklik.faces.region.exchange_files import as_file
from otklik.faces.region.exchange_pages import reader
from otklik.faces.region.practice_forms import InUseForm, PracticeForm, ReasonForm, TakeForm, WordsForm
from otklik.faces.region.refused import made_by
from otklik.failures import NotYours, Refused
from otklik.files.storage import path_of
from otklik.insight.definitions import today
from otklik.organisations.models import User
from otklik.practice import allowed, practice_reading, practice_taking, practices, sending
from otklik.practice.before_after import BeforeAfter, before_and_after
from otklik.practice.league import like
from otklik.practice.models import Practice, Taking, TakingTask
from otklik.practice.papers import lines_of, made
from otklik.practice.practice_paper import paper_of
from otklik.territory.models import Kind, Territory


@login_required
@require_safe
def practice_list(request: HttpRequest) -> HttpResponse:
    """Practices, those first that most centres like mine still use; and what waits for this person."""
    actor, now = reader(request), timezone.now()
    centres = allowed.centres()
    mine = [one for one in allowed.kept_centres(actor, centres) if one.kind == Kind.MUNICIPALITY]
    home = mine[0] if len(mine) == 1 else None
    known = practice_reading.groups()
    group = request.GET.get("group", "")
    group = group if group in known else ""
    words = request.GET.get("q", "").replace("\x00", "")[:200]
    near = like(home, today(now), centres=centres) if home is not None else []
    found = practice_reading.listed(actor, near, group=group, words=words)
    return render(request, "region/practices/list.html", {
        "rows": found, "q": words, "group": group, "groups": known, "home": home, "searched_for": bool(words or group),
        "tasks": practice_taking.open_tasks(actor.user_id), "may_make": bool(allowed.kept_centres(actor, centres)),
        "today": today(now), "may_see_effects": bool(ANALYSTS & actor.roles_at(None)),
    })  # fmt: skip


@login_required
@require_safe
def practice(request: HttpRequest, practice_id: int) -> HttpResponse:
    """One practice."""
    return page(request, reader(request), practice_id)


def page(
    request: HttpRequest, actor: Staff, practice_id: int, *, status: int = 200, failure: str = "",
    **forms: Any,
) -> HttpResponse:
    """The page of a practice, also with a form that was refused."""
    now = timezone.now()
    with acting(actor, read_only=True):
        row = practice_reading.the_practice(actor, practice_id)
        tasks = Prefetch("tasks", TakingTask.objects.select_related("responsible"))
        takings = list(row.takings.select_related("place").prefetch_related(tasks).order_by("at", "pk"))
        groups = list(ThemeGroup.objects.filter(code=row.group).order_by("version_id"))  # of every edition
        sides = before_and_after([one.pk for one in groups], takings, now)
        mine = allowed.kept_centres(actor, allowed.centres())
        ours = {one.pk for one in mine}
        takings.sort(key=lambda one: one.place_id not in ours)
        took = {one.place_id for one in takings}
        may_take = [one for one in mine if one.pk not in took | _its_own(row)]
        ours_here = allowed.may_keep(actor, row.place_id)
        goes = ours_here and row.state == Practice.State.CONFIRMED and row.came_from_id is None
        sendings, partners = sending.ways_of(practice_id=row.pk) if goes else ([], [])
        context = {
            "sendings": sendings, "partners": partners,
            "row": row, "group": groups[-1].name if groups else "", "steps": lines_of(row.steps),
            "ours": ours_here, "may_curate": practices.may_curate(actor, row),
            "may_take": may_take if row.state == Practice.State.CONFIRMED else [],
            "takings": [_taking(actor, one, sides[one.pk], now) for one in takings],
            "effect": getattr(row, "effect", None),
            "used": sum(one.in_use is True for one in takings), "failure": failure, "now": now,
            "reason_form": forms.get("reason") or ReasonForm(), "refused_task": forms.get("task_id"),
            "words_form": forms.get("words") or WordsForm(), "in_use_form": forms.get("in_use") or InUseForm(),
            "refused_taking": forms.get("taking_id"),
        }
        return render(request, "region/practices/one.html", context, status=status)


def _its_own(row: Practice) -> set[int]:
    """The centre whose practice it is and which takes it from nobody; none of ours for another region's."""
    return {row.place_id} if row.came_from_id is None else set()


def _taking(actor: Staff, taken: Taking, sides: BeforeAfter, now: datetime) -> dict[str, Any]:
    """A centre that took it: its tasks, and its plain before and after."""
    mine = allowed.may_keep(actor, taken.place_id)
    return {
        "row": taken, "sides": sides, "mine": mine, "asked": mine and practice_taking.may_be_asked(taken, now),
        "tasks": [(one, one.done_at is None and practice_taking.may_do(actor, one)) for one in taken.tasks.all()],
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def practice_new(request: HttpRequest) -> HttpResponse:
    """A new one: of a solved problem (`?problem=`), or of what a centre does."""
    actor = reader(request)
    asked = request.GET.get("problem", "")
    problem_id = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None
    with acting(actor, read_only=True):
        source = the_problem(actor, problem_id) if problem_id is not None else None
        places = [] if source is not None else _chosen_first(request, allowed.kept_centres(actor, allowed.centres()))
        if source is None and not places:
            raise Refused(_("Практики описывают руководители, координаторы и кураторы."))
        people = allowed.colleagues(_centre_of(source)) if source is not None else _people_of(places)
        form = _form(request, people, places, practices.from_problem(source, _days(source)) if source else {})
    return _kept(
        request, actor, form, _("Черновик сохранён. Проверьте и отправьте куратору."),
        lambda given: practices.make(actor, form.typed(), place_id=given.get("place"), problem_id=problem_id),
        source=source,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def practice_change(request: HttpRequest, practice_id: int) -> HttpResponse:
    """Change one of one's own centre."""
    actor = reader(request)
    with acting(actor, read_only=True):
        row = practice_reading.the_practice(actor, practice_id)
        allowed.require_keeper(actor, row.place_id)
        if row.came_from_id is not None:
            raise Refused(_("Практику другого региона не правят: подтвердите её или не предлагайте."))
        typed = {
            "title": row.title, "group": row.group, "problem": row.problem, "steps": row.steps, "cost": row.cost,
            "act": row.act, "contact": row.contact_id, "version": row.version,
        }
        form = _form(request, allowed.colleagues(row.place), [], typed)
    return _kept(
        request, actor, form, _("Сохранено."),
        lambda given: practices.change(actor, practice_id, form.typed(), version=given["version"]), row=row,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def practice_take(request: HttpRequest, practice_id: int) -> HttpResponse:
    """«Взять себе»: who does what by when."""
    actor = reader(request)
    with acting(actor, read_only=True):
        row = practice_reading.the_practice(actor, practice_id)
        took = set(row.takings.values_list("place_id", flat=True))
        places = [
            one for one in allowed.kept_centres(actor, allowed.centres()) if one.pk not in took | _its_own(row)
        ]
        if not places or row.state != Practice.State.CONFIRMED:
            raise Refused(_("Взять эту практику вы не можете, или ваш центр её уже взял."))
        places = _chosen_first(request, places)
        form = TakeForm(
            request.POST if request.method == "POST" else None, steps=list(lines_of(row.steps)),
            people=_people_of(places), places=places,
        )
    if made_by(form, lambda given: practice_taking.take(
        actor, practice_id, place_id=given["place"], tasks=form.planned()
    )):  # fmt: skip
        messages.success(request, _("Взяли. Каждый узнал о своей задаче; через три месяца спросим, прижилось ли."))
        return redirect("region:practice", practice_id)
    with acting(actor, read_only=True):
        return render(
            request, "region/practices/take.html", {"row": row, "form": form}, status=422 if form.is_bound else 200
        )


@login_required
@require_safe
def practice_paper(request: HttpRequest, practice_id: int, paper_form: str) -> HttpResponse:
    """The page as DOCX or PDF."""
    actor = reader(request)
    row = practice_reading.the_practice(actor, practice_id)
    if paper_form not in ("pdf", "docx"):
        raise NotYours(_("Такого файла нет."))
    takings = list(row.takings.all())
    used = sum(one.in_use is True for one in takings)
    drawn = paper_of(row, practice_reading.groups().get(row.group, ""), used, len(takings))
    return as_file(made(drawn, paper_form), f"praktika-{row.pk}.{paper_form}")


@login_required
@require_safe
def practice_file(request: HttpRequest, practice_id: int) -> HttpResponse:
    """The act or its form, as it was given."""
    row = practice_reading.the_practice(reader(request), practice_id)
    if row.file_id is None:
        raise NotYours(_("Файла нет."))
    with widened():
        stored = Practice.objects.select_related("file").get(pk=row.pk).file
    if stored is None or not path_of(stored.sha256).exists():
        raise NotYours(_("Файла нет."))
    content = path_of(stored.sha256).read_bytes()
    kind = "pdf" if content.startswith(b"%PDF-") else "docx"
    return as_file(content, f"akt-{row.pk}.{kind}")


def _form(
    request: HttpRequest, people: list[User], places: list[Territory], initial: dict[str, Any]
) -> PracticeForm:
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return PracticeForm(*sent, initial=initial, groups=practice_reading.groups(), people=people, places=places)


def _kept(
    request: HttpRequest, actor: Staff, form: PracticeForm, said: str, gate: Callable[[dict[str, Any]], Practice],
    **about: Problem | Practice | None,
) -> HttpResponse:
    """What was typed of a practice goes to its gate; the form again, until the gate takes it."""
    if row := made_by(form, gate):
        messages.success(request, said)
        return redirect("region:practice", row.pk)
    with acting(actor, read_only=True):
        context = {"form": form, "source": None, "row": None, **about}
        return render(request, "region/practices/form.html", context, status=422 if form.is_bound else 200)


def _centre_of(problem: Problem) -> Territory:
    return problem.scope.municipality or problem.scope


def _chosen_first(request: HttpRequest, places: list[Territory]) -> list[Territory]:
    """The centre that was chosen before the others: whose people are offered is the first one's."""
    asked = request.POST.get("place") or request.GET.get("place", "")
    return sorted(places, key=lambda one: str(one.pk) != asked)


def _people_of(places: list[Territory]) -> list[User]:
    found = {one.pk: one for place in places[:1] for one in allowed.colleagues(place)}
    return list(found.values())


def _days(problem: Problem) -> int | None:
    return (problem.fixed_at - problem.opened_at).days if problem.fixed_at is not None else None
