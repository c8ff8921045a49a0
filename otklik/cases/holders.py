"""Who holds which role for a case today."""

from datetime import datetime

from django.db.models import Q

from otklik.cases.clock_rules import zone
from otklik.cases.escalation_rules import OWNER
from otklik.cases.models import Case
from otklik.organisations.models import RoleAssignment
from otklik.territory.models import Kind


def people_of(case: Case, roles: set[str], now: datetime) -> dict[str, list[int]]:
    """Role → who holds it for this case today, whether they are there or not. One query.

    Roles of a centre count where they are held there; the curator's for this place first, else of the whole region.
    """
    found: dict[str, list[int]] = {OWNER: [case.owner_id] if case.owner_id else []}
    day = now.astimezone(zone()).date()
    held = RoleAssignment.objects.filter(
        role__in=roles - {OWNER}, user__is_active=True, since__lte=day
    ).filter(Q(until=None) | Q(until__gte=day))
    place, city = case.scope_id, case.scope.municipality_id
    here = Q(territory_id__in=[one for one in (place, city) if one]) | Q(territory__scope_id=place)
    region = Q(territory__kind=Kind.REGION)
    rows = held.filter(here | region).order_by("user_id").values_list("role", "user_id", "territory__kind")
    above: dict[str, list[int]] = {}
    for role, user_id, kind in rows:
        (above if kind == Kind.REGION else found).setdefault(str(role), []).append(user_id)
    own = case.scope.kind == Kind.REGION  # the ЦУР's own cases: its people are the centre's
    for role, ids in above.items():
        if own or (role == "curator" and not found.get(role)):
            found[role] = ids
    return {role: list(dict.fromkeys(found.get(role, []))) for role in roles}
