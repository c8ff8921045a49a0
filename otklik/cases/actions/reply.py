"""What the executor says: by the secret link, or by word of mouth as staff noted it."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Link
from otklik.cases import clocks, done_reports, evidence
from otklik.cases.gate import Passage, looking, passing
from otklik.cases.models import Assignment, Case, Evidence, TaskReply
from otklik.cases.task_links import held_by
from otklik.failures import BadInput, NotYours, Refused
from otklik.files.photos import CleanPhoto
from otklik.typed_text import line, typed, within

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
    before: Sequence[CleanPhoto] = (),
    no_photo: str = "",
    once: str,
    now: datetime | None = None,
) -> TaskReply:
    """Take an executor's reply. The same `once` key sent again returns the first reply and changes nothing.

    `photos` show what came of it («после») when it is done, else how it is; `before` show how it was. «Сделано» without
    a photo «после» needs a reason (`TaskReply.NoPhoto`). A word by phone does not: it is marked «со слов».
    The link must hold now: a withdrawn task, an ended or revoked link are told to whoever opens it
    (`task_links.open_task`), and here they are refused.
    """
    now = now or timezone.now()
    with looking(link):
        found = held_by(link, now)
    if found is None:
        raise NotYours(_("Такого поручения нет."))
    said = _Said.checked(kind, text, until, whose, now)
    key = hashlib.sha256(f"{found.pk}:{once}".encode(errors="replace")).hexdigest()
    sent_before = _sent_before(link, key)
    if sent_before:
        return sent_before
    said = said.with_evidence(no_photo, shown=bool(photos))
    try:
        return _take(link, found, said, key, (photos, before), now)
    except Refused:
        sent_before = _sent_before(link, key)  # the same form sent twice at one moment: the other one was first
        if sent_before:
            return sent_before
        raise


def _sent_before(link: Link, key: str) -> TaskReply | None:
    with looking(link):
        return TaskReply.objects.filter(once=key).first()


def _take(
    link: Link, found: Assignment, said: "_Said", key: str,
    photos: tuple[Sequence[CleanPhoto], Sequence[CleanPhoto]], now: datetime,
) -> TaskReply:
    with passing(link, link.case_id, _move(found, said.kind, by_word=False), now=now, verb="reply") as gate:
        sent_before = TaskReply.objects.filter(once=key).first()
        if sent_before:
            gate.unchanged = True
            return sent_before
        kept = _keep(gate, found, said, once=key, shown=bool(photos[0]))
        done = said.kind == TaskReply.Kind.DONE
        for photo in photos[1]:
            evidence.keep(gate, photo, Evidence.Moment.BEFORE, kept)
        for photo in photos[0]:
            evidence.keep(gate, photo, Evidence.Moment.AFTER if done else Evidence.Moment.BEFORE, kept)
        gate.fields["photos"] = len(photos[0]) + len(photos[1])
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
    who = line(said_by, 200, "said_by")
    if not who:
        raise BadInput(_("Напишите, кто это сказал: фамилия или должность."), "said_by")
    if said_at > now:
        raise BadInput(_("Время разговора ещё не наступило."), "said_at")
    said = _Said.checked(kind, text, until, whose, now)
    with looking(actor):
        found = Assignment.objects.filter(pk=assignment_id, case_id=case_id).first()
    if found is None:
        raise NotYours(_("Такого поручения нет."))
    with passing(actor, case_id, _move(found, said.kind, by_word=True), now=now, verb="word") as gate:
        return _keep(gate, found, said, once=secrets.token_hex(16), said_by=who, said_at=said_at)


def _move(assignment: Assignment, kind: str, *, by_word: bool) -> str:
    """Only «сделано» of the responsible one is the executor's answer; other words leave the work with them."""
    if assignment.part == Assignment.Part.CO_EXECUTOR:
        return "co_word" if by_word else "co_reply"
    if kind == TaskReply.Kind.DONE:
        return "word" if by_word else "reply"
    return "ask_word" if by_word else "ask"


@dataclass(frozen=True)
class _Said:
    """What the executor said, checked."""

    kind: str
    text: str
    until: date | None
    whose: str
    no_photo: str = ""

    def with_evidence(self, no_photo: str, *, shown: bool) -> "_Said":
        """The same with the reason why there is no photo. Raises `BadInput` when «сделано» has neither."""
        if self.kind != TaskReply.Kind.DONE or shown:
            return self
        if no_photo not in TaskReply.NoPhoto.values:
            raise BadInput(_("Приложите фото «после» или выберите, почему его нет."), "no_photo")
        if no_photo == TaskReply.NoPhoto.OTHER and not self.text:
            raise BadInput(_("Напишите, почему нет фото."), "text")
        return replace(self, no_photo=no_photo)

    @classmethod
    def checked(cls, kind: str, text: str, until: date | None, whose: str, now: datetime) -> "_Said":
        """Raises `BadInput` naming the field."""
        text, whose = within(typed(text), MAX_TEXT, "text"), line(whose, 300, "whose")
        if kind not in TaskReply.Kind.values:
            raise BadInput(_("Выберите: сделано, нужен срок или не наше."), "kind")
        if kind == TaskReply.Kind.NEEDS_TIME:
            if until is None:
                raise BadInput(_("Укажите дату, к которой сделаете."), "until")
            if until < now.astimezone(clocks.zone()).date():
                raise BadInput(_("Эта дата уже прошла, укажите другую."), "until")
            if not text:
                raise BadInput(_("Напишите коротко, почему нужен срок."), "text")
        if kind == TaskReply.Kind.NOT_OURS and not whose:
            raise BadInput(_("Напишите, чьё это, или «не знаю»."), "whose")
        return cls(kind, text, until if kind == TaskReply.Kind.NEEDS_TIME else None, whose)


def _keep(
    gate: Passage, found: Assignment, said: _Said, *, once: str, said_by: str = "", said_at: datetime | None = None,
    shown: bool = False,
) -> TaskReply:
    assignment = Assignment.objects.select_for_update().get(pk=found.pk)
    if assignment.state == Assignment.State.WITHDRAWN:
        raise Refused(_("Поручение уже передано другой организации."))
    kept = TaskReply.objects.create(
        assignment=assignment, case=gate.case, scope_id=gate.case.scope_id, kind=said.kind, text=said.text,
        until=said.until, whose=said.whose, no_photo=said.no_photo, said_by=said_by,
        said_at=said_at, noted_by_id=gate.user_id, received_at=gate.now, once=once,
    )
    assignment.state = STATE_AFTER[TaskReply.Kind(said.kind)]
    assignment.finished_at = None if said.kind == TaskReply.Kind.NEEDS_TIME else gate.now
    assignment.save(update_fields=["state", "finished_at"])
    if assignment.part == Assignment.Part.RESPONSIBLE:
        _set_fix(gate.case, said.kind)
        if said.kind == TaskReply.Kind.DONE:
            done_reports.report(gate.case, assignment.organisation_id, shown=shown, now=gate.now)
        else:
            done_reports.take_back(gate.case)
    gate.fields |= {"assignment": assignment.pk, "reply": kept.pk, "kind": said.kind, "by_word": bool(said_by)}
    if said.no_photo:
        gate.fields["no_photo"] = said.no_photo
    return kept


def _set_fix(case: Case, kind: str) -> None:
    """«Сделано» is a report of the fix; taking it back takes the report back."""
    if kind == TaskReply.Kind.DONE:
        case.fix = Case.Fix.REPORTED
    elif case.fix == Case.Fix.REPORTED:
        case.fix = Case.Fix.UNKNOWN
