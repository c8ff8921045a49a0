"""Which roles a person holds on a day, and which scopes each of them reaches: one statement, asked by every request.

It is written in SQL: to put it together from models anew took more than half the work of a request that does nothing.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from otklik.territory.models import Kind

# A substitute holds, besides, the roles of whoever is away that day; those over people and secrets only where an
# administrator said so. The tree has four levels; of a place what is active counts, whatever lies between.
_HELD = """
WITH lent AS (
    SELECT away.user_id, away.lends_all
    FROM organisations_absence away JOIN organisations_user substitute ON substitute.id = away.substitute_id
    WHERE away.substitute_id = %(user)s AND substitute.is_active AND away.cancelled_at IS NULL
      AND away.since <= %(today)s AND away.until >= %(today)s
)
SELECT held.role, held.user_id, place.kind = %(region)s, CASE WHEN place.kind = %(region)s THEN '{}' ELSE ARRAY(
    WITH RECURSIVE under (id, scope_id, active) AS (
        SELECT place.id, place.scope_id, place.active
        UNION ALL
        SELECT one.id, one.scope_id, one.active FROM territory_territory one JOIN under ON one.parent_id = under.id
    )
    SELECT DISTINCT scope_id FROM under WHERE active AND scope_id IS NOT NULL
) END
FROM organisations_roleassignment held
JOIN organisations_user holder ON holder.id = held.user_id
JOIN territory_territory place ON place.id = held.territory_id
WHERE holder.is_active AND held.since <= %(today)s AND (held.until IS NULL OR held.until >= %(today)s)
  AND (held.user_id = %(user)s
       OR held.user_id IN (SELECT user_id FROM lent WHERE lends_all OR NOT held.role = ANY (%(not_lent)s)))
"""


@dataclass(frozen=True)
class Held:
    """One role: whose it is, and the scopes under its place (None: everywhere)."""

    role: str
    user_id: int
    reaches: frozenset[int] | None


def held_on(user_id: int, today: date, *, not_lent: frozenset[str]) -> list[Held]:
    """Own roles and those of colleagues the person stands in for. `today` is a day of the region's zone."""
    asked: dict[str, Any] = {"user": user_id, "today": today, "region": Kind.REGION.value}
    asked["not_lent"] = sorted(map(str, not_lent))
    with connection.cursor() as cursor:
        cursor.execute(_HELD, asked)
        return [
            Held(role, whose, None if everywhere else frozenset(scopes))
            for role, whose, everywhere, scopes in cursor.fetchall()
        ]
