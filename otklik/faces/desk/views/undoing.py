"""Отменить последнее действие."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import Staff
from otklik.answers.undoing import undo
from otklik.cases.models import Case
from otklik.faces.desk.access import desk_view
from otklik.faces.desk.acting_on import act


@require_POST
@desk_view
def undo_last(request: HttpRequest, number: str) -> HttpResponse:
    """Take back what this person has just done, for ten seconds, if nothing else has happened since."""

    def gate(actor: Staff, case: Case) -> str:
        undo(actor, case.pk)
        return _("Отменено, всё как было.")

    return act(request, number, "", gate)
