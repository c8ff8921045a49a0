"""Jobs of this room."""

from datetime import datetime

from otklik.acting import System, acting, widened
from otklik.intake.accepting import KEY_LIFETIME
from otklik.intake.models import FormKey

BATCH = 5000


def tidy_form_keys(now: datetime, batch: int = BATCH) -> int:
    """Drop one-time keys of forms that are too old to be sent again. Returns how many; may be killed at any moment."""
    gone = 0
    while True:
        with acting(System("tidy")), widened():
            # Twice the lifetime: a form that was sent at the last moment may still be on its way again.
            old = FormKey.objects.filter(issued_at__lt=now - 2 * KEY_LIFETIME).values("pk")[:batch]
            count, _rows = FormKey.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
        gone += count
        if not count:
            return gone
