"""The beat of the channels: starts whatever is due. The work itself is done by jobs, one an account."""

from datetime import datetime

from otklik.channels.kit import clock, delivering, polling
from otklik.channels.kit.starting import start_once
from otklik.intake import enclosing, receiving, referring


def start_what_is_due(now: datetime) -> None:
    """Start a job for each account that has arrivals, mail to send or a look due; and one for files to fetch."""
    clock.set_right(now)
    for account_id in receiving.accounts_with_arrivals(now):
        start_once("channels.take", account_id)
    for account_id in delivering.accounts_with_mail(now):
        start_once(delivering.DELIVER, account_id)
    for account_id in polling.accounts_to_ask(now):
        start_once("channels.poll", account_id)
    for account_id in referring.accounts_due(now):
        start_once("channels.refer", account_id)
    if enclosing.files_to_fetch(now, 1):
        start_once("channels.fetch")


def fetch_files() -> int:
    """Fetch what is due, one after another. Returns how many came."""
    from django.utils import timezone

    return sum(enclosing.fetch(file_id) for file_id in enclosing.files_to_fetch(timezone.now()))
