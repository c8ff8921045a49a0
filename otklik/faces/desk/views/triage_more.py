"""Beside the choice of a theme: what belongs to it and what it is taken for; and taking the last triage back."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff
from otklik.cases.actions.by_itself import undo
from otklik.cases.models import Case
from otklik.classifier.models import Theme
from otklik.faces.desk.access import desk_view
from otklik.faces.desk.acting_on import act

MOST_WORDS = 6


@require_safe
@desk_view
def theme_help(request: HttpRequest, theme_id: int) -> HttpResponse:
    """«Что сюда» and «не путать с» of one theme."""
    theme = Theme.objects.filter(pk=theme_id).first()
    if theme is None:
        raise Http404
    context = {"theme": theme, "words": theme.synonyms[:MOST_WORDS], "others": theme.confused_with()}
    return render(request, "desk/parts/theme_help.html", context)


@require_POST
@desk_view
def undo_triage(request: HttpRequest, number: str) -> HttpResponse:
    """Отменить разбор."""

    def gate(actor: Staff, case: Case) -> str:
        undo(actor, case.pk)
        return _("Разбор отменён.")

    return act(request, number, "triage", gate)
