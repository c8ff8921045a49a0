"""Приостановить и возобновить срок: while the centre waits for what only the resident can say."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import clocks
from otklik.cases.gate import passing, said
from otklik.cases.models import Case, Clock
from otklik.failures import BadInput, Refused
from otklik.policy.regulation import CRITICAL


def pause(actor: Actor, case_id: int, *, reason: str, now: datetime | None = None) -> Case:
    """Let the limits that the policy calls pausable stand still, with the reason (what is waited for).

    Raises `Refused` when none may, and for danger to life.
    """
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, чего ждём, например: уточняем адрес у жителя."), "reason")
    with passing(actor, case_id, "pause", now=now) as gate:
        if gate.case.importance >= CRITICAL:
            raise Refused(_("При угрозе жизни и здоровью срок не приостанавливают."))
        if not clocks.pausable(gate.case):
            raise Refused(_("Нечего приостановить: срок уже стоит, остановлен или регламент этого не даёт."))
        gate.words = words
        return gate.case


def resume(actor: Actor, case_id: int, *, now: datetime | None = None) -> Case:
    """Let paused limits go on: the time that was left when they stopped is left now."""
    with passing(actor, case_id, "resume", now=now) as gate:
        if not Clock.objects.filter(case=gate.case, stopped_at=None, paused_at__isnull=False).exists():
            raise Refused(_("Срок не приостановлен."))
        return gate.case
