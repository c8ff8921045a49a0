"""The executor's signed link: one assignment, an end, revocable. The token is signed, so nothing secret is kept."""

from datetime import datetime, timedelta

from django.core import signing
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Link, acting
from otklik.cases.clocks import zone
from otklik.cases.gate import looking, passing
from otklik.cases.lifecycle import TASKED
from otklik.cases.models import Assignment, Case, ListLink, TaskLink
from otklik.failures import Failure, NotYours, Refused

LIFETIME = timedelta(days=60)
_SALT = "otklik.task"


class LinkEnded(Failure):
    """The link was good once; the text says what happened since. `scope_id` tells whose phone to show."""

    def __init__(self, message: str, scope_id: int) -> None:
        super().__init__(message)
        self.scope_id = scope_id


def link_for(actor: Actor, assignment_id: int, *, now: datetime | None = None) -> str:
    """The token of an assignment's link, made anew or the one that still holds; journalled when made."""
    now = now or timezone.now()
    found = _case_of(actor, assignment_id)
    with passing(actor, found, "link", now=now) as gate:
        if Assignment.objects.get(pk=assignment_id).state == Assignment.State.WITHDRAWN:
            raise Refused(_("Поручение снято: ссылка по нему уже не нужна. Обновите страницу."))
        link = TaskLink.objects.filter(
            assignment_id=assignment_id, revoked_at=None, expires_at__gt=now + timedelta(days=1)
        ).order_by("-id").first()
        if link is not None:
            gate.unchanged = True
        else:
            link = TaskLink.objects.create(
                assignment_id=assignment_id, case_id=found, created_at=now, expires_at=now + LIFETIME
            )
            gate.fields |= {"assignment": assignment_id, "link": link.pk}
    return signing.Signer(salt=_SALT).sign(str(link.pk))


def revoke(actor: Actor, assignment_id: int, *, now: datetime | None = None) -> int:
    """End the links of an assignment, given to a wrong person; a new one can be made. Returns how many ended."""
    now = now or timezone.now()
    with passing(actor, _case_of(actor, assignment_id), "revoke_link", now=now) as gate:
        ended = TaskLink.objects.filter(assignment_id=assignment_id, revoked_at=None).update(revoked_at=now)
        gate.unchanged = not ended
        gate.fields |= {"assignment": assignment_id, "links": ended}
    return ended


def _case_of(actor: Actor, assignment_id: int) -> int:
    with looking(actor):
        found = Assignment.objects.filter(pk=assignment_id).values_list("case_id", flat=True).first()
    if found is None:
        raise NotYours(_("Такого поручения нет."))
    return found


def open_task(token: str, now: datetime) -> Link:
    """The actor of a token. Opening changes nothing. Raises `NotYours` or `LinkEnded`."""
    try:
        link_id = int(signing.Signer(salt=_SALT).unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise NotYours(_("Такой страницы нет. Проверьте, целиком ли скопирована ссылка.")) from error
    link = TaskLink.objects.filter(pk=link_id).first()
    if link is None:
        raise NotYours(_("Такой страницы нет. Проверьте, целиком ли скопирована ссылка."))
    actor = Link(link.case_id, "executor", link.pk, link.assignment_id)
    with acting(actor):
        case = Case.objects.get(pk=link.case_id)
        assignment = Assignment.objects.get(pk=link.assignment_id)
    if link.revoked_at:
        raise LinkEnded(_("Эту ссылку отменили. Если поручение ещё ваше, попросите у центра новую."), case.scope_id)
    if link.expires_at <= now:
        raise LinkEnded(_("Срок ссылки истёк. Попросите у центра новую."), case.scope_id)
    check_asked(case, assignment)
    return actor


def check_asked(case: Case, assignment: Assignment) -> None:
    """Raises `LinkEnded` when nothing is asked of this executor any more."""
    if case.state in (Case.State.CLOSED, Case.State.ANSWERED):
        raise LinkEnded(_("Жителю уже ответили, по этой ссылке больше ничего не нужно. Спасибо."), case.scope_id)
    if assignment.state == Assignment.State.WITHDRAWN and case.state in TASKED:
        raise LinkEnded(_("Поручение передано другой организации, от вас больше ничего не нужно."), case.scope_id)
    if assignment.state == Assignment.State.WITHDRAWN or case.state not in TASKED:
        raise LinkEnded(_("Поручение снято, сейчас от вас ничего не нужно. Если понадобится, центр пришлёт новое."),
                        case.scope_id)


def held_by(link: Link, now: datetime) -> Assignment | None:
    """The assignment that this link may answer for now: by its own link, or out of a list. Inside `acting(link)`."""
    mine = Assignment.objects.filter(case_id=link.case_id)
    if link.holder == "executor":
        return mine.filter(links=link.link_id, links__revoked_at=None, links__expires_at__gt=now).first()
    if link.holder == "organisation":
        row = ListLink.objects.filter(pk=link.link_id, revoked_at=None, expires_at__gt=now).first()
        if row is not None:
            held = mine.filter(pk=link.assignment_id or 0, organisation_id=row.organisation_id)
            return held.filter(Q() if row.whole else Q(scope_id__in=row.scopes)).first()
    return None


def message_text(assignment: Assignment, url: str) -> str:
    """A ready text for a messenger or SMS: what, where, until when, the link. Nothing of the resident's.

    In Russian, whatever language the page speaks: it is read by somebody else (decision 085).
    """
    lines = [assignment.task.splitlines()[0][:200]]
    if assignment.address:
        lines.append(f"Где: {assignment.address}")
    if assignment.due_at:
        lines.append(f"До: {assignment.due_at.astimezone(zone()):%d.%m %H:%M}")
    lines.append(f"Ответить: {url}")
    return "\n".join(lines)
