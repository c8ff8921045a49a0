"""Walking the tree: what lies under a node, which scopes that makes, whose a code is."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from otklik.territory.models import Kind, Territory, TerritoryCode


def descendants(territory: Territory) -> QuerySet[Territory]:
    """All active territories under a node, the node itself among them, as one query.

    The tree has four levels at most, so the levels are written out.
    """
    return Territory.objects.filter(
        Q(pk=territory.pk)
        | Q(parent=territory)
        | Q(parent__parent=territory)
        | Q(parent__parent__parent=territory),
        active=True,
    )


def scope_ids(territory: Territory) -> set[int]:
    """The ids of the scopes at and under a node: what staff placed there may see.

    A settlement gives the scope it lies in, since nothing finer bounds what staff see.
    """
    scopes = descendants(territory).values_list("scope_id", flat=True).distinct().order_by()
    return {scope for scope in scopes if scope is not None}


def by_oktmo(code: str, on: date | None = None) -> Territory | None:
    """The territory that bears an ОКТМО code on a day; without a day, now or last.

    Codes are of 8 digits (municipalities) or 11 (settlements); 11 digits that end in 000 are the
    municipality's. None when nobody bears it.
    """
    digits = code.strip().replace(" ", "")
    if len(digits) == 11 and digits.endswith("000"):
        digits = digits[:8]
    found = TerritoryCode.objects.filter(system="oktmo", code=digits).select_related("territory")
    if on is not None:
        found = found.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on),
            Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        )
    # The code without an end first, then the one that ended last.
    rows = sorted(found, key=lambda row: (row.valid_to is not None, -(row.valid_to or date.max).toordinal()))
    return rows[0].territory if rows else None


def by_code(code: str) -> Territory | None:
    """The territory with our own stable code («kamyshinskiy-rayon»), or None."""
    return Territory.objects.filter(code=code).first()


def region() -> Territory:
    """The region this database is about. Raises `Territory.DoesNotExist` before it is loaded."""
    return Territory.objects.get(kind=Kind.REGION)


def municipalities() -> QuerySet[Territory]:
    """The active municipalities, by name."""
    return Territory.objects.filter(kind=Kind.MUNICIPALITY, active=True).order_by("name_key", "id")
