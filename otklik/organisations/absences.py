"""Leave and substitution: who is away, who stands in, and who may say so.

A substitute stands in for the person themself, never for those whom that person stands in for: no chains, no circles.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.failures import BadInput, NotYours, Refused
from otklik.organisations.models import Absence, RoleAssignment, User
from otklik.organisations.staffing import CONTENT_ROLES, Role, user_entry
from otklik.territory.models import Kind

LONGEST = timedelta(days=400)  # longer is no leave: the role is given to somebody else


@dataclass(frozen=True)
class Away:
    """That a person is away, as it is shown beside their name."""

    until: date
    substitute: User | None

    def __str__(self) -> str:
        day = date_format(self.until, "j E")
        if self.substitute is None:
            return _("в отпуске до %(day)s") % {"day": day}
        return _("в отпуске до %(day)s, замещает %(name)s") % {"day": day, "name": self.substitute.short_name}


def away(user_ids: Collection[int | None], today: date) -> dict[int, Away]:
    """Which of these people are away on a day. One query."""
    wanted = {one for one in user_ids if one}
    if not wanted:
        return {}
    return away_of(away_question(wanted, today))


def away_question(user_ids: Collection[int], today: date) -> QuerySet[Absence]:
    """What `away` asks, so that a page can ask it ahead."""
    return lasting(today).filter(user_id__in=user_ids).select_related("substitute")


def away_of(rows: Iterable[Absence]) -> dict[int, Away]:
    """The same of rows that were asked."""
    return {row.user_id: Away(row.until, row.substitute) for row in rows}


def lasting(today: date) -> QuerySet[Absence]:
    """Leave that lasts on a day."""
    return Absence.objects.filter(cancelled_at=None, since__lte=today, until__gte=today)


def enter(
    actor: Actor, *, user_id: int, substitute_id: int | None, since: date, until: date, today: date | None = None
) -> Absence:
    """Note a leave. The person themself, a coordinator of their place, or an administrator.

    Raises `BadInput` for days that make no sense, a leave that is noted already, or a substitute who is away then,
    has no role in the same place, or is the person themself.
    """
    now = timezone.now()
    today = today or timezone.localdate(now)
    if until < since:
        raise BadInput(_("Последний день раньше первого."), "until")
    if until < today:
        raise BadInput(_("Этот отпуск уже прошёл."), "until")
    if until - since > LONGEST:
        raise BadInput(_("Дольше года: лучше снимите роль и дайте её другому."), "until")
    if substitute_id == user_id:
        raise BadInput(_("Человек не замещает сам себя."), "substitute")
    with acting(actor), widened():
        people = {
            u.pk: u for u in User.objects.select_for_update().filter(pk__in=[user_id, substitute_id]).order_by("pk")
        }
        if user_id not in people:
            raise NotYours(_("Такого сотрудника нет."))
        require_about(actor, user_id)
        if isinstance(actor, Staff) and actor.user_id == substitute_id and not administers(actor, user_id):
            # Else a coordinator would take the rights of their head by a leave that nobody asked for.
            raise Refused(_("Себя замещающим назначить нельзя: выберите другого или попросите администратора."))
        if _between(user_id, since, until).exists():
            raise BadInput(_("На эти дни отпуск уже записан. Отмените прежний."), "since")
        if substitute_id is not None:
            _check_substitute(people.get(substitute_id), user_id, since, until)
        row = Absence.objects.create(
            user_id=user_id, substitute_id=substitute_id, since=since, until=until,
            lends_all=administers(actor, user_id),
            entered_by_id=actor.user_id if isinstance(actor, Staff) else None, entered_at=now,
        )
        user_entry(
            actor, user_id, "leave_entered", now, substitute=substitute_id, since=since.isoformat(),
            until=until.isoformat(), absence=row.pk,
        )
    return row


def left_alone(row: Absence) -> list[Absence]:
    """Leaves in these days for which whoever is leaving was to stand in: nobody does while both are away."""
    found = Absence.objects.filter(
        substitute_id=row.user_id, cancelled_at=None, since__lte=row.until, until__gte=row.since
    )
    return list(found.select_related("user").order_by("since"))


def end(actor: Actor, absence_id: int, *, today: date | None = None) -> Absence:
    """Cut a leave short: yesterday was its last day, or it never begins. Ended already: nothing happens."""
    now = timezone.now()
    today = today or timezone.localdate(now)
    with acting(actor), widened():
        row = Absence.objects.select_for_update().filter(pk=absence_id).first()
        if row is None:
            raise NotYours(_("Такой записи нет."))
        User.objects.select_for_update().get(pk=row.user_id)
        require_about(actor, row.user_id)
        if row.cancelled_at is None and row.until >= today:
            row.cancelled_at = now
            row.save(update_fields=["cancelled_at"])
            user_entry(actor, row.user_id, "leave_ended", now, absence=row.pk, day=today.isoformat())
    return row


def require_about(actor: Actor, user_id: int) -> None:
    """`Refused` unless the actor is that person, or coordinates or administers every place they work for."""
    if isinstance(actor, System) or (isinstance(actor, Staff) and actor.user_id == user_id):
        return
    if isinstance(actor, Staff):
        own = [g for g in actor.grants if g.of is None and g.role in (Role.COORDINATOR, Role.ADMINISTRATOR)]
        places = _places(user_id)
        if places and all(any(g.covers(place) for g in own) for place in places):
            return
    raise Refused(_("Отпуск записывает сам человек, его координатор или администратор."))


def administers(actor: Actor, user_id: int) -> bool:
    """Whether the actor administers every place of that person."""
    if isinstance(actor, System):
        return True
    own = [g for g in actor.grants if g.of is None and g.role == Role.ADMINISTRATOR] if isinstance(actor, Staff) else []
    return bool(own) and all(any(g.covers(place) for g in own) for place in _places(user_id))


def candidates(user: User) -> QuerySet[User]:
    """Who can stand in: active colleagues who work with content in one of the person's places, or above."""
    scopes = _places(user.pk)
    works = Q(assignments__territory__scope_id__in=scopes) | Q(assignments__territory_id__in=scopes)
    works |= Q(assignments__territory__kind=Kind.REGION)
    today = timezone.localdate()
    held = Q(assignments__until=None) | Q(assignments__until__gte=today)
    found = User.objects.filter(works, held, is_active=True, assignments__since__lte=today)
    roles = set(RoleAssignment.objects.filter(user=user).values_list("role", flat=True))
    if roles & CONTENT_ROLES:
        found = found.filter(assignments__role__in=CONTENT_ROLES)
    return found.exclude(pk=user.pk).distinct().order_by("full_name")


def _check_substitute(substitute: User | None, user_id: int, since: date, until: date) -> None:
    user = User.objects.get(pk=user_id)
    if substitute is None or not candidates(user).filter(pk=substitute.pk).exists():
        raise BadInput(_("Замещает сотрудник того же центра или ЦУР. Выберите из списка."), "substitute")
    gone = _between(substitute.pk, since, until).order_by("since").first()
    if gone is not None:
        raise BadInput(
            _("%(name)s сам в отпуске с %(since)s по %(until)s, выберите другого.")
            % {"name": substitute.short_name, "since": f"{gone.since:%d.%m}", "until": f"{gone.until:%d.%m}"},
            "substitute",
        )


def _between(user_id: int, since: date, until: date) -> QuerySet[Absence]:
    return Absence.objects.filter(user_id=user_id, cancelled_at=None, since__lte=until, until__gte=since)


def _places(user_id: int) -> list[int]:
    """Scopes of all the person's roles; the region itself for a role over all of it."""
    rows: Iterable[tuple[int | None, int]] = RoleAssignment.objects.filter(user_id=user_id).values_list(
        "territory__scope_id", "territory_id"
    )
    return [scope or place for scope, place in rows]
