"""The registrations of a case inside an open gate: found, ended, and what their end means for the case."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.cases import clocks, regime_clocks
from otklik.cases.gate import Passage
from otklik.cases.models import Case, Clock, Registration
from otklik.cases.outcome_terms import drop_open
from otklik.failures import NotYours

LAWS = ("law59", "law8")


def open_registration(case: Case, regime: str) -> Registration | None:
    """The registration of a regime that is not ended, if there is one."""
    return Registration.objects.select_for_update().filter(case=case, regime=regime, ended_at=None).first()


def registration(case: Case, registration_id: int) -> Registration:
    """One open registration of the case. Raises `NotYours`."""
    found = Registration.objects.select_for_update().filter(case=case, pk=registration_id, ended_at=None).first()
    if found is None:
        raise NotYours(_("Такой регистрации нет: возможно, её уже закрыли. Обновите страницу."))
    return found


def still_open(case: Case, besides: str = "") -> bool:
    """Whether the case waits for an answer in some register."""
    return Registration.objects.filter(case=case, ended_at=None).exclude(regime=besides).exists()


def end(gate: Passage, entry: Registration, by: str, at: datetime | None = None) -> None:
    """End a registration: its clocks stop at that time, and what waited for a decision about it waits no more."""
    drop_open(entry)
    entry.ended_at, entry.ended_by = at or gate.now, by
    entry.save()
    gate.fields |= {"registration": entry.pk, "regime": entry.regime, "ended_by": by}
    stopped = regime_clocks.stop(gate.case, entry, entry.ended_at, [by], everything=True)
    gate.fields["stopped"] = sorted([*gate.fields.get("stopped", ()), *stopped])


def settle(gate: Passage, entry: Registration, at: datetime) -> None:
    """Whether the case is answered now, for a move that leads there: only when nothing else still waits."""
    case = gate.case
    if entry.regime == case.regime:
        case.answered_at = case.answered_at or at
    if case.answered_at is None or still_open(case):
        gate.target = case.state
    else:
        clocks.stop_all(case, gate.now, "sent")  # what was promised on the way is over with the answer


def source_ended(gate: Passage, at: datetime) -> bool:
    """The source of the case's own regime has answered or closed: its registration ends, and its clocks with it.

    False when there was nothing of the kind to end: it has been said before.
    """
    case = gate.case
    entry = open_registration(case, case.regime)
    if entry is not None:
        entry.out_at = at
        end(gate, entry, Registration.EndedBy.SOURCE, at)
    going = Clock.objects.filter(case=case, regime=case.regime, assignment=None, stopped_at=None)
    rows = list(going) if still_open(case) else []  # alone, the caller ends what runs in its own way
    for row in rows:
        clocks.stop(row, case, at, "source_answered")
    if not rows and entry is None:
        return False
    case.answered_at = case.answered_at or at
    return True
