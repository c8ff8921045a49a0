"""The letters of a case, for the desk's own page."""

from typing import Any

from django import template

from otklik.acting import Staff
from otklik.cases.models import Case
from otklik.channels.models import Account, Arrival
from otklik.intake import asking

register = template.Library()


@register.simple_tag(takes_context=True)
def letters_of(context: dict[str, Any], case: Case) -> list[Arrival]:
    """The letters whose words are in this case, for who may read mail whole; none where it came another way."""
    actor = getattr(context.get("request"), "actor", None)
    if case.account.channel != Account.Channel.EMAIL or not isinstance(actor, Staff):
        return []
    rows = Arrival.objects.filter(account_id=case.account_id, message__in_case__case=case).defer("body").order_by("id")
    return [row for row in rows if asking.ROLES & actor.roles_at(row.scope_id)]
