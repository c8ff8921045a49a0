"""Whether the journal is whole: the same look as `otklik doctor` has, at night and when an officer asks."""

from datetime import datetime
from typing import Any

from otklik.acting import System, acting
from otklik.journal.models import Pending, Position, Seal
from otklik.operations.doctor import chains
from otklik.operations.doctor.findings import Level, Visit
from otklik.organisations import region_settings

ACTOR = System("chain-check")
SETTING = "chain_check"


def check(now: datetime) -> dict[str, Any]:
    """Walk every stream, position and seal, and keep the verdict: {"at", "problems"}."""
    visit = Visit(now)
    found = [
        finding.text
        for look in (chains.streams, chains.positions, chains.seals) for finding in look(visit)
        if finding.level == Level.PROBLEM
    ]
    verdict = {"at": now.isoformat(), "problems": found[:10]}
    region_settings.keep(ACTOR, SETTING, verdict)
    return verdict


def state() -> dict[str, Any]:
    """What is known now: the last verdict, the last seal, how many entries wait for a number. Inside `acting`."""
    seal = Seal.objects.order_by("-last").first()
    last = Position.objects.order_by("-number").first()
    verdict = region_settings.get(SETTING)
    return {
        "verdict": verdict, "at": datetime.fromisoformat(verdict["at"]) if verdict else None, "seal": seal,
        "seal_digest": bytes(seal.digest).hex() if seal else "", "last": last.number if last else 0,
        "unsealed": (last.number if last else 0) - (seal.last if seal else 0), "waiting": Pending.objects.count(),
    }


def ask_for_check() -> None:
    """Have the worker look; the page shows the verdict when it is there."""
    from procrastinate.contrib.django import app

    with acting(ACTOR):
        app.configure_task("journal.check", queueing_lock="journal.check").defer(timestamp=0)
