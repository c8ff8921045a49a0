"""The importance of a case corrected by a person, with the reason."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import Staff
from otklik.cases.actions.importance import correct_importance
from otklik.cases.models import Case
from otklik.faces.desk.access import desk_view
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.importance_form import ImportanceForm


@require_POST
@desk_view
def set_importance(request: HttpRequest, number: str) -> HttpResponse:
    """Исправить важность. The same level as before is agreement."""
    form = ImportanceForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        before = case.importance
        correct_importance(actor, case.pk, importance=given["importance"], reason=given["reason"])
        return _("Важность исправлена.") if given["importance"] != before else _("Важность оставлена.")

    return act(request, number, "importance", gate, form)
