"""Agreements by which the ЦУР may approve or publish for a municipality: number, date, scope."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from otklik.acting import Staff, acting
from otklik.cases import upper_help
from otklik.cases.models import Case, HelpAgreement
from otklik.faces.settings.access import ADMINISTRATORS, actor_of, places, required
from otklik.faces.settings.staff_pages import show_failure
from otklik.faces.typed_forms import TypedForm
from otklik.failures import Failure, Refused
from otklik.insight.definitions import today
from otklik.territory.models import Kind


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class AgreementForm(TypedForm):
    """Number, date, what it covers and for how long."""

    territory = forms.TypedChoiceField(label=gettext_lazy("Муниципалитет"), coerce=int)
    number = forms.CharField(label=gettext_lazy("Номер соглашения"), max_length=60)
    signed_on = forms.DateField(label=gettext_lazy("Дата соглашения"), widget=_day())
    since = forms.DateField(label=gettext_lazy("Действует с"), widget=_day())
    until = forms.DateField(
        label=gettext_lazy("по"), widget=_day(), required=False, help_text=gettext_lazy("Пусто — без срока.")
    )
    regimes = forms.MultipleChoiceField(
        label=gettext_lazy("Для каких сообщений"), widget=forms.CheckboxSelectMultiple,
        choices=[(value, Case.Regime(value).label) for value in upper_help.REGIMES],
        help_text=gettext_lazy("По 59-ФЗ и 8-ФЗ отвечает только сам муниципалитет."),
    )
    covers = forms.MultipleChoiceField(
        label=gettext_lazy("Что может ЦУР"), widget=forms.CheckboxSelectMultiple,
        choices=list(upper_help.COVERED.items()),
    )

    def __init__(self, *args: object, choices: list[tuple[int, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["territory"].choices = choices  # type: ignore[attr-defined]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreements(request: HttpRequest) -> HttpResponse:
    """Those of one's places, and a form."""
    actor = actor_of(request)
    if not isinstance(actor, Staff):
        raise Refused(_("Соглашения записывает администратор."))
    with acting(actor, read_only=True):
        mine = [
            one for one in places(required(actor, ADMINISTRATORS)) if one.kind in (Kind.MUNICIPALITY, Kind.DISTRICT)
        ]
    day = today(timezone.now())
    form = AgreementForm(
        request.POST if request.method == "POST" else None, choices=[(one.pk, one.short_name) for one in mine],
        initial={"since": day, "signed_on": day, "regimes": ["social"]},
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            upper_help.enter(
                actor, territory_id=given["territory"], number=given["number"], signed_on=given["signed_on"],
                since=given["since"], until=given["until"], regimes=given["regimes"], covers=given["covers"],
                now=timezone.now(),
            )
        except Failure as failure:
            show_failure(form, failure)
        else:
            messages.success(request, _("Соглашение записано."))
            return redirect("settings:agreements")
    with acting(actor, read_only=True):
        rows = HelpAgreement.objects.filter(territory__in=[one.pk for one in mine])
        context = {
            "tab": "agreements", "form": form, "today": day, "covered": upper_help.COVERED,
            "regimes": dict(Case.Regime.choices),
            "rows": list(rows.select_related("territory", "entered_by", "ended_by").order_by("ended_at", "-pk")[:200]),
        }
        return render(request, "settings/agreements.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def end_agreement(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """It holds no longer."""
    upper_help.end(actor_of(request), agreement_id, now=timezone.now())
    messages.success(request, _("Соглашение больше не действует."))
    return redirect("settings:agreements")
