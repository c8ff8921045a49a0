"""Settings of the region and of centres, as data."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.failures import Refused
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
    "public_groups": [],  # per municipality: codes of the groups of themes whose problems may be shown to everybody
    "public_statistics": False,  # per municipality: figures for everybody
    "embed_hosts": [],  # per municipality: sites that may show the short form in a frame
    "map_tiles": "",  # address of the tile server, with {z}, {x} and {y}; empty: maps show what we know ourselves
    "map_tiles_attribution": "",  # what the tile server's owner wants written beside the map
    "second_factor_roles": [],  # roles that do not come in without a second factor
    "form_guard": "auto",  # "always": the public form asks for a small work or a sum on any day, not only in a flood
    "limits": {},  # name of `organisations.limits.SHIPPED` → [tries, minutes], where the region decided otherwise
    "chain_check": None,  # the program's last look at the journal: {"at", "problems"}
    "joining": {"by_itself": "bursts", "from": 0.95},  # per centre: what the program joins by itself (decision 104)
    "theme_precision": 0.90,  # per municipality: how often a theme that is not «не знаю» must be right (0.90 or 0.95)
    "theme_by_itself": False,  # per municipality: above that threshold the program sets the theme itself
    "spam_by_itself": False,  # per centre: what is read as spam is set aside without a person
    "reader_asked": None,  # somebody asked the reader to learn now: {"at", "by"}
    "reader_tried": None,  # the last time it learnt or tried to: {"at", "theme", "executor"}
    "working_hours": "09:00-18:00",  # per centre: working hours by which `social` is counted
}

NAMES = {  # as the journal and the audit call them
    "public_address": gettext_lazy("адрес сайта"), "go_live": gettext_lazy("начало работы"),
    "one_person": gettext_lazy("центр из одного человека"), "centre_phone": gettext_lazy("телефон центра"),
    "form_guard": gettext_lazy("проверка, что пишет человек"),
    "demo": gettext_lazy("показательный регион"), "limits": gettext_lazy("ограничения частоты"),
    "map_tiles": gettext_lazy("подложка карты"), "map_tiles_attribution": gettext_lazy("подпись подложки карты"),
    "second_factor_roles": gettext_lazy("кому нужен второй фактор"), "working_hours": gettext_lazy("часы работы"),
    "public_groups": gettext_lazy("проблемы на портале"), "public_statistics": gettext_lazy("статистика на портале"),
    "embed_hosts": gettext_lazy("сайты с формой"), "joining": gettext_lazy("похожие сообщения"),
    "theme_precision": gettext_lazy("точность тем"), "theme_by_itself": gettext_lazy("темы без человека"),
    "spam_by_itself": gettext_lazy("спам без человека"),
    "reader_asked": gettext_lazy("просьба обучить"), "reader_tried": gettext_lazy("последнее обучение"),
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


def of_places(names: Collection[str], places: Collection[int]) -> dict[tuple[str, int], Any]:
    """Several settings of several municipalities in one query, by (name, place)."""
    found: dict[tuple[str, int | None], Any] = {
        (name, place): value
        for name, place, value in Setting.objects.filter(
            Q(territory=None) | Q(territory_id__in=places), name__in=names
        ).values_list("name", "territory_id", "value")
    }
    return {
        (name, place): found.get((name, place), found.get((name, None), DEFAULTS[name]))
        for name in names for place in places
    }


def keep(actor: System, name: str, value: Any) -> None:
    """The program's own note beside the settings: no decision of anybody, so no entry of the journal."""
    with acting(actor), widened():
        note(name, value)


def note(name: str, value: Any) -> None:
    """The same inside a gate (widened)."""
    Setting.objects.update_or_create(name=name, territory=None, defaults={"value": value})


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
        _write(actor, name, value, territory_id)


def decide(actor: Actor, name: str, value: Any, territory_id: int, roles: frozenset[str]) -> None:
    """Change a setting of a municipality that is for other roles to decide than the administrator alone.

    For gates: to be called inside `acting` and `widened`. Raises `Refused`.
    """
    if not isinstance(actor, System) and not (isinstance(actor, Staff) and roles & actor.roles_at(territory_id)):
        raise Refused(_("Это решает руководитель или администратор муниципалитета."))
    if get(name, territory_id) != value:
        _write(actor, name, value, territory_id)


def _write(actor: Actor, name: str, value: Any, territory_id: int | None) -> None:
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
