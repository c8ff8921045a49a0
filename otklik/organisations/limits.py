"""How often one address or one person may try something. Counted in the database: all web processes count together.

A window begins with the first try and lasts its minutes; the key is a hash, so no address lies in the table.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from otklik.organisations import region_settings
from otklik.organisations.models import RateWindow


@dataclass(frozen=True)
class Limit:
    """So many tries in so many minutes."""

    tries: int
    minutes: int


# What stands when the region has not decided otherwise. Whole villages share one address of a telephone network, so
# what residents do is limited loosely; what only guessers do is limited tightly.
SHIPPED: dict[str, Limit] = {
    "login_address": Limit(60, 10),
    "login_account": Limit(60, 10),  # from all addresses together: a stranger should not shut somebody out easily
    "login_pair": Limit(5, 5),  # one name from one address
    "codes": Limit(10, 10),  # of one person's second factor: whoever tries has the password already
    "report": Limit(120, 10),
    # Beyond these the form asks for a small work or a sum (faces/portal/guard.py): of all together, of one address.
    "report_crowd": Limit(60, 10),
    "report_again": Limit(10, 10),
    "report_key": Limit(5, 60),  # with one form
    "continue": Limit(10, 60),  # wrong codes of one author, by which a resident goes on in another channel
    "support": Limit(120, 10),
    "find": Limit(60, 10),
    "open311": Limit(600, 10),  # of one key: it stands for a whole city's residents
    "uploads": Limit(300, 10),
    "link_misses": Limit(40, 10),
    "imports": Limit(60, 60),
    "lookups": Limit(60, 60),
}


def limit_of(name: str) -> Limit:
    """The limit as the region set it, else as shipped."""
    kept = (region_settings.get("limits") or {}).get(name)
    return Limit(int(kept[0]), int(kept[1])) if kept else SHIPPED[name]


def hit(name: str, whose: str, now: datetime | None = None) -> timedelta | None:
    """Count one try. None when it is within the limit; else how long to wait."""
    now, limit = now or timezone.now(), limit_of(name)
    oldest = now - timedelta(minutes=limit.minutes)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO organisations_ratewindow AS w (key, began, count) VALUES (%s, %s, 1)"
            " ON CONFLICT (key) DO UPDATE SET"
            " count = CASE WHEN w.began <= %s THEN 1 ELSE w.count + 1 END,"
            " began = CASE WHEN w.began <= %s THEN excluded.began ELSE w.began END"
            " RETURNING count, began",
            [_key(name, whose), now, oldest, oldest],
        )
        count, began = cursor.fetchone()
    return None if count <= limit.tries else began + timedelta(minutes=limit.minutes) - now


def is_over(name: str, whose: str, now: datetime | None = None) -> timedelta | None:
    """The same without counting: for what is counted only when it fails. The last allowed try is still allowed."""
    now, limit = now or timezone.now(), limit_of(name)
    row = RateWindow.objects.filter(key=_key(name, whose)).first()
    if row is None or row.count < limit.tries:
        return None
    left = row.began + timedelta(minutes=limit.minutes) - now
    return left if left > timedelta(0) else None


def forget(name: str, whose: str) -> None:
    """Begin anew: who came in proved that they are not guessing."""
    RateWindow.objects.filter(key=_key(name, whose)).delete()


def tidy(now: datetime) -> int:
    """Drop windows that ended a day ago. Returns how many."""
    return RateWindow.objects.filter(began__lt=now - timedelta(days=1)).delete()[0]


def _key(name: str, whose: str) -> str:
    return hashlib.sha256(f"{name}\0{whose}".encode(errors="replace")).hexdigest()
