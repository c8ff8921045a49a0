"""A made world for the radar: a year of messages of a region, with bursts planted at known moments.

Written before any method that is measured on it, without knowing one, and never changed afterwards: a figure reached
here must stay comparable. If the world must differ, it gets a new file. Only numpy and the standard library.

`made(seed)` gives one `Stream`: messages in the order of their coming, which a radar may read one by one, and what was
planted, which it may not. 39 places (38 municipalities and the region's own), 26 groups of themes, HISTORY_DAYS
before the year for whoever needs a past (nothing is planted there), then DAYS that count. What it has of life:

- counts more unequal than chance: a day of the whole region, a week of a group, a day of a group in one place;
- hours of the day, days of the week, holidays and the day after, seasons unlike by group, a trend;
- neighbours who write of the same thing within hours (a small family of messages, no burst);
- short texts that look alike all year and everywhere, so that likeness alone says little;
- rare days on which a group is busy all over the region (`Stream.busy`), which is one event and not 39;
- copies: one author sends the same many times (`kind` «copies»), a chain text goes round several places («rumour»);
- bursts: two to twenty times the usual and more, of three to many messages, minutes to hours, in large and small
  places, a part of whose messages is read as another group, and of which a part only is alike in words.

A message has the moment, the place, the group, an author (a number, no person) and `likeness`: the number of a family
of like texts, as fingerprints would join them, 0 for none. What the number is has no meaning, equal numbers have.

`score(stream, alarms)` is the judge, fixed with the world. An alarm is a moment, a place (or WHOLE_REGION) and a group.

- A burst is found by the first alarm of its place and group, from its first message to CLOSES_AFTER minutes after its
  last. `must` are the bursts that the promise speaks of: five times the usual and six messages. Delays count from the
  sixth message of a burst (an alarm before it has delay 0); `found_in_15` and `found_in_60` are shares of `must`.
- Further alarms of a found burst are no false ones within that span. Bursts smaller than `must` are true alarms too.
- Of a busy day of a group and of a rumour the first alarm, wherever, is neither found nor false: one event, one alarm.
  Each further one is false, and so is every alarm about copies of one author.
- `false_per_week` is for the whole region. Everything else that is no burst is a false alarm.

Sources, by the letter beside each parameter:

[B] aggregates of the trial set of 10,000 requests of Baltimore's 311 service, 2014–2019 (counted from
    `load/baltimore_311_sample.csv`; residents' requests are those by phone or API, 7,566).
[N] Noufaily et al., «An improved algorithm for outbreak detection in multiple surveillance systems», Statistics in
    Medicine 2013, and its authors' program for daily series (github.com/FelipeJColon/AlgorithmComparison): negative
    binomial with variance 1 to 2 times the mean, moments of a burst's cases log-normal (0, 0.5), half again as many on
    the day after a holiday.
[C] New York 311: daily closures 10,476 in the mean, variance 2,857,086, a squared variation of 0.026
    (github.com/Takshg/Operational-Efficiency-NYC-311).
[S] Novosibirsk region, ЦУР, five years: 245,000 messages of social networks and 700,000 by ПОС (ps54.ru), 68 a year of
    1,000 residents. Magadan region: 16,840 a year, the fullest week 1,500, 4.6 times the mean (ЦУР, 23.11.2024).
[T] Trends of ПОС: Orel +35 % in 2023 (mk-orel.ru), Murmansk +55 % in 2024–25.
[L] Liu, Bhandaram, Garg, Nature Computational Science 2023 (arXiv 2204.08620): some places report three times as
    readily as others.
[assumed] no published figure was found; the value is ours.
"""

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench.made_ratings import municipalities

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

GROUPS = 26
HISTORY_DAYS = 56
DAYS = 365
FIRST_DAY = dt.date(2025, 1, 1) - dt.timedelta(days=HISTORY_DAYS)  # day 0; minutes count from its midnight
HOLIDAYS = ((1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (1, 6), (1, 7), (1, 8), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12),
            (11, 4))  # art. 112 of the Labour Code  # fmt: skip

