"""Keeping what came: byte for byte, once, before anybody understands it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from otklik.channels.kit import health
from otklik.channels.kit.channel import Came
from otklik.channels.kit.starting import start_once
from otklik.channels.models import Account, Arrival
from otklik.territory.tree import region
from otklik.typed_text import typed

MOST_ID = 200
TAKE = "channels.take"  # the job of a higher room that makes messages and cases of arrivals

# One round trip, for where events rain: what is new is stored; is the job that takes it in the queue already, and has
# the account's health been written lately? Looking first matters: of two that ask for one job at once (or write one
# row) the second waits for the first's transaction. A job that begins between the look and our commit may miss these
# arrivals; the beat finds them.
_STORE = """
    WITH stored AS (
        INSERT INTO channels_arrival
            (account_id, external_id, scope_id, body, received_at, state, reason, attempts, next_at)
        SELECT %(account)s, came.id, %(scope)s, came.body, %(now)s, %(state)s, '', 0, %(due)s
        FROM unnest(%(ids)s::text[], %(bodies)s::bytea[]) AS came (id, body)
        ON CONFLICT (account_id, external_id) DO NOTHING
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM stored),
        EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = %(lock)s AND status = 'todo'),
        EXISTS (SELECT FROM channels_health
            WHERE account_id = %(account)s AND failures = 0 AND last_message_at > %(lately)s)
"""


def keep(
    account: Account, came: Sequence[Came], now: datetime, *, heard: bool = False, own: timedelta | None = None
) -> int:
    """Store arrivals; those that are here already change nothing. Returns how many are new. In `acting`, widened.

    `heard`: note in the account's health that messages came. `own`: the caller takes them itself; the jobs leave them
    alone for so long, and take them up then if the caller was killed.
    """
    if not came:
        return 0
    rows = {id_of(one): one.body for one in came}
    with connection.cursor() as cursor:
        cursor.execute(_STORE, {
            "account": account.pk, "scope": account.territory_id or region().pk, "now": now, "ids": list(rows),
            "bodies": list(rows.values()), "state": Arrival.State.NEW.value, "lock": _lock(account.pk),
            "due": now + (own or timedelta()),
            "lately": now - timedelta(seconds=health.OFTEN),
        })
        new, is_asked, is_noted = cursor.fetchone()
    if not is_asked and own is None:
        ask_to_take(account.pk)
    if heard and new and not is_noted:
        health.succeeded(account.pk, now, messages=True)
    return int(new)


def id_of(one: Came) -> str:
    """The id as it is stored: what does not fit a column (too long, NUL, half a pair of surrogates) by its digest."""
    told = one.external_id
    if len(told) <= MOST_ID and typed(told) == told:
        return told
    return f"sha256:{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()}"


def ask_to_take(account_id: int) -> None:
    """Start the job that takes an account's arrivals, unless it waits in the queue already."""
    start_once(TAKE, account_id)


def _lock(account_id: int) -> str:
    return f"{TAKE}:{account_id}"
