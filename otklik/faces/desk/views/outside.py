"""Numbers of a case in other systems, added and taken away by hand."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import Staff
from otklik.cases.actions import outside_numbers
from otklik.cases.models import Case
from otklik.faces.desk.access import desk_view
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.outside_form import OutsideNumberForm


@require_POST
@desk_view
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Записать номер в другой системе."""
    form = OutsideNumberForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        outside_numbers.add_number(
            actor, case.pk, system=given["system"], number=given["number"], url=given["url"]
        )
        return _("Номер записан.")

    return act(request, number, "outside_number", gate, form)


@require_POST
@desk_view
def remove(request: HttpRequest, number: str, number_id: int) -> HttpResponse:
    """Убрать номер, записанный по ошибке."""

    def gate(actor: Staff, case: Case) -> str:
        outside_numbers.remove_number(actor, case.pk, number_id=number_id)
        return _("Номер убран.")

    return act(request, number, "", gate)
