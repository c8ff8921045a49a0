"""Settings of the region and of centres, as data."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from otklik.acting import Actor, acting, widened
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import Setting
from otklik.organisations.staffing import require_administrator, require_region_administrator
from otklik.territory.models import Territory

# name → what stands when nobody has decided
DEFAULTS: dict[str, Any] = {
    "public_address": "",  # address by which residents and executors reach us; empty: as the request came
    "go_live": None,  # ISO date; what was received before neither notifies nor counts when imported
    "one_person": False,  # per centre: the approval chain for `social` is empty
    "centre_phone": "",  # per centre: shown where a link has ended
    "demo": None,  # the region is a demo, not a real one: {"state": "making" or "ready", "cases", "seed", "digest"}
    "working_hours": "09:00-18:00",  # per centre: working hours by which `social` is counted
}


def get(name: str, territory_id: int | None = None) -> Any:
    """The setting of a place, else of its city (for an inner district), else of the region, else the default."""
    nearest: list[int | None] = [territory_id]
    if territory_id is not None:
        nearest += Territory.objects.filter(pk=territory_id).values_list("municipality_id", flat=True)
    wanted = Q(territory=None) | Q(territory_id__in=[place for place in nearest if place])
    rows: dict[int | None, Any] = dict(
        Setting.objects.filter(wanted, name=name).values_list("territory_id", "value")
    )
    return next((rows[place] for place in (*nearest, None) if place in rows), DEFAULTS[name])


def put(actor: Actor, name: str, value: Any, territory_id: int | None = None) -> None:
    """Change a setting; the journal keeps who, when, and both values (settings name no persons).

    What holds for the whole region is its administrator's to decide, a centre's own that centre's.
    """
    if name not in DEFAULTS:
        raise KeyError(name)
    with acting(actor), widened():
        if territory_id is None:
            require_region_administrator(actor)
        else:
            require_administrator(actor, territory_id)
        row, new = Setting.objects.select_for_update().get_or_create(
            name=name,
            territory=Territory.objects.get(pk=territory_id) if territory_id else None,
            defaults={"value": value},
        )
        before = None if new else row.value
        row.value = value
        row.save(update_fields=["value"])
        append(
            NewEntry(
                f"setting:{name}:{territory_id or 'region'}", "setting_changed", actor.reference, timezone.now(),
                {"before": before, "after": value},
            )
        )
