"""Jobs of this room."""

from datetime import datetime

from otklik.acting import System, acting, widened
from otklik.practice import effects_of_practices, exchange_taking, needs, passports, practice_taking


def ask_about_taken(now: datetime) -> int:
    """The one question 90 days after a meeting. Done again after a kill: each is marked with its notice."""
    with acting(System("exchange")), widened():
        return exchange_taking.ask_due(now)


def mind_practices(now: datetime) -> int:
    """The question three months after a taking, tasks whose day has passed, passports to be checked; each once."""
    with acting(System("practice")), widened():
        return practice_taking.ask_due(now) + practice_taking.remind_late(now) + passports.remind_stale(now)


def count_effects(now: datetime) -> int:
    """What each practice did, counted anew; nightly."""
    with acting(System("practice")), widened():
        return effects_of_practices.count_all(now)


def look_for_needs(now: datetime) -> int:
    """Centres much worse than their like, and what would help; once a week."""
    with acting(System("practice")), widened():
        return needs.look(now)
