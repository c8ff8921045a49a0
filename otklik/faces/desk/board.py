"""What the board «Что горит» shows beside its cases: who is away, whose step is next."""

from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from otklik.acting import Staff
from otklik.cases import burning
from otklik.cases.clock_rules import zone
from otklik.cases.models import Case
from otklik.organisations.absences import Away, lasting
from otklik.organisations.models import RoleAssignment, User
from otklik.organisations.staffing import CONTENT_ROLES

MOST_AWAY = 12
KEPT_SECONDS = 60  # who is away changes by the day
NEXT: dict[str, str | Promise] = {  # by the state: what the main key does with the opened case
    "new": _("разобрать"), "triaged": _("назначить"), "assigned": _("спросить исполнителя"), "replied": _("ответить"),
}


def board_context(actor: Staff, now: datetime) -> dict[str, Any]:
    """Groups with their cases, and who of the centre is on leave."""
    groups = burning.board(actor, now)
    rows = [case for group in groups for case in group.rows]
    return {
        "board": groups,
        "board_rows": rows,
        "board_total": sum(group.count for group in groups),
        "away": {case.pk: away_of(case) for case in rows},
        "away_here": away_here(actor, now.astimezone(zone()).date()),
        "next_steps": NEXT,
    }


def away_of(case: Case) -> Away | None:
    """That the owner is on leave, as it stands beside their name."""
    until: date | None = getattr(case, "away_until", None)
    if until is None:
        return None
    name: str | None = getattr(case, "away_substitute", None)
    return Away(until, User(full_name=name) if name else None)


def away_here(actor: Staff, day: date) -> list[tuple[str, Away]]:
    """Who of the person's centre is on leave today, by when they return; for the whole region nobody is listed.

    Kept for a minute: the page is asked for every few seconds.
    """
    if not actor.sees:
        return []
    key = f"away:{day.isoformat()}:" + ",".join(str(one) for one in sorted(actor.sees))
    kept: list[tuple[str, Away]] | None = cache.get(key)
    if kept is None:
        here = Q(territory__scope_id__in=actor.sees) | Q(territory_id__in=actor.sees)
        people = RoleAssignment.objects.filter(here, role__in=CONTENT_ROLES, user__is_active=True)
        gone = lasting(day).filter(user_id__in=people.values("user_id")).select_related("user", "substitute")
        kept = [(row.user.short_name, Away(row.until, row.substitute)) for row in gone.order_by("until", "pk")]
        cache.set(key, kept[:MOST_AWAY], KEPT_SECONDS)
    return kept[:MOST_AWAY]
