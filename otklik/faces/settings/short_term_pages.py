"""Короткие сроки обращений: what federal law gives, and what the region's own law adds, by its administrator."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.cases.shorter_terms import Term, save_own, terms
from otklik.faces.settings.access import ADMINISTRATORS, actor_of, required, scopes_of_roles
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput

REGIMES = [("law59", gettext_lazy("59-ФЗ")), ("law8", gettext_lazy("8-ФЗ"))]


class TermForm(TypedForm):
    """One shorter limit of the region's law."""

    name = forms.CharField(
        label=gettext_lazy("О каких обращениях"), max_length=150,
        error_messages={"required": gettext_lazy("Напишите, о каких обращениях речь.")},
    )
    regime = forms.ChoiceField(label=gettext_lazy("По какому закону рассматривают"), choices=REGIMES)
    days = forms.IntegerField(
        label=gettext_lazy("Сколько дней на ответ"), min_value=1, max_value=29,
        error_messages={
            "required": gettext_lazy("Напишите число дней."), "invalid": gettext_lazy("Напишите число цифрами."),
            "min_value": gettext_lazy("Не меньше одного дня."),
            "max_value": gettext_lazy("Короткий срок — не больше 29 дней: общий и так 30."),
        },
    )
    source = forms.CharField(
        label=gettext_lazy("Какой закон это даёт"), max_length=150,
        help_text=gettext_lazy("Номер, дата, статья и часть: они будут стоять в объяснении срока."),
        error_messages={"required": gettext_lazy("Напишите, какой закон это даёт: номер, статья, часть.")},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def short_terms(request: HttpRequest) -> HttpResponse:
    """The list, and a form for one more; one of the region's own may be taken away."""
    actor = actor_of(request)
    required(actor, ADMINISTRATORS)
    own = [term for term in terms() if term.own]
    form = TermForm(request.POST or None, label_suffix="")
    if request.method == "POST" and "remove" in request.POST:
        left = [_row(term) for term in own if term.code != request.POST["remove"]]
        save_own(actor, left)
        messages.success(request, _("Убрано. Где этот срок уже выбран, даты остались."))
        return redirect("settings:short_terms")
    if request.method == "POST" and form.is_valid():
        added = form.cleaned_data | {"clock": "answer"}
        try:
            save_own(actor, [*map(_row, own), added])
            messages.success(request, _("Добавлено."))
            return redirect("settings:short_terms")
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
    context = {
        "tab": "registers", "form": form, "rows": terms(), "may_change": scopes_of_roles(actor, ADMINISTRATORS) is None,
    }
    return render(request, "settings/short_terms.html", context, status=422 if form.is_bound else 200)


def _row(term: Term) -> dict[str, Any]:
    return {
        "regime": term.regime, "clock": term.clock, "days": term.days, "name": term.name, "source": term.source,
    }
