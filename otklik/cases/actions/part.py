"""One part of a joint matter: another date for it, or taking it off, with a reason."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import part_clocks
from otklik.cases.gate import Passage, passing, said
from otklik.cases.models import Assignment
from otklik.failures import BadInput, NotYours, Refused


def set_due(
    actor: Actor, case_id: int, *, assignment_id: int, due_at: datetime, reason: str, now: datetime | None = None
) -> Assignment:
    """Give a part another date, with the reason. Its sub-clock follows; the case's own limits do not."""
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, почему срок другой."), "reason")
    with passing(actor, case_id, "part_due", now=now) as gate:
        part = _part(gate, assignment_id)
        if part.state not in part_clocks.AT_WORK:
            raise Refused(_("Эта часть уже закончена: срок ей не нужен."))
        if due_at <= gate.now:
            raise BadInput(_("Срок уже прошёл, выберите другой."), "due_at")
        gate.fields |= {"assignment": part.pk, "organisation": part.organisation_id}
        gate.words = words
        part_clocks.move(part, due_at, gate.now, gate.case)
        return part


def withdraw(
    actor: Actor, case_id: int, *, assignment_id: int, reason: str, now: datetime | None = None
) -> Assignment:
    """Take a co-executor's part off: it is not needed, or another does it. The responsible one is redirected."""
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, почему часть больше не нужна."), "reason")
    with passing(actor, case_id, "withdraw_part", now=now) as gate:
        part = _part(gate, assignment_id)
        if part.part == Assignment.Part.RESPONSIBLE:
            raise Refused(_("Ответственного не снимают, а меняют: перенаправьте поручение."))
        part.state, part.finished_at = Assignment.State.WITHDRAWN, gate.now
        part.save(update_fields=["state", "finished_at"])
        gate.fields |= {"assignment": part.pk, "organisation": part.organisation_id}
        gate.words = words
        return part


def _part(gate: Passage, assignment_id: int) -> Assignment:
    found = (
        Assignment.objects.select_for_update().filter(pk=assignment_id, case=gate.case)
        .exclude(state=Assignment.State.WITHDRAWN).first()
    )
    if found is None:
        raise NotYours(_("Такого поручения нет: возможно, его уже передали. Обновите страницу."))
    return found
