"""For how many seconds more the last act on a case can be taken back by this person."""

from datetime import datetime

from otklik.acting import Staff
from otklik.cases.actions.undo_last import UNDO_FOR, may_undo
from otklik.cases.models import Case


def undo_seconds(actor: Staff, case: Case, now: datetime) -> int:
    """Whole seconds, at least 1 while it can; 0 when it cannot. Inside `acting`."""
    last = may_undo(actor, case, now)
    return max(1, round((last.at + UNDO_FOR - now).total_seconds())) if last else 0
