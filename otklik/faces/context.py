"""What every page's frame needs: who is here, in which centre, and where they may go."""

from datetime import datetime
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from otklik.acting import Staff
from otklik.territory.models import Kind, Territory

DESK_ROLES = frozenset({"operator", "coordinator", "approver", "head", "curator", "analyst"})
REGION_ROLES = frozenset({"head", "curator", "analyst", "coordinator"})
IMPORT_ROLES = frozenset({"operator", "coordinator", "curator"})
HEADS = frozenset({"head"})
SETTINGS_ROLES = frozenset({"administrator", "security"})
KEPT_SECONDS = 300  # names of places change once a reform


class Door(NamedTuple):
    """One entry of the navigation."""

    address: str
    label: str
    icon: str
    here: bool


def interface(request: HttpRequest) -> dict[str, Any]:
    """The context of the frame. For visitors it asks the database nothing."""
    actor = getattr(request, "actor", None)
    now: datetime = timezone.now()
    if not isinstance(actor, Staff):
        return {"now": now, "staff": None, "region_name": region_name}
    return {
        "now": now,
        "staff": actor,
        "doors": doors(actor, request.path),
        "centre_name": centre_name(actor),
        "region_name": region_name,
        "stream": stream_for(actor, request.path),
        "works_at_desk": bool(actor.roles_at(None) & DESK_ROLES),
    }


def stream_for(actor: Staff, path: str) -> str:
    """The address by which this page hears news, where it has any and the person may."""
    roles = actor.roles_at(None)
    if path.startswith("/region/") and roles & REGION_ROLES:
        return "/region/events/"
    return "/desk/events/" if path.startswith("/desk/") and roles & DESK_ROLES else ""


def doors(actor: Staff, path: str) -> list[Door]:
    """The navigation of this person: only rooms they have a role for."""
    roles = actor.roles_at(None)
    rooms = [
        ("/desk/", _("Сообщения"), "inbox", DESK_ROLES),
        ("/desk/problems/", _("Проблемы"), "stack-2", DESK_ROLES),
        ("/desk/appeals/", _("Обращения"), "file-text", DESK_ROLES),
        ("/region/", _("Сеть"), "map", REGION_ROLES),
        ("/settings/portal/", _("Портал"), "speakerphone", HEADS),
        ("/settings/imports/", _("Загрузка таблиц"), "file-import", IMPORT_ROLES),
        ("/settings/", _("Настройки"), "settings", SETTINGS_ROLES),
    ]
    open_to = [room for room in rooms if roles & room[3]]
    path = path.replace("/desk/problem/", "/desk/problems/", 1)  # the page of one belongs to the room of all
    if path.startswith(("/desk/reception/", "/desk/post/")):
        path = "/desk/appeals/"
    here = max((a for a, *_rest in open_to if path.startswith(a)), key=len, default="")
    return [Door(a, label, icon, a == here) for a, label, icon, _roles in open_to]


def centre_name(actor: Staff) -> str:
    """«ЦУР», «МЦУ Камышин» or how many places the person works for."""
    if actor.sees is None:
        return _("ЦУР")
    places = actor.sees or frozenset().union(*(g.scopes or frozenset() for g in actor.grants))
    if not places:
        return region_name() if actor.grants else ""
    key = f"centre-name:{get_language()}:" + ",".join(str(one) for one in sorted(places))
    name: str | None = cache.get(key)
    if name is None:
        name = _named(places)
        cache.set(key, name, KEPT_SECONDS)
    return name


def _named(places: frozenset[int]) -> str:
    rows = list(Territory.objects.filter(pk__in=places).order_by("name_key"))
    chief = [row for row in rows if row.kind == Kind.MUNICIPALITY] or rows
    if len(chief) == 1:
        return _("МЦУ %(place)s") % {"place": chief[0].short_name}
    return _("МЦУ: %(places)s") % {"places": ", ".join(row.short_name for row in chief[:3])}


def region_name() -> str:
    """The region's name; called by the template only where it is shown."""
    try:
        region = region_place()
    except (OperationalError, InterfaceError):  # a page that gives back what was typed needs no name
        return ""
    return region.name if region else ""


def region_place() -> Territory | None:
    """The region itself, as it was a few minutes ago at most."""
    region: Territory | None = cache.get("region-place")
    if region is None:
        region = Territory.objects.filter(kind=Kind.REGION).first()
        cache.set("region-place", region, KEPT_SECONDS)
    return region
