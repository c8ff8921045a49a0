"""Отменить: the last act on a case, by whoever did it, for some seconds, as long as nothing else has happened since.

Through the gate like everything: the journal keeps the act and its taking back. What is put back is what stood there
before, to the second (`standing.py`); only a first action that was taken back was a first action all the same.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff
from otklik.cases import responsibility, standing
from otklik.cases.gate import Passage, looking, passing
from otklik.cases.models import Case, LastAct
from otklik.failures import Refused
from otklik.journal.models import Entry

UNDO_FOR = timedelta(seconds=10)  # as the page says
GRACE = timedelta(seconds=2)  # a press in the last second is on its way still
HOLD = UNDO_FOR + GRACE  # so long nothing leaves: an answer that can be taken back has not gone out


def may_undo(actor: Actor, case: Case, now: datetime) -> LastAct | None:
    """The act this person may take back now. Inside `acting`."""
    if not isinstance(actor, Staff):
        return None
    last = LastAct.objects.filter(case=case, user_id=actor.user_id, version=case.version).first()
    return last if last is not None and now - last.at < UNDO_FOR else None


def undo_last(actor: Actor, case_id: int, *, now: datetime | None = None) -> Case:
    """Take the last act back. Raises `Refused` when it is another person's, too old, or no longer the last one."""
    with undoing(actor, case_id, now=now) as (gate, _last, _entry):
        return gate.case


@contextmanager
def undoing(
    actor: Actor, case_id: int, *, now: datetime | None = None, version: int | None = None,
    since: datetime | None = None,
) -> Iterator[tuple[Passage, LastAct, Entry]]:
    """The same with room for what rooms above have to put back: the act, and its entry in the journal.

    `version`: the act must be the one that left the case so. `since`: the ten seconds are counted from then (an act on
    many cases ends with the last of them).
    """
    now = now or timezone.now()
    with looking(actor):
        last = LastAct.objects.filter(case_id=case_id).first()
        if last is None:
            raise _nothing()
        with passing(actor, case_id, f"undo_to_{last.before['case']['state']}", now=now, verb="undo") as gate:
            last = _checked(gate, last.pk, version, since)
            entry = Entry.objects.filter(stream=f"case:{case_id}").order_by("-seq").first()
            if entry is None or entry.verb != last.verb:
                raise _nothing()
            gate.fields["undone"] = [entry.seq, last.verb]
            try:
                standing.put_back(gate.case, last.before)
            except ProtectedError as error:
                raise _nothing() from error
            _forget(gate.case, entry)
            yield gate, last, entry
            last.delete()


def _checked(gate: Passage, last_id: int, version: int | None, since: datetime | None) -> LastAct:
    last = LastAct.objects.select_for_update().filter(pk=last_id).first()
    if last is None or last.version != gate.case.version or version not in (None, last.version):
        raise _nothing()
    if last.user_id != gate.user_id:
        raise Refused(_("Отменить может только тот, кто это сделал."))
    if gate.now - max(last.at, since or last.at) > HOLD:
        raise Refused(_("Десять секунд прошли: отменить уже нельзя. Исправьте обычным действием."))
    return last


def _nothing() -> Refused:
    return Refused(_("Отменять нечего: с карточкой с тех пор что-то сделали. Обновите страницу."))


def _forget(case: Case, entry: Entry) -> None:
    """What the responsibility map learnt by the act."""
    fields = entry.fields
    if entry.verb == "assign":
        responsibility.forget_assigned(case, fields["organisation"])
    if entry.verb == "redirect" and fields.get("hop") != case.hops:
        responsibility.forget_redirected(case, fields["from_organisation"], fields["organisation"])
