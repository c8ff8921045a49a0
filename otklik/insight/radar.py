"""The radar: bursts of messages by theme × place × time in minutes. Pure: messages and what is usual in, bursts out.

At each message every window that ends with it is looked at (a prospective scan: Kulldorff, JRSS A 164, 2001). How rare
the count is comes from a negative binomial around what is usual (`radar_usual`). False alarms are held by the
recurrence interval (Kleinman, Lazarus & Platt, Am. J. Epidemiol. 159, 2004): so many looks are taken in a week of this
region, hence a look may be wrong so seldom that all of them together are wrong `BUDGET` times a week. Two things
besides: where a theme is busy everywhere today, more is usual in each place; and messages that say nearly the same are
a stream of their own, in which a few are much.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import exp, lgamma, log, log1p

from otklik.insight.radar_usual import CITY, LEVELS, Key, Level, Usual

WINDOWS = (1 / 6, 0.5, 1.0, 2.0, 4.0, 8.0, 24.0)  # hours
MEMORY = WINDOWS[-1]
LEAST = 4  # fewer messages than these are no burst, however rare
LEAST_TIMES = 3.0  # times the usual: what is only statistically more is nobody's business
BUDGET = 0.5  # false alarms a week for the whole region that the looks together may give
ALL_PART = 0.3  # of the chances of error a look at the whole region gets so much of what a look at a place gets
OVERLAP = 4.0  # looks overlap (windows, levels): so many of them are one. Measured, see decision 223
QUIET_HOURS = 3.0  # a burst is over when so many hours (of a slow one: its window) are back to usual
QUIET_ODDS = 0.05
LONGEST = 14 * 24.0  # hours: what lasts longer is usual by now
TODAY_HOURS = 6.0  # by so many hours it is judged whether a theme is busy everywhere today
TODAY_PRIOR = 5.0  # messages that the usual weighs in that
ALL = ("theme_all", "group_all")
TOPIC = "topic"  # the level of like messages of which most have no theme in common: nobody has named it yet


@dataclass(frozen=True)
class Arrival:
    """One message. `at`: hours of the region's clock from 1970-01-05 00:00. `who`: the same writer counts once.

    `theme` "": nobody knows. `like`: the number of the heap of messages that say nearly the same; 0 for none.
    """

    at: float
    place: int
    theme: str
    case: int
    who: int | None = None
    like: int = 0

    def keys(self, city: int = 0) -> tuple[Key, ...]:
        """The streams it belongs to, the narrowest first; of a message without a theme there are none.

        The last two are of the whole region; `city` is the city that its place is a part of.
        """
        if not self.theme:
            return ()
        group = self.theme.partition(".")[0]
        own = (Key("theme", self.place, self.theme), Key("group", self.place, group))
        around = (Key(CITY[0], city, self.theme), Key(CITY[1], city, group)) if city else ()
        return (*own, *around, Key("theme_all", 0, self.theme), Key("group_all", 0, group))


@dataclass(frozen=True)
class Evidence:
    """Why it was said: so many within so many hours, where so many are usual, and how rare that is."""

    count: int
    hours: float
    expected: float
    odds: float  # the chance of so many, were all as usual
    a_week: float  # how often a week such a thing would be said anywhere in the region by chance


@dataclass
class Burst:
    """A burst that goes on. `cases` in the order of their coming; `key` is the stream by which it was found."""

    key: Key
    began: float
    found: float
    evidence: Evidence
    cases: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    ended: float | None = None
    name: int = 0  # of the row it is kept in; 0: new
    like: int = 0  # of most of its messages; of a text that is new, wherever it comes from next it is the same event

    @property
    def last(self) -> float:
        """When the newest message of it came."""
        return self.times[-1] if self.times else self.found

    def add(self, arrival: Arrival) -> None:
        """One message more."""
        self.cases.append(arrival.case)
        self.times.append(arrival.at)


# Of a heap of like messages: how many of it are usual in a week in the whole region, and on how many that is founded.
Likes = Callable[[int], tuple[float, float]]


def nothing_known(_like: int) -> tuple[float, float]:
    """No text has been seen before."""
    return 0.05, 0.5


class Scanner:
    """Takes messages in the order of time and tells of bursts. Running bursts take in what belongs to them."""

    def __init__(
        self, usual: Usual, running: Iterable[Burst] = (), *, likes: Likes = nothing_known, budget: float = BUDGET
    ) -> None:
        self.running = {burst.key: burst for burst in running}
        self.streams: dict[Key, deque[Arrival]] = {}
        self.heaps: dict[Key, deque[Arrival]] = {}
        self.likes = likes
        self.budget = budget
        self.renew(usual)

    def renew(self, usual: Usual) -> None:
        """Another day's figures."""
        self.usual = usual
        self.cities = {int(place): city for place, city in usual.cities.items()}
        # A message of a city is looked at so much oftener; where there is no such city nothing changes.
        of_cities = sum(usual.places.get(place, 0.0) for place in usual.cities)
        looks = len(LEVELS) + 1 + of_cities * (len(CITY) + 1)
        self.looks = max(usual.total, 50.0) * len(WINDOWS) * looks / OVERLAP
        self.odds = self.budget / self.looks

    def take(self, arrival: Arrival) -> Burst | None:
        """One more message; the burst that it completes, if it does."""
        keys = arrival.keys(self.cities.get(arrival.place, 0))
        local = next((burst for burst in self._may_take(arrival, keys) if not self.over(burst, arrival.at)), None)
        if local is not None:
            local.add(arrival)
            return None
        muted = set()
        for key in keys[-2:]:  # a burst of the whole region hides none of one place
            whole = self.running.get(key)
            if whole is not None and not self.over(whole, arrival.at):
                whole.add(arrival)
                muted |= {key, keys[-1]}  # its group says the same again
        for key in keys:
            self._into(self.streams.setdefault(key, deque()), arrival)
        for key in keys:
            if key not in muted and (found := self._judged(key, arrival)):
                return self._begin(key, found, self.streams[key])
        return self._of_like(arrival)

    def _may_take(self, arrival: Arrival, keys: tuple[Key, ...]) -> list[Burst]:
        same = [self.running[key] for key in keys[:-2] if key in self.running]
        if arrival.like:
            same += [one for one in self.running.values() if one.like == arrival.like and one not in same]
        return [one for one in same if arrival.at >= one.began]

    @staticmethod
    def _into(stream: deque[Arrival], arrival: Arrival) -> None:
        stream.append(arrival)
        while stream[0].at <= arrival.at - MEMORY:
            stream.popleft()

    def _judged(self, key: Key, arrival: Arrival) -> Evidence | None:
        stream = self.streams[key]
        if len(stream) < LEAST:
            return None
        today = self._today(key, arrival) if key.place else 1.0

        def expected(hours: float) -> tuple[float, float]:
            mean, shape = self.usual.expected(key, arrival.at - hours, arrival.at)
            return mean * today, shape

        odds = self.odds if key.place else self.odds * ALL_PART
        return judge(stream, expected, odds, self.looks)

    def _today(self, key: Key, arrival: Arrival) -> float:
        """How many times the usual the other places have of this group in the last hours; never less than once."""
        whole = Key("group_all", 0, key.group)
        since = arrival.at - TODAY_HOURS
        others = sum(self._where(one, key) != key.place for one in self.streams[whole] if one.at > since)
        mean = self.usual.expected(whole, since, arrival.at)[0]
        return max(1.0, (others + TODAY_PRIOR) / (mean + TODAY_PRIOR))

    def _where(self, arrival: Arrival, key: Key) -> int:
        """The place of a message by the measure of a stream: of a city's stream its city."""
        return self.cities.get(arrival.place, 0) if key.level in CITY else arrival.place

    def _of_like(self, arrival: Arrival) -> Burst | None:
        """Messages that say nearly the same, in one place: few are much, unless such texts come all year."""
        if not arrival.like:
            return None
        heaps = [(level, place, self._heap(level, place, arrival)) for level, place in self._around(arrival)]
        for level, place, heap in heaps:
            if len(heap) < LEAST:
                continue
            key = _named(heap, level, place)
            if key in self.running:
                return None
            if found := self._judged_alike(key, heap):
                return self._begin(key, found, heap)
        return None

    def _around(self, arrival: Arrival) -> list[tuple[Level, int]]:
        """Where like messages are counted together: the place, and the city that it is a part of."""
        city = self.cities.get(arrival.place, 0)
        return [("theme", arrival.place), *[(CITY[0], city)] * bool(city)]

    def _heap(self, level: Level, place: int, arrival: Arrival) -> deque[Arrival]:
        heap = self.heaps.setdefault(Key(level, place, str(arrival.like)), deque())
        self._into(heap, arrival)
        return heap

    def _judged_alike(self, key: Key, heap: deque[Arrival]) -> Evidence | None:
        at = heap[-1].at
        weekly, founded = self.likes(heap[-1].like)
        share = self.usual.share(key)

        def expected(hours: float) -> tuple[float, float]:
            return weekly * share * self.usual.weeks(key, at - hours, at), founded

        return judge(heap, expected, self.odds, self.looks)

    def _begin(self, key: Key, evidence: Evidence, stream: Iterable[Arrival]) -> Burst:
        until = max(one.at for one in stream)
        taken = [one for one in stream if one.at > until - evidence.hours]
        burst = Burst(
            key, taken[0].at, until, evidence, [one.case for one in taken], [one.at for one in taken],
            like=self._text_of(taken),
        )
        self.running[key] = burst
        if key.level not in ALL:
            self.forget({one.case for one in taken})
        return burst

    def _text_of(self, taken: Iterable[Arrival]) -> int:
        """The text that most of them have, if it is none of those that come all year."""
        texts = [one.like for one in taken if one.like]
        most = max(set(texts), key=texts.count, default=0)
        return most if most and texts.count(most) > 2 and self.likes(most)[0] < 0.5 else 0

    def forget(self, cases: set[int]) -> None:
        """Messages of a burst are no evidence of another one."""
        for streams in (self.streams, self.heaps):
            for stream in streams.values():
                if any(one.case in cases for one in stream):
                    left = [one for one in stream if one.case not in cases]
                    stream.clear()
                    stream.extend(left)

    def over(self, burst: Burst, at: float) -> bool:
        """Whether a running burst is over by now; an over one leaves the running."""
        if not is_over(self.usual, burst, at):
            return False
        burst.ended = at
        self.running.pop(burst.key, None)
        return True


