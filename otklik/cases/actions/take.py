"""Взять себе: the case gets an owner, and the first clock stops."""

from datetime import datetime

from otklik.acting import Actor
from otklik.cases.gate import passing
from otklik.cases.models import Case, Clock


def take(actor: Actor, case_id: int, *, now: datetime | None = None) -> Case:
    """Make the acting member of staff the owner of the case.

    Taking one's own case again is nothing, unless «не исправлено» brought it back and it waits for a first action.
    """
    with passing(actor, case_id, "take", now=now) as gate:
        waits = Clock.objects.filter(case=gate.case, kind=Clock.Kind.REACT, stopped_at=None).exists()
        if gate.case.owner_id == gate.user_id and not waits:
            gate.unchanged = True
        gate.fields["owner"] = [gate.case.owner_id, gate.user_id]
        gate.case.owner_id = gate.user_id
        return gate.case
