"""Messages that say nearly the same are one heap, whatever the order; others are apart, and a peak stays quick."""

from otklik.insight.radar_alike import heaps_of, nearly_same


def words(*some: int) -> frozenset[int]:
    return frozenset(some)


def test_near_copies_are_one_heap_and_others_stand_apart() -> None:
    heaps = heaps_of({
        1: words(1, 2, 3, 4, 5), 2: words(1, 2, 3, 4, 6), 3: words(7, 8, 9, 10), 4: words(1, 2, 3, 4, 5),
        5: words(7, 8, 9, 11, 12, 13, 14),
    })  # fmt: skip
    assert heaps == [{1, 2, 4}]


def test_two_heaps_become_one_when_a_message_joins_them() -> None:
    chain = {1: words(1, 2, 3, 4), 2: words(3, 4, 5, 6, 7), 3: words(2, 3, 4, 5, 6)}
    assert not nearly_same(chain[1], chain[2])
    assert heaps_of(chain) == [{1, 2, 3}] or heaps_of(chain) == [{2, 3}]
    assert heaps_of({1: words(1, 2, 3, 4), 2: words(3, 4, 5, 6), 3: words(2, 3, 4, 5)}) == [{1, 2, 3}]


def test_a_thousand_copies_of_one_text_are_one_heap() -> None:
    copies = {number: words(1, 2, 3, 4, 5, 6) for number in range(1_000)}
    slightly = {number: words(1, 2, 3, 4, 5, 6, 100 + number) for number in range(1_000, 2_000)}
    assert [len(one) for one in heaps_of(copies | slightly)] == [2_000]


def test_two_words_in_common_say_nothing() -> None:
    assert not nearly_same(words(1, 2), words(1, 2))
    assert heaps_of({1: words(1, 2, 9), 2: words(1, 2, 8)}) == []
