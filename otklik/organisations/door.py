"""Noting who came in and who was turned away: for the security officer, and in the journal of the person."""

from datetime import datetime, timedelta

from django.utils import timezone

from otklik.acting import Staff, acting, widened
from otklik.organisations.models import DoorEvent, User
from otklik.organisations.staffing import user_entry

KEPT = timedelta(days=366)
VERBS = {
    DoorEvent.Kind.CAME: "logged_in", DoorEvent.Kind.FAILED: "login_failed", DoorEvent.Kind.CODE: "code_failed",
    DoorEvent.Kind.LIMITED: "login_limited", DoorEvent.Kind.OUTSIDE: "outside_login_failed",
    DoorEvent.Kind.LEFT: "logged_out",
}


def note(
    kind: str, user: User | None, *, address: str | None, browser: str = "", note: str = "",
    now: datetime | None = None,
) -> None:
    """Keep one event. For a known person the journal has an entry, too, without the address."""
    now = now or timezone.now()
    DoorEvent.objects.create(
        kind=kind, user=user, at=now, address=address or None, browser=browser.replace("\x00", "")[:200],
        note=note[:200],
    )
    if user is not None:
        actor = Staff(user.pk, user.short_name)
        with acting(actor), widened():
            User.objects.select_for_update().get(pk=user.pk)
            user_entry(actor, user.pk, VERBS[DoorEvent.Kind(kind)], now)


def tidy(now: datetime) -> int:
    """Drop events older than a year. Returns how many."""
    return DoorEvent.objects.filter(at__lt=now - KEPT).delete()[0]
