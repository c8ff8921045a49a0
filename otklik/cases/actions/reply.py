"""What the executor says: by the secret link, or by word of mouth as staff noted it."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Link, acting
from otklik.cases import clocks
from otklik.cases.gate import Passage, passing
from otklik.cases.models import Assignment, Case, Evidence, TaskReply
from otklik.failures import BadInput, NotYours, Refused
from otklik.files.photos import CleanPhoto
from otklik.files.storage import store

MAX_TEXT = 5000
STATE_AFTER = {
    TaskReply.Kind.DONE: Assignment.State.DONE,
    TaskReply.Kind.NEEDS_TIME: Assignment.State.NEEDS_TIME,
    TaskReply.Kind.NOT_OURS: Assignment.State.REFUSED,
}


def reply(
    link: Link,
    *,
    kind: str,
    text: str = "",
    until: date | None = None,
    whose: str = "",
    photos: Sequence[CleanPhoto] = (),
    once: str,
    now: datetime | None = None,
) -> TaskReply:
    """Take an executor's reply. The same `once` key sent again returns the first reply and changes nothing."""
    now = now or timezone.now()
    with acting(link):
        found = Assignment.objects.filter(links=link.link_id, case_id=link.case_id).first()
    if found is None:
        raise NotYours(_("Такого поручения нет."))
    _check(kind, text, until, whose, now)
    with passing(link, link.case_id, _move(found), now=now, verb="reply") as gate:
        sent_before = TaskReply.objects.filter(once=once, assignment=found).first()
        if sent_before:
            gate.unchanged = True
            return sent_before
        kept = _keep(gate, found, kind, text, until, whose, once=once)
        for photo in photos:
            Evidence.objects.create(
                case=gate.case, scope_id=gate.case.scope_id, file=store(photo, gate.case.scope_id),
                moment=Evidence.Moment.AFTER if kind == TaskReply.Kind.DONE else Evidence.Moment.BEFORE,
                reply=kept, added_at=gate.now,
            )
        gate.fields["photos"] = len(photos)
        return kept


def note_word(
    actor: Actor,
    case_id: int,
    *,
    assignment_id: int,
    kind: str,
    text: str = "",
    until: date | None = None,
    whose: str = "",
    said_by: str,
    said_at: datetime,
    now: datetime | None = None,
) -> TaskReply:
    """Note what an executor said by phone: it counts like a reply and is marked «со слов»."""
    now = now or timezone.now()
    if not said_by.strip():
        raise BadInput(_("Напишите, кто это сказал: фамилия или должность."), "said_by")
    if said_at > now:
        raise BadInput(_("Время разговора ещё не наступило."), "said_at")
    _check(kind, text, until, whose, now)
    with acting(actor):
        found = Assignment.objects.filter(pk=assignment_id, case_id=case_id).first()
    if found is None:
        raise NotYours(_("Такого поручения нет."))
    with passing(actor, case_id, "word" if _move(found) == "reply" else "co_reply", now=now, verb="word") as gate:
        return _keep(
            gate, found, kind, text, until, whose, once=secrets.token_hex(16), said_by=said_by.strip()[:200],
            said_at=said_at,
        )


def _move(assignment: Assignment) -> str:
    return "reply" if assignment.part == Assignment.Part.RESPONSIBLE else "co_reply"


def _check(kind: str, text: str, until: date | None, whose: str, now: datetime) -> None:
    if kind not in TaskReply.Kind.values:
        raise BadInput(_("Выберите: сделано, нужен срок или не наше."), "kind")
    if len(text) > MAX_TEXT:
        raise BadInput(_("Слишком длинно: не больше %(n)s знаков.") % {"n": MAX_TEXT}, "text")
    if kind == TaskReply.Kind.NEEDS_TIME:
        if until is None:
            raise BadInput(_("Укажите дату, к которой сделаете."), "until")
        if until < now.astimezone(clocks.zone()).date():
            raise BadInput(_("Эта дата уже прошла, укажите другую."), "until")
        if not text.strip():
            raise BadInput(_("Напишите коротко, почему нужен срок."), "text")
    if kind == TaskReply.Kind.NOT_OURS and not whose.strip():
        raise BadInput(_("Напишите, чьё это, или «не знаю»."), "whose")


def _keep(
    gate: Passage, found: Assignment, kind: str, text: str, until: date | None, whose: str, *, once: str,
    said_by: str = "", said_at: datetime | None = None,
) -> TaskReply:
    assignment = Assignment.objects.select_for_update().get(pk=found.pk)
    if assignment.state == Assignment.State.WITHDRAWN:
        raise Refused(_("Поручение уже передано другой организации."))
    kept = TaskReply.objects.create(
        assignment=assignment, case=gate.case, scope_id=gate.case.scope_id, kind=kind, text=text.strip(),
        until=until if kind == TaskReply.Kind.NEEDS_TIME else None, whose=whose.strip()[:300], said_by=said_by,
        said_at=said_at, noted_by_id=gate.user_id, received_at=gate.now, once=once,
    )
    assignment.state = STATE_AFTER[TaskReply.Kind(kind)]
    assignment.finished_at = None if kind == TaskReply.Kind.NEEDS_TIME else gate.now
    assignment.save(update_fields=["state", "finished_at"])
    if kind == TaskReply.Kind.DONE and assignment.part == Assignment.Part.RESPONSIBLE:
        gate.case.fix = Case.Fix.REPORTED
    gate.fields |= {"assignment": assignment.pk, "reply": kept.pk, "kind": kind, "by_word": bool(said_by)}
    return kept
