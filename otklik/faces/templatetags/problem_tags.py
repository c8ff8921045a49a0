"""The panel of a case that joins it to a problem, with the problems it is likely to belong to."""

from typing import Any

from django import template

from otklik.acting import Staff
from otklik.cases.problems import likely_for
from otklik.faces.desk.problem_forms import MakeProblemForm

register = template.Library()


@register.inclusion_tag("desk/steps/join_problem.html", takes_context=True)
def problem_panel(context: dict[str, Any]) -> dict[str, Any]:
    """Panel «Проблема»; empty for whoever may not join. Reads inside the page's own `acting`."""
    case, allowed = context["case"], context["allowed"]
    if "join_problem" not in allowed or not isinstance(context.get("staff"), Staff):
        return {"shown": False}
    forms = context["forms"]
    return {
        "shown": True,
        "case": case,
        "number": case.number,
        "step": context["step"],
        "likely": likely_for(context["staff"], case),
        "form": forms.get("make_problem") or MakeProblemForm(initial={"title": case.title}),
        "join_form": forms.get("join_problem"),
        "csrf_token": context.get("csrf_token"),
    }
