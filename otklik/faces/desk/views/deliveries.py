"""Answers that did not reach the resident, and words that came after the answer."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import Staff
from otklik.answers import outgoing, outside
from otklik.cases.actions.heard import see
from otklik.cases.models import Case
from otklik.faces.desk.access import desk_view
from otklik.faces.desk.acting_on import act
from otklik.failures import BadInput


@require_POST
@desk_view
def late(request: HttpRequest, number: str, delivery_id: int) -> HttpResponse:
    """«Послать ещё раз», or «Ответ на месте»."""

    def gate(actor: Staff, case: Case) -> str:
        if request.POST.get("what") == "came":
            outgoing.came_after_all(actor, case.pk, delivery_id)
            return _("Отмечено: ответ на месте.")
        if request.POST.get("what") != "again":
            raise BadInput(_("Выберите, что сделать с ответом."), "what")
        outgoing.send_again(actor, case.pk, delivery_id)
        return _("Ответ отправляется снова.")

    return act(request, number, "", gate)


@require_POST
@desk_view
def outside_answer(request: HttpRequest, number: str) -> HttpResponse:
    """«Снять черновик», or «Оставить»: an answer was given outside of the program while one of ours waited."""

    def gate(actor: Staff, case: Case) -> str:
        what = request.POST.get("what")
        if what not in ("keep", "drop"):
            raise BadInput(_("Выберите, что сделать с записью."), "what")
        if what == "keep":
            outside.keep_draft(actor, case.pk)
            return _("Черновик остался, карточка снова в работе.")
        outside.drop_draft(actor, case.pk)
        return _("Черновик снят. Его текст остался в истории ответа.")

    return act(request, number, "", gate)


@require_POST
@desk_view
def heard_seen(request: HttpRequest, number: str) -> HttpResponse:
    """«Прочитано, ничего не нужно»."""

    def gate(actor: Staff, case: Case) -> str:
        see(actor, case.pk)
        return _("Отмечено: прочитано.")

    return act(request, number, "", gate)
