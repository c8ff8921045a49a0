"""Закрыть, and the closing by silence of regime `social`."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import standing
from otklik.cases.gate import passing, said
from otklik.cases.models import Case
from otklik.failures import BadInput, Refused

BY_STAFF = (Case.Outcome.SOLVED, Case.Outcome.EXPLAINED, Case.Outcome.DECLINED, Case.Outcome.NOT_OURS)


def close(actor: Actor, case_id: int, *, outcome: str, reason: str = "", now: datetime | None = None) -> Case:
    """Close an answered case. «Решено» without a photo of this turn or a resident's word needs a reason."""
    words = said(reason)
    if outcome not in BY_STAFF:
        raise BadInput(_("Выберите итог."), "outcome")
    with passing(actor, case_id, "close", now=now) as gate:
        case = gate.case
        standing.note(gate)
        shown = case.evidence.filter(moment="after", added_at__gte=case.turn_began_at).exists()
        proven = case.fix == Case.Fix.CONFIRMED or shown
        if outcome == Case.Outcome.SOLVED and not proven and not words:
            raise BadInput(_("Нет фото «после» и слова жителя: напишите, откуда известно, что сделано."), "reason")
        case.outcome, case.closed_at = outcome, gate.now
        gate.fields |= {"outcome": outcome, "proven": proven}
        gate.words = words
        return case


def close_by_silence(actor: Actor, case_id: int, *, now: datetime | None = None) -> Case:
    """The resident said nothing after the answer: closed, never counted as fixed or satisfied."""
    with passing(actor, case_id, "silence", now=now) as gate:
        if gate.case.regime != Case.Regime.SOCIAL:
            raise Refused(_("Молчание закрывает только сообщения из соцсетей и с портала."))
        gate.case.outcome, gate.case.closed_at = Case.Outcome.SILENT, gate.now
        gate.fields["outcome"] = Case.Outcome.SILENT
        return gate.case
