"""A settlement that somebody typed beside a chosen municipality."""

from __future__ import annotations

from django.db.models import Q

from otklik.territory.models import Kind, Territory
from otklik.territory.naming import name_key, split_type


def settlement_typed(municipality_id: int, typed: str) -> Territory | None:
    """The settlement that was typed, when its name is one of a kind within the municipality or district.

    To be called inside `acting`.
    """
    name = split_type(typed)
    inside = Territory.objects.filter(Q(municipality_id=municipality_id) | Q(scope_id=municipality_id), active=True)
    inside = inside.filter(kind=Kind.SETTLEMENT)
    for key, type_name in ((name_key(typed), ""), (name_key(name.name), name.type_name)):
        rows = list(inside.filter(Q(name_key=key) | Q(aliases__name_key=key)).distinct()[:20])
        if type_name and len(rows) > 1:
            rows = [row for row in rows if row.type_name == type_name] or rows
        if len(rows) == 1:
            return rows[0]
    return None
