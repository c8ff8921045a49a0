"""Other cases of the same house. Inside `acting`.

The database keeps the key of each row («ул. Мира, д. 12» and «Мира 12» are one), so the index finds them however many
cases there are.
"""

from django.db import connection

from otklik.acting import Actor
from otklik.cases.models import Case
from otklik.cases.reading import visible_cases

MOST = 10


def at_address(actor: Actor, territory_id: int, street: str, house: str, limit: int = MOST) -> list[Case]:
    """Cases of that house that the actor sees, newest first. Without a house there is no one address: nothing."""
    if not house.strip():
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_address_key(%s, %s)", [street, house])
        key = cursor.fetchone()[0]
    if key.endswith("|"):  # a house of signs only
        return []
    found = visible_cases(actor).filter(territory_id=territory_id)
    found = found.extra(where=['"cases_case"."address_key" = %s'], params=[key])
    return list(found.select_related("theme", "territory").order_by("-received_at", "-pk")[:limit])


def others_there(actor: Actor, case: Case, limit: int = MOST) -> list[Case]:
    """Cases of this one's house besides itself."""
    there = at_address(actor, case.territory_id, case.street, case.house, limit + 1)
    return [one for one in there if one.pk != case.pk][:limit]
