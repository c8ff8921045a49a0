"""Staff and their roles: who may do what, and where."""

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Grant, Staff, System, acting, widened
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations.held import held_on
from otklik.organisations.models import Absence, RoleAssignment, User
from otklik.territory.models import Territory

Role = RoleAssignment.Role

# Roles that read residents' content in their scope; administrators and security officers do not.
CONTENT_ROLES = frozenset(
    {Role.OPERATOR, Role.COORDINATOR, Role.APPROVER, Role.HEAD, Role.CURATOR, Role.ANALYST}
)
# Roles over people and secrets: a colleague on leave lends them only where an administrator said so.
NOT_LENT = frozenset({Role.ADMINISTRATOR, Role.SECURITY})


def staff_actor(user: User, today: date) -> Staff:
    """The actor of a logged-in person: their roles valid on that day, with the scopes each reaches.

    Who is kept out holds none. Roles of colleagues on leave, whom they stand in for, come besides as long as they hold
    one of their own; what those hold as substitutes does not. `today` is a day of the region's zone.
    """
    held = held_on(user.pk, today, not_lent=NOT_LENT)
    if all(one.user_id != user.pk for one in held):
        held = []  # whose own last role has ended works here no more, and stands in for nobody
    grants = [Grant(one.role, one.reaches, one.user_id if one.user_id != user.pk else None) for one in held]
    content = [g.scopes for g in grants if g.role in CONTENT_ROLES]
    sees: frozenset[int] | None = frozenset()
    for scopes in content:
        sees = None if scopes is None or sees is None else sees | scopes
    return Staff(user.pk, user.short_name, tuple(sorted(grants, key=lambda g: (g.role, g.of or 0))), sees)


def require_region_administrator(actor: Actor) -> None:
    """Raise `Refused` unless the actor administers the whole region, or is the program."""
    grants = actor.grants if isinstance(actor, Staff) else ()
    if not isinstance(actor, System) and not any(g.role == Role.ADMINISTRATOR and g.scopes is None for g in grants):
        raise Refused(_("Это может сделать администратор региона."))


def require_administrator(actor: Actor, territory_id: int | None = None) -> None:
    """Raise `Refused` unless the actor administers that place (None: any place), or is the program."""
    if isinstance(actor, System):
        return
    if not isinstance(actor, Staff) or Role.ADMINISTRATOR not in actor.roles_at(territory_id):
        raise Refused(_("Это может сделать администратор."))


def user_entry(actor: Actor, user_id: int, verb: str, at: datetime, **fields: object) -> None:
    """A journal entry in a user's stream. The user's row must be locked by the caller."""
    append(NewEntry(f"user:{user_id}", verb, actor.reference, at, fields))


def locked_user(actor: Actor, user_id: int, *, lent_too: bool = True) -> User:
    """A user whose row is locked, if the actor may administer all places of that user.

    With `lent_too` also those of the colleagues whom the user stands in for now or will: whoever gets into the account
    gets all of it.
    """
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotYours(_("Такого сотрудника нет."))
    whose = Q(user=user)
    if lent_too:
        lent = Absence.objects.filter(substitute=user, cancelled_at=None, until__gte=timezone.localdate())
        whose |= Q(user_id__in=lent.values("user_id"))
    for scope, place in RoleAssignment.objects.filter(whose).values_list("territory__scope_id", "territory_id"):
        require_administrator(actor, scope or place)
    return user


def give_role(actor: Actor, user_id: int, role: str, territory_id: int, since: date) -> RoleAssignment:
    """Give a role in a place from a day on. Giving it again extends it without an end.

    A role that is held on that day (or till the eve of it) goes on from where it began, without a gap.
    """
    territory = Territory.objects.filter(pk=territory_id).first()
    if territory is None or role not in Role.values:
        raise BadInput(_("Выберите роль и территорию из списка."), "role")
    with acting(actor), widened():
        require_administrator(actor, _scope_of(territory))
        locked_user(actor, user_id, lent_too=False)
        held = RoleAssignment.objects.filter(user_id=user_id, role=role, territory=territory).first()
        if held and held.since <= since and (held.until is None or held.until >= since - timedelta(days=1)):
            since = held.since
        given, _new = RoleAssignment.objects.update_or_create(
            user_id=user_id, role=role, territory=territory,
            defaults={"since": since, "until": None, "given_by_id": _user_id(actor)},
        )
        user_entry(
            actor, user_id, "role_given", timezone.now(), role=role, territory=territory.pk, since=since.isoformat()
        )
    return given


def take_role(actor: Actor, assignment_id: int, until: date) -> None:
    """End a role with a day (the last day it holds)."""
    with acting(actor), widened():
        given = RoleAssignment.objects.select_related("territory").filter(pk=assignment_id).first()
        if given is None:
            raise NotYours(_("Такой роли нет."))
        require_administrator(actor, _scope_of(given.territory))
        locked_user(actor, given.user_id, lent_too=False)
        given.until = until
        given.save(update_fields=["until"])
        user_entry(
            actor, given.user_id, "role_taken", timezone.now(), role=given.role, territory=given.territory_id,
            until=until.isoformat(),
        )


def set_active(actor: Actor, user_id: int, active: bool) -> None:
    """Let a person in, or keep them out. Nobody can lock themselves out."""
    if isinstance(actor, Staff) and actor.user_id == user_id and not active:
        raise Refused(_("Себя заблокировать нельзя: попросите другого администратора."))
    with acting(actor), widened():
        user = locked_user(actor, user_id, lent_too=False)
        user.is_active = active
        user.save(update_fields=["is_active"])
        user_entry(actor, user_id, "let_in" if active else "kept_out", timezone.now())


def _scope_of(territory: Territory) -> int | None:
    """The scope that an administrator of this place must cover; a region itself needs a region-wide role."""
    return territory.scope_id or territory.pk


def _user_id(actor: Actor) -> int | None:
    return actor.user_id if isinstance(actor, Staff) else None
