"""A made world for the fair rating: municipalities of known true quality, and one quarter of their cases.

Written before any method that is measured on it, without knowing one, and never changed afterwards: a figure reached
here must stay comparable. If the world must differ, it gets a new file. Only numpy and the standard library.

`made(seed)` gives one `World`: rows of cases that a rating may read, and the truth that it may not. The truth of a
municipality is the mean of five parts, each in units of its own spread between municipalities (`World.truth`, the more
the better); `World.order` is the order by it. The five parts: answered in time, time to answer, reopened, satisfaction,
verified fixes. What spoils plain averages, as it does in life:

- sizes from some 60 cases a quarter to thousands, so that small places wander by chance alone;
- themes unlike in difficulty, and a mix of themes that differs from place to place;
- thanks, spam and federal matters (`kind`) with outcomes that say nothing of the municipality;
- delays by other bodies (`others_hours`), which make an answer late that was not late through the municipality;
- few marks from residents, and few fixes looked at afterwards.

The truth is what a municipality would reach with the network's mix of themes, of ordinary cases only, without others'
delays. Quality is independent of size and of the mix, so that neither helps to guess it.

Sources, by the letter that stands beside each parameter:

[B] aggregates of the trial set of 10,000 requests of Baltimore's 311 service, 2014–2019 (counted from
    `load/baltimore_311_sample.csv`; residents' requests are those that came by phone or API).
[O] Orel region, ПОС 2023: 12,340 messages a year of some 0.7 million residents, 90 % answered in time
    (mk-orel.ru, 22.02.2024); September 2025: 29 % of marks are 4 or 5, 60 % is the aim (orelgrad.ru, 18.09.2025).
[U] Ulyanovsk region, a week of the ЦУР: housing 29.9 %, health 23.1 %, roads 15.2 %, welfare 10 %, transport 3.2 %
    (29ru.net, 2025).
[L] Liu, Bhandaram, Garg, «Quantifying spatial under-reporting disparities in resident crowdsourcing», Nature
    Computational Science 2023 (arXiv 2204.08620): some places report three times as readily as others.
[H] Ohlsson, Librero, Sundquist, Merlo, «Performance evaluations and league tables», Medical Care 2011: 2 to 7 % of the
    variance lies between county councils, 20 to 40 % between units.
[G] Lyratzopoulos et al., «How can health care organizations be reliably compared?», Medical Care 2011 (PubMed
    21610543): intraclass correlation of 0.10 and more counts as high, in 9 of 45 questions; 23 to 256 marks a practice.
[A] Austin et al., «Ranking hospital performance based on individual indicators», BMC Medical Research Methodology
    2019: correlations between indicators within a hospital were looked at from −0.25 to 0.90.
[assumed] no published figure was found; the value is ours, and said to be so.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

PARTS = ("in_time", "answer_time", "reopened", "satisfaction", "verified")
KINDS = ("ordinary", "thanks", "spam", "federal")  # values of `Cases.kind`

CASES_PER_1000_A_YEAR = 19.0  # [O] 17.6 by one channel; 19 makes 60 cases a quarter of the smallest municipality
READINESS_SD = 0.25  # log; ±2 sd is a factor of 2.7, [L] has three
QUARTER_DISPERSION = 0.04  # squared variation of a place's count over its mean; [B] days 0.03–0.06

THEMES = 20
THEME_ZIPF = 0.8  # [B] shares of residents' types by rank: 0.109, 0.091, 0.050, 0.048, 0.047, 0.039, …
MIX_CONCENTRATION = 25.0  # of a Dirichlet; [B] districts of one city 86–140, [assumed] towns and villages differ more
THEME_HARDNESS_SD = 1.2  # logit of «answered in time» between types; [B] 1.56 with the noise of 50 to 1,700 requests
IN_TIME_MEAN = 0.82  # [B] 0.82 of requests with a due date, [O] 0.90
LIMITS_HOURS = (24, 24, 48, 48, 72, 72, 96, 120, 120, 120, 168, 168, 168, 240, 240, 336, 360, 720, 720, 720)  # [B]
TIME_SHAPE = 1.4  # of a gamma: log(limit / time) of answers in time; with the next, medians near 0.45 of the limit [B]
TIME_SCALE = 0.7
TIME_WITHIN_SD = 1.1  # [B] log time within a type: 0.7 to 1.3 for most
LATE_SCALE = 0.8  # exponential: log(time / limit) of late answers [assumed]
STILL_OPEN_OF_LATE = 0.11  # [B] 197 open of 1,726 late

# Between municipalities. On the logit scale τ²/(τ² + π²/3) of the variance: 0.5 gives 7 % [H], 0.6 gives 10 % [G].
IN_TIME_SD = 0.5  # [H] upper end for whole administrations
ANSWER_TIME_SD = 0.35  # log of time: 0.35² / (0.35² + 1.1²) = 9 % [H]
REOPENED_SD = 0.45  # 6 % [H]
SATISFACTION_SD = 0.6  # 10 % [G]
VERIFIED_SD = 0.6  # [G]
PARTS_TOGETHER = 0.5  # correlation of two parts of one municipality; the middle of what [A] looked at

REOPENED_MEAN = 0.08  # [assumed]
REOPENED_THEME_SD = 0.5  # logit [assumed]
SATISFIED_MEAN = 0.45  # [O] between the 29 % that was and the 60 % that is aimed at
SATISFIED_THEME_SD = 0.6  # logit; half of the difference between themes in being late [assumed]
RATED_SHARE = 0.10  # [assumed]; a small municipality gets about six marks a quarter
RATED_SHARE_SD = 0.3  # log, between municipalities [assumed]
VERIFIED_MEAN = 0.80  # [assumed]
CHECKED_SHARE = 0.15  # [assumed]

KIND_SHARES = (0.90, 0.03, 0.02, 0.05)  # [assumed]; [B] has 1.6 % of information and the like at its call centre
KIND_SHARES_SD = 0.6  # log of the three small shares, between municipalities [assumed]
OTHERS_SHARE = 0.12  # cases that wait for another body [assumed]
OTHERS_SHARE_SD = 0.6  # logit, between municipalities [assumed]
OTHERS_THEME_SD = 0.8  # logit, between themes [assumed]
OTHERS_MEDIAN_HOURS = 66.0  # [B] middle of the medians of types done by other companies and agencies (20 to 180)
OTHERS_LOG_SD = 1.1  # [B]

QUARTER_MEMORY = 0.7  # correlation of a part's quality from one quarter to the next [assumed]


@dataclass(frozen=True)
class Cases:
    """Columns of one quarter's cases, all of one length. What is not known of a case is NaN, 0 or False."""

    town: Ints  # row of `World.codes`
    theme: Ints  # 0 … THEMES − 1
    kind: Ints  # index of KINDS; the region's own sorting, known to whoever reads the case
    limit_hours: Floats
    answered: Bools  # False: still open and over its limit
    hours: Floats  # from receipt to the answer, waits included; NaN while open
    others_hours: Floats  # of them, hours that another body had the case; 0 mostly
    in_time: Bools  # answered, and hours <= limit_hours
    reopened: Bools
    satisfied: Ints  # −1 no mark, 0 a mark of 1–3, 1 a mark of 4–5
    checked: Bools  # the fix was looked at again
    verified: Bools  # and it was there


