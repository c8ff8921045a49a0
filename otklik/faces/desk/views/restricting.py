"""Restricted access of a case: closed before most, opened again by its readers."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import Staff
from otklik.cases.actions import restricting
from otklik.cases.models import Case
from otklik.faces.desk.access import desk_view
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.restrict_form import OpenUpForm, RestrictForm


@require_POST
@desk_view
def restrict(request: HttpRequest, number: str) -> HttpResponse:
    """Ограничить доступ. Whoever is no reader of such cases sees the case no longer."""
    form = RestrictForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        restricting.restrict(actor, case.pk, reason=form.cleaned_data["reason"])
        return _("Доступ ограничен: карточку видят координатор, руководитель и ЦУР.")

    return act(request, number, "restrict", gate, form)


@require_POST
@desk_view
def open_up(request: HttpRequest, number: str) -> HttpResponse:
    """Открыть доступ."""
    form = OpenUpForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        restricting.open_up(actor, case.pk, reason=form.cleaned_data["reason"])
        return _("Доступ открыт: карточку видят все сотрудники центра.")

    return act(request, number, "open_up", gate, form)
