"""Передать контакт исполнителю, and take it back."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from otklik.acting import Staff
from otklik.cases.actions import pass_contact as passing_on
from otklik.cases.models import Case, PassedContact
from otklik.faces.desk.access import desk_view
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.case_page import Outcome
from otklik.faces.desk.fields import MISSING, DeskForm
from otklik.failures import Failure


class PassContactForm(DeskForm):
    """On which ground, and what for."""

    panel = "pass_contact"
    assignment_id = 0  # beside which task it stands
    basis = forms.ChoiceField(
        label=gettext_lazy("Основание"), choices=[("", "—"), *PassedContact.Basis.choices], error_messages=MISSING
    )
    reason = forms.CharField(label=gettext_lazy("Зачем"), max_length=2000, error_messages=MISSING)


@require_POST
@desk_view
def pass_contact(request: HttpRequest, number: str, assignment_id: int) -> HttpResponse:
    """Передать контакт: the executor sees name and phone on the page of the task."""
    form = PassContactForm(request.POST)

    def gate(actor: Staff, case: Case) -> str | Outcome:
        form.assignment_id = assignment_id
        if not form.is_valid():
            return _refused(form)
        given = form.cleaned_data
        try:
            passing_on.pass_contact(
                actor, case.pk, assignment_id=assignment_id, basis=given["basis"], reason=given["reason"]
            )
        except Failure as failure:
            return Outcome(failure=str(failure), bound={form.panel: form})
        return _("Контакт виден исполнителю на странице поручения.")

    return act(request, number, "link", gate)


def _refused(form: PassContactForm) -> Outcome:
    """The first error as a sentence above the case; the panel beside its task is opened with what was typed."""
    name, errors = next(iter(form.errors.items()))
    return Outcome(failure=f"{form[name].label}: {errors[0]}", bound={form.panel: form})


@require_POST
@desk_view
def take_back(request: HttpRequest, number: str, assignment_id: int) -> HttpResponse:
    """Забрать контакт."""

    def gate(actor: Staff, case: Case) -> str:
        passing_on.take_back(actor, case.pk, assignment_id=assignment_id)
        return _("Исполнитель больше не видит контакт.")

    return act(request, number, "link", gate)
