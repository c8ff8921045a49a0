"""The escalation chain of a case at work: who holds its roles today, who is told, and what the journal says of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.acting import Actor, System, acting, widened
from otklik.cases import noticing
from otklik.cases.clock_rules import Rules, zone
from otklik.cases.escalation_rules import (
    OWNER,
    PERCENTS,
    QUIET_UNTIL_OVER,
    Chain,
    Reached,
    Step,
    pick,
    resolve,
    steps_from,
    stored,
)
from otklik.cases.gate import Passage, passing
from otklik.cases.holders import people_of
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case, Clock, Escalation, EscalationChain
from otklik.failures import BadInput, Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations.staffing import require_administrator, require_region_administrator
from otklik.policy.regulation import CRITICAL
from otklik.territory.models import Territory

__all__ = ["ROLE_NAMES", "chain_of", "chains", "escalate_due", "fields_of", "people_of", "set_chain", "warn_about"]
ACTOR = System("clocks")
ROLE_NAMES = {
    OWNER: gettext_lazy("кто взял карточку"), "operator": gettext_lazy("операторы"),
    "coordinator": gettext_lazy("координаторы"), "approver": gettext_lazy("согласующие"),
    "head": gettext_lazy("руководитель"), "curator": gettext_lazy("куратор ЦУР"),
}
REGIMES = frozenset({"", *Case.Regime.values})


def chain_rows() -> QuerySet[EscalationChain]:
    """The newest version of every chain that somebody has set."""
    return EscalationChain.objects.order_by("territory_id", "regime", "importance_from", "-version").distinct(
        "territory_id", "regime", "importance_from"
    )


def chains(rows: Iterable[EscalationChain] | None = None) -> list[Chain]:
    """The same as values, of `rows` if they are at hand. What was taken back is left out."""
    rows = chain_rows() if rows is None else rows
    return [
        Chain(row.territory_id, row.regime, row.importance_from, row.version, steps_from(row.steps))
        for row in rows if row.steps is not None
    ]


def chain_of(case: Case) -> Chain:
    """The chain that holds for this case now."""
    places = [case.scope_id, case.scope.municipality_id]
    return pick(chains(), [one for one in places if one], case.regime, case.importance)


def warn_about(gate: Passage, clock: Clock, percents: Sequence[int]) -> None:
    """Tell whom the chain names for these percents of a clock, and note the later steps. Inside the gate."""
    case = gate.case
    over = PERCENTS[-1] in percents
    if clock.kind in QUIET_UNTIL_OVER and not over:
        return
    chain = chain_of(case)
    kind = "overdue" if over else "clock"
    words = _("Срок «%(clock)s» вышел.") if over else _("Прошло %(percent)s %% срока «%(clock)s».")
    told = words % {"clock": clock.get_kind_display(), "percent": max(percents)}
    if not over:
        told += " " + _("Осталось до %(when)s.") % {"when": f"{clock.control_at.astimezone(zone()):%d.%m %H:%M}"}
    _tell(gate, chain, chain.at(percents), kind, told)
    if over:
        _note_later(gate, clock, chain)


def _tell(gate: Passage, chain: Chain, steps: Sequence[Step], kind: str, words: str) -> None:
    """Resolve, notify, and write into the entry who was told, in whose place, and whom nobody fills."""
    case = gate.case
    roles = {role for step in (*chain.steps, *steps) for role in step.roles}
    people = people_of(case, roles, gate.now)
    everybody = {one for ids in people.values() for one in ids}
    stands = noticing.standing_in(everybody, gate.now.astimezone(zone()).date())
    reached = resolve(chain, steps, people, stands)
    urgent = case.importance >= CRITICAL
    noticing.notify(reached.to, kind, case=case, now=gate.now, words=words, urgent=urgent)
    gate.fields |= fields_of(reached, steps)


def fields_of(reached: Reached, steps: Sequence[Step]) -> dict[str, Any]:
    """What the journal keeps of it: ids and roles."""
    out: dict[str, Any] = {"told": sorted(reached.to)} if steps else {}
    if reached.instead:
        out["stands_in"] = {str(absent): one for absent, one in sorted(reached.instead.items())}
    if reached.nobody:
        out["nobody"] = list(reached.nobody)
    if reached.moved_on:
        out["moved_on"] = True
    return out


def _note_later(gate: Passage, clock: Clock, chain: Chain) -> None:
    """The steps after the limit, each with its moment: working hours of the centre, round the clock at level 4."""
    rules = Rules()
    begun = max(clock.control_at, clock.started_at).astimezone(zone())
    for step in chain.later:
        after = step.after or 0
        hours = timedelta(hours=after)
        due = begun + hours
        if gate.case.importance < CRITICAL:
            due = rules.calendar.add_working_time(begun, hours, rules.hours(gate.case.scope_id))
        Escalation.objects.get_or_create(
            clock=clock, after_hours=after,
            defaults={"case": gate.case, "scope_id": gate.case.scope_id, "roles": list(step.roles), "due_at": due},
        )


def escalate_due(now: datetime, limit: int = 500) -> int:
    """The job: later steps whose hour has come. Returns how many clocks were escalated."""
    with acting(ACTOR, read_only=True):
        waiting = Escalation.objects.filter(done_at=None, due_at__lte=now, clock__paused_at=None)
        due = list(waiting.order_by("due_at", "pk").values_list("pk", "case_id")[:limit])
    escalated = 0
    for escalation_id, case_id in due:
        try:
            escalated += _escalate(escalation_id, case_id, now)
        except Refused:  # answered or closed meanwhile: nothing is owed any more
            with acting(ACTOR), widened():
                Escalation.objects.filter(pk=escalation_id, done_at=None).update(done_at=now)
    return escalated


def _escalate(escalation_id: int, case_id: int, now: datetime) -> bool:
    """One step, looked at again under the lock of its case."""
    with passing(ACTOR, case_id, "warn", now=now, verb="clock_escalated") as gate:
        row = Escalation.objects.select_related("clock").select_for_update(of=("self",)).get(pk=escalation_id)
        clock = row.clock
        if row.done_at is not None or clock.paused_at is not None:
            gate.unchanged = True
            return False
        if clock.stopped_at is None and clock.control_at > now:  # it has a later date since: the steps begin anew
            row.delete()
            gate.unchanged = True
            return False
        row.done_at = now
        row.save(update_fields=["done_at"])
        if clock.stopped_at is not None or gate.case.state not in IN_WORK:
            gate.unchanged = True
            return False
        step = Step(None, row.after_hours, tuple(row.roles))
        chain = chain_of(gate.case)
        if step not in chain.steps:  # the chain was changed since: this step goes on as it was promised
            chain = Chain(chain.territory_id, chain.regime, chain.importance_from, chain.version, (*chain.steps, step))
        words = _("Срок «%(clock)s» вышел %(when)s, и до сих пор не сделано.") % {
            "clock": clock.get_kind_display(), "when": f"{clock.control_at.astimezone(zone()):%d.%m %H:%M}",
        }
        _tell(gate, chain, [step], "overdue", words)
        gate.fields |= {"kind": clock.kind, "hours": row.after_hours}
        return True


def set_chain(
    actor: Actor, *, territory_id: int | None, regime: str, importance_from: int, steps: Sequence[Step] | None,
    now: datetime,
) -> EscalationChain | None:
    """A new version of a chain (None: as the place above has it). The place's administrator, or the region's.

    Returns None when nothing changes. Raises `BadInput`, `Refused`.
    """
    if regime not in REGIMES or importance_from not in range(CRITICAL + 1):
        raise BadInput(_("Выберите режим и важность из списка."), "regime")
    told = stored(steps_from(stored(steps))) if steps is not None else None
    with acting(actor), widened():
        if territory_id is None:
            require_region_administrator(actor)
        else:
            require_administrator(actor, territory_id)
            Territory.objects.select_for_update().get(pk=territory_id)
        of_place = Q(territory=None) if territory_id is None else Q(territory_id=territory_id)
        versions = EscalationChain.objects.filter(of_place, regime=regime, importance_from=importance_from)
        last = versions.order_by("-version").first()
        if (last.steps if last else None) == told:
            return None
        row = EscalationChain.objects.create(
            territory_id=territory_id, regime=regime, importance_from=importance_from,
            version=last.version + 1 if last else 1, steps=told, made_at=now,
            made_by_id=getattr(actor, "user_id", None),
        )
        append(
            NewEntry(
                f"escalation:{territory_id or 'region'}", "escalation_changed", actor.reference, now,
                {"regime": regime, "importance_from": importance_from, "version": row.version,
                 "before": last.steps if last else None, "after": told},
            )
        )
        return row
