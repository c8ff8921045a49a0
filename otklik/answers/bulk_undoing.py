"""«Отменить» for an act on many cases: all of them taken back as one, gate by gate, within ten seconds of its end.

What was done is carried by the report's own button, signed: who did it, when it ended, which case was left in which
version. Nothing is kept beside the notes that each case has of its last act.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from otklik.acting import Staff, acting
from otklik.answers.undoing import undo
from otklik.cases.actions.undo_last import HOLD, UNDO_FOR
from otklik.cases.bulk import Line, Plan
from otklik.cases.models import Case
from otklik.cases.reading import visible_cases
from otklik.failures import Failure, Refused
from otklik.policy.regulation import CRITICAL

_SALT = "otklik.bulk-undo"


@dataclass(frozen=True)
class Done:
    """An act on many cases that can be taken back. `cases`: (number, version it was left in)."""

    kind: str
    ended: datetime
    cases: tuple[tuple[int, int], ...]


def may_be_undone(plan: Plan) -> bool:
    """A hand-over has been seen by others, and an alarm has rung: these are put right by another act."""
    return plan.kind != "hand_over" and plan.importance != CRITICAL


def sealed(actor: Staff, plan: Plan, lines: Sequence[Line], ended: datetime) -> str:
    """What the report's button carries; empty where nothing can be taken back."""
    cases = [(line.number, line.after) for line in lines if line.after and not line.rings]
    if not cases or not may_be_undone(plan):
        return ""
    told = {"who": actor.user_id, "kind": plan.kind, "ended": ended.isoformat(), "cases": cases}
    return signing.dumps(told, salt=_SALT, compress=True)


def opened(actor: Staff, seal: str, now: datetime) -> Done:
    """What a button carried. Raises `Refused` for a forged or foreign one, and when the seconds are over."""
    try:
        told: dict[str, Any] = signing.loads(seal, salt=_SALT)
    except signing.BadSignature as error:
        raise Refused(_("Отменять нечего: откройте отчёт о действии заново.")) from error
    if told["who"] != actor.user_id:
        raise Refused(_("Отменить может только тот, кто это сделал."))
    ended = datetime.fromisoformat(told["ended"])
    if now - ended > HOLD:
        raise Refused(_("Десять секунд прошли: отменить уже нельзя. Исправьте обычным действием."))
    return Done(told["kind"], ended, tuple((number, version) for number, version in told["cases"]))


def seconds_left(ended: datetime, now: datetime) -> int:
    """For how many seconds more, at least one."""
    return max(1, round((ended + UNDO_FOR - now).total_seconds()))


def take_back(actor: Staff, done: Done, now: datetime) -> list[Line]:
    """Take it back case by case. One with which something has been done since is left alone and says so."""
    with acting(actor, read_only=True):
        found = {case.number: case for case in visible_cases(actor).filter(number__in=[n for n, _v in done.cases])}
    return [_one(actor, number, found.get(number), version, done.ended, now) for number, version in done.cases]


def _one(actor: Staff, number: int, case: Case | None, version: int, ended: datetime, now: datetime) -> Line:
    if case is None:
        return Line(number, refused=_("Такой карточки нет, или она не в вашем муниципалитете."))
    title = case.title or " ".join(case.text[:200].split())
    try:
        # The seconds are counted from the end of the act, and were looked at once for all: the last one is not refused.
        undo(actor, case.pk, now=now, version=version, since=ended)
    except Failure as failure:
        return Line(number, title, case.version, refused=str(failure))
    return Line(number, title, case.version, changes=(_("отменено, всё как было"),))
