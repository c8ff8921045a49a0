"""«Всплески»: what the radar heard, with its evidence; one click to a problem, silence per burst."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.cases.problem_models import PublicProblem
from otklik.cases.problems import WRITERS
from otklik.faces.region.access import seen_scopes
from otklik.faces.region.burst_chart import times_drawn
from otklik.faces.region.page_file import as_file, kind_of
from otklik.faces.region.page_papers import bursts_document, charts_of
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Failure, NotYours
from otklik.insight import radar_acts, radar_reading
from otklik.insight.models import Burst, RadarUsual


class SilenceForm(TypedForm):
    """Why a burst is none."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Что это"), choices=Burst.Silence.choices, widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Выберите, что это: спам или слух.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Почему так решили"), max_length=300,
        help_text=gettext_lazy("Увидят коллеги и служба безопасности."),
        error_messages={"required": gettext_lazy("Напишите, почему так решили: это увидят коллеги.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _staff(request: HttpRequest) -> Staff:
    actor = request.actor  # type: ignore[attr-defined]
    seen_scopes(actor)  # refuses who sees no figures
    return cast(Staff, actor)


@login_required
@require_safe
def bursts(request: HttpRequest) -> HttpResponse:
    """What goes on now, and what went quiet or was silenced in the last days."""
    seen, now = seen_scopes(_staff(request)), timezone.now()
    running, past = radar_reading.running_bursts(seen), radar_reading.past_bursts(seen, now)
    document = bursts_document(running, past, now)
    if kind := kind_of(request):
        return as_file(document, kind, request.GET.get("chart", ""))
    usual = RadarUsual.objects.order_by("-made_at").first()
    context = {
        "now": now, "running": running, "past": past, "days": radar_reading.SHOWN_DAYS, "usual": usual,
        "learns": usual is None or not usual.kept, "file_query": "?", "file_charts": charts_of(document),
    }
    return render(request, "region/bursts/list.html", context)


@login_required
@require_safe
def burst(request: HttpRequest, burst_id: int) -> HttpResponse:
    """One burst with its evidence."""
    actor = _staff(request)
    return _page(request, actor, radar_reading.the_burst(seen_scopes(actor), burst_id))


@login_required
@require_POST
def silence(request: HttpRequest, burst_id: int) -> HttpResponse:
    """«Это спам», «это слух»."""
    actor, form = _staff(request), SilenceForm(request.POST)
    if form.is_valid():
        try:
            radar_acts.silence(actor, burst_id, now=timezone.now(), **form.cleaned_data)
        except BadInput as wrong:
            form.add_error(wrong.field or None, str(wrong))
        else:
            messages.success(request, _("Заглушено. Новые сообщения этого всплеска никого не потревожат."))
            return redirect("region:burst", burst_id=burst_id)
    with acting(actor, read_only=True):
        return _page(request, actor, radar_reading.the_burst(seen_scopes(actor), burst_id), form=form)


@login_required
@require_POST
def listen(request: HttpRequest, burst_id: int) -> HttpResponse:
    """«Снова следить»."""
    radar_acts.hear_again(_staff(request), burst_id, now=timezone.now())
    messages.success(request, _("Снова следим."))
    return redirect("region:burst", burst_id=burst_id)


@login_required
@require_POST
def make_problem(request: HttpRequest, burst_id: int) -> HttpResponse:
    """«Сделать проблемой»: then the page of the problem, where the draft of a notice waits."""
    actor, place = _staff(request), request.POST.get("place", "")
    if not (place.isascii() and place.isdecimal() and 0 < len(place) < 19):
        raise NotYours(_("Такого места нет, или оно не ваше."))
    try:
        problem = radar_acts.problem_of(actor, burst_id, int(place), now=timezone.now())
    except NotYours:
        raise
    except Failure as failure:
        messages.error(request, str(failure))
        return redirect("region:burst", burst_id=burst_id)
    with acting(actor, read_only=True):
        is_public = PublicProblem.objects.filter(problem_id=problem.pk).exists()
    words = _("Проблема № %(n)s собрана. Объявление для жителей уже на портале.") if is_public else _(
        "Проблема № %(n)s собрана. Черновик объявления для жителей готов: проверьте и покажите на портале."
    )
    messages.success(request, words % {"n": problem.pk})
    return redirect(reverse("desk:problem", args=[problem.pk]) + "#public-title")


def _page(request: HttpRequest, actor: Staff, row: Burst, form: SilenceForm | None = None) -> HttpResponse:
    found = radar_reading.messages_of(actor, row)
    times = list(found.values_list("received_at", flat=True))
    parts: list[dict[str, Any]] = [
        {"part": part, "may": bool(WRITERS & actor.roles_at(part.place.pk)) and (part.loose or not part.problem)}
        for part in radar_reading.parts_of(actor, row)
    ]
    context = {
        "line": radar_reading.lines([row])[0], "burst": row, "now": timezone.now(),
        "messages_seen": list(found[: radar_reading.MOST_CASES]), "seen_count": len(times),
        "chart": times_drawn(times), "parts": parts, "several": len(parts) > 1,
        "may_gather": any(one["may"] for one in parts),
        "may_silence": radar_acts.may_silence(actor, row), "form": form or SilenceForm(),
        "wider": not actor.roles_at(row.scope_id),
    }
    return render(request, "region/bursts/burst.html", context, status=422 if form else 200)