PER_1000_A_YEAR = 68.0  # [S]
REGION_SHARE = 0.08  # messages of no municipality [assumed]
READINESS_SD = 0.25  # log, between places [L]
GROUP_ZIPF = 0.8  # [B] shares of types by rank
MIX_CONCENTRATION = 25.0  # Dirichlet of groups by place; [B] districts of one city 86–140, [assumed] less alike
WEEKDAYS = (1.255, 1.280, 1.267, 1.179, 1.110, 0.464, 0.447)  # Monday … Sunday [B]
HOLIDAY = 0.46  # like a Saturday [B]
AFTER_HOLIDAY = 1.25  # [N] 1.5 where a holiday is silent; here it is half silent
HOURS = (0.0090, 0.0053, 0.0057, 0.0032, 0.0037, 0.0086, 0.0188, 0.0467, 0.0694, 0.0896, 0.0904, 0.0763, 0.0773, 0.0753,
         0.0804, 0.0711, 0.0637, 0.0514, 0.0437, 0.0342, 0.0279, 0.0230, 0.0133, 0.0120)
# fmt: skip  # [B] moved by four hours: the clock of the export is not the city's, its day begins at three [assumed]
SEASONS = (  # months over the year's mean, by kind of group [B]
    (1.34, 1.08, 1.15, 1.14, 0.97, 0.93, 0.98, 0.95, 0.87, 1.12, 0.75, 0.71),  # roads
    (1.40, 1.71, 1.06, 0.92, 0.99, 0.90, 0.85, 1.06, 0.79, 0.72, 0.76, 0.85),  # water
    (0.83, 1.03, 0.93, 0.93, 1.42, 1.47, 0.98, 0.98, 0.93, 0.98, 0.98, 0.54),  # animals
    (0.77, 0.76, 1.15, 1.05, 1.18, 1.31, 1.20, 1.11, 0.93, 0.95, 0.82, 0.77),  # waste
    (0.61, 0.51, 0.80, 0.89, 1.50, 1.58, 1.31, 1.40, 1.02, 0.91, 0.76, 0.70),  # houses and yards
)
TREND_A_YEAR = 0.30  # log, of the whole region: +35 % [T]
TREND_SD = 0.15  # log a year, of a place and group [assumed]
DAY_DISPERSION = 0.026  # squared variation of a day of the whole region [C]; [B] working days of a year 0.03–0.06
WEEK_DISPERSION = 0.08  # of a week of a group; [B] weeks of agencies 0.02–0.19, water 0.28–0.73
WEEK_MEMORY = 0.5  # of its logarithm from week to week [assumed]
CELL_DISPERSION = 0.30  # of a day of a group in a place: variance 1.3 times the mean at one a day [N] 1–2
FOLLOWED_SHARE = 0.022  # messages with a neighbour's second one; [B] closed as duplicates
FOLLOWED_HOURS = 6.0  # mean delay of the second [assumed]
STANDING = 3  # families of short texts of a group that look alike all year and everywhere («no water») [assumed]
STANDING_SHARE = 0.06  # messages that belong to one of them [assumed]
BURST_STANDING = 0.3  # bursts whose like texts fall into a standing family [assumed]

BUSY_DAYS = 8  # a group is busy all over the region, a year [assumed]
BUSY_TIMES = (2.5, 5.0)  # [S] the fullest week was 4.6 times the mean

BURSTS = 220  # a year, four a week [assumed], so that shares have narrow intervals
BURST_MINUTES = (20.0, 600.0)  # length, log-uniform: minutes to hours
BURST_TIMES = (2.0, 20.0)  # log-uniform, of the usual of place, group and span
BURST_COUNTS = (4, 40)  # log-uniform, where the usual is next to nothing
BURST_MOST = 150.0  # messages expected of one burst at most
BURST_BUSY_CELL = 0.6  # share of bursts where there is a usual to be multiplied [assumed]
BURST_ALIKE = (6.0, 2.5)  # Beta: share of a burst's messages that fingerprints join, mean 0.71 [assumed]
BURST_MISREAD = 0.12  # messages of a burst read as another group [assumed]
BURST_LOG_SD = 0.5  # moments [N]
APART_MINUTES = 36 * 60  # two planted things of one place and group lie this far apart

