"""Many writers, several sequencers: positions without a gap, nothing lost, whatever order commits come in."""

import os
from datetime import UTC, datetime
from threading import Event

import psycopg
import pytest
from django.db import transaction

from otklik.acting import acting, widened
from otklik.cases.actions.take import take
from otklik.journal.appending import NewEntry, append, append_many
from otklik.journal.models import Entry, Pending, Position, Seal
from otklik.journal.sequencing import follow, seal, seal_digest, sequence
from tests.at_once import at_once, failures
from tests.cases.steps import coordinator
from tests.making import SYSTEM, send

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def entry(stream: str) -> NewEntry:
    return NewEntry(stream, "tried", "system:test", AT, {})


def write(*streams: str) -> None:
    with acting(SYSTEM), widened():
        append_many([entry(s) for s in streams])


def numbered(limit: int = 5000) -> int:
    with acting(SYSTEM), widened():
        return sequence(limit)


def positions() -> list[tuple[int, int]]:
    with acting(SYSTEM):
        return list(Position.objects.order_by("number").values_list("number", "entry_id"))


def whole() -> None:
    numbers = [number for number, _entry in positions()]
    assert numbers == list(range(1, len(numbers) + 1)), "without a gap"
    with acting(SYSTEM):
        assert not Pending.objects.exists()
        assert len(numbers) == Entry.objects.count(), "nothing lost, nothing twice"


def test_what_commits_late_comes_later_and_is_not_skipped(committed):
    """The classic loss: a follower that takes ids for order never sees the entry with the smaller id."""
    written, may_commit = Event(), Event()

    def slow() -> None:
        with acting(SYSTEM), widened():
            append(entry("slow:1"))
            written.set()
            assert may_commit.wait(20)

    def quick() -> list[int]:
        assert written.wait(20)
        write("quick:1", "quick:2")
        assert numbered() == 2
        with acting(SYSTEM):
            seen = [number for number, _entry in follow(0)]
        may_commit.set()
        return seen

    came = at_once(slow, quick)
    assert not failures(came), came
    assert came[1] == [1, 2]
    assert numbered() == 1
    with acting(SYSTEM):
        assert [(n, e.stream) for n, e in follow(2)] == [(3, "slow:1")]
        assert Entry.objects.get(stream="slow:1").pk < Entry.objects.get(stream="quick:1").pk
    whole()


def test_several_sequencers_beside_many_writers(committed):
    writers = [lambda n=n: [write(f"w{n}:{k}", f"w{n}:x{k}") for k in range(5)] for n in range(4)]
    sequencers = [lambda: [numbered(3) for _round in range(6)] for _n in range(3)]
    came = at_once(*writers, *sequencers)
    assert not failures(came), came
    while numbered():
        pass
    assert len(positions()) == 40
    whole()


def test_a_writer_that_is_rolled_back_leaves_no_gap(committed):
    write("a:1")
    with pytest.raises(ZeroDivisionError), acting(SYSTEM), widened():
        append(entry("b:1"))
        _ = 1 / 0
    with acting(SYSTEM), widened(), transaction.atomic():
        append(entry("c:1"))
        transaction.set_rollback(True)
    write("d:1")
    numbered()
    whole()
    with acting(SYSTEM):
        assert set(Entry.objects.values_list("stream", flat=True)) == {"a:1", "d:1"}


def test_one_stream_without_a_lock_is_refused_rather_than_forked(committed):
    """Gates hold the row's lock; whoever forgets it gets an error, never two entries after the same one."""
    came = at_once(*(lambda: write("one:1") for _n in range(6)))
    with acting(SYSTEM):
        seqs = list(Entry.objects.filter(stream="one:1").order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, 7 - len(failures(came))))


def test_two_seals_at_once_are_one_chain(committed):
    write(*(f"s:{n}" for n in range(9)))
    numbered()

    def sealed() -> object:
        with acting(SYSTEM), widened():
            return seal(AT)

    came = at_once(sealed, sealed, sealed)
    assert not failures(came), came
    write("s:10")
    numbered()
    sealed()
    with acting(SYSTEM):
        first, second = Seal.objects.order_by("last")
        assert (first.first, first.last, second.first, second.last) == (1, 9, 10, 10)
        assert bytes(second.previous) == bytes(first.digest)
        assert bytes(second.digest) == seal_digest(bytes(first.digest), 10, 10)


def test_a_case_of_many_hands_and_its_positions(committed):
    case_id = send().case_id
    people = [coordinator() for _n in range(8)]
    came = at_once(*(lambda who=who: take(who, case_id) for who in people), numbered)
    assert not failures(came), came
    numbered()
    whole()
    with acting(SYSTEM):
        order = [e.seq for _n, e in follow(0) if e.stream == f"case:{case_id}"]
    assert order == list(range(1, 10)), "within a stream positions keep its order"


@pytest.mark.parametrize("statement", [
    "UPDATE journal_entry SET verb = 'x'", "DELETE FROM journal_entry", "TRUNCATE journal_entry",
    "UPDATE journal_position SET number = 99", "DELETE FROM journal_seal", "ALTER TABLE journal_entry ADD x int",
])
def test_the_application_cannot_rewrite_history_by_any_role_it_has(committed, statement):
    write("h:1")
    with psycopg.connect(os.environ["DATABASE_URL"]) as app:
        for role in ("none", "otklik_wide", "otklik_staff", "otklik_link"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), app.transaction():
                app.execute(f"SET LOCAL ROLE {role}")
                app.execute(statement)
