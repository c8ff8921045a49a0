"""Передать в другой муниципалитет: the resident chose a wrong place, or wrote to the wrong centre."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases.gate import passing, said
from otklik.cases.models import Assignment, Case
from otklik.cases.rescoping import move_scope
from otklik.failures import BadInput
from otklik.territory.models import Kind, Territory


def hand_over(
    actor: Actor, case_id: int, *, territory_id: int, reason: str, now: datetime | None = None
) -> Case:
    """Give the case to the centre of another place, where it is new again; its clocks run on.

    Tasks given here are withdrawn. The giver sees the case no longer (unless they work there too); the entry with
    their name and reason goes with it. The resident's link stays good.
    """
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, почему передаёте: коллеги увидят причину."), "reason")
    place = Territory.objects.select_related("scope").filter(pk=territory_id, active=True).first()
    if place is None or place.kind == Kind.REGION:
        raise BadInput(_("Выберите место из списка."), "territory")
    with passing(actor, case_id, "hand_over", now=now) as gate:
        case = gate.case
        scope_id = place.scope_id or place.pk
        if scope_id == case.scope_id:
            raise BadInput(_("Карточка уже в этом муниципалитете."), "territory")
        gate.fields |= {"territory": [case.territory_id, place.pk], "scope": [case.scope_id, scope_id]}
        gate.words = words
        Assignment.objects.filter(case=case).exclude(state=Assignment.State.WITHDRAWN).update(
            state=Assignment.State.WITHDRAWN, finished_at=gate.now
        )
        case.owner, case.executor, case.hops = None, None, 0
        if case.fix == Case.Fix.REPORTED:
            case.fix = Case.Fix.UNKNOWN
        case.territory = place
        move_scope(case, scope_id)
        return case
