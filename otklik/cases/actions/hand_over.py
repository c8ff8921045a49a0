"""Передать: to the centre of another municipality, to the ЦУР, or from the ЦУР on; each time a hop."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff
from otklik.cases import numbers, upper
from otklik.cases.escalating import people_of
from otklik.cases.gate import Passage, looking, passing, said
from otklik.cases.models import Assignment, Case
from otklik.cases.noticing import notify
from otklik.cases.rescoping import move_scope
from otklik.failures import BadInput, Refused
from otklik.territory.models import Kind, Territory


def hand_over(
    actor: Actor, case_id: int, *, territory_id: int, reason: str, now: datetime | None = None
) -> Case:
    """Give the case to the centre of another place, where it is new again; its clocks run on.

    The region itself is a place too: then the ЦУР has the case, and its place stays where the trouble is. To the ЦУР
    anybody may hand over; between municipalities from the second hop on (redirects counted) only the ЦУР. Tasks given
    here are withdrawn. The giver sees the case no longer (unless they work there too); the entry with their name and
    reason goes with it. The resident's link stays good.
    """
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, почему передаёте: коллеги увидят причину."), "reason")
    place = Territory.objects.select_related("scope").filter(pk=territory_id, active=True).first()
    if place is None:
        raise BadInput(_("Выберите место из списка."), "territory")
    to_upper = place.kind == Kind.REGION
    move = "hand_over" if to_upper else _move(actor, case_id)
    with passing(actor, case_id, move, now=now, verb="hand_over") as gate:
        case = gate.case
        scope_id = place.scope_id or place.pk
        if scope_id == case.scope_id:
            raise BadInput(
                _("Карточка уже в ЦУР.") if to_upper else _("Карточка уже в этом муниципалитете."), "territory"
            )
        if move == "hand_over" and not to_upper and case.hops >= upper.SECOND_HOP:
            raise Refused(_("Карточку уже передавали: теперь решает ЦУР. Обновите страницу и попросите его."))
        gate.fields |= {
            "territory": [case.territory_id, case.territory_id if to_upper else place.pk],
            "scope": [case.scope_id, scope_id], "hop": case.hops + 1,
        }
        gate.words = words
        Assignment.objects.filter(case=case).exclude(state=Assignment.State.WITHDRAWN).update(
            state=Assignment.State.WITHDRAWN, finished_at=gate.now
        )
        case.owner, case.executor = None, None
        case.hops += 1
        if case.fix == Case.Fix.REPORTED:
            case.fix = Case.Fix.UNKNOWN
        if not to_upper:
            case.territory = place
        upper.decided(gate)
        giving = people_of(case, {"head", "coordinator"}, gate.now)
        move_scope(case, scope_id)
        _tell_of_promises(gate, place, giving)
        return case


def _tell_of_promises(gate: Passage, place: Territory, giving: dict[str, list[int]]) -> None:
    """What was promised goes along with the case: who gave it and who has it now are both told of the days."""
    open_ones = Case.objects.filter(pk=gate.case.pk, promises__state="open")  # they stand in a room above
    days = sorted(open_ones.values_list("promises__until", flat=True))
    if not days:
        return
    named = ", ".join(f"{day:%d.%m.%Y}" for day in days)
    givers = {one for ids in giving.values() for one in ids}
    case = Case.objects.select_related("scope").get(pk=gate.case.pk)
    case.scope = place.scope or place
    takers = {one for ids in people_of(case, {"head", "coordinator"}, gate.now).values() for one in ids}
    words = _("Карточку передали вместе с обещанием жителю: до %(days)s.") % {"days": named}
    notify(takers - givers, "promise", case=gate.case, now=gate.now, words=words)
    told = _("Карточку № %(number)s передали вместе с обещанием жителю: до %(days)s.")
    notify(
        givers - takers, "promise", case=None, now=gate.now, link="/desk/promises/",
        words=told % {"number": numbers.shown(gate.case.number), "days": named},
    )
    gate.fields["promised"] = len(days)


def _move(actor: Actor, case_id: int) -> str:
    """From the second hop on, and for a case the ЦУР itself holds, the ЦУР decides. The gate checks again."""
    with looking(actor):
        found = Case.objects.filter(pk=case_id).select_related("scope").first()
    if found is None:
        return "hand_over"
    at_upper = found.scope.kind == Kind.REGION
    above = isinstance(actor, Staff) and any(grant.scopes is None for grant in actor.grants)
    return "hand_over_again" if found.hops >= upper.SECOND_HOP or (at_upper and above) else "hand_over"
