"""The curator's centres side by side, the samples of one centre, the checklist, the learning examples."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import Staff, acting, widened
from otklik.curating import beside, checking, checklists, sampling
from otklik.curating.models import Example, Sample, SampledAnswer
from otklik.curating.people import CURATOR
from otklik.curating.places import week_of
from otklik.faces.region.access import curated, the_place
from otklik.faces.region.curator_common import curates, staff
from otklik.faces.region.curator_forms import ChecklistForm, DrawForm, SizeForm
from otklik.faces.region.page_file import as_file, kind_of
from otklik.faces.region.page_papers import charts_of, query_of, samples_document
from otklik.faces.region.refused import accepted, made_by
from otklik.insight.figures import freshness
from otklik.organisations import region_settings
from otklik.territory.models import Territory

SHOWN = 200
SIZES = ("samples_each", "remark_days")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def samples(request: HttpRequest) -> HttpResponse:
    """Side by side, what is to be done first; POST draws by hand."""
    actor, _seen = staff(request)
    if request.method != "POST":
        return _samples(request, actor, DrawForm(initial={"week": week_of(timezone.localdate())}))
    form = DrawForm(request.POST)
    if (made := made_by(form, lambda given: sampling.draw(actor, **given))) is not None:
        messages.success(request, _("Отобрано, центров: %(n)s.") % {"n": len(made)})
        return redirect("region:samples")
    with acting(actor, read_only=True):
        return _samples(request, actor, form, 422)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_place(request: HttpRequest, code: str) -> HttpResponse:
    """The samples of one centre, the newest week first; POST sets how many answers and how long a remark waits."""
    actor, seen = staff(request)
    if request.method != "POST":
        return _of_place(request, actor, *the_place(code, seen))
    form = SizeForm(request.POST)
    with acting(actor, read_only=True):
        place, scopes = the_place(code, seen)

    def decide(given: dict[str, Any]) -> None:
        with acting(actor), widened():
            for name in SIZES:
                region_settings.decide(actor, name, given[name], place.pk, frozenset({CURATOR}))

    if accepted(form, decide):
        messages.success(request, _("Сохранено."))
        return redirect("region:samples_of", code=code)
    with acting(actor, read_only=True):
        return _of_place(request, actor, place, scopes, form, 422)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def checklist(request: HttpRequest) -> HttpResponse:
    """The lines in force; a curator of the whole region makes a new version."""
    actor, _seen = staff(request)
    form = ChecklistForm(request.POST) if request.method == "POST" else None
    if form is not None and (made := made_by(form, lambda given: checklists.change(
        actor, [(given[f"line_{n}"], given[f"grave_{n}"]) for n in range(checklists.LINES)], misses=given["misses"]
    ))):  # fmt: skip
        messages.success(request, _("Версия %(n)s: по ней проверим следующие выборки.") % {"n": made.number})
        return redirect("region:checklist")
    with acting(actor, read_only=True):
        now_in_force = checklists.newest()
        lines_now = checklists.lines_of(now_in_force)
        begins: dict[str, Any] = {"misses": now_in_force.misses if now_in_force else checklists.shipped()[1]}
        for n, one in enumerate(lines_now):
            begins |= {f"line_{n}": one.text, f"grave_{n}": one.grave}
        context = {
            "lines": lines_now, "version": now_in_force, "misses": begins["misses"],
            "form": form or ChecklistForm(initial=begins),
            "may_change": any(g.role == CURATOR and g.scopes is None for g in actor.grants),
        }
        return render(request, "region/samples/checklist.html", context, status=422 if form is not None else 200)


@login_required
@require_safe
def examples(request: HttpRequest) -> HttpResponse:
    """Learning examples, the good ones first."""
    actor, _seen = staff(request)
    context = examples_context() | {"may_put_away": curates(actor)}
    return render(request, "region/samples/examples.html", context)


@login_required
@require_POST
def put_away(request: HttpRequest, example_id: int) -> HttpResponse:
    """Nobody learns from it any more."""
    actor, _seen = staff(request)
    checking.put_away(actor, example_id)
    messages.success(request, _("Убрано."))
    return redirect("region:examples")


def examples_context() -> dict[str, Any]:
    """The examples with the line of the checklist that each is about; also for the desk."""
    words = {one.code: one.text for one in checklists.lines_of(checklists.newest())}
    rows = list(Example.objects.filter(active=True).order_by("-good", "-pk")[:SHOWN])
    return {"examples": [(one, words.get(one.line, "")) for one in rows]}


def _samples(request: HttpRequest, actor: Staff, form: DrawForm, status: int = 200) -> HttpResponse:
    now, seen = timezone.now(), staff(request)[1]
    mine = curated(actor)
    wanted = mine if mine and request.GET.get("all") != "1" else seen
    rows, weeks = beside.rows(wanted, now), beside.weeks_before(now)
    document = samples_document(rows, weeks, now)
    if status == 200 and (kind := kind_of(request)):
        return as_file(document, kind, request.GET.get("chart", ""))
    context = {
        "rows": rows, "weeks": weeks, "form": form, "may_draw": curates(actor), "mine": bool(mine) and seen is None,
        "all": wanted is seen, "freshness": freshness(now), "file_query": query_of(request),
        "file_charts": charts_of(document),
    }
    return render(request, "region/samples/samples.html", context, status=status)


def _of_place(
    request: HttpRequest, actor: Staff, place: Territory, scopes: frozenset[int], form: SizeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = checking.sampled(scopes).order_by("-sample__week", "pk")
    state = request.GET.get("state", "")
    if state in SampledAnswer.State.values:
        rows = rows.filter(state=state)
    kept = region_settings.of_places(SIZES, [place.pk])
    begins = {name: kept[name, place.pk] for name in SIZES}
    drawn = Sample.objects.filter(place=place).select_related("checklist").prefetch_related("answers")
    context = {
        "place": place, "rows": list(rows[:SHOWN]),
        "drawn": [(one, sampling.repeats(one)) for one in drawn.order_by("-week")[:8]],
        "form": form or SizeForm(initial=begins), "may_set": CURATOR in actor.roles_at(place.pk), "state": state,
        "states": SampledAnswer.State.choices,
    }
    return render(request, "region/samples/place.html", context, status=status)
