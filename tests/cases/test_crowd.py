"""A crowd works on the same few cases at once, anyhow: only clear refusals come of it, and the cases stay whole."""

from random import Random

from otklik.acting import acting, widened
from otklik.failures import Failure
from otklik.journal.appending import NO_DIGEST
from otklik.journal.models import Entry
from otklik.journal.sequencing import sequence
from tests.at_once import at_once
from tests.cases.invariants import check
from tests.cases.test_random_walks import ANSWERING, Walk
from tests.making import SYSTEM

PEOPLE, ROUNDS, CASES = 4, 14, 2


def work(walk: Walk, seed: int) -> list[BaseException]:
    """Random acts of one person; what is no clear refusal is returned."""
    rng = Random(seed)
    strange: list[BaseException] = []
    for _round in range(ROUNDS):
        names = rng.choice([ANSWERING, ("assign", "reply"), *((name,) for name in walk.acts(0))])
        for name in names:
            try:
                walk.acts(rng.randrange(60))[name]()
            except Failure:
                continue
            except Exception as error:
                error.add_note(f"in «{name}»")
                strange.append(error)
    return strange


def test_a_crowd_at_the_same_cases(committed):
    walks = [Walk() for _n in range(CASES)]

    def sequencer() -> list[BaseException]:
        for _round in range(20):
            with acting(SYSTEM), widened():
                sequence(50)
        return []

    came = at_once(*(lambda n=n: work(walks[n % CASES], n) for n in range(PEOPLE)), sequencer)
    assert came == [[]] * (PEOPLE + 1)
    for walk in walks:
        check(walk.case_id)
    with acting(SYSTEM):
        assert all(bytes(e.previous) == NO_DIGEST for e in Entry.objects.filter(seq=1))
