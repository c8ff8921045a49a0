"""One link to all open tasks of an organisation, for an executor with many: an end, revocable, in the giver's places.

The token is signed and holds the number of the link only. What a holder sees comes from the database function
`otklik_list_tasks`, and each task is answered as by its own link, for one case at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Link, Staff, System, acting, widened
from otklik.cases.lifecycle import TRIAGERS
from otklik.cases.models import Assignment, Case, ListLink
from otklik.cases.task_links import LinkEnded, check_asked, held_by
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import Organisation

LIFETIMES = (7, 30, 90)  # days
_SALT = "otklik.task.list"


@dataclass(frozen=True)
class ListTask:
    """One open task as the list shows it."""

    assignment_id: int
    case_id: int
    task: str
    address: str
    due_at: datetime | None
    state: str
    part: str
    assigned_at: datetime
    theme: str

    @property
    def what(self) -> str:
        """The first line of the task."""
        return self.task.strip().partition("\n")[0]


def scopes_for(actor: Actor) -> tuple[list[int], bool]:
    """The places whose tasks this person may give by a list, and whether that is the whole region.

    Raises `Refused` for whoever gives no tasks.
    """
    grants = [g for g in actor.grants if g.role in TRIAGERS] if isinstance(actor, Staff) else []
    if not grants:
        raise Refused(_("Списки поручений выдают операторы и координаторы."))
    if any(grant.scopes is None for grant in grants):
        return [], True
    return sorted(frozenset().union(*(grant.scopes or frozenset() for grant in grants))), False


def issue(actor: Actor, organisation_id: int, *, days: int = 30, now: datetime | None = None) -> str:
    """The token of a new link to the list of an organisation."""
    now = now or timezone.now()
    scopes, whole = scopes_for(actor)
    if days not in LIFETIMES:
        raise BadInput(_("Выберите, сколько дней действует ссылка."), "days")
    with acting(actor), widened():
        if not Organisation.objects.filter(pk=organisation_id).exists():
            raise NotYours(_("Такой организации нет."))
        made = ListLink.objects.create(
            organisation_id=organisation_id, scopes=scopes, whole=whole, created_at=now,
            made_by_id=actor.user_id if isinstance(actor, Staff) else None, expires_at=now + timedelta(days=days),
        )
        fields = {"organisation": organisation_id, "days": days, "whole": whole, "scopes": scopes}
        append(NewEntry(f"list:{made.pk}", "list_link", actor.reference, now, fields))
    return token_of(made.pk)


def token_of(list_id: int) -> str:
    """The token of a link: nothing in it but its number and our signature."""
    return signing.Signer(salt=_SALT).sign(str(list_id))


def revoke(actor: Actor, organisation_id: int, *, now: datetime | None = None) -> int:
    """End the links to this organisation's list that this person could have given. Returns how many ended."""
    now = now or timezone.now()
    scopes, whole = scopes_for(actor)
    with acting(actor), widened():
        held = ListLink.objects.select_for_update().filter(
            organisation_id=organisation_id, revoked_at=None, expires_at__gt=now
        )
        mine = [one for one in held if whole or (not one.whole and set(one.scopes) <= set(scopes))]
        for one in mine:
            one.revoked_at = now
            one.save(update_fields=["revoked_at"])
            append(
                NewEntry(f"list:{one.pk}", "list_link_revoked", actor.reference, now, {"organisation": organisation_id})
            )
    return len(mine)


def open_list(token: str, now: datetime) -> ListLink:
    """The list of a token, with its organisation. Opening changes nothing. Raises `NotYours` or `LinkEnded`."""
    try:
        list_id = int(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise NotYours(_("Такой страницы нет. Проверьте, целиком ли скопирована ссылка.")) from error
    with acting(_reader(list_id), read_only=True):
        row = ListLink.objects.select_related("organisation").filter(pk=list_id).first()
    if row is None:
        raise NotYours(_("Такой страницы нет. Проверьте, целиком ли скопирована ссылка."))
    if row.revoked_at:
        raise LinkEnded(_("Эту ссылку отменили. Попросите у центра новую."), _one_scope(row))
    if row.expires_at <= now:
        raise LinkEnded(_("Срок ссылки истёк. Попросите у центра новую."), _one_scope(row))
    return row


def _one_scope(row: ListLink) -> int:
    """Whose telephone is shown; of a list for several places the organisation's own."""
    return row.scopes[0] if len(row.scopes) == 1 else row.organisation.territory_id


def _reader(list_id: int) -> Link:
    """Whoever looks at the list: an actor of no case, so the database shows no content but by the function."""
    return Link(0, "organisation", list_id)


def tasks_of(list_id: int, now: datetime) -> list[ListTask]:
    """The open tasks of a list, the most urgent first; 500 at most."""
    with acting(_reader(list_id), read_only=True):
        return _rows(list_id, now)


def _rows(list_id: int, now: datetime) -> list[ListTask]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT assignment_id, case_id, task, address, due_at, state, part, assigned_at, coalesce(theme, '')"
            " FROM otklik_list_tasks(%s, %s)",
            [list_id, now],
        )
        return [ListTask(*row) for row in cursor.fetchall()]


def open_one(token: str, assignment_id: int, now: datetime) -> Link:
    """The actor for one task out of a list. Raises `NotYours` or `LinkEnded` as a task's own link does."""
    row = open_list(token, now)
    found = next((one for one in tasks_of(row.pk, now) if one.assignment_id == assignment_id), None)
    case_id = found.case_id if found else _case_of(row, assignment_id)
    link = Link(case_id, "organisation", row.pk, assignment_id)
    with acting(link, read_only=True):
        held = held_by(link, now)
        case = Case.objects.filter(pk=case_id).first()
        if held is None or case is None or case.restricted:
            raise NotYours(_("Такого поручения в этом списке нет."))
        check_asked(case, held)
    return link


def _case_of(row: ListLink, assignment_id: int) -> int:
    """The case of a task that is in the list no more: what was answered from here may be looked at again."""
    mine = Assignment.objects.filter(pk=assignment_id, organisation_id=row.organisation_id)
    if not row.whole:
        mine = mine.filter(scope_id__in=row.scopes)
    with acting(System("task-list"), read_only=True):
        case_id = mine.values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotYours(_("Такого поручения в этом списке нет."))
    return case_id


def held_lists(organisation_ids: Sequence[int], scopes: Sequence[int], whole: bool, now: datetime) -> dict[int, int]:
    """How many links hold now for each of these organisations, of those that this person could end."""
    rows = ListLink.objects.filter(organisation_id__in=organisation_ids, revoked_at=None, expires_at__gt=now)
    found: dict[int, int] = {}
    for row in rows:
        if whole or (not row.whole and set(row.scopes) <= set(scopes)):
            found[row.organisation_id] = found.get(row.organisation_id, 0) + 1
    return found
