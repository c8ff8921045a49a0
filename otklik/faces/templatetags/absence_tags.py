"""That somebody is on leave, beside their name."""

from typing import Any

from django import template
from django.utils import timezone

from otklik.organisations.absences import away_of, away_question
from otklik.together import asked

register = template.Library()


@register.simple_tag(takes_context=True)
def away_note(context: dict[str, Any], user_id: int | None) -> str:
    """«в отпуске до 5 декабря, замещает Иванова А. П.», or nothing for who is here."""
    if not user_id:
        return ""
    case = context.get("case")
    if case is not None and case.owner_id == user_id:
        found = away_of(asked(case, "away", lambda _case: away_question([user_id], timezone.localdate())))
    else:
        found = away_of(away_question([user_id], timezone.localdate()))
    return str(found[user_id]) if user_id in found else ""