COPIES = 16  # a year: one author, the same text [assumed]
COPIES_COUNTS = (6, 40)
RUMOURS = 8  # a year: many authors, the same text, several places [assumed]
RUMOUR_COUNTS = (10, 60)
RUMOUR_PLACES = (3, 10)

MUST_TIMES, MUST_COUNT = 5.0, 6  # the promise: five times the usual, six messages
CLOSES_AFTER = 60.0  # minutes after its last message a burst can still be found
WHOLE_REGION = -1


@dataclass(frozen=True)
class Planted:
    """Something planted. `place` is WHOLE_REGION for a rumour and a busy day, `group` is the true one."""

    kind: str  # burst · copies · rumour · busy
    place: int
    group: int
    moments: tuple[float, ...]  # of its messages in minutes, in order; for a busy day its midnight and the next
    usual: float = 0.0  # expected ordinary messages of place and group from first to last
    times: float = 0.0  # (usual + planted) / usual
    minutes: float = 0.0  # from first to last
    places: tuple[int, ...] = ()  # of a rumour

    @property
    def count(self) -> int:
        return len(self.moments)

    @property
    def must(self) -> bool:
        """Whether the promise speaks of it: five times the usual and six messages."""
        return self.kind == "burst" and self.times >= MUST_TIMES and self.count >= MUST_COUNT


@dataclass(frozen=True)
class Stream:
    """Messages in order, columns of one length, and what was planted."""

    minute: Floats  # since midnight of FIRST_DAY, local time
    place: Ints  # 0 … 38; 38 is the region's own
    group: Ints  # 0 … 25, as it was read
    author: Ints
    likeness: Ints  # 0: like no other
    places: tuple[str, ...]
    population: Ints  # the region's own has the sum
    planted: tuple[Planted, ...]  # for the judge only
    begins: float = HISTORY_DAYS * 1440.0  # from here alarms count
    ends: float = (HISTORY_DAYS + DAYS) * 1440.0

    @property
    def bursts(self) -> tuple[Planted, ...]:
        return tuple(one for one in self.planted if one.kind == "burst")


@dataclass(frozen=True)
class Alarm:
    """What a radar says: at this minute, here (or WHOLE_REGION), of this group."""

    minute: float
    place: int
    group: int


@dataclass(frozen=True)
class Score:
    """What the judge says; shares of `must`, minutes from the sixth message."""

    must: int
    found_in_15: float
    found_in_60: float
    median_delay_min: float
    false_per_week: float
    bursts: int
    found_of_all: float  # of all bursts, however small, before they close
    median_from_first_min: float  # of the found of `must`, from the first message
    alarms: int
    false: int
    delays: tuple[float, ...]  # of `must`, inf for not found
    false_on_busy: int  # of the false ones
    false_on_copies: int


