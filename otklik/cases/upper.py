"""The upper level: from the second hop on the ЦУР decides, and what centres ask of it waits here."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases.gate import Passage, looking
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case, UpperRequest
from otklik.failures import Refused
from otklik.territory.models import Kind, Territory
from otklik.together import asked

UPPER_TABS = ("upper", "upper_own")  # of the queue: what waits for a decision, and what the ЦУР itself holds
SECOND_HOP = 1  # after this many redirects and hand-overs the next one is decided one level higher


def of_tab(cases: QuerySet[Case], tab: str) -> QuerySet[Case]:
    """The cases of one of these tabs."""
    if tab == "upper":
        asked = UpperRequest.objects.filter(case=OuterRef("pk"), state=UpperRequest.State.OPEN)
        return cases.filter(Exists(asked), state__in=IN_WORK)
    region = Territory.objects.filter(kind=Kind.REGION).values("pk")
    return cases.filter(scope_id__in=region, state__in=IN_WORK)


def waiting(case: Case) -> UpperRequest | None:
    """What the centre asked of the ЦУР and what is not decided yet."""
    return next(iter(asked(case, "upper", waiting_question)), None)


def waiting_question(case: Case) -> QuerySet[UpperRequest]:
    """What `waiting` asks, so that a page can ask it ahead."""
    rows = UpperRequest.objects.filter(case=case, state=UpperRequest.State.OPEN).order_by("id")
    return rows.select_related("organisation", "territory", "assignment__organisation", "asked_by")


def asked_of(actor: Actor, case_id: int) -> UpperRequest:
    """The open request of a case, as an actor who may decide sees it. Raises `Refused` when it is settled."""
    with looking(actor):
        row = UpperRequest.objects.filter(case_id=case_id, state=UpperRequest.State.OPEN).first()
    if row is None:
        raise Refused(_("Просьбы уже нет: возможно, её отозвали или решили. Обновите страницу."))
    return row


def decided(gate: Passage, state: str = UpperRequest.State.DONE, words: str = "") -> UpperRequest | None:
    """Settle the open request of a case, inside the gate of the move that settles it; None when there is none.

    A centre that hands the case on by itself has no more to ask: then the request is recalled.
    """
    row = UpperRequest.objects.select_for_update().filter(case=gate.case, state=UpperRequest.State.OPEN).first()
    if row is None:
        return None
    above = bool(gate.move.upper)
    row.state = state if above else UpperRequest.State.RECALLED
    row.decided_by_id, row.decided_at, row.decision = gate.user_id, gate.now, words
    row.save()
    gate.fields["request"] = row.pk
    return row
