"""Тема по новой редакции: an open case follows its theme into the next edition of the classifier."""

from collections.abc import Sequence
from datetime import datetime

from otklik.acting import Actor
from otklik.cases import clocks
from otklik.cases.gate import passing
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case


def retheme(
    actor: Actor, case_id: int, *, was: int, becomes: int | None, offered: Sequence[str] = (),
    now: datetime | None = None,
) -> bool:
    """Give an open case the theme that its old one became. Without one («требует разбора», a split) it has none until
    a person chooses; `offered` are the codes to choose from. False when somebody changed the theme meanwhile.
    """
    with passing(actor, case_id, "retheme", now=now) as gate:
        case: Case = gate.case
        if case.theme_id != was:
            gate.unchanged = True
            return False
        case.theme_id = becomes
        gate.fields["theme"] = [was, becomes]
        if becomes is None:
            themes = [{"code": code, "spans": []} for code in offered[:3]]
            case.suggestion = (case.suggestion or {}) | {"themes": themes}
        if case.state in IN_WORK:
            clocks.recompute(case)
        return True
