"""What a clock that ran ahead left behind: moments of ours further off than anything here is ever set to."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from otklik.acting import System, acting, widened
from otklik.channels.models import Arrival, Cursor, Delivery, Health, OutsideFile

ACTOR = System("channels")
LEASED = timedelta(minutes=15)  # leases are of minutes, the pace of an account of seconds
PUT_OFF = timedelta(hours=25)  # nobody waits for longer than a day


def set_right(now: datetime) -> int:
    """Set such moments to now, or accounts would sleep until the wrong clock's time comes. Returns how many rows."""
    with acting(ACTOR), widened():
        waiting = Delivery.objects.filter(state__in=[Delivery.State.WAITING, Delivery.State.SENDING])
        return sum((
            _set(Arrival.objects.filter(state=Arrival.State.NEW), "next_at", now, PUT_OFF),
            _set(OutsideFile.objects.filter(state=OutsideFile.State.WAITING), "next_at", now, PUT_OFF),
            _set(waiting, "next_at", now, PUT_OFF), _set(waiting, "held_until", now, LEASED),
            _set(Cursor.objects.all(), "held_until", now, LEASED),
            _set(Health.objects.all(), "rests_until", now, PUT_OFF),
            _set(Health.objects.all(), "next_call_at", now, LEASED),
            _set(Health.objects.all(), "last_success_at", now, LEASED),
        ))


def _set(rows: QuerySet[Any], field: str, now: datetime, bound: timedelta) -> int:
    return rows.filter(**{f"{field}__gt": now + bound}).update(**{field: now})