@dataclass(frozen=True)
class World:
    """One replication. A rating may read codes, population and cases; parts, truth and order only judge it."""

    codes: tuple[str, ...]
    population: Ints
    cases: Cases
    earlier: Cases  # the quarter before, of a quality that has since moved
    parts: Floats  # municipality × PARTS, in units of the spread between municipalities, the more the better
    truth: Floats  # mean of the parts
    order: Ints  # rows of `codes`, best first


def municipalities(region: str = "volgograd") -> tuple[tuple[str, ...], Ints]:
    """Codes and populations of a region's municipalities, from its own file."""
    path = Path(__file__).resolve().parent.parent / "otklik" / "regions" / region / "municipalities.csv"
    with path.open(encoding="utf-8", newline="") as rows:
        towns = [(row["code"], int(row["population"])) for row in csv.DictReader(rows)]
    return tuple(code for code, _ in towns), np.array([count for _, count in towns], dtype=np.int64)


def made(seed: int, per_1000: float = CASES_PER_1000_A_YEAR) -> World:
    """One replication; the same seed gives the same world. A few hundred of them take a minute."""
    chance = np.random.default_rng([8, 1, seed])
    codes, population = municipalities()
    earlier_parts = _parts(chance, len(codes))
    moved = _parts(chance, len(codes))
    parts = QUARTER_MEMORY * earlier_parts + np.sqrt(1 - QUARTER_MEMORY**2) * moved
    themes = _themes(chance)
    places = _places(chance, population, per_1000, themes)
    earlier = _quarter(chance, earlier_parts, themes, places)
    cases = _quarter(chance, parts, themes, places)
    truth = parts.mean(axis=1)
    return World(codes, population, cases, earlier, parts, truth, np.argsort(-truth, kind="stable"))


