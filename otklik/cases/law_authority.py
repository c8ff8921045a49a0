"""Who may decide what the law leaves to the head of the body «либо уполномоченному на то лицу» (59-ФЗ, 11, part 5).

A municipality's matter is decided in that municipality: roles of the whole region decide cases of the region's own.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.cases.clock_rules import zone
from otklik.cases.models import Case, LawAuthority
from otklik.cases.outcome_rules import AUTHORISED
from otklik.failures import BadInput, NotYours
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import RoleAssignment, User
from otklik.organisations.staffing import CONTENT_ROLES, require_administrator
from otklik.territory.models import Kind, Territory
from otklik.typed_text import line


def deciding_roles(actor: Actor, case: Case, day: date) -> tuple[frozenset[str], str]:
    """The roles by which this actor decides about a case, and the act that authorises them, if one does."""
    if not isinstance(actor, Staff):
        return frozenset(), ""
    own_level = case.scope.kind == Kind.REGION
    roles = frozenset(
        grant.role for grant in actor.grants
        if grant.covers(case.scope_id) and (own_level or grant.scopes is not None)
    )
    row = authority_of(actor.user_id, case, day)
    if row is None:
        return roles, ""
    act = f"акт № {row.act_number} от {row.act_date:%d.%m.%Y}"  # kept as it is said, whatever the reader's language
    return roles | {AUTHORISED}, act


def decides_as_head(actor: Actor, case: Case, now: datetime) -> bool:
    """Whether this actor is the head there, or stands in their place by an act."""
    roles, _act = deciding_roles(actor, case, now.astimezone(zone()).date())
    return bool(roles & {"head", AUTHORISED})


def authority_of(user_id: int, case: Case, day: date) -> LawAuthority | None:
    """The act by which somebody decides there on that day; of an inner district also the act of its city."""
    places = [one for one in (case.scope_id, case.scope.municipality_id) if one]
    rows = LawAuthority.objects.filter(user_id=user_id, territory_id__in=places, act_date__lte=day)
    return rows.filter(Q(until=None) | Q(until__gte=day)).order_by("-act_date").first()


def deciders_at(case: Case, deciders: Collection[str], day: date) -> set[int]:
    """Ids of who may decide so in the municipality of this case on that day: to be told that a decision waits."""
    places = [one for one in (case.scope_id, case.scope.municipality_id) if one]
    now_valid = Q(until=None) | Q(until__gte=day)
    roles = RoleAssignment.objects.filter(now_valid, role__in=deciders, territory_id__in=places, since__lte=day)
    people = set(roles.values_list("user_id", flat=True))
    if AUTHORISED in deciders:
        acts = LawAuthority.objects.filter(now_valid, territory_id__in=places, act_date__lte=day)
        people |= set(acts.values_list("user_id", flat=True))
    return people


def save_authority(
    actor: Actor, *, user_id: int, territory_id: int, act_number: str, act_date: date | None, until: date | None,
    now: datetime | None = None,
) -> LawAuthority:
    """Write down by which local act somebody decides in the head's place. An administrator of that place only.

    The person must read cases there. Raises `BadInput` naming the field.
    """
    now = now or timezone.now()
    act_number = line(act_number, 60, "act_number")
    if not act_number:
        raise BadInput(_("Напишите номер акта."), "act_number")
    if act_date is None or act_date > now.astimezone(zone()).date():
        raise BadInput(_("Укажите дату акта, не позже сегодняшней."), "act_date")
    if until is not None and until < act_date:
        raise BadInput(_("Последний день раньше даты акта."), "until")
    with acting(actor), widened():
        user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
        place = Territory.objects.filter(pk=territory_id).first()
        if place is None:
            raise BadInput(_("Выберите муниципалитет из списка."), "territory")
        require_administrator(actor, place.scope_id or place.pk)
        if user is None or not works_at(user_id, place):
            raise BadInput(_("Выберите сотрудника, который работает с карточками в этом муниципалитете."), "user")
        row, _new = LawAuthority.objects.update_or_create(
            user=user, territory=place, defaults={"act_number": act_number, "act_date": act_date, "until": until}
        )
        fields = {
            "place": place.pk, "act": act_number, "act_date": act_date.isoformat(),
            "until": until.isoformat() if until else None,
        }
        append(NewEntry(f"user:{user.pk}", "authority_given", actor.reference, now, fields))
    return row


def take_authority_back(actor: Actor, authority_id: int, *, now: datetime | None = None) -> None:
    """The act holds no more. Raises `NotYours`."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = LawAuthority.objects.select_related("territory").filter(pk=authority_id).first()
        if row is None:
            raise NotYours(_("Такой записи нет: возможно, её уже убрали."))
        require_administrator(actor, row.territory.scope_id or row.territory_id)
        User.objects.select_for_update().get(pk=row.user_id)
        row.delete()
        append(NewEntry(f"user:{row.user_id}", "authority_taken", actor.reference, now, {"place": row.territory_id}))


def works_at(user_id: int, place: Territory) -> bool:
    """Whether somebody has a role there by which cases are read."""
    places = [one for one in (place.pk, place.municipality_id, place.scope_id) if one]
    return RoleAssignment.objects.filter(user_id=user_id, role__in=CONTENT_ROLES, territory_id__in=places).exists()
