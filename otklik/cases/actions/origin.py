"""Через кого пришло обращение: the body above that forwarded it, and whether it keeps it «на контроле»."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases.gate import passing
from otklik.cases.models import AppealOrigin, Case, Registration
from otklik.cases.registered import LAWS
from otklik.failures import BadInput, Refused
from otklik.typed_text import line

MOST = 200


def set_origin(
    actor: Actor, case_id: int, *, through: str, control: bool = False, now: datetime | None = None
) -> AppealOrigin:
    """Note through whom an appeal came and whether they asked for its outcome. The review of appeals counts both.

    An empty `through` says that the resident wrote to us. Raises `BadInput` naming the field, `Refused` for what is in
    no register.
    """
    through = line(through, MOST, "through")
    if control and not through:
        raise BadInput(_("На контроле держит тот, через кого пришло: напишите, кто это."), "through")
    with passing(actor, case_id, "origin", now=now) as gate:
        _check_appeal(gate.case)
        row = AppealOrigin.objects.select_for_update().filter(case=gate.case).first()
        if (row.through, row.control) == (through, control) if row is not None else not through:
            gate.unchanged = True
            return row or AppealOrigin(case=gate.case, scope_id=gate.case.scope_id)
        row = row or AppealOrigin(case=gate.case)
        row.scope_id, row.through, row.control = gate.case.scope_id, through, control
        row.set_by_id, row.set_at = gate.user_id, gate.now
        row.save()
        gate.fields |= {"above": bool(through), "control": control}
        return row


def _check_appeal(case: Case) -> None:
    if case.regime in LAWS:
        return
    rows = Registration.objects.filter(case=case, regime__in=LAWS)
    if not rows.exclude(ended_by=Registration.EndedBy.MISTAKE).exists():
        raise Refused(_("Это отмечают у обращений по 59-ФЗ и запросов по 8-ФЗ: сначала внесите регистрацию."))
