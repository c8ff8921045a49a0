"""Messages that say nearly the same, by their kept fingerprints: without reading a text. Inside `acting`."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.core.cache import cache

from otklik.cases.models import CasePrint
from otklik.triage.fingerprints import words_of

NEARLY = 0.45  # common words of all words of two messages
LEAST_WORDS = 3
LOOKED_BACK = 100  # so many messages before that share a word are compared: a peak of ten usual days stays quick
PAST_WEEKS = 8
PAST_MOST = 20_000  # the newest prints that are compared
KEPT_SECONDS = 3600


def words_by_case(cases: Iterable[int]) -> dict[int, frozenset[int]]:
    """The words of fingerprints, as numbers; cases without enough of them left out."""
    rows = CasePrint.objects.filter(pk__in=list(cases)).values_list("pk", "kept")
    found = {case: words_of(bytes(kept)) for case, kept in rows}
    return {case: words for case, words in found.items() if len(words) >= LEAST_WORDS}


def heaps_of(words: Mapping[int, frozenset[int]]) -> list[set[int]]:
    """Cases joined by chains of near sameness, heaps of two and more, the greatest first. Pure."""
    by_word: dict[int, deque[int]] = defaultdict(lambda: deque(maxlen=LOOKED_BACK))
    first: dict[frozenset[int], int] = {}
    heap_of: dict[int, int] = {}
    heaps: dict[int, set[int]] = {}
    for case, mine in words.items():
        heaps[case], heap_of[case] = {case}, case
        common: Counter[int] = Counter()
        if mine not in first:
            for word in mine:
                common.update(by_word[word])
                by_word[word].append(case)
        near = [other for other, n in common.items() if n >= LEAST_WORDS and nearly_same(mine, words[other])]
        for other in [first.setdefault(mine, case), *near]:
            joined, gone = heap_of[other], heap_of[case]
            if joined != gone:
                if len(heaps[joined]) < len(heaps[gone]):
                    joined, gone = gone, joined
                heap_of.update(dict.fromkeys(heaps[gone], joined))
                heaps[joined] |= heaps.pop(gone)
    return sorted((one for one in heaps.values() if len(one) > 1), key=len, reverse=True)


def nearly_same(one: frozenset[int], other: frozenset[int]) -> bool:
    """Whether two messages share most of their words."""
    common = len(one & other)
    return common >= LEAST_WORDS and common >= NEARLY * len(one | other)


class Heaps:
    """The heaps of like messages of the last day, and how often such texts came before."""

    def __init__(self, cases: Sequence[int], now: datetime, past: timedelta) -> None:
        self._now, self._past = now, past
        self.words = words_by_case(cases)
        self.of_case: dict[int, int] = {}
        for heap in heaps_of(self.words):
            self.of_case.update(dict.fromkeys(heap, min(heap)))

    def most(self, cases: Iterable[int]) -> int:
        """How many of these cases lie in one heap; 0 when no two do."""
        counts = Counter(self.of_case[case] for case in cases if case in self.of_case)
        size = max(counts.values(), default=0)
        return size if size > 1 else 0

    def text_of(self, cases: Iterable[int]) -> int:
        """The heap of most of these cases, if there are three of it and such texts are new; else 0."""
        counts = Counter(self.of_case[case] for case in cases if case in self.of_case)
        like, size = counts.most_common(1)[0] if counts else (0, 0)
        return like if size > 2 and self(like)[0] < 0.5 else 0

    def __call__(self, like: int) -> tuple[float, float]:
        """How many such texts are usual in a week in the region, and on how many that is founded (`radar.Likes`)."""
        key = f"radar-like:{like}:{self._past.total_seconds():.0f}"
        seen: int | None = cache.get(key)
        if seen is None:
            seen = self._before(self.words[like])
            cache.set(key, seen, KEPT_SECONDS)
        return (seen + 0.5) / PAST_WEEKS, seen + 0.5

    def _before(self, mine: frozenset[int]) -> int:
        until = self._now - self._past
        rows = CasePrint.objects.filter(
            case__received_at__gt=until - timedelta(weeks=PAST_WEEKS), case__received_at__lte=until
        )
        kept = rows.order_by("-case_id").values_list("kept", flat=True)[:PAST_MOST]
        return sum(nearly_same(mine, words_of(bytes(one))) for one in kept.iterator(2_000))
