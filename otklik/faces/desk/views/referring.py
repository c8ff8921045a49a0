"""Handing a case to another program, and saying what became of a sending that was cut off."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import Staff, acting
from otklik.cases.actions import refer as gates
from otklik.cases.models import Case
from otklik.faces.desk.access import desk_view, named_case, staff_of
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.refer_form import ReferForm
from otklik.failures import BadInput


@require_POST
@desk_view
def refer(request: HttpRequest, number: str) -> HttpResponse:
    """Передать в другую программу."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        form = ReferForm(request.POST, case=named_case(actor, number))

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        account_id, _space, code = given["service"].partition(" ")
        gates.refer(
            actor, case.pk, account_id=int(account_id), service_code=code, text=given["text"],
            address=given["address"], with_point=given.get("with_point", False), names_are_fine=given["names_are_fine"],
        )
        return _("Передаём. Номер появится здесь, когда там примут.")

    return act(request, number, "refer", gate, form)


@require_POST
@desk_view
def settle(request: HttpRequest, number: str, referral_id: int) -> HttpResponse:
    """«Там уже есть, номер …» или «послать ещё раз»."""

    def gate(actor: Staff, case: Case) -> str:
        known = request.POST.get("number", "") if request.POST.get("there") else ""
        if request.POST.get("there") and not known.strip():
            raise BadInput(_("Впишите номер, под которым оно стоит там."), "number")
        gates.settle(actor, case.pk, referral_id=referral_id, number=known)
        return _("Записано.") if known else _("Посылаем ещё раз.")

    return act(request, number, "", gate)
