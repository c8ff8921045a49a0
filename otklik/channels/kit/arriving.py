"""Keeping what came: byte for byte, once, before anybody understands it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from otklik.channels.kit.channel import Came
from otklik.channels.models import Account, Arrival
from otklik.territory.tree import region

MOST_ID = 200
TAKE = "channels.take"  # the job of a higher room that makes messages and cases of arrivals


def keep(account: Account, came: Sequence[Came], now: datetime) -> int:
    """Store arrivals; those that are here already change nothing. Returns how many are new. In `acting`, widened."""
    if not came:
        return 0
    scope_id = account.territory_id or region().pk
    rows = [
        Arrival(
            account=account, external_id=one.external_id[:MOST_ID], scope_id=scope_id, body=one.body, received_at=now,
            next_at=now,
        )
        for one in {one.external_id: one for one in came}.values()
    ]
    before = Arrival.objects.filter(account=account, external_id__in=[row.external_id for row in rows]).count()
    Arrival.objects.bulk_create(rows, ignore_conflicts=True)
    ask_to_take(account.pk)
    return len(rows) - before


def ask_to_take(account_id: int) -> None:
    """Start the job that takes an account's arrivals, unless it waits in the queue already.

    Looking first matters where events rain: of two that ask for one job at once, the second waits for the first's
    transaction. A job that begins between the look and our commit may miss these arrivals; the beat finds them.
    """
    from procrastinate import exceptions
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    lock = f"{TAKE}:{account_id}"
    if ProcrastinateJob.objects.filter(queueing_lock=lock, status="todo").exists():
        return
    try:
        with transaction.atomic():
            app.configure_task(TAKE, queueing_lock=lock, lock=lock).defer(account_id=account_id)
    except exceptions.AlreadyEnqueued:
        return
