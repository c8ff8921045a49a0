"""Settings of the region and of centres, as data."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.acting import Actor, Staff, System, acting, once, widened
from otklik.failures import Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import Setting
from otklik.organisations.staffing import require_administrator, require_region_administrator
from otklik.territory.models import Territory

# name → what stands when nobody has decided
DEFAULTS: dict[str, Any] = {
    "public_address": "",  # address by which residents and executors reach us; empty: as the request came
    "task_address": "",  # where executors' links lead when /task/ stands on a host of its own; empty: public_address
    "go_live": None,  # ISO date; what was received before neither notifies nor counts when imported
    "one_person": False,  # per centre: the approval chain for `social` is empty
    "centre_phone": "",  # per centre: shown where a link has ended
    "demo": None,  # the region is a demo, not a real one: {"state": "making" or "ready", "cases", "seed", "digest"}
    "public_groups": [],  # per municipality: codes of the groups of themes whose problems may be shown to everybody
    "public_statistics": False,  # per municipality: figures for everybody
    "public_promises": False,  # per municipality: «обещано — сделано» for everybody, under titles of staff
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
    "arrivals_kept_days": 90,  # what was sifted out or put aside is emptied then; what became a case stays with it
    "shorter_terms": [],  # what the region's own law adds to `cases.shorter_terms`: rows of `Term`
    "samples_each": 5,  # per centre: answers a week that the curator looks at; 0 switches the drawing off
    "remark_days": 3,  # per centre: working days in which a remark of the curator is answered
    "page_silent_days": 14,  # days without a publication after which an official page is silent
    # per municipality and for the region: reports that write themselves when their week, month or quarter is over
    "regular_reports": ["planning", "digest_week", "tsur", "digest_month", "appeals"],
    "open_data": False,  # of the region: figures by month as open data (decision 210)
    "open_cases": False,  # of the region: depersonalised cases beside them
    "silent_hours": 4,  # per centre: working hours in which nobody acts while cases wait: a silent queue
}

NAMES = {  # as the journal and the audit call them
    "public_address": gettext_lazy("адрес сайта"), "task_address": gettext_lazy("адрес страниц исполнителей"),
    "go_live": gettext_lazy("начало работы"),
    "one_person": gettext_lazy("центр из одного человека"), "centre_phone": gettext_lazy("телефон центра"),
    "form_guard": gettext_lazy("проверка, что пишет человек"),
    "demo": gettext_lazy("показательный регион"), "limits": gettext_lazy("ограничения частоты"),
    "map_tiles": gettext_lazy("подложка карты"), "map_tiles_attribution": gettext_lazy("подпись подложки карты"),
    "second_factor_roles": gettext_lazy("кому нужен второй фактор"),
    "public_groups": gettext_lazy("проблемы на портале"), "public_statistics": gettext_lazy("статистика на портале"),
    "public_promises": gettext_lazy("обещания на портале"),
    "embed_hosts": gettext_lazy("сайты с формой"), "joining": gettext_lazy("похожие сообщения"),
    "theme_precision": gettext_lazy("точность тем"), "theme_by_itself": gettext_lazy("темы без человека"),
    "spam_by_itself": gettext_lazy("спам без человека"),
    "shorter_terms": gettext_lazy("короткие сроки обращений"),
    "samples_each": gettext_lazy("сколько ответов в выборке"),
    "remark_days": gettext_lazy("срок ответа на замечание"),
    "page_silent_days": gettext_lazy("когда страница считается молчащей"),
    "regular_reports": gettext_lazy("отчёты, которые пишутся сами"),
    "open_data": gettext_lazy("открытые данные"),
    "open_cases": gettext_lazy("обезличенные сообщения в открытых данных"),
    "silent_hours": gettext_lazy("когда очередь считается молчащей"),
    "arrivals_kept_days": gettext_lazy("хранение того, что не стало карточкой"),
    "reader_asked": gettext_lazy("просьба обучить"), "reader_tried": gettext_lazy("последнее обучение"),
}


def get(name: str, territory_id: int | None = None) -> Any:
    """The setting of a place, else of its city (for an inner district), else of the region, else the default."""
    return once(("setting", name, territory_id), lambda: _get(name, territory_id))


def _get(name: str, territory_id: int | None) -> Any:
    wanted = Q(territory=None)
    if territory_id is not None:
        city = Territory.objects.filter(pk=territory_id, municipality__isnull=False).values("municipality_id")
        wanted |= Q(territory_id=territory_id) | Q(territory_id__in=city)
    rows: dict[int | None, Any] = dict(
        Setting.objects.filter(wanted, name=name).values_list("territory_id", "value")
    )
    nearest = sorted(rows, key=lambda place: (place != territory_id, place is None))
    return rows[nearest[0]] if nearest else DEFAULTS[name]


def of_places(names: Collection[str], places: Collection[int]) -> dict[tuple[str, int], Any]:
    """Several settings of several municipalities in one query, by (name, place)."""
    return told(rows_of(names, places), names, places)


def rows_of(names: Collection[str], places: Collection[int]) -> QuerySet[Setting]:
    """What is set for these places and for the region."""
    return Setting.objects.filter(Q(territory=None) | Q(territory_id__in=places), name__in=names)


def told(rows: Iterable[Setting], names: Collection[str], places: Collection[int]) -> dict[tuple[str, int], Any]:
    """The same for every one of them, with what nobody has set."""
    found = {(row.name, row.territory_id): row.value for row in rows}
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
