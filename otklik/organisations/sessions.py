"""Open sessions of staff: seen and ended by whoever watches over the person."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.failures import NotYours, Refused
from otklik.organisations.models import RoleAssignment, User
from otklik.organisations.staffing import Role, user_entry

MOST = 500
ENDERS = frozenset({Role.SECURITY, Role.ADMINISTRATOR})


def open_sessions(users: QuerySet[User]) -> list[UserSession]:
    """Sessions that still open something, the newest `MOST` first. Reads only, in one query."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    rows = UserSession.objects.filter(user__in=users, session_key__in=alive)
    return list(rows.select_related("user").order_by("-created_at")[:MOST])


def end(actor: Actor, user_id: int, session_id: int | None = None) -> int:
    """End one session of a person, or all. Returns how many ended; the journal keeps it."""
    with acting(actor), widened():
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None or not _watches(actor, user_id):
            raise NotYours(_("Такого сотрудника нет, или он не в вашем муниципалитете."))
        rows = UserSession.objects.filter(user=user)
        if session_id is not None:
            rows = rows.filter(pk=session_id)
        ended = list(rows)
        for row in ended:
            row.end()
        if ended:
            user_entry(actor, user_id, "session_ended", timezone.now(), sessions=len(ended))
    return len(ended)


def _watches(actor: Actor, user_id: int) -> bool:
    if not isinstance(actor, Staff):
        return True
    grants = [g for g in actor.grants if g.role in ENDERS]
    if not grants:
        raise Refused(_("Закрыть сеанс может специалист по ИБ или администратор."))
    places = RoleAssignment.objects.filter(user_id=user_id).values_list("territory__scope_id", "territory_id")
    wanted = [scope or place for scope, place in places]
    return any(g.scopes is None for g in grants) or (
        bool(wanted) and all(any(g.covers(place) for g in grants) for place in wanted)
    )
