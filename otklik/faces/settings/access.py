"""Who may open which settings, and for which places."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.acting import Actor, Staff
from otklik.failures import Refused
from otklik.territory.models import Kind, Territory

ADMINISTRATORS = frozenset({"administrator"})
WATCHERS = frozenset({"administrator", "security"})  # who may look at staff and the journal of settings
IMPORTERS = frozenset({"operator", "coordinator", "curator"})

Scopes = frozenset[int] | None


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, as the middleware found out."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def scopes_of_roles(actor: Actor, roles: Iterable[str]) -> Scopes:
    """The scopes where the actor holds one of the roles; None is the whole region, empty nowhere."""
    wanted = frozenset(roles)
    scopes: frozenset[int] = frozenset()
    for grant in actor.grants if isinstance(actor, Staff) else ():
        if grant.role in wanted:
            if grant.scopes is None:
                return None
            scopes |= grant.scopes
    return scopes


def required(actor: Actor, roles: Iterable[str]) -> Scopes:
    """The same, but `Refused` for who holds none of them."""
    scopes = scopes_of_roles(actor, roles)
    if scopes is not None and not scopes:
        raise Refused(_("У вас нет роли для этого раздела. Если он вам нужен, попросите её у администратора."))
    return scopes


def whole_region(actor: Actor, roles: Iterable[str] = ADMINISTRATORS) -> None:
    """`Refused` unless the actor holds one of the roles for the whole region."""
    if scopes_of_roles(actor, roles) is not None:
        raise Refused(_("Это меняет администратор региона."))


def places(scopes: Scopes) -> list[Territory]:
    """The region, municipalities and inner districts in these scopes, in this order, districts under their city."""
    found = list(
        Territory.objects.filter(kind__in=[Kind.REGION, Kind.MUNICIPALITY, Kind.DISTRICT], active=True)
        .select_related("municipality")
    )
    seen = [p for p in found if scopes is None or p.pk in scopes]

    def order(place: Territory) -> tuple[bool, str, bool, str]:
        city = place.municipality if place.kind == Kind.DISTRICT and place.municipality else place
        return place.kind != Kind.REGION, city.name_key, place.kind == Kind.DISTRICT, place.name_key

    return sorted(seen, key=order)


def place_choices(scopes: Scopes) -> list[tuple[int, str]]:
    """Choices for a form: inner districts are set in under their city."""
    return [(p.pk, f"— {p.short_name}" if p.kind == Kind.DISTRICT else p.short_name) for p in places(scopes)]


@dataclass(frozen=True)
class Section:
    """One section of settings: the name of its address, its words, and for whom it is (None: all staff)."""

    code: str
    label: str | Promise
    icon: str
    roles: frozenset[str] | None
    whole_region: bool = False


SECTIONS = (
    Section("staff", gettext_lazy("Сотрудники"), "users", WATCHERS),
    Section("leave", gettext_lazy("Отпуска"), "calendar-event", None),
    Section("organisations", gettext_lazy("Организации"), "building", ADMINISTRATORS),
    Section("hours", gettext_lazy("Часы работы"), "clock-play", ADMINISTRATORS),
    Section("duty", gettext_lazy("Дежурные"), "phone-call", ADMINISTRATORS),
    Section("region", gettext_lazy("Регион"), "world", ADMINISTRATORS, whole_region=True),
    Section("map", gettext_lazy("Карты"), "map", ADMINISTRATORS, whole_region=True),
    Section("security", gettext_lazy("Безопасность"), "shield", ADMINISTRATORS, whole_region=True),
    Section("centres", gettext_lazy("Центры"), "building-community", ADMINISTRATORS),
    Section("portal", gettext_lazy("Портал"), "speakerphone", frozenset({"administrator", "head"})),
    Section(
        "open_data", gettext_lazy("Открытые данные"), "database", frozenset({"administrator", "head"}),
        whole_region=True,
    ),
    Section("alike", gettext_lazy("Похожие сообщения"), "stack-2", frozenset({"administrator", "head"})),
    Section("channels", gettext_lazy("Каналы"), "plug", ADMINISTRATORS),
    Section("quarantine", gettext_lazy("Не разобрано"), "mail-question", IMPORTERS),
    Section("imports", gettext_lazy("Загрузка таблиц"), "file-import", IMPORTERS),
    Section("themes", gettext_lazy("Классификатор"), "tags", None),
    Section("reading", gettext_lazy("Понимание текста"), "bulb", frozenset({"administrator", "analyst"})),
    Section("policies", gettext_lazy("Регламенты"), "clock", None),
    Section("escalation", gettext_lazy("Кому сообщать"), "bell-ringing", ADMINISTRATORS),
    Section("agreements", gettext_lazy("Помощь ЦУР"), "heart-handshake", ADMINISTRATORS),
    Section("exchange_keys", gettext_lazy("Другие области"), "key", ADMINISTRATORS, whole_region=True),
    Section("registers", gettext_lazy("Регистрация"), "clipboard-check", ADMINISTRATORS),
    Section("authority", gettext_lazy("Вместо руководителя"), "gavel", ADMINISTRATORS),
    Section("letter_forms", gettext_lazy("Бланки писем"), "file-text", frozenset({"administrator", "head"})),
    Section("journal", gettext_lazy("Журнал"), "history", WATCHERS),
    Section("audit", gettext_lazy("Аудит"), "shield-check", WATCHERS),
    Section("erasure", gettext_lazy("Стереть человека"), "trash", WATCHERS),
)


def sections_of(actor: Actor) -> list[Section]:
    """The sections this actor may open, in order."""
    if not isinstance(actor, Staff) or not actor.grants:
        return []
    out = []
    for section in SECTIONS:
        scopes = scopes_of_roles(actor, section.roles) if section.roles is not None else None
        if scopes is None or (scopes and not section.whole_region):
            out.append(section)
    return out