def plain_averages(cases: Cases, towns: int) -> Floats:
    """What a table without any care shows: municipality × PARTS, raw means over all cases, the more the better.

    Kept here, so that what a rating is measured against was fixed with the world. Municipalities without a mark or a
    check get the mean of all, as a spreadsheet's reader would fill them in.
    """
    every = np.ones(len(cases.town), dtype=bool)
    answered = cases.answered
    columns = [
        _mean(cases.town, cases.in_time.astype(float), every, towns),
        -_mean(cases.town, np.where(answered, cases.hours, 0.0), answered, towns),
        -_mean(cases.town, cases.reopened.astype(float), answered, towns),
        _mean(cases.town, cases.satisfied.astype(float), cases.satisfied >= 0, towns),
        _mean(cases.town, cases.verified.astype(float), cases.checked, towns),
    ]
    return np.column_stack(columns)


def plain_order(cases: Cases, towns: int) -> Ints:
    """The order by plain averages: mean of the parts, each in units of its own spread; best first."""
    table = plain_averages(cases, towns)
    spread = table.std(axis=0)
    scaled = (table - table.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    places: Ints = np.argsort(-scaled.mean(axis=1), kind="stable")
    return places


def kendall_tau(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Kendall's tau-b of two columns of values (not of orders), 1 for the same order."""
    x, y = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    dx = np.sign(x[:, None] - x[None, :])
    dy = np.sign(y[:, None] - y[None, :])
    upper = np.triu_indices(len(x), 1)
    a, b = dx[upper], dy[upper]
    scale = np.sqrt(float(np.sum(a != 0)) * float(np.sum(b != 0)))
    return float(np.sum(a * b) / scale) if scale else 0.0


def _mean(town: Ints, value: Floats, where: Bools, towns: int) -> Floats:
    counts = np.bincount(town[where], minlength=towns).astype(float)
    sums = np.bincount(town[where], weights=value[where], minlength=towns)
    overall = sums.sum() / max(counts.sum(), 1.0)
    means: Floats = np.where(counts > 0, sums / np.maximum(counts, 1.0), overall)
    return means


def _parts(chance: np.random.Generator, towns: int) -> Floats:
    """Latent parts with the agreed correlation: one thing in common, one of each part's own."""
    common = chance.standard_normal((towns, 1))
    own = chance.standard_normal((towns, len(PARTS)))
    parts: Floats = np.sqrt(PARTS_TOGETHER) * common + np.sqrt(1 - PARTS_TOGETHER) * own
    return parts


@dataclass(frozen=True)
class _Themes:
    share: Floats
    in_time: Floats  # logit
    reopened: Floats
    satisfied: Floats
    others: Floats
    limit: Floats  # hours


def _themes(chance: np.random.Generator) -> _Themes:
    share = np.arange(1, THEMES + 1, dtype=float) ** -THEME_ZIPF
    share /= share.sum()
    chance.shuffle(share)
    hard = chance.standard_normal(THEMES)
    hard -= (hard * share).sum()
    satisfied = -0.5 * hard + np.sqrt(0.75) * chance.standard_normal(THEMES)
    limits = np.array(LIMITS_HOURS, dtype=float)
    chance.shuffle(limits)
    return _Themes(
        share,
        _logit(IN_TIME_MEAN) + 0.5 - THEME_HARDNESS_SD * hard,  # 0.5: the mean of a curve is not the curve of a mean
        _logit(REOPENED_MEAN) + REOPENED_THEME_SD * chance.standard_normal(THEMES),
        _logit(SATISFIED_MEAN) + SATISFIED_THEME_SD * satisfied,
        OTHERS_THEME_SD * chance.standard_normal(THEMES),
        limits,
    )


@dataclass(frozen=True)
class _Places:
    expected: Floats  # cases a quarter
    mix: Floats  # municipality × theme
    kinds: Floats  # municipality × kind
    others: Floats  # logit
    rated: Floats  # share of answered ordinary cases with a mark


def _places(chance: np.random.Generator, population: Ints, per_1000: float, themes: _Themes) -> _Places:
    towns = len(population)
    readiness = np.exp(READINESS_SD * chance.standard_normal(towns))
    mix = chance.dirichlet(MIX_CONCENTRATION * themes.share, size=towns)
    small = np.array(KIND_SHARES[1:]) * np.exp(KIND_SHARES_SD * chance.standard_normal((towns, 3)))
    small *= np.minimum(1.0, 0.3 / small.sum(axis=1, keepdims=True))
    return _Places(
        population * per_1000 / 1000 / 4 * readiness,
        mix,
        np.column_stack([1 - small.sum(axis=1), small]),
        _logit(OTHERS_SHARE) + OTHERS_SHARE_SD * chance.standard_normal(towns),
        np.minimum(0.5, RATED_SHARE * np.exp(RATED_SHARE_SD * chance.standard_normal(towns))),
    )


def _quarter(chance: np.random.Generator, parts: Floats, themes: _Themes, places: _Places) -> Cases:
    """One quarter's cases of municipalities of this quality."""
    towns = len(parts)
    mean = places.expected * chance.gamma(1 / QUARTER_DISPERSION, QUARTER_DISPERSION, towns)
    town = np.repeat(np.arange(towns), chance.poisson(mean))
    n = len(town)
    theme = _choose(chance, places.mix[town])
    kind = _choose(chance, places.kinds[town])
    ordinary, thanks, spam, federal = (kind == index for index in range(4))
    limit = themes.limit[theme]

    logit_time = themes.in_time[theme] + IN_TIME_SD * parts[town, 0]
    logit_time = np.where(thanks | spam, 4.0, np.where(federal, -0.2, logit_time))  # easy words, and others' work
    good = chance.random(n) < _share(logit_time)
    pace = np.exp(ANSWER_TIME_SD * parts[town, 1])  # a quick town lies further below its limit
    below = chance.gamma(TIME_SHAPE, TIME_SCALE, n)
    quick = np.log(limit) - below - np.log(pace)
    slow = np.log(limit) + chance.exponential(LATE_SCALE, n) + 0.01
    own = np.exp(np.where(good, np.minimum(quick, np.log(limit)), slow))
    own = np.where(thanks | spam, np.minimum(own, chance.exponential(6.0, n) + 0.2), own)

    waits = ordinary & (chance.random(n) < _share(places.others[town] + themes.others[theme]))
    others = np.where(waits, np.exp(np.log(OTHERS_MEDIAN_HOURS) + OTHERS_LOG_SD * chance.standard_normal(n)), 0.0)
    hours = own + others
    late = hours > limit
    answered = ~(late & (chance.random(n) < STILL_OPEN_OF_LATE))

    again = themes.reopened[theme] - REOPENED_SD * parts[town, 2]
    reopened = answered & (chance.random(n) < _share(np.where(ordinary, again, -4.0)))
    liked = themes.satisfied[theme] + SATISFACTION_SD * parts[town, 3]
    liked = np.where(thanks, 3.0, np.where(federal, -1.0, liked))
    marked = answered & ~spam & (chance.random(n) < places.rated[town])
    satisfied = np.where(marked, (chance.random(n) < _share(liked)).astype(np.int64), -1)
    checked = answered & ordinary & (chance.random(n) < CHECKED_SHARE)
    verified = checked & (chance.random(n) < _share(_logit(VERIFIED_MEAN) + VERIFIED_SD * parts[town, 4]))
    return Cases(
        town, theme, kind, limit, answered, np.where(answered, hours, np.nan), np.where(waits, others, 0.0),
        answered & ~late, reopened, satisfied, checked, verified,
    )  # fmt: skip


def _choose(chance: np.random.Generator, shares: Floats) -> Ints:
    """One index for each row of shares."""
    bounds = np.cumsum(shares, axis=1)
    chosen: Ints = (chance.random(len(shares))[:, None] > bounds[:, :-1]).sum(axis=1)
    return chosen


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def _share(logit: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-logit))
    return result
