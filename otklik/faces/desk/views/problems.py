"""Problems at the desk: the list, the page of one with its public twin, and every act on it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.cases.actions import problems as acts
from otklik.cases.actions import public
from otklik.cases.actions.joining import join_by_hand
from otklik.cases.models import Case
from otklik.cases.problem_models import LIVE_STATES, Problem, ProblemState, PublicProblem
from otklik.cases.problems import counted, the_problem, visible_problems
from otklik.cases.supporting import reveal_supporters
from otklik.faces.desk import problem_forms as forms
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.fields import DeskForm
from otklik.faces.desk.problem_page import Shown, change_form, problem_context
from otklik.failures import BadInput, Failure, NotYours

ON_A_PAGE = 25
TABS = {"live": tuple(LIVE_STATES), "fixed": (ProblemState.FIXED, ProblemState.CLOSED)}


@require_safe
@desk_view
def problems(request: HttpRequest) -> HttpResponse:
    """The problems of one's centres, the newest first: live ones, and those that are over."""
    tab = request.GET.get("tab", "live")
    tab = tab if tab in TABS else "live"
    text = request.GET.get("page", "1")
    number = min(max(int(text), 1), 400) if text.isascii() and text.isdecimal() and len(text) < 5 else 1
    first = (number - 1) * ON_A_PAGE
    found = visible_problems(staff_of(request)).filter(state__in=TABS[tab]).order_by("-id")
    ids = list(found.values_list("pk", flat=True)[first : first + ON_A_PAGE + 1])
    rows = counted(Problem.objects.filter(pk__in=ids[:ON_A_PAGE])).select_related("theme__group", "territory", "scope")
    shown = set(PublicProblem.objects.filter(pk__in=ids).values_list("pk", flat=True))
    context = {
        "tab": tab, "rows": rows.order_by("-id"), "public": shown, "page": number, "more": len(ids) > ON_A_PAGE,
        "several": staff_of(request).sees is None or len(staff_of(request).sees or ()) > 1,
    }
    return render(request, "desk/problems.html", context)


@require_safe
@desk_view
def problem(request: HttpRequest, problem_id: int) -> HttpResponse:
    """The page of a problem."""
    actor = staff_of(request)
    return render(request, "desk/problem.html", problem_context(request, actor, the_problem(actor, problem_id)))


def _do(
    request: HttpRequest, problem_id: int, form: DeskForm | None, gate: Callable[[Staff], str | list[str]]
) -> HttpResponse:
    """Call the gate if the form is right; then the page again: by a redirect, or with what is wrong beside its field.

    A gate that returns a list shows it once.
    """
    actor = staff_of(request)
    shown = Shown()
    done = False
    if form is None or form.is_valid():
        try:
            came = gate(actor)
            if isinstance(came, str):
                messages.success(request, came)
                return redirect("desk:problem", problem_id=problem_id)
            shown.phones, done = came, True
        except NotYours:
            raise
        except BadInput as failure:
            if form is None:
                shown.failure = str(failure)
            else:
                form.add_error(failure.field if failure.field in form.fields else None, str(failure))
        except Failure as failure:
            shown.failure = str(failure)
    if form is not None and not done:
        shown.bound = {form.panel: form}
    with acting(actor, read_only=True):
        context = problem_context(request, actor, the_problem(actor, problem_id), shown)
        return render(request, "desk/problem.html", context, status=200 if done else 422)


