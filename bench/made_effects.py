"""A made world for the effect of a practice: weeks of cases of municipalities, some of which began something.

Written before any method that is measured on it, without knowing one, and never changed afterwards: a figure reached
here must stay comparable. If the world must differ, it gets a new file. Only numpy and the standard library.

`made(seed, …)` gives one `World`: for each of 38 municipalities of true sizes and each week the cases of one theme, how
many of them were answered in time, and the sum of the logarithms of their times and of the squares. Some municipalities
began the practice at a week of their own; the others never did. A method may read everything but `effect` and `true`.
What is planted is added where the practice is at work: to the share answered in time, `effect.share`, in points of one;
to the logarithm of the time, `effect.log_hours` (−0.2 is a fifth faster). Zero is planted as often as something.

What stands in the way, as it does in life: levels unlike by municipality, a trend, a season, shocks that all share
(not all as much), shocks of each one's own that last for weeks, counts more unequal than chance, and few cases in most
places.

`SCENARIOS` names the kinds of worlds; `worlds(scenario, many)` makes them. In «plain», «one», «small» and «staggered»
the practice is taken up by chance, and an interval of 95 % must cover the planted effect in 93 to 97 % of the worlds
that a method dares to answer (`coverage`). In «worse» those take it up whose last weeks were the worst, part of which
is chance: what a method says there is reported beside and is not promised.

Sources, by the letter beside each parameter:

[B] aggregates of the trial set of 10,000 requests of Baltimore's 311 service, 2014–2019 (counted from
    `load/baltimore_311_sample.csv`).
[S] Novosibirsk region, ЦУР: 68 messages a year of 1,000 residents (ps54.ru). Ulyanovsk region, a week of the ЦУР: roads
    15.2 % of messages (29ru.net, 2025).
[K] intra-cluster and inter-period correlation in 430 general practices: 0.035 within a year, 0.019 between two years
    (Trials 2016, 17:402). The difference, 0.016 of the variance, is what changes in a place from period to period.
[H] Ohlsson, Librero, Sundquist, Merlo, Medical Care 2011: 2 to 7 % of the variance lies between county councils.
[D] Bertrand, Duflo, Mullainathan, «How much should we trust differences-in-differences estimates?», 2004: what a
    place has of its own is correlated in time, and whoever forgets it finds effects in up to 45 % of placebo laws.
[assumed] no published figure was found; the value is ours.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench.made_ratings import municipalities

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WEEKS = 78  # a year and a half
BEGINS = (30, 48)  # the practice begins in one of these weeks; at least 30 weeks lie behind it, 30 before it

PER_1000_A_YEAR = 68.0  # [S]
THEME_SHARE = 0.15  # [S] roads
READINESS_SD = 0.25  # log, between municipalities [assumed]
COUNT_DISPERSION = 0.10  # squared variation of a week of a theme; [B] weeks of agencies 0.02–0.19, water up to 0.73

IN_TIME_MEAN = 0.70  # [B] 0.82 of all; a theme that somebody thinks of improving is worse [assumed]
LEVEL_SD = 0.09  # between municipalities; 0.09² / (0.7 × 0.3) = 4 % [H]
SEASON = 0.04  # half the height of the year's wave [assumed]
TREND_A_YEAR = (-0.04, 0.04)  # of all municipalities [assumed]
SHARED_SD = 0.03  # a week's shock that all share [assumed]
SHARED_MEMORY = 0.5  # from week to week [assumed]
SHARED_UNLIKE = 0.3  # each feels it 1 ± 0.3 as much [assumed]
OWN_SD = 0.045  # of each one's own; with the memory below 0.016 of the variance over half a year, halved [K]
OWN_MEMORY = 0.90  # from week to week: lasts for months [D]

LOG_HOURS_MEAN = 4.3  # 74 hours; [B] types' medians 15 to 650
LOG_HOURS_WITHIN = 1.1  # [B]
LOG_HOURS_BETWEEN = 0.30  # 7 % [H]
LOG_HOURS_PER_SHARE = -2.5  # a week that is 0.04 worse in time is a tenth slower: season and shocks are the same ones

SHARES = (0.0, 0.0, 0.05, 0.10, 0.15)  # planted, points of one
LOG_HOURS = (0.0, 0.0, -0.10, -0.20, -0.40)  # planted with them


@dataclass(frozen=True)
class Effect:
    """What was planted."""

    share: float
    log_hours: float


@dataclass(frozen=True)
class World:
    """One replication: arrays of municipality × week. `began` is −1 for the untouched, else the first week at work."""

    codes: tuple[str, ...]
    population: Ints
    cases: Ints
    in_time: Ints
    log_hours: Floats  # sum over the cases
    log_hours_squared: Floats
    began: Ints
    effect: Effect  # for the judge only
    scenario: str

    @property
    def treated(self) -> Ints:
        """Rows of those who took the practice."""
        rows: Ints = np.flatnonzero(self.began >= 0)
        return rows

    @property
    def at_work(self) -> npt.NDArray[np.bool_]:
        """Municipality × week: whether the practice was at work."""
        weeks = np.arange(self.cases.shape[1])
        working: npt.NDArray[np.bool_] = (self.began[:, None] >= 0) & (weeks[None, :] >= self.began[:, None])
        return working


@dataclass(frozen=True)
class Scenario:
    """A kind of worlds."""

    name: str
    treated: tuple[int, int]  # how many take it, from and to
    pick: str  # chance · small · worse
    staggered: bool


SCENARIOS = (
    Scenario("plain", (3, 8), "chance", staggered=False),
    Scenario("one", (1, 1), "chance", staggered=False),
    Scenario("small", (3, 6), "small", staggered=False),
    Scenario("staggered", (4, 10), "chance", staggered=True),
    Scenario("worse", (3, 8), "worse", staggered=False),
)
PROMISED = ("plain", "one", "small", "staggered")


@dataclass(frozen=True)
class Interval:
    """What a method says of one world; None instead of it: too early or too few to say."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class Coverage:
    """How often intervals held what was planted."""

    worlds: int
    answered: int
    covered: float  # of the answered
    found: float  # of the answered with an effect: the interval is on its side of zero
    wrongly_found: float  # of the answered without an effect: the interval leaves zero out
    bias: float  # mean of estimate − planted
    width: float  # median


