"""The coach's box under an answer."""

from typing import Any

from django import template

from otklik.cases.models import Postponement

register = template.Library()


@register.inclusion_tag("desk/parts/coach_box.html", takes_context=True)
def coach_box(context: dict[str, Any], key: str, opened: bool = False) -> dict[str, Any]:
    """The box of one form: under the draft it follows the typing, elsewhere it looks once at the saved text.

    Under «Отправлено» (`sent`) it only names the promises: why a grave finding stays was said at the approval.

    Nothing is asked of the database before the panel is open.
    """
    if key == "sent":
        when = "load" if opened else "toggle from:closest details once"
        return {"number": context["number"], "may_end": False, "when": when}
    form = context["forms"][key]
    typing = key == "draft"
    when = "input delay:700ms from:closest form, toggle from:closest details" if typing else "load"
    if typing and opened:
        when = f"load, {when}"
    may_end = not typing or context["chain_is_empty"]  # elsewhere the text goes to whoever approves
    return {"number": context["number"], "may_end": may_end, "vouched": form["vouched"], "when": when}


@register.simple_tag(takes_context=True)
def postponed_of(context: dict[str, Any]) -> Postponement | None:
    """The postponement of the case of this page; asked only where there may be one."""
    case = context["case"]
    if case.regime != "pos":
        return None
    return Postponement.objects.filter(case=case, back_at=None).first()
