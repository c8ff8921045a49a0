"""What the program joins by itself in a municipality: its head or administrator decides (decision 104)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from otklik.acting import acting
from otklik.cases.actions.folding import BURST_FROM, BURSTS, LIKELY, NEVER, allow
from otklik.cases.actions.public import DECIDERS
from otklik.faces.settings.access import actor_of, places, required
from otklik.faces.typed_forms import TypedForm
from otklik.failures import Failure, NotYours
from otklik.organisations import region_settings
from otklik.territory.models import Kind

MODES = (
    (NEVER, gettext_lazy("Ничего: только предлагать сотруднику")),
    (BURSTS, gettext_lazy("Всплески: три и больше почти одинаковых сообщения об одном месте за шесть часов")),
    (LIKELY, gettext_lazy("Всплески и всё, что очень похоже на открытую проблему того же места")),
)


class AlikeForm(TypedForm):
    """What may be joined without a person."""

    by_itself = forms.ChoiceField(
        label=gettext_lazy("Что программа присоединяет сама"), choices=MODES, widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Выберите из списка."), "invalid_choice": gettext_lazy("Выберите из списка."),
        },
    )
    share = forms.IntegerField(
        label=gettext_lazy("Насколько уверенно, в процентах"), min_value=80, max_value=100,
        help_text=gettext_lazy("Для последнего: от 80 до 100. Чем больше, тем реже программа присоединит не то."),
        error_messages={
            "required": gettext_lazy("Напишите число от 80 до 100."),
            "invalid": gettext_lazy("Напишите число от 80 до 100."),
            "min_value": gettext_lazy("Напишите число от 80 до 100."),
            "max_value": gettext_lazy("Напишите число от 80 до 100."),
        },
    )


@login_required
@require_safe
def alike(request: HttpRequest) -> HttpResponse:
    """The municipalities of this person, each with what is joined there."""
    mine = [place for place in places(required(actor_of(request), DECIDERS)) if place.kind == Kind.MUNICIPALITY]
    if len(mine) == 1:
        return redirect("settings:alike_of", territory_id=mine[0].pk)
    kept = region_settings.of_places(("joining",), [place.pk for place in mine])
    words = dict(MODES)
    rows = [{"place": place, "mode": words.get(kept["joining", place.pk]["by_itself"], "")} for place in mine]
    return render(request, "settings/alike.html", {"tab": "alike", "rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def alike_of(request: HttpRequest, territory_id: int) -> HttpResponse:
    """What is joined in one municipality."""
    actor = actor_of(request)
    with acting(actor, read_only=True):
        found = places(required(actor, DECIDERS))
        place = next((p for p in found if p.pk == territory_id and p.kind == Kind.MUNICIPALITY), None)
        if place is None:
            raise NotYours(_("Такого муниципалитета нет, или он не ваш."))
        rule = region_settings.get("joining", place.pk)
        present: dict[str, Any] = {"by_itself": rule["by_itself"], "share": round(float(rule["from"]) * 100)}
    form = AlikeForm(request.POST if request.method == "POST" else None, initial=present)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            allow(actor, place.pk, by_itself=given["by_itself"], start=given["share"] / 100)
        except Failure as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("Сохранено: %(place)s.") % {"place": place.short_name})
            return redirect("settings:alike_of", territory_id=place.pk)
    context = {"tab": "alike", "place": place, "form": form, "most": BURST_FROM}
    return render(request, "settings/alike_of.html", context, status=422 if form.is_bound else 200)