def made(seed: int) -> Stream:
    """One year; the same seed gives the same year. A few seconds."""
    chance = np.random.default_rng([8, 2, seed])
    codes, population = municipalities()
    rate = _rate(chance, population)
    busy = _busy(chance, rate)
    days = rate.shape[2]
    counts = chance.poisson(rate * chance.gamma(1 / CELL_DISPERSION, CELL_DISPERSION, rate.shape))
    cell = np.repeat(np.arange(counts.size), counts.ravel())
    place, group, day = (part.astype(np.int64) for part in np.unravel_index(cell, counts.shape))
    hour = chance.choice(24, size=len(cell), p=np.array(HOURS) / sum(HOURS))
    minute = day * 1440.0 + hour * 60.0 + chance.random(len(cell)) * 60.0
    standing = chance.random(len(cell)) < STANDING_SHARE
    likeness = np.where(standing, 1 + group * STANDING + chance.integers(0, STANDING, len(cell)), 0)
    columns = [(minute, place, group, likeness)]
    columns.append(_neighbours(chance, minute, place, group, likeness))
    numbers = _Numbers(int(likeness.max()) + 1)
    expected = _Expected(rate)
    planted: list[Planted] = [*busy]
    authored: list[tuple[Floats, Ints, Ints, Ints, Ints]] = []
    for _ in range(COPIES):
        authored.append(_copies(chance, expected, planted, numbers))
    for _ in range(RUMOURS):
        authored.append(_rumour(chance, expected, planted, numbers))
    for _ in range(BURSTS):
        authored.append(_burst(chance, expected, planted, numbers))
    own = sum(len(one[0]) for one in columns)
    crowd = max(int(2.5 * own), 1)  # an author writes now and then again
    everything = [(*one, chance.integers(1, crowd, len(one[0]))) for one in columns] + authored
    parts = [np.concatenate([one[index] for one in everything]) for index in range(5)]
    order = np.argsort(parts[0], kind="stable")
    kept = order[parts[0][order] < days * 1440.0]
    return Stream(
        parts[0][kept], parts[1][kept], parts[2][kept], parts[4][kept], parts[3][kept], (*codes, "region"),
        np.append(population, population.sum()), tuple(sorted(planted, key=lambda one: one.moments[0])),
    )  # fmt: skip


def score(stream: Stream, alarms: Iterable[Alarm]) -> Score:
    """Judge alarms of one year by the rules at the head of this file. Alarms before `begins` are not counted."""
    counted = sorted((one for one in alarms if stream.begins <= one.minute < stream.ends), key=lambda one: one.minute)
    bursts = stream.bursts
    by_group: dict[int, list[tuple[int, Planted]]] = {group: [] for group in range(GROUPS)}
    for at, burst in enumerate(bursts):
        by_group[burst.group].append((at, burst))
    others = [one for one in stream.planted if one.kind != "burst"]
    found: dict[int, float] = {}
    heard: set[int] = set()
    false = on_busy = on_copies = 0
    for alarm in counted:
        hits = [at for at, one in by_group[alarm.group] if _is_of(one, alarm)]
        if hits:
            for at in hits:
                found.setdefault(at, alarm.minute)
            continue
        other = next((one for one in others if _is_of(one, alarm)), None)
        if other is not None and other.kind != "copies" and id(other) not in heard:
            heard.add(id(other))
            continue
        false += 1
        on_busy += other is not None and other.kind == "busy"
        on_copies += other is not None and other.kind != "busy"
    must = [at for at, one in enumerate(bursts) if one.must]
    delays = [max(0.0, found[at] - bursts[at].moments[MUST_COUNT - 1]) if at in found else float("inf") for at in must]
    reached = [delay for delay in delays if delay < float("inf")]
    first = [found[at] - bursts[at].moments[0] for at in must if at in found]
    return Score(
        must=len(must),
        found_in_15=_share(delay <= 15 for delay in delays),
        found_in_60=_share(delay <= 60 for delay in delays),
        median_delay_min=float(np.median(reached)) if reached else float("inf"),
        false_per_week=false / ((stream.ends - stream.begins) / 10080),
        bursts=len(bursts),
        found_of_all=len(found) / max(len(bursts), 1),
        median_from_first_min=float(np.median(first)) if first else float("inf"),
        alarms=len(counted), false=false, delays=tuple(delays), false_on_busy=on_busy, false_on_copies=on_copies,
    )  # fmt: skip


def plain_threshold(stream: Stream, count: int = 6, minutes: float = 60.0) -> list[Alarm]:
    """The first plain rule to be set beside: so many of a place and group within an hour, then 6 h of quiet."""
    return _plain(stream, minutes, lambda _past: float(count))


def raw_mean(stream: Stream, times: float = 5.0, least: int = 3, minutes: float = 60.0) -> list[Alarm]:
    """The second one: five times the mean of the last 28 days, by no less than three messages, then 6 h of quiet."""
    return _plain(stream, minutes, lambda past: max(float(least), times * past * minutes / (28 * 1440)))


