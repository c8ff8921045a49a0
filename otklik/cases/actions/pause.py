"""Приостановить и возобновить срок: while the centre waits for what it cannot do itself. Reasons and caps are data."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import clocks
from otklik.cases.gate import passing, said
from otklik.cases.models import Case, Clock
from otklik.failures import BadInput, Refused
from otklik.policy.pausing import OTHER
from otklik.policy.regulation import CRITICAL


def pause(actor: Actor, case_id: int, *, reason: str = "", code: str = OTHER, now: datetime | None = None) -> Case:
    """Let the limits that the policy calls pausable stand still, for a reason of its list.

    `code`: of that list; «другое» needs `reason`, what is waited for in a person's words. Where the policy has a cap,
    the limits go on by themselves when it is used up. Raises `Refused` when none may stand still, when no days of
    pause are left, and for danger to life.
    """
    words = said(reason)
    if code == OTHER and not words:
        raise BadInput(_("Напишите, чего ждём, например: уточняем адрес у жителя."), "reason")
    with passing(actor, case_id, "pause", now=now) as gate:
        if gate.case.importance >= CRITICAL:
            raise Refused(_("При угрозе жизни и здоровью срок не приостанавливают."))
        if not clocks.pausable(gate.case):
            raise Refused(_("Нечего приостановить: срок уже стоит, остановлен или регламент этого не даёт."))
        try:
            rows = clocks.may_pause(gate.case, code, gate.now)
        except KeyError:
            raise BadInput(_("Такой причины в регламенте нет. Выберите из списка."), "code") from None
        if not rows:
            raise Refused(_("Дни паузы по регламенту кончились: больше приостанавливать нельзя."))
        gate.words, gate.fields["waits_for"] = words, code
        until = [at for _row, at in rows if at]
        if until:
            gate.fields["until"] = min(until).isoformat()
        return gate.case


def resume(actor: Actor, case_id: int, *, now: datetime | None = None) -> Case:
    """Let paused limits go on: the time that was left when they stopped is left now."""
    with passing(actor, case_id, "resume", now=now) as gate:
        if not Clock.objects.filter(case=gate.case, stopped_at=None, paused_at__isnull=False).exists():
            raise Refused(_("Срок не приостановлен."))
        return gate.case
