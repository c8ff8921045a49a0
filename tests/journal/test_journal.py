"""Entries chain, positions are gapless, seals chain; a changed or cut journal shows."""

from datetime import UTC, datetime

import pytest

from otklik.acting import System, acting
from otklik.journal.appending import NO_DIGEST, NewEntry, append, append_many, entry_digest, salted_digest
from otklik.journal.models import Entry, Pending, Position
from otklik.journal.sequencing import follow, seal, seal_digest, sequence

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def as_the_program(db):
    with acting(System("test")):
        yield


def entry(stream: str, **fields: object) -> NewEntry:
    return NewEntry(stream, "tried", "system:test", AT, fields)


def test_each_entry_carries_the_digest_of_the_one_before():
    first, second = append(entry("case:1", a=1)), append(entry("case:1", a=2))
    other = append(entry("case:2"))
    assert (first.seq, second.seq, other.seq) == (1, 2, 1)
    assert bytes(first.previous) == bytes(other.previous) == NO_DIGEST
    assert bytes(second.previous) == bytes(first.digest)


def test_a_stored_entry_gives_its_digest_again():
    stored = append(entry("case:1", слово="ё", n=1.5, deep={"b": [1, None, True]}))
    assert entry_digest(Entry.objects.get(pk=stored.pk)) == bytes(stored.digest)


def test_a_batch_chains_inside_itself():
    batch = append_many([entry("case:1"), entry("case:2"), entry("case:1")])
    assert [e.seq for e in batch] == [1, 1, 2]
    assert bytes(batch[2].previous) == bytes(batch[0].digest)
    assert append(entry("case:1")).seq == 3


def test_positions_are_gapless_and_pending_is_emptied():
    append_many([entry(f"case:{n}") for n in range(7)])
    assert sequence(limit=3) == 3
    assert sequence() == 4
    assert sequence() == 0
    numbers = list(Position.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(numbers[0], numbers[0] + 7))
    assert not Pending.objects.exists()
    assert len(follow(numbers[0] - 1)) == 7


def test_seals_cover_what_came_since_the_last_one_and_chain():
    append(entry("case:1"))
    sequence()
    first = seal(AT)
    assert seal(AT) is None
    append_many([entry("case:1"), entry("case:2")])
    sequence()
    second = seal(AT)
    assert first and second
    assert second.first == first.last + 1
    assert bytes(second.previous) == bytes(first.digest)
    assert bytes(second.digest) == seal_digest(bytes(first.digest), second.first, second.last)


def test_the_digest_of_a_text_dies_with_its_salt():
    assert salted_digest(b"a", "текст") != salted_digest(b"b", "текст")
    assert salted_digest(b"a", "текст") == salted_digest(b"a", "текст")
