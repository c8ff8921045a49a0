"""Conflicts with a source, decided by people: take theirs, or keep ours; one by one or in bulk, each in the journal."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.cases.actions.mirror import apply, following
from otklik.cases.actions.register import register_mirror
from otklik.cases.models import Case
from otklik.failures import BadInput, Failure, NotYours
from otklik.intake import aspects
from otklik.intake.models import Conflict

THEIRS, OURS = Conflict.Chosen.THEIRS, Conflict.Chosen.OURS
AT_ONCE = 500


@dataclass
class Settled:
    """What came of a bulk decision: how many were settled, and why others were not."""

    done: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)  # number of the case, reason


def open_conflicts(actor: Actor) -> QuerySet[Conflict]:
    """What waits for a decision in the actor's scopes, the oldest first. Inside `acting`."""
    found = Conflict.objects.filter(settled_at=None)
    if isinstance(actor, Staff) and actor.sees is not None:
        found = found.filter(scope_id__in=list(actor.sees))
    return found.select_related("case__territory", "row__profile__into").order_by("at", "id")


def settle(actor: Actor, conflict_id: int, chosen: str, now: datetime | None = None) -> Conflict:
    """Decide one conflict. Raises `NotYours`, `BadInput`, `Refused`; decided already by somebody else is `BadInput`."""
    if chosen not in Conflict.Chosen.values:
        raise BadInput(_("Выберите: взять из источника или оставить своё."), "chosen")
    now = now or timezone.now()
    with acting(actor):
        found = Conflict.objects.filter(pk=conflict_id).values_list("case_id", flat=True).first()
        if found is None:
            raise NotYours(_("Такого расхождения нет, или оно не в вашем муниципалитете."))
        with widened():
            locked = Conflict.objects.select_for_update(of=("self",)).select_related("row__profile", "case")
            conflict = locked.get(pk=conflict_id)
            if conflict.settled_at is not None:
                raise BadInput(_("Это расхождение уже решено. Обновите страницу."), "chosen")
            _decide(actor, conflict, chosen, now)
            conflict.settled_at, conflict.chosen = now, chosen
            conflict.settled_by_id = actor.user_id if isinstance(actor, Staff) else None
            conflict.save(update_fields=["settled_at", "chosen", "settled_by"])
            return conflict


def settle_all(actor: Actor, ids: Iterable[int], chosen: str, now: datetime | None = None) -> Settled:
    """Decide several, each in a transaction of its own: what is refused does not hold up the rest."""
    settled = Settled()
    for conflict_id in list(dict.fromkeys(ids))[:AT_ONCE]:
        try:
            settle(actor, conflict_id, chosen, now)
        except Failure as failure:
            settled.refused.append((_number(actor, conflict_id), str(failure)))
        else:
            settled.done += 1
    return settled


def _decide(actor: Actor, conflict: Conflict, chosen: str, now: datetime) -> None:
    taken = chosen == THEIRS
    if taken and conflict.aspect == aspects.REGISTER:
        kept = conflict.theirs
        register_mirror(
            actor, conflict.case_id, regime=kept["regime"], number=kept["number"], system=kept["system"],
            registered_at=aspects.moment(kept["registered_at"]), due_at=aspects.moment(kept["due_at"]),
            status=kept["status"], out_number=kept["out_number"], answered_at=aspects.moment(kept["answered_at"]),
            signer=kept["signer"], now=now,
        )
    given = conflict.theirs if taken and conflict.aspect != aspects.REGISTER else {}
    word = aspects.from_json(given, conflict.row.profile.name)
    with following(actor, conflict.case_id, "settle", word.level, now=now) as gate:
        apply(gate, word)
        gate.unchanged = False
        gate.fields |= {"conflict": conflict.aspect, "chosen": chosen}
    if taken:
        row = conflict.row
        row.applied[conflict.aspect] = aspects.here_now(Case.objects.get(pk=conflict.case_id)).get(conflict.aspect, "")
        row.save(update_fields=["applied"])


def _number(actor: Actor, conflict_id: int) -> int:
    with acting(actor, read_only=True):
        return Conflict.objects.filter(pk=conflict_id).values_list("case__number", flat=True).first() or 0


def forget_texts(case_ids: Iterable[int]) -> int:
    """Take the source's words away from conflicts of erased cases. Inside `acting`, widened. Returns how many."""
    return Conflict.objects.filter(case_id__in=list(case_ids), aspect=aspects.ANSWER).update(theirs={})
