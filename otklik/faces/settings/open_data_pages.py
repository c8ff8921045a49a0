"""Whether the region gives out open data: its head or administrator decides, and the journal keeps it."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.acting import acting
from otklik.faces.settings.access import actor_of, required, scopes_of_roles
from otklik.faces.typed_forms import TypedForm
from otklik.failures import Failure, Refused
from otklik.insight.open_data import DECIDERS, cases_are_on, decide, editions, is_on
from otklik.insight.open_data_words import LICENCE_NAME, rules
from otklik.insight.public_figures import municipalities_on


class OpenDataForm(TypedForm):
    """What the region gives out."""

    figures = forms.BooleanField(
        label=gettext_lazy("Выпускать открытые данные"), required=False,
        help_text=gettext_lazy(
            "Раз в месяц: сколько поступило и отвечено, по муниципалитетам и группам тем. Страница /data/ и файлы для "
            "программ."
        ),
    )
    cases = forms.BooleanField(
        label=gettext_lazy("Выпускать и обезличенные сообщения"), required=False,
        help_text=gettext_lazy(
            "Строка на сообщение: месяц, муниципалитет, группа тем, отвечено ли и за сколько дней. Без текста, адреса "
            "и дня; похожих строк не меньше десяти."
        ),
    )

    def clean(self) -> None:
        """Cases go with the figures only."""
        if self.cleaned_data.get("cases") and not self.cleaned_data.get("figures"):
            self.add_error("cases", _("Сначала включите открытые данные: сообщения выходят вместе с ними."))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_data(request: HttpRequest) -> HttpResponse:
    """The two switches, and what has been given out already."""
    actor = actor_of(request)
    required(actor, DECIDERS)
    if scopes_of_roles(actor, DECIDERS) is not None:
        raise Refused(_("Это решает руководитель или администратор региона."))
    with acting(actor, read_only=True):
        form = OpenDataForm(
            request.POST if request.method == "POST" else None,
            initial={"figures": is_on(), "cases": cases_are_on()},
        )
    if request.method == "POST" and form.is_valid():
        try:
            decide(actor, **form.cleaned_data)
        except Failure as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, _("Сохранено."))
            return redirect("settings:open_data")
    with acting(actor, read_only=True):
        context = {
            "tab": "open_data", "form": form, "on": is_on(), "editions": editions(), "rules": rules(),
            "municipalities": len(municipalities_on()), "licence_name": LICENCE_NAME,
        }
        return render(request, "settings/open_data.html", context, status=422 if form.is_bound else 200)
