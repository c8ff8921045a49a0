"""How long what came and became no case is kept: afterwards only a mark stays that it was there.

What nobody could read waits until a person has looked at it; what became a case is kept with the case.
"""

from datetime import datetime, timedelta

from otklik.acting import System, acting, widened
from otklik.channels.models import Arrival
from otklik.journal.appending import NewEntry, append
from otklik.organisations import region_settings

ACTOR = System("tidy")
BATCH = 1000
OVER = (Arrival.State.IGNORED, Arrival.State.ASIDE)


def empty_old(now: datetime, batch: int = BATCH) -> int:
    """Empty the bodies of arrivals that are older than the region keeps them. May be killed at any moment.

    The id there stays, so that the channel's next look does not take them for new. Returns how many.
    """
    before = now - timedelta(days=int(region_settings.get("arrivals_kept_days")))
    emptied, last = 0, 0
    while True:
        with acting(ACTOR), widened():
            rows = Arrival.objects.filter(state__in=OVER, message=None, received_at__lt=before, pk__gt=last)
            ids = list(rows.exclude(body=b"").order_by("pk").values_list("pk", flat=True)[:batch])
            if not ids:
                return emptied
            found = Arrival.objects.filter(pk__in=ids, state__in=OVER)  # taken back meanwhile: it stays
            count = found.update(body=b"", told=None)
            fields = {"count": count, "before": before.isoformat(), "first": ids[0], "last": ids[-1]}
            append(NewEntry("arrivals:region", "arrivals_emptied", ACTOR.reference, now, fields))
        emptied, last = emptied + count, ids[-1]
