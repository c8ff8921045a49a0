"""Messages about the same: proposals, asked for when the case is on the screen, and what a person decides."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff
from otklik.cases.actions.joining import accept_alike, call_unlike, undo_join
from otklik.cases.models import Case
from otklik.faces.desk.access import case_at, desk_view, staff_of
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.alike_block import alike_context
from otklik.faces.desk.case_page import Outcome
from otklik.failures import BadInput


@require_safe
@desk_view
def alike(request: HttpRequest, number: str) -> HttpResponse:
    """What the case may be one with, and the joining that can be taken back."""
    actor = staff_of(request)
    return render(request, "desk/parts/alike.html", alike_context(actor, case_at(actor, number), timezone.now()))


@require_POST
@desk_view
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Одно и то же: присоединить."""

    def gate(actor: Staff, case: Case) -> str:
        joining = accept_alike(actor, case.pk, other_id=_other(request))
        return _("Присоединено к проблеме № %(n)s. Отменить можно в течение суток.") % {"n": joining.problem_id}

    return act(request, number, "join_problem", gate)


@require_POST
@desk_view
def refuse(request: HttpRequest, number: str) -> HttpResponse:
    """Не то: больше не предлагать."""

    def gate(actor: Staff, case: Case) -> Outcome:
        other = _other(request)
        call_unlike(actor, case.pk, other_id=other)
        return Outcome(notice=_("Запомнено: больше не предложим."), looks_anew=f"-{other}")

    return act(request, number, "join_problem", gate)


@require_POST
@desk_view
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """Отменить присоединение."""

    def gate(actor: Staff, case: Case) -> str:
        undo_join(actor, case.pk)
        return _("Присоединение отменено: всё как было.")

    return act(request, number, "join_problem", gate)


def _other(request: HttpRequest) -> int:
    """The other case that the page named. Nobody types it, so a broken one is an old page."""
    text = request.POST.get("other", "")
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 19):
        raise BadInput(_("Страница устарела. Откройте карточку ещё раз."), "other")
    return int(text)
