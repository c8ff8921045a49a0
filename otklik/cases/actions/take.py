"""Взять себе: the case gets an owner, and the first clock stops."""

from datetime import datetime

from otklik.acting import Actor
from otklik.cases.gate import passing
from otklik.cases.models import Case


def take(actor: Actor, case_id: int, *, now: datetime | None = None) -> Case:
    """Make the acting member of staff the owner of the case."""
    with passing(actor, case_id, "take", now=now) as gate:
        if gate.case.owner_id == gate.user_id:
            gate.unchanged = True
        gate.fields["owner"] = [gate.case.owner_id, gate.user_id]
        gate.case.owner_id = gate.user_id
        return gate.case