def _plain(stream: Stream, minutes: float, needed: Callable[[int], float]) -> list[Alarm]:
    last_hour: dict[int, deque[float]] = defaultdict(deque)
    last_month: dict[int, deque[float]] = defaultdict(deque)
    quiet_until: dict[int, float] = defaultdict(float)
    alarms = []
    for minute, place, group in zip(stream.minute.tolist(), stream.place.tolist(), stream.group.tolist(), strict=True):
        cell = place * GROUPS + group
        hour, month = last_hour[cell], last_month[cell]
        while hour and hour[0] <= minute - minutes:
            month.append(hour.popleft())
        while month and month[0] <= minute - 28 * 1440:
            month.popleft()
        hour.append(minute)
        if len(hour) >= needed(len(month)) and minute >= quiet_until[cell]:
            quiet_until[cell] = minute + 360
            alarms.append(Alarm(minute, place, group))
    return alarms


def _share(yes: Iterable[bool]) -> float:
    values = list(yes)
    return sum(values) / len(values) if values else 0.0


def _is_of(one: Planted, alarm: Alarm) -> bool:
    if alarm.group != one.group or not one.moments[0] <= alarm.minute <= one.moments[-1] + CLOSES_AFTER:
        return False
    if one.kind == "busy" or alarm.place == one.place:
        return True
    return one.kind == "rumour" and (alarm.place in one.places or alarm.place == WHOLE_REGION)


def day_factor(day: dt.date) -> float:
    """How busy a day is by the calendar alone: day of the week, holidays and the working day after."""
    if (day.month, day.day) in HOLIDAYS:
        return HOLIDAY
    before = day - dt.timedelta(days=1)
    after = (before.month, before.day) in HOLIDAYS and day.weekday() < 5
    return WEEKDAYS[day.weekday()] * (AFTER_HOLIDAY if after else 1.0)


def _rate(chance: np.random.Generator, population: Ints) -> Floats:
    """Expected messages by place, group and day, all that is shared drawn, the cell's own dispersion not yet."""
    days = HISTORY_DAYS + DAYS
    dates = [FIRST_DAY + dt.timedelta(days=index) for index in range(days)]
    weight = population * np.exp(READINESS_SD * chance.standard_normal(len(population)))
    weight = np.append(weight * (1 - REGION_SHARE) / weight.sum(), REGION_SHARE)
    groups = np.arange(1, GROUPS + 1, dtype=float) ** -GROUP_ZIPF
    chance.shuffle(groups)
    groups /= groups.sum()
    mix = chance.dirichlet(MIX_CONCENTRATION * groups, size=len(weight))
    daily = population.sum() * PER_1000_A_YEAR / 1000 / 365
    base = daily * weight[:, None] * mix
    season = np.array([[_month(SEASONS[g % len(SEASONS)], one) for one in dates] for g in range(GROUPS)])
    years = (np.arange(days) - days / 2) / 365
    own = TREND_SD * chance.standard_normal(base.shape)
    trend = np.exp((TREND_A_YEAR + own[:, :, None]) * years[None, None, :])
    calendar = np.array([day_factor(one) for one in dates])
    whole = chance.gamma(1 / DAY_DISPERSION, DAY_DISPERSION, days)
    rate: Floats = base[:, :, None] * trend * season[None] * (calendar * whole)[None, None, :]
    return rate * _weeks(chance, days)[None]


def _month(shape: Sequence[float], day: dt.date) -> float:
    """The season between the middles of two months, so that nothing leaps on the first."""
    at = day.month - 1 + (day.day - 1) / 30.5 - 0.5
    left = int(np.floor(at))
    part = at - left
    return shape[left % 12] * (1 - part) + shape[(left + 1) % 12] * part


