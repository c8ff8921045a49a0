"""The reader's learning as a process of its own: the worker starts it, waits for it, and ends it when it ends itself.

Learning takes a processor for minutes and hundreds of megabytes; both are given back when the process ends. It may be
killed at any moment: nothing is written before the end, and what was asked for stays asked.
"""

import os
import subprocess
import sys
from datetime import datetime

KINDNESS = 10  # of nice(2): people's pages go first
LONGEST = 3600.0  # seconds


def learn_if_due(now: datetime) -> bool:
    """Called every minute by the worker. True when a process has learnt (or tried to).

    The base of a new edition of the classifier is made there, too, so that no page waits for it.
    """
    from otklik.cases.learning_jobs import is_base_there, is_due

    if is_base_there() and not is_due(now):
        return False
    one_core = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "otklik.operations.reader_work"], env={**os.environ, **one_core}, timeout=LONGEST,
        stdin=subprocess.DEVNULL, check=False,
    )
    if done.returncode:
        raise RuntimeError(f"learning ended with {done.returncode}")
    return True


def main() -> None:
    """Make the base, if it is missing; learn, if there is still reason to."""
    from otklik.operations.children import end_with_parent

    end_with_parent()
    os.nice(KINDNESS)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.settings")
    import django

    django.setup()
    from django.utils import timezone

    from otklik.cases.learning_jobs import is_due, make_base, work

    make_base()
    now = timezone.now()
    if is_due(now):
        work(now)


if __name__ == "__main__":
    main()
