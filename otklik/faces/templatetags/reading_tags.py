"""How the reader's numbers are said."""

from django import template

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """0.934 → «93 %»; nothing to count gives a dash."""
    return "—" if share is None else f"{round(share * 100)} %"
