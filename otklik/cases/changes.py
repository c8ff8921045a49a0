"""Whose cases changed: told to whoever listens, as ids of scopes and nothing else.

Open pages learn from it that they should look again. It is told when entries have got their positions, so after the
commit of what they tell of, and by one job: a `NOTIFY` in each write would make every commit wait for one lock.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Literal

from django.db import connection

from otklik.cases.models import Case
from otklik.journal.models import Position

CHANNEL = "otklik_changes"
LONGEST = 7000  # bytes; PostgreSQL takes payloads of less than 8000
Kind = Literal["cases", "figures"]  # what is new: cases themselves, or the figures that follow them


def scopes_since(position: int) -> set[int]:
    """The scopes whose cases have entries after this position; a case handed over counts where it was, too.

    Inside `acting` as the program.
    """
    rows = Position.objects.filter(number__gt=position, entry__stream__startswith="case:")
    entries = list(rows.values_list("entry__stream", "entry__fields"))
    ids = {int(stream.partition(":")[2]) for stream, _fields in entries}
    scopes = set(Case.objects.filter(pk__in=ids).values_list("scope_id", flat=True)) if ids else set()
    return scopes | set(_left(fields for _stream, fields in entries))


def _left(entries: Iterable[dict[str, object]]) -> Iterable[int]:
    """Scopes that cases left or came to, as moves write them: «scope»: [from, to]."""
    for fields in entries:
        moved = fields.get("scope")
        if isinstance(moved, list):
            yield from (one for one in moved if isinstance(one, int))


def last_position() -> int:
    """The newest position of the journal; 0 before the first."""
    return Position.objects.order_by("-number").values_list("number", flat=True).first() or 0


def tell(kind: Kind, scopes: Iterable[int]) -> None:
    """Tell all who listen, once this transaction has committed. No scopes: nothing is told."""
    ids: Sequence[int] = sorted(scopes)
    if not ids:
        return
    words = json.dumps({kind: ids}, separators=(",", ":"))
    if len(words) > LONGEST:
        words = json.dumps({kind: None})  # so many that everybody looks
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, words])
