"""What may be inserted into an answer: templates filled for this case, and answers to like cases. And the templates'
own pages.
"""

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.answers import templates, templating
from otklik.answers.alike_answered import alike_answered
from otklik.answers.filling import Filling
from otklik.answers.models import AnswerTemplate
from otklik.cases.models import Case
from otklik.faces.desk.access import case_at, desk_view, staff_of
from otklik.faces.desk.template_form import TemplateForm, region_or_places
from otklik.failures import BadInput, Failure, NotYours, Refused


class Phrase(NamedTuple):
    """One template as the list shows it: filled for the case."""

    row: AnswerTemplate
    text: str
    gaps: str
    reaction: templates.Reaction


@require_safe
@desk_view
def phrases(request: HttpRequest, number: str) -> HttpResponse:
    """The list that «/» opens beside the answer box. A few queries, whatever lies in the database."""
    actor = staff_of(request)
    case = case_at(actor, number)
    context = {
        "case": case, "number": case.number, "phrases": _filled(actor, case),
        "answered": alike_answered(actor, case),
    }
    return render(request, "desk/parts/phrase_list.html", context)


def _filled(actor: Staff, case: Case) -> list[Phrase]:
    rows = templates.offered_for(actor, case)
    if not rows:
        return []
    filling = Filling([case])
    facts = filling.facts(case)
    values = filling.values(case, timezone.now(), public=facts.public)
    found = []
    for row in rows:
        filled = templating.fill(row.text, values, facts)
        reaction = templates.reaction_of(getattr(row, "figure", None))
        found.append(Phrase(row, filled.text, templating.words_of(filled.gaps), reaction))
    return found


@require_safe
@desk_view
def listed(request: HttpRequest) -> HttpResponse:
    """Templates of the region and of one's centres."""
    actor = staff_of(request)
    rows = list(templates.visible_templates(actor).order_by("retired", "place_id", "theme", "name")[:500])
    names = templates.theme_names(rows)
    shown = [
        (row, names.get(row.theme, ""), templates.reaction_of(getattr(row, "figure", None)),
         templates.may_keep(actor, row.place_id))
        for row in rows
    ]
    context = {"rows": shown, "may_add": bool(region_or_places(actor)), "least": templates.SMALL}
    return render(request, "desk/templates/list.html", context)


@require_safe
@desk_view
def one(request: HttpRequest, template_id: int) -> HttpResponse:
    """A template: changed here by who keeps it, read by the others; its earlier texts below."""
    actor = staff_of(request)
    row = _own(actor, template_id)
    return _page(request, actor, row, TemplateForm(actor, row))


@require_safe
@desk_view
def fresh(request: HttpRequest) -> HttpResponse:
    """The form of a new template."""
    actor = staff_of(request)
    if not region_or_places(actor):
        raise Refused(_("Шаблоны заводит координатор или руководитель центра, для всей области — куратор ЦУР."))
    return _page(request, actor, None, TemplateForm(actor, None))


@require_POST
@desk_view
def save(request: HttpRequest, template_id: int = 0) -> HttpResponse:
    """Save a new template, or the next version of one."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        row = _own(actor, template_id) if template_id else None
        form = TemplateForm(actor, row, request.POST)
        fine = form.is_valid()
    if fine:
        given = form.cleaned_data
        try:
            saved = templates.save(
                actor, name=given["name"], text=given["text"], theme=given["theme"],
                place_id=given.get("place"), template_id=template_id or None, base_version=given["base_version"],
            )
            messages.success(request, _("Шаблон сохранён: версия %(n)s.") % {"n": saved.version})
            return redirect("desk:template", template_id=saved.pk)
        except BadInput as failure:
            form.add_error(failure.field if failure.field in form.fields else None, str(failure))
        except NotYours:
            raise
        except Failure as failure:
            form.add_error(None, str(failure))
    with acting(actor, read_only=True):
        return _page(request, actor, row, form, status=422)


@require_POST
@desk_view
def retire(request: HttpRequest, template_id: int) -> HttpResponse:
    """Take a template off the list."""
    try:
        templates.retire(staff_of(request), template_id)
        messages.success(request, _("Шаблон убран из списка."))
    except NotYours:
        raise
    except Failure as failure:
        messages.error(request, str(failure))
    return redirect("desk:templates")


def _own(actor: Staff, template_id: int) -> AnswerTemplate:
    row = templates.visible_templates(actor).filter(pk=template_id).first()
    if row is None:
        raise NotYours(_("Такого шаблона нет, или он не ваш."))
    return row


def _page(
    request: HttpRequest, actor: Staff, row: AnswerTemplate | None, form: TemplateForm, status: int = 200
) -> HttpResponse:
    context = {
        "row": row, "form": form, "may_keep": row is None or templates.may_keep(actor, row.place_id),
        "placeholders": templating.PLACEHOLDERS.items(), "conditions": templating.CONDITIONS.items(),
        "versions": list(row.versions.select_related("author").order_by("-number")[:20]) if row else [],
        "reaction": templates.reaction_of(getattr(row, "figure", None)) if row else None,
        "theme_name": templates.theme_names([row]).get(row.theme, "") if row else "", "least": templates.SMALL,
    }
    return render(request, "desk/templates/one.html", context, status=status)
