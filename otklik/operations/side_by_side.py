"""The same work on many things by several processes: answers in the order of the things, each as soon as it may."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from queue import Queue
from threading import Thread

_AHEAD = 16  # things a process that are taken in before their turn

Work = Callable[[str], str]
_work: Work | None = None


def cores() -> int:
    """Processor cores that this process may use, at least one."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(work: Work, things: Iterable[str], jobs: int) -> Iterator[str]:
    """Answers of `work` in the order of `things`, `jobs` at a time.

    The processes are copies of this one, so what it has loaded is loaded once. What `things` raises comes after the
    answers to all that stood before; what `work` raises comes in its place. Where a process cannot be copied, and for
    one job, everything is done here, one by one.
    """
    if jobs == 1 or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(work, things)
        return
    global _work
    _work = work
    waiting: Queue[Future[str] | Exception | None] = Queue(jobs * _AHEAD)
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("fork")) as pool:
        pool.submit(abs, 0).result()  # copies are made now, while there is one thread
        Thread(target=_take_in, args=(things, pool, waiting), daemon=True).start()
        try:
            while (one := waiting.get()) is not None:
                if isinstance(one, Exception):
                    raise one
                yield one.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _take_in(
    things: Iterable[str], pool: ProcessPoolExecutor, waiting: Queue[Future[str] | Exception | None]
) -> None:
    try:
        for thing in things:
            waiting.put(pool.submit(_do, thing))
    except Exception as error:  # told to whoever waits, in its place
        waiting.put(error)
    else:
        waiting.put(None)


def _do(thing: str) -> str:
    assert _work is not None
    return _work(thing)