def _named(heap: deque[Arrival], level: Level, place: int) -> Key:
    """The stream of a heap of like messages: the theme of most of them, else a topic without a name."""
    themes = [one.theme for one in heap]
    most = max(set(themes), key=lambda one: (themes.count(one), one))
    if not most or themes.count(most) * 2 < len(themes):
        return Key(TOPIC, place, str(heap[-1].like))
    return Key(level, place, most)


def judge(
    stream: deque[Arrival], expected: Callable[[float], tuple[float, float]], odds: float, looks: float
) -> Evidence | None:
    """The rarest window that ends with the newest message of a stream, if it is rare enough."""
    best: Evidence | None = None
    for hours, count in counts_of(stream):
        if count < LEAST:
            continue
        mean, shape = expected(hours)
        if count < LEAST_TIMES * mean:
            continue
        # That there is a message at the end of the window is given, so one fewer is to be explained.
        rare = at_least(count - 1, mean, shape)
        if rare <= odds and (best is None or rare < best.odds):
            best = Evidence(count, hours, mean, rare, rare * looks)
    return best


def counts_of(stream: deque[Arrival]) -> list[tuple[float, int]]:
    """How many wrote in each window up to the newest message: one who writes five times is one."""
    until = stream[-1].at
    seen: set[int] = set()
    count, out = 0, []
    windows = iter(WINDOWS)
    hours = next(windows)
    for one in reversed(stream):
        while one.at <= until - hours:
            out.append((hours, count))
            following = next(windows, None)
            if following is None:
                return out
            hours = following
        if one.who is None or one.who not in seen:
            count += 1
            if one.who is not None:
                seen.add(one.who)
    return [*out, (hours, count), *((wider, count) for wider in windows)]


def is_over(usual: Usual, burst: Burst, at: float) -> bool:
    """Whether the last hours are back to usual, or the burst has lasted so long that it is the usual."""
    if at - burst.began > LONGEST:
        return True
    quiet = max(QUIET_HOURS, burst.evidence.hours)
    if at - burst.last < quiet / 2:
        since = at - quiet
        if burst.found > since:
            return False
        count = sum(one > since for one in burst.times)
    else:
        since, count = burst.last, 0
    return at_least(count, *usual.expected(burst.key, since, at)) > QUIET_ODDS


def at_least(count: int, mean: float, shape: float) -> float:
    """The chance that a negative binomial number with this mean and shape is `count` or more. Exact in the far tail."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    share = mean / (mean + shape)
    term = exp(
        lgamma(count + shape) - lgamma(shape) - lgamma(count + 1) + count * log(share) - shape * log1p(mean / shape)
    )
    total, n = term, count
    while term > total * 1e-9 and n < count + 100_000:
        term *= share * (n + shape) / (n + 1)
        n += 1
        total += term
    return min(total, 1.0)
