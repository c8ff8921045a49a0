"""Positions and seals: one job gives committed entries their numbers."""

import hashlib
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from otklik.journal.appending import NO_DIGEST
from otklik.journal.models import Entry, Pending, Position, Seal

SEQUENCER_LOCK = 0x07_0B_11  # advisory lock: one sequencer at a time in one database
CHANNEL = "otklik_journal"


def sequence(limit: int = 5000) -> int:
    """Give up to `limit` committed entries their positions; returns how many. Caller is in a transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEQUENCER_LOCK])
        ids = list(Pending.objects.order_by("entry_id").values_list("entry_id", flat=True)[:limit])
        if not ids:
            return 0
        last = Position.objects.aggregate(m=Max("number"))["m"] or 0
        Position.objects.bulk_create(
            [Position(number=last + n, entry_id=entry_id) for n, entry_id in enumerate(ids, 1)]
        )
        Pending.objects.filter(entry_id__in=ids).delete()
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(last + len(ids))])
    return len(ids)


def seal_digest(previous: bytes, first: int, last: int) -> bytes:
    """The digest of the entries at positions first..last, chained to the seal before."""
    digest = hashlib.sha256(previous + f"{first}-{last}".encode())
    rows = Position.objects.filter(number__range=(first, last)).order_by("number")
    for number, entry in rows.values_list("number", "entry__digest").iterator(chunk_size=2000):
        digest.update(number.to_bytes(8, "big") + bytes(entry))
    return digest.digest()


def seal(at: datetime) -> Seal | None:
    """Seal all positions since the last seal; None when there are none."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEQUENCER_LOCK])
        before = Seal.objects.order_by("-last").first()
        last = Position.objects.aggregate(m=Max("number"))["m"] or 0
        first = (before.last if before else 0) + 1
        if last < first:
            return None
        previous = bytes(before.digest) if before else NO_DIGEST
        return Seal.objects.create(
            first=first, last=last, at=at, previous=previous, digest=seal_digest(previous, first, last)
        )


def follow(after: int, limit: int = 2000) -> list[tuple[int, Entry]]:
    """Entries after a position, in order, for whoever keeps something in step with the journal."""
    rows = Position.objects.filter(number__gt=after).select_related("entry").order_by("number")[:limit]
    return [(row.number, row.entry) for row in rows]
