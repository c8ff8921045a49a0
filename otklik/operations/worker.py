"""The worker: does what the pages and commands left for later."""

import asyncio
import logging
import os
from typing import TYPE_CHECKING

from otklik.embedded import database_urls

if TYPE_CHECKING:
    from procrastinate.manager import JobManager

logger = logging.getLogger(__name__)

# Two jobs at once on two cores: one that waits for the outside world does not hold up the other.
CONCURRENCY = 2
GRACE_SECONDS = 2.0
RESCUE_SECONDS = 60.0


def run_worker() -> None:
    """Take jobs from the queue until SIGTERM or SIGINT; then finish what is running, for two seconds at most.

    A job cut off by that, or by a kill, was rolled back with its transaction and is done again.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.settings")
    os.environ["DATABASE_URL"] = database_urls().app
    import django

    django.setup()
    asyncio.run(_work())


async def _work() -> None:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    connector = app.connector
    assert isinstance(connector, DjangoConnector)
    # A second app over the same tasks, not `replace_connector`: jobs that start other jobs go on doing so
    # through Django's connection, in the transaction of the data.
    queue = app.with_connector(connector.get_worker_connector())
    async with queue.open_async():
        rescue = asyncio.create_task(_rescue(queue.job_manager))
        try:
            await queue.run_worker_async(
                name="otklik",
                concurrency=CONCURRENCY,
                shutdown_graceful_timeout=GRACE_SECONDS,
                delete_jobs="successful",
            )
        finally:
            rescue.cancel()


async def _rescue(jobs: "JobManager") -> None:
    """Give back to the queue, every minute, the jobs of a worker that was killed."""
    from procrastinate.exceptions import ConnectorException

    while True:
        try:
            for job in await jobs.get_stalled_jobs():
                await jobs.retry_job(job)
        except ConnectorException:
            # The database is away; the worker itself says so, and the next round is in a minute.
            logger.warning("could not look for jobs of killed workers", exc_info=True)
        await asyncio.sleep(RESCUE_SECONDS)
