"""The beat of the channels: starts whatever is due. The work itself is done by jobs, one an account."""

from datetime import datetime

from django.db import transaction
from procrastinate import exceptions

from otklik.channels.kit import delivering, polling
from otklik.intake import enclosing, receiving, referring


def start_what_is_due(now: datetime) -> None:
    """Start a job for each account that has arrivals, mail to send or a look due; and one for files to fetch."""
    for account_id in receiving.accounts_with_arrivals(now):
        _start("channels.take", account_id)
    for account_id in delivering.accounts_with_mail(now):
        _start(delivering.DELIVER, account_id)
    for account_id in polling.accounts_to_ask(now):
        _start("channels.poll", account_id)
    for account_id in referring.accounts_due(now):
        _start("channels.refer", account_id)
    if enclosing.files_to_fetch(now, 1):
        _start("channels.fetch")


def fetch_files() -> int:
    """Fetch what is due, one after another. Returns how many came."""
    from django.utils import timezone

    return sum(enclosing.fetch(file_id) for file_id in enclosing.files_to_fetch(timezone.now()))


def _start(task: str, account_id: int | None = None) -> None:
    from procrastinate.contrib.django import app

    words = {} if account_id is None else {"account_id": account_id}
    lock = task if account_id is None else f"{task}:{account_id}"
    try:
        with transaction.atomic():
            app.configure_task(task, queueing_lock=lock, lock=lock).defer(**words)
    except exceptions.AlreadyEnqueued:
        return
