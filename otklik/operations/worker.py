"""The worker: does what the pages and commands left for later."""

import asyncio
import logging
import os
import signal
from contextlib import suppress

from procrastinate import App
from procrastinate.app import WorkerOptions
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager

from otklik.embedded import database_urls
from otklik.failures import Failure

logger = logging.getLogger(__name__)

# The steady queue holds the beats that everything waits for (positions, alarms, warnings). It has a place of its
# own, so that two long imports cannot hold it up.
STEADY_QUEUE = "steady"
STEADY_AT_ONCE = 1
# The reader learns for minutes, in a process of its own: nobody's place is taken meanwhile.
LEARNING_QUEUE = "learning"
ANY_QUEUES = ("default", STEADY_QUEUE)
ANY_AT_ONCE = 2
GRACE_SECONDS = 2.0
RESCUE_SECONDS = 60.0
KINDNESS = 10  # of nice(2): pages and hooks, which somebody waits for, go first


def run_worker() -> None:
    """Take jobs from the queue until SIGTERM or SIGINT; then finish what is running, for two seconds at most.

    A job cut off by that, or by a kill, was rolled back with its transaction and is done again.
    Raises Failure when the database goes away; whoever started the worker starts it again.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.settings")
    os.environ["DATABASE_URL"] = database_urls().app
    import django

    os.nice(KINDNESS)
    django.setup()
    try:
        asyncio.run(_work())
    except* ConnectorException as group:
        error = group.exceptions[0]
        raise Failure(f"Работник потерял базу данных: {error.__cause__ or error}") from group


async def _work() -> None:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    # A second app over the same tasks, not `replace_connector`: jobs that start other jobs go on doing so
    # through Django's connection, in the transaction of the data.
    queue = app.with_connector(connector.get_worker_connector())
    async with queue.open_async():
        running = asyncio.create_task(_take_jobs(queue))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, running.cancel)
        with suppress(asyncio.CancelledError):
            await running


async def _take_jobs(queue: App) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(queue.run_worker_async(**_place("steady", STEADY_AT_ONCE, STEADY_QUEUE)))
        group.create_task(queue.run_worker_async(**_place("any", ANY_AT_ONCE, *ANY_QUEUES)))
        group.create_task(queue.run_worker_async(**_place("learning", 1, LEARNING_QUEUE)))
        group.create_task(_rescue(queue.job_manager))


def _place(name: str, at_once: int, *queues: str) -> WorkerOptions:
    """How many jobs at once, of which queues (of all, when none is named)."""
    place = WorkerOptions(
        name=name,
        concurrency=at_once,
        shutdown_graceful_timeout=GRACE_SECONDS,
        delete_jobs="successful",
        install_signal_handlers=False,
    )
    if queues:
        place["queues"] = list(queues)  # a tuple would not become a PostgreSQL array
    return place


async def _rescue(jobs: JobManager) -> None:
    """Give back to the queue, every minute, the jobs of a worker that was killed."""
    while True:
        try:
            for job in await jobs.get_stalled_jobs():
                await jobs.retry_job(job)
        except ConnectorException:
            # The database is away; the worker itself says so, and the next round is in a minute.
            logger.warning("could not look for jobs of killed workers", exc_info=True)
        await asyncio.sleep(RESCUE_SECONDS)
