"""That somebody is on leave, beside their name."""

from django import template
from django.utils import timezone

from otklik.organisations.absences import away

register = template.Library()


@register.simple_tag
def away_note(user_id: int | None) -> str:
    """«в отпуске до 5 декабря, замещает Иванова А. П.», or nothing for who is here."""
    found = away([user_id], timezone.localdate())
    return str(found[user_id]) if user_id in found else ""
