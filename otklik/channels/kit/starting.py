"""Starting a job that is to wait in the queue once: in the transaction of the data, without spoiling it."""

from django.db import transaction


def start_once(task: str, account_id: int | None = None) -> None:
    """Queue a job (of one account, if one is given), unless it waits there already. One of them runs at a time."""
    from procrastinate import exceptions
    from procrastinate.contrib.django import app

    words = {} if account_id is None else {"account_id": account_id}
    lock = task if account_id is None else f"{task}:{account_id}"
    try:
        with transaction.atomic():
            app.configure_task(task, queueing_lock=lock, lock=lock).defer(**words)
    except exceptions.AlreadyEnqueued:
        return
