"""Who may do what in the exchange of experience: the whole network reads, a centre's people change what is theirs."""

from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System
from otklik.failures import NotYours, Refused
from otklik.insight.figures import scopes_of, with_scopes
from otklik.organisations.models import RoleAssignment, User
from otklik.territory.models import Kind, Territory

KEEPERS = frozenset({"head", "coordinator", "curator"})
READERS = KEEPERS | {"analyst"}
CENTRES = (Kind.REGION, Kind.MUNICIPALITY)


def may_read(actor: Actor) -> bool:
    """Whether this person sees the network's passports, meetings and questions."""
    return isinstance(actor, System) or (isinstance(actor, Staff) and bool(READERS & actor.roles_at(None)))


def may_keep(actor: Actor, place_id: int | None) -> bool:
    """Whether this person changes what is of a centre: its people, or the ЦУР's curator and head."""
    if isinstance(actor, System):
        return True
    return place_id is not None and isinstance(actor, Staff) and bool(KEEPERS & actor.roles_at(place_id))


def keeps_region(actor: Actor) -> bool:
    """Whether this person keeps the region's side of a meeting: curator, coordinator or head of the ЦУР."""
    grants = actor.grants if isinstance(actor, Staff) else ()
    return isinstance(actor, System) or any(g.role in KEEPERS and g.scopes is None for g in grants)


def heads_region(actor: Actor) -> bool:
    """Whether this person is the head of the ЦУР, whose word lets something out of the region."""
    grants = actor.grants if isinstance(actor, Staff) else ()
    return any(g.role == "head" and g.scopes is None for g in grants)


def heads(actor: Actor, place: Territory) -> bool:
    """Whether this person is the head of the centre."""
    return isinstance(actor, Staff) and "head" in actor.roles_at(place.pk)


def require_reader(actor: Actor) -> None:
    """`Refused` for who sees no figures of the network."""
    if not may_read(actor):
        raise Refused(_("Обмен опытом ведут руководители, координаторы, кураторы и аналитики."))


def require_keeper(actor: Actor, *place_ids: int | None) -> None:
    """`Refused` unless the actor keeps one of these centres."""
    if not any(may_keep(actor, one) for one in place_ids):
        raise Refused(_("Это меняет руководитель, координатор или куратор этого центра."))


def centre(code: str) -> Territory:
    """A centre by the code of its place: a municipality or the region. `NotYours` for anything else."""
    found = with_scopes(Territory.objects.filter(code=code, kind__in=CENTRES, active=True)).first()
    if found is None:
        raise NotYours(_("Такого центра нет."))
    return found


def centres() -> list[Territory]:
    """All centres by name, the region's own first."""
    found = Territory.objects.filter(kind__in=CENTRES, active=True)
    return sorted(found, key=lambda one: (one.kind != Kind.REGION, one.name_key))


def centre_name(place: Territory) -> str:
    """How a centre is called in a line."""
    return str(_("ЦУР")) if place.kind == Kind.REGION else place.short_name


def kept_centres(actor: Actor, among: list[Territory]) -> list[Territory]:
    """The centres that this person keeps."""
    return [one for one in among if may_keep(actor, one.pk)]


def kept_ids(actor: Actor) -> frozenset[int]:
    """Ids of what a person of single centres keeps, without a question; see `keeps_region` for those of the whole."""
    grants = actor.grants if isinstance(actor, Staff) else ()
    return frozenset(one for g in grants if g.role in KEEPERS for one in g.scopes or ())


def people_of(place: Territory, *roles: str) -> list[int]:
    """Ids of those who hold one of these roles in a centre. Substitutes are told by `notify` itself."""
    held = RoleAssignment.objects.filter(
        territory__scope_id__in=scopes_of(place), role__in=roles, user__is_active=True
    ).filter(Q(until=None) | Q(until__gte=_today()), since__lte=_today())
    return list(held.values_list("user_id", flat=True).distinct())


def colleagues(place: Territory) -> list[User]:
    """Active people with a role in a centre, by name: those whom a task can be given to."""
    held = RoleAssignment.objects.filter(territory__scope_id__in=scopes_of(place), since__lte=_today()).filter(
        Q(until=None) | Q(until__gte=_today())
    )
    return list(User.objects.filter(is_active=True, pk__in=held.values("user_id")).order_by("full_name"))


def _today() -> date:
    return timezone.localdate()


def user_id(actor: Actor) -> int | None:
    """Whose act it is in a column of a table."""
    return actor.user_id if isinstance(actor, Staff) else None
