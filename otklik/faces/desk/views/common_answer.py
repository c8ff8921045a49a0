"""One answer to a problem: the text, what it becomes for each case, its approval, the sending and how far it is."""

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.answers import chain, for_problem, promising
from otklik.answers.coaching import TITLES, grave_of
from otklik.answers.for_problem_coach import findings
from otklik.answers.for_problem_letters import archive
from otklik.answers.for_problem_rows import Line, lines
from otklik.answers.models import CommonAnswer, CommonRow, CommonVersion
from otklik.answers.templating import PLACEHOLDERS
from otklik.cases.lifecycle import APPROVERS, PUBLISHERS
from otklik.cases.problem_models import Problem
from otklik.cases.problems import WRITERS, the_problem
from otklik.faces.desk import journal_words
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.desk.common_forms import CommonApproveForm, CommonForm, CommonReasonForm, CommonSendForm
from otklik.faces.desk.fields import DeskForm
from otklik.faces.templatetags.otklik_tags import short_of
from otklik.failures import BadInput, Failure, NotYours
from otklik.typed_text import whole

SHOWN = 60  # of those that go out; all that do not are shown, as many as that again and more
MOST_REFUSED = 200
# State of a common answer → the verb that brought it there with somebody's words, and how that is told.
CAME_BACK = {
    "draft": ("answer_returned", gettext_lazy("Ответ возвращён на доработку")),
    "review": ("answer_withdrawn", gettext_lazy("Согласование отозвано")),
}
MOST_WORDS = 600


class Shown(NamedTuple):
    """A line of the preview, and what of its text differs from the first."""

    line: Line
    differs: str


@require_safe
@desk_view
def page(request: HttpRequest, problem_id: int) -> HttpResponse:
    """The whole page."""
    actor = staff_of(request)
    return render(request, "desk/common/page.html", _context(actor, the_problem(actor, problem_id), {}))


@require_safe
@desk_view
def progress(request: HttpRequest, problem_id: int) -> HttpResponse:
    """How far the sending is; asks for itself again while it goes on."""
    actor = staff_of(request)
    problem = the_problem(actor, problem_id)
    common = CommonAnswer.objects.filter(problem=problem).order_by("-pk").first()
    response = render(request, "desk/common/progress.html", {"problem": problem, "sent": _sent(common)})
    if common is None or common.state != CommonAnswer.State.SENDING:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@desk_view