def _weeks(chance: np.random.Generator, days: int) -> Floats:
    """Of each group and day: the group's week, log-normal with a memory, mean one."""
    weeks = days // 7 + 2
    sd = np.sqrt(np.log1p(WEEK_DISPERSION))
    logs = np.empty((GROUPS, weeks))
    logs[:, 0] = sd * chance.standard_normal(GROUPS)
    for week in range(1, weeks):
        fresh = sd * np.sqrt(1 - WEEK_MEMORY**2) * chance.standard_normal(GROUPS)
        logs[:, week] = WEEK_MEMORY * logs[:, week - 1] + fresh
    factors: Floats = np.exp(logs - sd**2 / 2)[:, np.arange(days) // 7]
    return factors


def _busy(chance: np.random.Generator, rate: Floats) -> list[Planted]:
    """Busy days: the rates are raised in place, and what was done is told."""
    chosen = chance.choice(np.arange(HISTORY_DAYS, rate.shape[2]), BUSY_DAYS, replace=False)
    told = []
    for day in sorted(int(one) for one in chosen):
        group = int(chance.integers(GROUPS))
        times = float(chance.uniform(*BUSY_TIMES))
        rate[:, group, day] *= times
        told.append(Planted("busy", WHOLE_REGION, group, (day * 1440.0, (day + 1) * 1440.0), times=times))
    return told


def _neighbours(
    chance: np.random.Generator, minute: Floats, place: Ints, group: Ints, likeness: Ints
) -> tuple[Floats, Ints, Ints, Ints]:
    """Second messages about the same thing, hours later; the first one gets the number of the family."""
    first = np.flatnonzero(chance.random(len(minute)) < FOLLOWED_SHARE)
    likeness[first] = GROUPS * STANDING + np.arange(1, len(first) + 1)
    later = minute[first] + chance.exponential(FOLLOWED_HOURS * 60, len(first))
    return later, place[first], group[first], likeness[first].copy()


class _Numbers:
    """Numbers of families of texts and of authors who exist for something planted."""

    def __init__(self, family: int) -> None:
        self.family = family
        self.author = 10_000_000

    def next_family(self) -> int:
        self.family += 1
        return self.family

    def authors(self, count: int) -> Ints:
        self.author += count
        return np.arange(self.author - count, self.author)


class _Expected:
    """How many ordinary messages are expected of a place and group between two moments."""

    def __init__(self, rate: Floats) -> None:
        self.rate = rate
        self.hours = np.array(HOURS) / sum(HOURS)
        self.until = np.concatenate([[0.0], np.cumsum(self.hours)])
        self.cells = rate.mean(axis=2)

    def between(self, place: int, group: int, begin: float, end: float) -> float:
        row = self.rate[place, group]
        return float(self._up_to(row, end) - self._up_to(row, begin))

    def _up_to(self, row: Floats, minute: float) -> float:
        last = len(row) * 1440.0 - 1e-6
        minute = min(max(minute, 0.0), last)
        day, rest = divmod(minute, 1440.0)
        hour, left = divmod(rest, 60.0)
        part = self.until[int(hour)] + self.hours[int(hour)] * left / 60.0
        return float(row[: int(day)].sum() + row[int(day)] * part)


def _when(chance: np.random.Generator) -> float:
    """A moment for something to begin: half by the hours in which people write, half by the clock."""
    day = int(chance.integers(HISTORY_DAYS, HISTORY_DAYS + DAYS - 1))
    hour = int(chance.choice(24, p=np.array(HOURS) / sum(HOURS))) if chance.random() < 0.5 else int(chance.integers(24))
    return day * 1440.0 + hour * 60.0 + float(chance.uniform(0, 60))


def _between(chance: np.random.Generator, bounds: tuple[float, float]) -> float:
    return float(np.exp(chance.uniform(np.log(bounds[0]), np.log(bounds[1]))))


def _free(planted: Sequence[Planted], place: int, group: int, begin: float, end: float) -> bool:
    for one in planted:
        if one.group != group:
            continue
        same = one.place in (place, WHOLE_REGION) or place == WHOLE_REGION
        if same and one.moments[0] - APART_MINUTES < end and begin < one.moments[-1] + APART_MINUTES:
            return False
    return True


def _moments(chance: np.random.Generator, begin: float, length: float, count: int) -> Floats:
    """Moments of a planted thing: log-normal, quick to rise and slow to end, from `begin` on."""
    offsets = np.exp(BURST_LOG_SD * chance.standard_normal(count))
    most = np.exp(2 * BURST_LOG_SD)
    moments: Floats = begin + np.sort(np.minimum(offsets, most + chance.random(count) * 0.01)) / most * length
    return moments


def _burst(
    chance: np.random.Generator, expected: _Expected, planted: list[Planted], numbers: _Numbers
) -> tuple[Floats, Ints, Ints, Ints, Ints]:
    places = expected.cells.shape[0]
    scaled = chance.random() < BURST_BUSY_CELL
    while True:
        begin, length = _when(chance), _between(chance, BURST_MINUTES)
        if scaled:
            at = int(chance.choice(expected.cells.size, p=(expected.cells / expected.cells.sum()).ravel()))
            place, group = divmod(at, GROUPS)
        else:
            place, group = int(chance.integers(places)), int(chance.integers(GROUPS))
        if not _free(planted, place, group, begin, begin + length):
            continue
        usual = expected.between(place, group, begin, begin + length)
        if scaled:
            wanted = (_between(chance, BURST_TIMES) - 1) * usual
            if not 3 <= wanted <= BURST_MOST:
                continue
            count = max(3, int(chance.poisson(wanted)))
        else:
            count = round(_between(chance, BURST_COUNTS))
        moments = _moments(chance, begin, length, count)
        break
    usual = expected.between(place, group, moments[0], moments[-1])
    planted.append(
        Planted("burst", place, group, tuple(moments.tolist()), usual, (usual + count) / max(usual, 1e-9),
                float(moments[-1] - moments[0]))
    )  # fmt: skip
    alike = chance.random(count) < chance.beta(*BURST_ALIKE)
    family = 1 + group * STANDING if chance.random() < BURST_STANDING else numbers.next_family()
    likeness = np.where(alike, family, 0)
    misread = chance.random(count) < BURST_MISREAD
    groups = np.where(misread, (group + chance.integers(1, GROUPS, count)) % GROUPS, group)
    return moments, np.full(count, place), groups, likeness, numbers.authors(count)


def _copies(
    chance: np.random.Generator, expected: _Expected, planted: list[Planted], numbers: _Numbers
) -> tuple[Floats, Ints, Ints, Ints, Ints]:
    """One author, one text, one place."""
    while True:
        begin, length = _when(chance), _between(chance, BURST_MINUTES)
        place, group = int(chance.integers(expected.cells.shape[0])), int(chance.integers(GROUPS))
        if _free(planted, place, group, begin, begin + length):
            break
    count = round(_between(chance, COPIES_COUNTS))
    moments = _moments(chance, begin, length, count)
    planted.append(Planted("copies", place, group, tuple(moments.tolist()), minutes=float(moments[-1] - moments[0])))
    author = numbers.authors(1)
    return (moments, np.full(count, place), np.full(count, group), np.full(count, numbers.next_family()),
            np.repeat(author, count))  # fmt: skip


def _rumour(
    chance: np.random.Generator, expected: _Expected, planted: list[Planted], numbers: _Numbers
) -> tuple[Floats, Ints, Ints, Ints, Ints]:
    """Many authors, one text, several places."""
    while True:
        begin, length = _when(chance), _between(chance, BURST_MINUTES)
        group = int(chance.integers(GROUPS))
        if _free(planted, WHOLE_REGION, group, begin, begin + length):
            break
    count = round(_between(chance, RUMOUR_COUNTS))
    several = int(chance.integers(RUMOUR_PLACES[0], RUMOUR_PLACES[1] + 1))
    weights = expected.cells.sum(axis=1)
    places = chance.choice(len(weights), several, replace=False, p=weights / weights.sum())
    moments = _moments(chance, begin, length, count)
    planted.append(
        Planted("rumour", WHOLE_REGION, group, tuple(moments.tolist()), minutes=float(moments[-1] - moments[0]),
                places=tuple(int(one) for one in places))
    )  # fmt: skip
    return (moments, chance.choice(places, count), np.full(count, group), np.full(count, numbers.next_family()),
            numbers.authors(count))  # fmt: skip
