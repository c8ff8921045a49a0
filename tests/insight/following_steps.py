"""What the tests of this room share: number the journal, follow it, and tell what the tables hold."""

from typing import Any

from django.utils import timezone

from otklik.acting import System, acting
from otklik.insight.facts import FACT_NAMES, FIGURE_NAMES
from otklik.insight.following import catch_up
from otklik.insight.models import CaseFact, DayFigure
from otklik.journal.sequencing import sequence


def number_entries() -> None:
    """Give committed entries their positions, as the worker does."""
    with acting(System("journal")):
        while sequence():
            pass


def follow_all(limit: int = 2000) -> None:
    """Number and follow everything, in steps of `limit`."""
    number_entries()
    while catch_up(timezone.now(), limit):
        pass


def tables() -> tuple[set[Any], set[Any]]:
    """The content of facts and figures, to compare."""
    with acting(System("test"), read_only=True):
        return (
            set(CaseFact.objects.values_list(*FACT_NAMES)),
            set(DayFigure.objects.values_list("scope_id", "day", *FIGURE_NAMES)),
        )
