"""«Отложенное решение» of the ПОС: put off until a planned day, with a reason, and back by itself on that day."""

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from otklik.acting import Actor, System, acting
from otklik.cases.clocks import zone
from otklik.cases.escalating import people_of
from otklik.cases.gate import Passage, passing, said
from otklik.cases.models import Case, Clock, Postponement
from otklik.cases.noticing import notify
from otklik.failures import BadInput, Refused
from otklik.policy.regulation import CRITICAL

ACTOR = System("postponed")
FARTHEST = timedelta(days=366 * 3)


def postpone(actor: Actor, case_id: int, *, until: date, reason: str, now: datetime | None = None) -> Postponement:
    """Put a ПОС matter off. Its limits stand still meanwhile; it stays counted as a debt until it is answered.

    Putting off again moves the day. Raises `Refused` for other regimes (no law knows a postponed decision there), and
    for danger to life.
    """
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, почему откладываете: причина остаётся в карточке."), "reason")
    with passing(actor, case_id, "postpone", now=now) as gate:
        if gate.case.regime != Case.Regime.POS:
            raise Refused(_("Отложенное решение бывает только у сообщений ПОС «Госуслуги. Решаем вместе»."))
        if gate.case.importance >= CRITICAL:
            raise Refused(_("При угрозе жизни и здоровью решение не откладывают."))
        today = gate.now.astimezone(zone()).date()
        if not today < until <= today + FARTHEST:
            raise BadInput(_("Плановая дата — не раньше завтрашнего дня и не дальше трёх лет."), "until")
        gate.words = words
        return put_off(gate, until)


def put_off(gate: Passage, until: date) -> Postponement:
    """Note the planned day inside an open gate: a person's word, or the source's (`mirror`)."""
    case = gate.case
    for clock in Clock.objects.filter(case=case, stopped_at=None, paused_at=None, pausable=False).exclude(
        kind__in=(Clock.Kind.FIX, Clock.Kind.REACT)
    ):  # the gate lets those stand still that the policy calls pausable
        clock.pausable = True
        clock.save(update_fields=["pausable"])
    row, made = Postponement.objects.get_or_create(
        case=case, back_at=None,
        defaults={"scope_id": case.scope_id, "until": until, "since": gate.now, "by_id": gate.user_id},
    )
    if not made:
        row.until, row.by_id = until, gate.user_id
        row.save(update_fields=["until", "by"])
    gate.fields["until"] = until.isoformat()
    return row


def come_back(actor: Actor, case_id: int, *, now: datetime | None = None) -> Case:
    """The planned day has come, or somebody takes it up before: limits go on, the owner and head are told."""
    with passing(actor, case_id, "come_back", now=now) as gate:
        row = Postponement.objects.select_for_update().filter(case=gate.case, back_at=None).first()
        if row is None:
            raise Refused(_("Решение по карточке не отложено."))
        row.back_at = gate.now
        row.save(update_fields=["back_at"])
        gate.fields["until"] = row.until.isoformat()
        people = people_of(gate.case, {"head", "coordinator"}, gate.now)
        to = {one for ids in people.values() for one in ids} - {gate.user_id}
        notify(
            {one for one in to if one}, "postponed", case=gate.case, now=gate.now,
            words=_("Плановая дата: %(day)s.") % {"day": f"{row.until:%d.%m.%Y}"},
        )
        return gate.case


def bring_back_due(now: datetime, limit: int = 500) -> int:
    """Bring back what was put off until today. Returns how many came; those answered meanwhile are only ticked off."""
    today = now.astimezone(zone()).date()
    with acting(ACTOR, read_only=True):
        over = Q(until__lte=today) | ~Q(case__state__in=("new", "triaged", "assigned", "replied"))
        waiting = Postponement.objects.filter(over, back_at=None).order_by("until")
        due = list(waiting.values_list("case_id", flat=True)[:limit])
    came = 0
    for case_id in due:
        try:
            come_back(ACTOR, case_id, now=now)
            came += 1
        except Refused:  # somebody was faster
            continue
    return came
