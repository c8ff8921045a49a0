"""Several people at once: each call runs in a thread of its own with a connection of its own, all let go together."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import Any

from django.db import connections


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned or raised, in the order given. A call still waiting after a minute fails the test."""
    came: list[Any] = [TimeoutError("still waiting")] * len(calls)
    gate = Barrier(len(calls))

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            gate.wait(20)
            came[place] = call()
        except BaseException as error:  # noqa: BLE001 - the test judges it
            came[place] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=item, daemon=True) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return came


def failures(came: Sequence[Any]) -> list[BaseException]:
    """Only what was raised."""
    return [one for one in came if isinstance(one, BaseException)]