@require_POST
@desk_view
def change(request: HttpRequest, problem_id: int) -> HttpResponse:
    """What and where."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        form = change_form(the_problem(actor, problem_id), request.POST)

    def gate(who: Staff) -> str:
        given = form.cleaned_data
        point = given["latitude"], given["longitude"]
        acts.change(
            who, problem_id, title=given["title"], theme_id=given["theme"], street=given["street"],
            house=given["house"], point=None if None in point else point,
        )
        return _("Сохранено.")

    return _do(request, problem_id, form, gate)


@require_POST
@desk_view
def state(request: HttpRequest, problem_id: int) -> HttpResponse:
    """How the work stands."""
    form = forms.StateForm(request.POST)

    def gate(who: Staff) -> str:
        given = form.cleaned_data
        acts.set_state(who, problem_id, state=given["state"], planned_for=given["planned_for"])
        return _("Сохранено.")

    return _do(request, problem_id, form, gate)


@require_POST
@desk_view
def news(request: HttpRequest, problem_id: int) -> HttpResponse:
    """News to all."""
    form = forms.NewsForm(request.POST)

    def gate(who: Staff) -> str:
        given = form.cleaned_data
        acts.tell(who, problem_id, text=given["text"], names_are_fine=given["names_are_fine"])
        return _("Новость видна всем, кого касается проблема.")

    return _do(request, problem_id, form, gate)


@require_POST
@desk_view
def release(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Показать на портале."""
    form = forms.ReleaseForm(request.POST)
    for name in ("before", "after"):  # which photos may be chosen, the gate says
        form.fields[name].choices = [(one, one) for one in request.POST.getlist(name) if one.isdecimal()]  # type: ignore[attr-defined]

    def gate(who: Staff) -> str:
        public.release(who, problem_id, **form.cleaned_data)
        return _("Проблема на портале.")

    return _do(request, problem_id, form, gate)


@require_POST
@desk_view
def withdraw(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Убрать с портала."""

    def gate(who: Staff) -> str:
        public.withdraw(who, problem_id)
        return _("Проблемы на портале больше нет.")

    return _do(request, problem_id, None, gate)


@require_POST
@desk_view
def split(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Отделить отмеченные карточки в новую проблему."""
    form = forms.SplitForm(request.POST)
    sent = [one for one in request.POST.getlist("cases") if one.isdecimal()]
    form.fields["cases"].choices = [(one, one) for one in sent]  # type: ignore[attr-defined]

    def gate(who: Staff) -> str:
        given = form.cleaned_data
        fresh = acts.split(who, problem_id, case_ids=given["cases"], title=given["title"])
        return _("Отделено: проблема № %(n)s.") % {"n": fresh.pk}

    return _do(request, problem_id, form, gate)


@require_POST
@desk_view
def main(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Сделать карточку главной."""
    text = request.POST.get("main", "")

    def gate(who: Staff) -> str:
        if not (text.isascii() and text.isdecimal() and 0 < len(text) < 19):
            raise BadInput(_("Страница устарела. Откройте проблему ещё раз."))
        acts.choose_main(who, problem_id, case_id=int(text))
        return _("Главная карточка выбрана.")

    return _do(request, problem_id, None, gate)


@require_POST
@desk_view
def supporters(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Показать телефоны тех, кто отметил «у меня так же», один раз и с причиной."""
    form = forms.RevealForm(request.POST)
    return _do(
        request, problem_id, form,
        lambda who: reveal_supporters(who, problem_id, reason=form.cleaned_data["reason"]),
    )


# What is done with one case stands on the page of the case.


@require_POST
@desk_view
def join(request: HttpRequest, number: str) -> HttpResponse:
    """Присоединить карточку к проблеме."""
    form = forms.JoinProblemForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        found = join_by_hand(actor, case.pk, problem_id=form.cleaned_data["problem"])
        return _("Присоединено к проблеме № %(n)s.") % {"n": found.pk}

    return act(request, number, "join_problem", _found_here(gate), form)


def _found_here(gate: Callable[[Staff, Case], str]) -> Callable[[Staff, Case], str]:
    """A number of no problem here is a mistake in a field, not a page that is missing."""

    def guarded(actor: Staff, case: Case) -> str:
        try:
            return gate(actor, case)
        except NotYours as none:
            raise BadInput(str(none), "problem") from none

    return guarded


@require_POST
@desk_view
def make(request: HttpRequest, number: str) -> HttpResponse:
    """Сделать карточку проблемой."""
    form = forms.MakeProblemForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        made = acts.make_problem(actor, case.pk, title=form.cleaned_data["title"])
        return _("Проблема № %(n)s создана.") % {"n": made.pk}

    return act(request, number, "join_problem", gate, form)


@require_POST
@desk_view
def leave(request: HttpRequest, number: str) -> HttpResponse:
    """Отделить карточку от проблемы."""

    def gate(actor: Staff, case: Case) -> str:
        acts.leave(actor, case.pk)
        return _("Карточка отделена от проблемы.")

    return act(request, number, "join_problem", gate)