def worlds(scenario: str, many: int, first: int = 0) -> Iterator[World]:
    """So many replications of a kind, seeds from `first` on. A thousand take half a minute."""
    for seed in range(first, first + many):
        yield made(seed, scenario)


def made(seed: int, scenario: str = "plain") -> World:
    """One replication; the same seed and scenario give the same world."""
    at, kind = next((at, one) for at, one in enumerate(SCENARIOS) if one.name == scenario)
    chance = np.random.default_rng([8, 3, at, seed])
    codes, population = municipalities()
    towns = len(codes)
    planted = int(chance.integers(len(SHARES)))
    effect = Effect(SHARES[planted], LOG_HOURS[planted])
    level = IN_TIME_MEAN + LEVEL_SD * chance.standard_normal(towns)
    wave = _waves(chance, towns)
    cases = _counts(chance, population)
    began = _began(chance, kind, population, level[:, None] + wave)
    working = (began[:, None] >= 0) & (np.arange(WEEKS)[None, :] >= began[:, None])
    share = np.clip(level[:, None] + wave + effect.share * working, 0.02, 0.98)
    in_time = chance.binomial(cases, share)
    mean = LOG_HOURS_MEAN + LOG_HOURS_BETWEEN * chance.standard_normal(towns)[:, None] + LOG_HOURS_PER_SHARE * wave
    mean = mean + effect.log_hours * working
    sums, squares = _times(chance, cases, mean)
    return World(codes, population, cases, in_time, sums, squares, began, effect, scenario)


def coverage(pairs: Iterable[tuple[float, Interval | None]]) -> Coverage:
    """The judge: pairs of what was planted and what a method said."""
    every = list(pairs)
    said = [(planted, one) for planted, one in every if one is not None]
    real = [(planted, one) for planted, one in said if planted != 0]
    none = [one for planted, one in said if planted == 0]
    return Coverage(
        worlds=len(every),
        answered=len(said),
        covered=_mean(one.low <= planted <= one.high for planted, one in said),
        found=_mean(one.low > 0 if planted > 0 else one.high < 0 for planted, one in real),
        wrongly_found=_mean(one.low > 0 or one.high < 0 for one in none),
        bias=_mean(one.estimate - planted for planted, one in said),
        width=float(np.median([one.high - one.low for _, one in said])) if said else 0.0,
    )


