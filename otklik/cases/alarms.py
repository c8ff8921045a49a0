"""Danger to life: a line before the duty person until a named person took it over."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System, acting
from otklik.cases.gate import looking, passing
from otklik.cases.models import Alarm, Case
from otklik.cases.reading import visible_cases
from otklik.cases.telling import calm, tell_of_danger
from otklik.failures import BadInput, NotYours
from otklik.organisations.directories import duty_for
from otklik.organisations.models import DutyPerson
from otklik.policy.regulation import CRITICAL
from otklik.typed_text import line

ACTOR = System("alarms")
NEXT_AFTER = timedelta(minutes=10)  # unacknowledged for so long, it goes to the next on the list (design, section 8)


def raise_if_dangerous(case: Case, now: datetime, *, by_person: bool = False) -> Alarm | None:
    """Raise an alarm for a case of importance 4 that has none in this turn. Inside a gate or an opening.

    Imported history never rings by itself (design, section 4); when a person sees danger in it, it does.
    """
    if case.importance < CRITICAL or case.state == Case.State.CLOSED or not (case.notifies or by_person):
        return None
    if Alarm.objects.filter(Q(confirmed_at=None) | Q(raised_at__gte=case.turn_began_at), case=case).exists():
        return None
    alarm = Alarm.objects.create(case=case, scope_id=case.scope_id, raised_at=now, called_at=now)
    tell_of_danger(case, now)
    return alarm


def dismiss(case: Case, now: datetime, user_id: int | None, why: str) -> dict[str, int]:
    """End the alarm nobody took: a person saw no danger to life. Inside a gate; returns the journal's fields."""
    alarm = Alarm.objects.select_for_update().filter(case=case, confirmed_at=None).first()
    if alarm is None:
        return {}
    alarm.confirmed_at, alarm.confirmed_by_id, alarm.taken_by = now, user_id, why
    alarm.save(update_fields=["confirmed_at", "confirmed_by", "taken_by"])
    return {"alarm": alarm.pk, "step": alarm.duty_step}


def open_alarms(actor: Actor) -> QuerySet[Alarm]:
    """Unconfirmed alarms this actor sees, oldest first."""
    rows = Alarm.objects.filter(_readable(actor), confirmed_at=None)
    return rows.select_related("case__territory", "scope").order_by("raised_at")


def _readable(actor: Actor) -> Exists:
    """Whether this person may read the case of an alarm; of the alarm itself row-level security tells only where."""
    return Exists(visible_cases(actor).filter(pk=OuterRef("case_id")))


def closed_alarms(actor: Actor) -> list[Alarm]:
    """Unconfirmed alarms of cases that this person may not read: that life is in danger is no secret, the words are."""
    if not isinstance(actor, Staff) or all(actor.reads_restricted(scope) for scope in actor.sees or (None,)):
        return []
    rows = Alarm.objects.filter(~_readable(actor), confirmed_at=None)
    return list(rows.select_related("scope").order_by("raised_at"))


def whom_to_call(alarm: Alarm) -> DutyPerson | None:
    """The duty person at the alarm's step; the last of the list stays when all were called."""
    people = duty_for(alarm.scope)
    return people[min(alarm.duty_step, len(people)) - 1] if people else None


def confirm(actor: Actor, alarm_id: int, *, taken_by: str, now: datetime | None = None) -> Alarm:
    """«Кто принял: фамилия»: the alarm is over; by whom and when stays."""
    taken_by = line(taken_by, 200, "taken_by")
    if not taken_by:
        raise BadInput(_("Напишите фамилию того, кто принял."), "taken_by")
    with looking(actor):
        case_id = Alarm.objects.filter(pk=alarm_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotYours(_("Такой тревоги нет."))
    with passing(actor, case_id, "confirm_alarm", now=now) as gate:
        alarm = Alarm.objects.select_for_update().get(pk=alarm_id)
        if alarm.confirmed_at:
            gate.unchanged = True
            return alarm
        alarm.confirmed_at, alarm.confirmed_by_id = gate.now, gate.user_id
        alarm.taken_by = taken_by
        alarm.save()
        calm(case_id, gate.now)
        gate.fields |= {"alarm": alarm.pk, "step": alarm.duty_step}
        return alarm


def move_unanswered_on(now: datetime | None = None) -> int:
    """The job: alarms nobody took within ten minutes go to the next on the list. Returns how many."""
    now = now or timezone.now()
    unanswered = Alarm.objects.filter(confirmed_at=None, called_at__lte=now - NEXT_AFTER)
    with acting(ACTOR, read_only=True):
        waiting = list(unanswered.order_by("raised_at").values_list("pk", "case_id"))
    moved = 0
    for alarm_id, case_id in waiting:
        with passing(ACTOR, case_id, "pass_alarm_on", now=now) as gate:
            alarm = unanswered.select_related("scope").filter(pk=alarm_id).first()  # confirmed meanwhile?
            if alarm is None or alarm.duty_step >= len(duty_for(alarm.scope)):
                gate.unchanged = True
                continue
            alarm.duty_step, alarm.called_at = alarm.duty_step + 1, now
            alarm.save(update_fields=["duty_step", "called_at"])
            gate.fields |= {"alarm": alarm.pk, "step": alarm.duty_step}
            moved += 1
    return moved
