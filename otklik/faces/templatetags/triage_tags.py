"""What the desk says of a triage: how sure a guess is, in words, and the last triage that may be taken back."""

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from otklik.cases.actions.by_itself import undoable

register = template.Library()


@register.filter
def sureness(p: float | None) -> str:
    """0.78 → «скорее всего, 78 %»; nothing where no probability is known."""
    if p is None:
        return ""
    words = next(
        word for least, word in (
            (0.9, _("почти наверняка")), (0.7, _("скорее всего")), (0.4, _("возможно")), (0.0, _("вряд ли"))
        ) if p >= least
    )  # fmt: skip
    return _("%(words)s, %(percent)s %%") % {"words": words, "percent": round(p * 100)}


@register.inclusion_tag("desk/parts/triage_undo.html", takes_context=True)
def triage_undo(context: Context) -> dict[str, Any]:
    """The last triage as a line with «Отменить», when this person may and nothing else has happened since."""
    case, allowed = context["case"], context["allowed"]
    entry = undoable(case) if "undo_triage" in allowed else None
    return {
        "entry": entry, "case": case, "number": context["number"], "request": context.get("request"),
        "csrf_token": context.get("csrf_token"), "by_program": entry is not None and entry.verb == "triage_by_itself",
    }