def before_and_after(world: World) -> Interval | None:
    """The plain rule to be set beside: share in time of those who took it, after less before, as if by coins."""
    working = world.at_work
    mine = world.treated
    after = world.cases[mine][working[mine]].sum()
    before = world.cases[mine][~working[mine]].sum()
    if min(before, after) == 0:
        return None
    late = world.in_time[mine][working[mine]].sum() / after
    early = world.in_time[mine][~working[mine]].sum() / before
    half = 1.96 * np.sqrt(late * (1 - late) / after + early * (1 - early) / before)
    return Interval(float(late - early), float(late - early - half), float(late - early + half))


def _mean(values: Iterable[float]) -> float:
    every = list(values)
    return float(sum(every) / len(every)) if every else 0.0


def _memory(chance: np.random.Generator, rows: int, sd: float, memory: float) -> Floats:
    """Rows of a stationary series with a memory: row × week."""
    series = np.empty((rows, WEEKS))
    series[:, 0] = sd * chance.standard_normal(rows)
    for week in range(1, WEEKS):
        fresh = sd * np.sqrt(1 - memory**2) * chance.standard_normal(rows)
        series[:, week] = memory * series[:, week - 1] + fresh
    return series


def _waves(chance: np.random.Generator, towns: int) -> Floats:
    """What moves the share in time besides levels and the practice: municipality × week, mean near zero."""
    weeks = np.arange(WEEKS)
    season = SEASON * np.sin(2 * np.pi * (weeks + chance.uniform(0, 52)) / 52)
    trend = chance.uniform(*TREND_A_YEAR) * (weeks - WEEKS / 2) / 52
    shared = _memory(chance, 1, SHARED_SD, SHARED_MEMORY)
    feeling = 1 + SHARED_UNLIKE * chance.standard_normal((towns, 1))
    own = _memory(chance, towns, OWN_SD, OWN_MEMORY)
    waves: Floats = season[None] + trend[None] + feeling * shared + own
    return waves


def _counts(chance: np.random.Generator, population: Ints) -> Ints:
    towns = len(population)
    readiness = np.exp(READINESS_SD * chance.standard_normal(towns))
    expected = population * readiness * PER_1000_A_YEAR / 1000 / 52 * THEME_SHARE
    rate = expected[:, None] * chance.gamma(1 / COUNT_DISPERSION, COUNT_DISPERSION, (towns, WEEKS))
    counts: Ints = chance.poisson(rate)
    return counts


def _began(chance: np.random.Generator, kind: Scenario, population: Ints, seen: Floats) -> Ints:
    """The week in which each began, −1 for those who did not."""
    towns = len(population)
    many = int(chance.integers(kind.treated[0], kind.treated[1] + 1))
    week = int(chance.integers(*BEGINS))
    if kind.pick == "small":
        pool = np.argsort(population, kind="stable")[: towns * 2 // 3]
        taken = chance.choice(pool, many, replace=False)
    elif kind.pick == "worse":
        taken = np.argsort(seen[:, week - 8 : week].mean(axis=1), kind="stable")[:many]
    else:
        taken = chance.choice(towns, many, replace=False)
    began = np.full(towns, -1, dtype=np.int64)
    began[taken] = chance.integers(*BEGINS, many) if kind.staggered else week
    return began


def _times(chance: np.random.Generator, cases: Ints, mean: Floats) -> tuple[Floats, Floats]:
    """Sums of the logarithms of times and of their squares, drawn without drawing the cases one by one."""
    some = np.maximum(cases, 1)
    average = mean + LOG_HOURS_WITHIN / np.sqrt(some) * chance.standard_normal(cases.shape)
    spread = np.where(cases > 1, chance.chisquare(np.maximum(cases - 1, 1)), 0.0) * LOG_HOURS_WITHIN**2
    sums: Floats = np.where(cases > 0, cases * average, 0.0)
    squares: Floats = np.where(cases > 0, spread + cases * average**2, 0.0)
    return sums, squares
