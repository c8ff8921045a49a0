"""The importance on the page of a case: its level, why, the words, and how to correct it."""

from typing import Any

from django import template

from otklik.cases.models import Case
from otklik.faces.desk.danger_words import danger_reasons
from otklik.faces.desk.importance_form import REASONS, ImportanceForm

register = template.Library()


@register.inclusion_tag("desk/parts/importance.html", takes_context=True)
def importance_block(context: dict[str, Any]) -> dict[str, Any]:
    """The block for the case of the page; the form keeps what was typed when it came back with a mistake."""
    case: Case = context["case"]
    outcome = context.get("outcome")
    bound = dict(outcome.bound).get("importance") if outcome is not None else None
    form = bound or ImportanceForm(initial={"importance": case.importance})
    return {
        "case": case,
        "number": context["number"],
        "dangers": danger_reasons(case),
        "may_correct": "set_importance" in context["allowed"],
        "form": form,
        "is_open": bound is not None,
        "reasons": REASONS,
        "csrf_token": context.get("csrf_token"),
        "request": context.get("request"),
    }