def save(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Save the text; with `then` also send it to review."""
    form = CommonForm(request.POST)

    def gate(actor: Staff) -> str:
        given = form.cleaned_data
        for_problem.save(
            actor, problem_id, text=given["text"], kind=given["kind"], promised_for=given["promised_for"],
            base_version=whole(request.POST.get("over", "")) or given["base_version"],
            names_are_fine=given["names_are_fine"],
        )
        if request.POST.get("then") == "review":
            for_problem.send_to_review(actor, problem_id)
            return _("Отправлено на согласование.")
        return _("Текст сохранён. Ниже — каким он придёт каждому.")

    return _do(request, problem_id, form, gate)


@require_POST
@desk_view
def approve(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Take the next step of approval for the whole text."""
    form = CommonApproveForm(request.POST)

    def gate(actor: Staff) -> str:
        row = for_problem.approve(
            actor, problem_id, version=form.cleaned_data["version"], note=form.cleaned_data["note"],
            in_spite=form.cleaned_data["in_spite"],
        )
        if row.state == CommonAnswer.State.APPROVED:
            return _("Ответ согласован: можно разослать.")
        return _("Шаг согласования записан. Дальше — следующий по цепочке.")

    return _do(request, problem_id, form, gate)


@require_POST
@desk_view
def give_back(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Back to whoever writes it, or (`what=withdraw`) an approval is taken back."""
    if request.POST.get("what", "return") not in ("return", "withdraw"):
        raise Http404
    form = CommonReasonForm(request.POST)

    def gate(actor: Staff) -> str:
        if request.POST.get("what") == "withdraw":
            row = for_problem.withdraw(actor, problem_id, reason=form.cleaned_data["reason"])
            if row.state == CommonAnswer.State.STOPPED:
                return _("Рассылка остановлена. Кому ответ уже ушёл, видно ниже.")
            return _("Согласование отозвано.")
        for_problem.send_back(actor, problem_id, reason=form.cleaned_data["reason"])
        return _("Ответ возвращён автору.")

    return _do(request, problem_id, form, gate)


@require_POST
@desk_view
def send(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Send it in one go."""
    form = CommonSendForm(request.POST)

    def gate(actor: Staff) -> str:
        given = form.cleaned_data
        for_problem.begin(
            actor, problem_id, version=given["version"], but=frozenset(given["but"]), in_spite=given["in_spite"]
        )
        return _("Рассылка началась.")

    return _do(request, problem_id, form, gate)


@require_POST
@desk_view
def letters(request: HttpRequest, problem_id: int) -> HttpResponse:
    """All letters that wait for an outgoing number, in one archive."""
    kind = request.POST.get("as", "docx")
    if kind not in ("docx", "pdf"):
        raise Http404
    try:
        packed = archive(staff_of(request), problem_id, kind)
    except NotYours:
        raise
    except Failure as failure:
        messages.error(request, str(failure))
        return redirect("desk:common_answer", problem_id=problem_id)
    response = HttpResponse(packed, content_type="application/zip")
    name = f"pisma-problema-{problem_id}.zip"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _do(request: HttpRequest, problem_id: int, form: DeskForm, gate: Callable[[Staff], str]) -> HttpResponse:
    """Call the gate if the form is right; then the page by a redirect, or again with what is wrong beside its field."""
    actor = staff_of(request)
    failure = ""
    if form.is_valid():
        try:
            messages.success(request, gate(actor))
            return redirect("desk:common_answer", problem_id=problem_id)
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        except NotYours:
            raise
        except Failure as refused:
            failure = str(refused)
    with acting(actor, read_only=True):
        context = _context(actor, the_problem(actor, problem_id), {form.panel: form}) | {"failure": failure}
        return render(request, "desk/common/page.html", context, status=422)


def _context(actor: Staff, problem: Problem, bound: dict[str, DeskForm]) -> dict[str, Any]:
    common = for_problem.current(problem)
    needed = for_problem.chain_for(problem)
    step = chain.next_step(common, needed) if common else None
    roles = actor.roles_at(problem.scope_id)
    state = common.state if common else ""
    begun = CommonAnswer.objects.filter(problem=problem, state__in=["sending", "sent", "stopped"])
    read = {"version": common.version} if common else {}
    forms: dict[str, DeskForm] = {
        "common": CommonForm(initial={
            "text": common.text, "kind": common.kind, "promised_for": common.promised_for,
            "base_version": common.version,
        } if common else {}),
        "common_approve": CommonApproveForm(initial=read), "common_reason": CommonReasonForm(),
        "common_send": CommonSendForm(initial=read),
    }
    versions = list(common.versions.select_related("author")) if common else []
    may_write = bool(roles & WRITERS) and state in ("", "draft", "review", "approved")
    return {
        "problem": problem, "common": common, "state": state, "forms": forms | bound, "needed": needed,
        "steps": chain.steps_of(common, needed) if common else [], "step": step,
        "my_step": step is not None and chain.may_take(actor, step.role, problem.scope_id),
        "may_write": may_write, "may_approve": bool(roles & APPROVERS) and state == "review",
        "may_return": bool(roles & APPROVERS) and state in ("review", "approved"),
        "may_withdraw": bool(roles & APPROVERS) and state in ("review", "approved", "sending") and _agreed(
            actor, common, "head" in roles),
        "may_send": bool(roles & PUBLISHERS) and (state == "approved" or (not needed and state in ("draft", "review"))),
        "sent": _sent(begun.order_by("-pk").first()), "placeholders": PLACEHOLDERS.items(),
        "versions": versions, "beside": _beside(bound.get("common"), versions),
        "came_back": _came_back(problem, common) if common else None,
    } | _preview(problem, common)


def _beside(form: DeskForm | None, versions: Sequence[CommonVersion]) -> CommonVersion | None:
    """The newest saved text, where this person has been writing on an older one: both are shown."""
    if form is None or not versions or form.data.get("text", "").strip() == versions[-1].text:
        return None
    began_on = form.data.get("over") or form.data.get("base_version") or ""
    return versions[-1] if str(began_on) != str(versions[-1].number) else None


def _came_back(problem: Problem, common: CommonAnswer) -> journal_words.Line | None:
    """What is to be mended in a draft, or why an agreement to a text on approval was taken back: the newest words."""
    verb, what = CAME_BACK.get(common.state, ("", ""))
    told = problem.remarks.filter(verb=verb, at__gte=common.created_at).select_related("author")
    newest = told.order_by("-at", "-pk").first() if verb else None
    if newest is None:
        return None
    return journal_words.Line(newest.at, short_of(newest.author, _("программа")), str(what), newest.text)


def _agreed(actor: Staff, common: CommonAnswer | None, head: bool) -> bool:
    if common is None:
        return False
    taken = list(chain.taken_for(common))
    if common.state == CommonAnswer.State.SENDING and not taken:
        return head
    return any(one.user_id == actor.user_id for one in taken) or (head and bool(taken))


def _preview(problem: Problem, common: CommonAnswer | None) -> dict[str, Any]:
    """What the saved text becomes: those that cannot go first, then those that a person finishes, then the rest."""
    cases = for_problem.cases_of(problem)
    if common is None or common.state == CommonAnswer.State.SENDING:
        return {"count": len(cases)}
    _text, found = findings(
        cases, common.text, kind=common.kind, promised_for=common.promised_for, now=timezone.now()
    )
    made = lines(cases, common.text, kind=common.kind, promised_for=common.promised_for, now=timezone.now())
    refused = [line for line in made if not line.able]
    able = sorted((line for line in made if line.able), key=lambda line: line.how == "sent")
    first = able[0].text if able else ""
    # The text of every case is parsed again when it goes; here one of a kind is enough to see the days.
    kinds = {(one.case.regime, one.public): one.text for one in able}
    days = {
        day.until: day.words for text in kinds.values()
        for day in promising.dated_in(text, timezone.now(), common.promised_for)
    }
    return {
        "count": len(cases), "able": len(able), "days": sorted(days.items()), "grave": bool(grave_of(found)),
        "findings": [(TITLES[one.kind], one) for one in found], "refused_count": len(refused),
        "by_person": sum(line.how != "sent" for line in able),
        "lines": [Shown(line, "") for line in refused[:MOST_REFUSED]]
        + [Shown(line, _differing(first, line.text)) for line in able[:SHOWN]],
        "hidden": max(len(able) - SHOWN, 0) + max(len(refused) - MOST_REFUSED, 0),
    }


def _differing(first: str, text: str) -> str:
    """What this text has that the first has not, in whole words: «Осока Ия! … 34-000003:»."""
    if text == first:
        return ""
    old, new = first.split()[:MOST_WORDS], text.split()[:MOST_WORDS]
    changes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    found = " … ".join(" ".join(new[j1:j2]) for tag, _i1, _i2, j1, j2 in changes if tag != "equal" and j1 < j2)
    return found if len(found) <= 200 else found[:199] + "…"


def _sent(common: CommonAnswer | None) -> dict[str, Any] | None:
    """How the last sending stands: counts by what came of them, and the rows that need a person."""
    if common is None:
        return None
    rows = CommonRow.objects.filter(common=common)
    gone = Q(state__in=["number", "by_hand"], answer__state="published")  # people have finished it since
    states = ["sent" if done else state for state, done in rows.annotate(gone=gone).values_list("state", "gone")]
    counted = [(label, states.count(value)) for value, label in CommonRow.State.choices if value in states]
    rest = rows.exclude(gone | Q(state__in=["waiting", "sent"])).select_related("case__theme").order_by("state", "pk")
    done = len(states) - states.count("waiting")
    return {
        "common": common, "counted": counted, "all": len(states), "done": done,
        "letters": states.count("number"),
        "percent": round(100 * done / len(states)) if states else 100, "rest": list(rest[:MOST_REFUSED]),
    }
