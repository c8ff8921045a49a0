"""Перевести в другой режим: only a person, only with a reason. Nothing else in the program moves a case."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff
from otklik.cases import clocks, regime_clocks
from otklik.cases.clock_rules import zone
from otklik.cases.gate import Passage, passing, said
from otklik.cases.models import Case, Clock, Registration
from otklik.cases.outcome_terms import drop_open
from otklik.cases.registered import open_registration
from otklik.cases.registering import SYSTEMS
from otklik.failures import BadInput, Refused


def transfer_regime(
    actor: Actor,
    case_id: int,
    *,
    regime: str,
    reason: str,
    received_at: datetime | None = None,
    now: datetime | None = None,
) -> Case:
    """Put the case under other rules. The clocks of the old regime stop; the new ones start from the right moment.

    That moment is when the matter came in under the new rules: `received_at` (not before the message, not in the
    future), else now. A registration that the case already has in the new regime keeps its own dates. The old
    regime's registration ends as transferred; registrations of further regimes stay as they are.
    """
    words = said(reason)
    if regime not in Case.Regime.values:
        raise BadInput(_("Выберите режим."), "regime")
    if not words:
        raise BadInput(_("Напишите, почему переводите: сроки и порядок ответа станут другими."), "reason")
    with passing(actor, case_id, "transfer", now=now) as gate:
        case = gate.case
        if not isinstance(actor, Staff):
            raise Refused(_("Режим меняет только сотрудник."))
        if regime == case.regime:
            raise BadInput(_("Карточка уже в этом режиме."), "regime")
        moment = received_at or gate.now
        if moment > gate.now:
            raise BadInput(_("Эта дата ещё не наступила."), "received_at")
        if moment.astimezone(zone()).date() < case.written_at.astimezone(zone()).date():
            raise BadInput(_("Это раньше, чем написано сообщение: проверьте дату."), "received_at")
        gate.fields["regime"] = [case.regime, regime]
        gate.words = words
        _leave(gate)
        case.regime = regime
        _enter(gate, moment)
        return case


def _leave(gate: Passage) -> None:
    """The old regime's clocks and registration end."""
    case = gate.case
    rows = Clock.objects.filter(case=case, regime=case.regime, turn=case.turn, assignment=None, stopped_at=None)
    kinds = []
    for row in rows:
        clocks.stop(row, case, gate.now, clocks.TRANSFERRED)
        kinds.append(row.kind)
    gate.fields["stopped"] = sorted(kinds)
    entry = open_registration(case, case.regime)
    if entry is not None:
        entry.ended_at, entry.ended_by = gate.now, Registration.EndedBy.TRANSFERRED
        entry.save()
        drop_open(entry)


def _enter(gate: Passage, moment: datetime) -> None:
    """The new regime's clocks begin."""
    case = gate.case
    if case.regime == Case.Regime.SOCIAL:
        case.turn_began_at = max(moment, case.turn_began_at)
        clocks.start(case)
        return
    entry = open_registration(case, case.regime)
    if entry is None:
        entry = Registration.objects.create(
            case=case, scope_id=case.scope_id, regime=case.regime, system=SYSTEMS[case.regime],
            received_at=moment, entered_by_id=gate.user_id, created_at=gate.now,
        )
    gate.fields["registration"] = entry.pk
    regime_clocks.follow(case, entry)
