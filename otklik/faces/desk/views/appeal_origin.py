"""Через кого пришло обращение."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import Staff
from otklik.cases.actions.origin import set_origin
from otklik.cases.models import Case
from otklik.faces.desk import appeal_forms as forms
from otklik.faces.desk.access import desk_view
from otklik.faces.desk.acting_on import act


@require_POST
@desk_view
def origin(request: HttpRequest, number: str) -> HttpResponse:
    """Через кого пришло и на контроле ли."""
    form = forms.OriginForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        set_origin(actor, case.pk, through=given["through"], control=given["control"])
        return _("Отмечено, через кого пришло.")

    return act(request, number, "origin", gate, form)
