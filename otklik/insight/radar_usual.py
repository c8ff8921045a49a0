"""What is usual: how many messages to expect of a theme in a place between two moments, and how unsure that is.

Pure: counts in, figures out. Few data are no hindrance: a place's share of a theme leans on its share of everything as
long as it has little of its own (empirical Bayes: Clayton & Kaldor, Biometrics 43, 1987), the level of a theme is that
of the whole region in the last weeks, so season and growth are followed; weekday and hour are the group's profile,
leaning on that of all messages. Old bursts are cut before the fit (as in Noufaily et al., Stat. Med. 32, 2013, who
mend the algorithm of Farrington et al., JRSS A 159, 1996); what is left of spread beyond Poisson goes into a negative
binomial.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np

MONDAY = date(1970, 1, 5)  # day 0
HOURS_OF_WEEK = 168
LEAST_DAYS = 14  # of history: below it nothing is known of weekdays, and the radar keeps silent
HISTORY = 364  # days
HALF_LIFE_LEVEL = 10.0  # days: how fast the level of a theme in the region follows
HALF_LIFE_SHARE = 180.0  # days: how fast a place's part of a theme follows
PRIOR_LEVEL = 6.0  # messages: the year's level of a theme weighs as much as so many
PRIOR_SHARE = 12.0  # messages: a place's part of everything weighs as much as so many of the theme
PRIOR_PROFILE = 400.0  # messages: the profile of all messages weighs as much as so many of the group
PRIOR_SPREAD = 150.0
SPREAD_DAYS = 56  # the newest days, by which spread is judged
FLOOR = 0.02  # messages a week of a theme in the whole region: nothing is quite impossible

# "theme", "group": in one place; "…_city": in a city with its inner districts; "…_all": in the whole region
Level = str
LEVELS: tuple[Level, ...] = ("theme", "group", "theme_all", "group_all")
CITY: tuple[Level, ...] = ("theme_city", "group_city")


@dataclass(frozen=True)
class Key:
    """One stream that is watched: a theme or a group of themes, in a place, a city or (place 0) the whole region."""

    level: Level
    place: int
    code: str

    @property
    def group(self) -> str:
        """The group of themes by whose profile the stream is judged."""
        return self.code.partition(".")[0]


@dataclass(frozen=True)
class Usual:
    """The fitted figures. `weekly`: messages a week and the shape of what is not known about that, by stream."""

    day: int  # the day after the last counted one; days are numbered from 1970-01-05, a Monday
    days: int  # of history
    total: float  # messages of the region a week, now
    weekly: Mapping[Level, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    places: Mapping[str, float] = field(default_factory=dict)  # each place's part of all messages
    profiles: Mapping[str, Sequence[float]] = field(default_factory=dict)  # of a group: 169 sums from 0 to 1
    spread: Mapping[Level, Mapping[str, float]] = field(default_factory=dict)  # 1/k by group; "" of all
    cities: Mapping[str, int] = field(default_factory=dict)  # a place that is a part of a city → that city

    def expected(self, key: Key, since: float, until: float) -> tuple[float, float]:
        """(mean, shape) of the number of messages between two moments: hours of the region's clock from 1970-01-05.

        The count is taken as negative binomial with that mean and shape (variance: mean + mean²/shape).
        """
        rate, shape = self.weekly.get(key.level, {}).get(_name(key), (FLOOR / 40, 1.0))
        mean = rate * self.weeks(key, since, until)
        spreads = self.spread.get(key.level, {})
        over = spreads.get(key.group, spreads.get("", 0.0)) + 1 / shape
        return mean, 1 / max(over, 1e-6)

    def share(self, key: Key) -> float:
        """The place's part of the region's messages of a theme; a little where nothing is known."""
        level = CITY[0] if key.level in CITY else "theme"
        own = self.weekly.get(level, {}).get(f"{key.place}|{key.code}", (0.0, 0.0))[0]
        whole = self.weekly.get("theme_all", {}).get(key.code, (0.0, 0.0))[0]
        return max(own / whole if whole else self.places.get(str(key.place), 0.0), 0.002)

    def weeks(self, key: Key, since: float, until: float) -> float:
        """The stretch between two moments in weeks of usual work: a night is short, a working morning long."""
        profile = self.profiles.get(key.group) or self.profiles[""]
        return _passed(profile, until) - _passed(profile, since)

    def per_hour(self, key: Key, at: float) -> float:
        """The usual number of messages in the hour around a moment."""
        return self.expected(key, at - 0.5, at + 0.5)[0]

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def from_plain(given: Mapping[str, Any]) -> Usual:
    """Back from JSON."""
    return Usual(**given)


def _name(key: Key) -> str:
    return f"{key.place}|{key.code}" if key.place else key.code


def _passed(profile: Sequence[float], at: float) -> float:
    """How many weeks have passed until a moment, by the clock of the profile."""
    weeks, hours = divmod(at, HOURS_OF_WEEK)
    whole = int(hours)
    return weeks + profile[whole] + (hours - whole) * (profile[whole + 1] - profile[whole])


def fit(
    counts: np.ndarray, hours: np.ndarray, *, day: int, places: Sequence[int], themes: Sequence[str],
    cities: Mapping[int, int] | None = None,
) -> Usual | None:
    """Fit to whole days of history. None while there are fewer than `LEAST_DAYS` or nothing at all.

    `counts[d, p, t]`: messages of a day, the last row being day `day` - 1; `hours[h, g]`: messages by hour of the week
    (0 is Monday midnight) and by group, the groups in the order of their first theme; `cities`: the city of each place
    that is a part of one (its inner districts, and what is told of the city without a district).
    """
    counts = np.asarray(counts, dtype=np.float32)[-HISTORY:]
    if len(counts) < LEAST_DAYS or not counts.any():
        return None
    groups = list(dict.fromkeys(code.partition(".")[0] for code in themes))
    of_group = np.array([groups.index(code.partition(".")[0]) for code in themes])
    profiles = _profiles(np.asarray(hours, dtype=float), groups)
    by_weekday = _weekdays(profiles, groups)[of_group]  # theme × weekday, shares of the week
    ages = np.arange(len(counts), 0, -1)
    weekdays = (day - ages) % 7
    cut = _cut(counts, by_weekday, weekdays)
    level, level_shape = _levels(cut, by_weekday, weekdays, ages)
    share, share_weight = _shares(cut, ages)
    rates = share * level  # place × theme, a week
    shapes = 1 / (1 / share_weight + 1 / level_shape)
    weekly = _weekly(rates, shapes, level, level_shape, of_group, places, themes, groups)
    newest = slice(-SPREAD_DAYS, None)
    parts = rates.sum(axis=1) / rates.sum()
    inside = {place: city for place, city in (cities or {}).items() if place in places}
    names = sorted(set(inside.values()))
    within = np.array([[inside.get(place) == city for place in places] for city in names], dtype=float)
    if names:
        city_shapes = 1 / (1 / (within @ share_weight) + 1 / level_shape)
        weekly |= _of_cities(within @ rates, city_shapes, of_group, names, themes, groups)
    spread = _spread(counts[newest], cut[newest], rates, by_weekday, weekdays[newest], of_group, groups, within)
    return Usual(
        day=int(day), days=len(counts), total=float(level.sum()), weekly=weekly,
        places={str(place): round(float(one), 5) for place, one in zip(places, parts, strict=True)},
        profiles={name: [round(float(x), 6) for x in sums] for name, sums in profiles.items()}, spread=spread,
        cities={str(place): city for place, city in inside.items()},
    )


def _profiles(hours: np.ndarray, groups: Sequence[str]) -> dict[str, np.ndarray]:
    """Of each group and, under "", of all: sums of the shares of the hours of a week. Never an hour of nothing."""
    total = hours.sum(axis=1) + 0.5
    pooled = total / total.sum()
    out = {"": pooled}
    for number, name in enumerate(groups):
        own = hours[:, number]
        # What an hour of this group has too much (an old burst) says nothing about the hour.
        own = np.minimum(own, 3 * pooled * own.sum() + 4)
        out[name] = (own + PRIOR_PROFILE * pooled) / (own.sum() + PRIOR_PROFILE)
    return {name: np.concatenate([[0.0], np.cumsum(one)]) for name, one in out.items()}


def _weekdays(profiles: Mapping[str, np.ndarray], groups: Sequence[str]) -> np.ndarray:
    return np.array([np.diff(profiles[name][::24]) for name in groups])


def _cut(counts: np.ndarray, by_weekday: np.ndarray, weekdays: np.ndarray) -> np.ndarray:
    """The counts without what old bursts had too much."""
    total = counts.sum(axis=1)  # day × theme
    part = (counts.sum(axis=0) + 0.5) / (counts.sum(axis=(0, 1)) + 0.5 * counts.shape[1])
    kernel = np.ones(29) / 29
    smooth = np.array([np.convolve(np.pad(one, 14, mode="edge"), kernel, "valid") for one in total.T]).T
    usual = smooth[:, None, :] * part[None] * (by_weekday.T * 7)[weekdays][:, None, :]
    most = usual + 3 * np.sqrt(usual * (1 + usual / 2)) + 2
    cut: np.ndarray = np.minimum(counts, most).astype(np.float32)
    return cut


def _levels(
    cut: np.ndarray, by_weekday: np.ndarray, weekdays: np.ndarray, ages: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Messages a week of each theme in the region now, and how many messages that knowledge is worth."""
    total = cut.sum(axis=1)
    exposure = by_weekday.T[weekdays]  # parts of a week, day × theme
    long = (total.sum(axis=0) + FLOOR) / (exposure.sum(axis=0) + 1)
    weight = 0.5 ** ((ages - 1) / HALF_LIFE_LEVEL)
    seen = weight @ total
    weeks = (weight[:, None] * exposure).sum(axis=0)
    prior = np.minimum(PRIOR_LEVEL, 1 + long * weeks)
    level = (seen + prior) / (weeks + prior / np.maximum(long, FLOOR))
    return np.maximum(level, FLOOR), seen + prior


def _shares(cut: np.ndarray, ages: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each place's part of each theme, and how many messages that knowledge is worth."""
    weight = (0.5 ** ((ages - 1) / HALF_LIFE_SHARE)).astype(np.float32)
    seen = np.tensordot(weight, cut, axes=1).astype(float)  # place × theme
    of_place = seen.sum(axis=1) + 1
    of_place /= of_place.sum()
    worth = seen + PRIOR_SHARE * of_place[:, None]
    return worth / (seen.sum(axis=0) + PRIOR_SHARE), np.maximum(worth, 0.05)


def _weekly(
    rates: np.ndarray, shapes: np.ndarray, level: np.ndarray, level_shape: np.ndarray, of_group: np.ndarray,
    places: Sequence[int], themes: Sequence[str], groups: Sequence[str],
) -> dict[Level, dict[str, tuple[float, float]]]:
    out: dict[Level, dict[str, tuple[float, float]]] = {name: {} for name in LEVELS}
    out["theme"], out["group"] = _of_places(rates, shapes, of_group, places, themes, groups)
    for t, code in enumerate(themes):
        out["theme_all"][code] = _pair(level[t], level_shape[t])
    for g, name in enumerate(groups):
        inside = of_group == g
        out["group_all"][name] = _summed(level[inside], level_shape[inside])
    return out


def _of_cities(
    rates: np.ndarray, shapes: np.ndarray, of_group: np.ndarray, cities: Sequence[int], themes: Sequence[str],
    groups: Sequence[str],
) -> dict[Level, dict[str, tuple[float, float]]]:
    return dict(zip(CITY, _of_places(rates, shapes, of_group, cities, themes, groups), strict=True))


def _of_places(
    rates: np.ndarray, shapes: np.ndarray, of_group: np.ndarray, places: Sequence[int], themes: Sequence[str],
    groups: Sequence[str],
) -> tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]]:
    """By theme and by group, of each place."""
    by_theme, by_group = {}, {}
    for p, place in enumerate(places):
        for t, code in enumerate(themes):
            by_theme[f"{place}|{code}"] = _pair(rates[p, t], shapes[p, t])
        for g, name in enumerate(groups):
            inside = of_group == g
            by_group[f"{place}|{name}"] = _summed(rates[p, inside], shapes[p, inside])
    return by_theme, by_group


def _summed(rates: np.ndarray, shapes: np.ndarray) -> tuple[float, float]:
    """Several unsure rates together: means and variances are summed."""
    mean = rates.sum()
    return _pair(mean, mean * mean / (rates * rates / shapes).sum())


def _pair(rate: float, shape: float) -> tuple[float, float]:
    return round(float(rate), 6), round(float(shape), 4)


def _spread(
    counts: np.ndarray, cut: np.ndarray, rates: np.ndarray, by_weekday: np.ndarray, weekdays: np.ndarray,
    of_group: np.ndarray, groups: Sequence[str], within: np.ndarray,
) -> dict[Level, dict[str, float]]:
    """1/k of each level by group: how much days differ beyond Poisson; days with old bursts are softened."""
    number = len(groups)
    seen = (counts + cut) / 2
    usual = rates[None] * by_weekday.T[weekdays][:, None, :]
    together = np.eye(number)[of_group]
    level = {
        "theme": (seen, usual), "group": (seen @ together, usual @ together),
        "theme_all": (seen.sum(axis=1), usual.sum(axis=1)),
        "group_all": ((seen @ together).sum(axis=1), (usual @ together).sum(axis=1)),
    }
    if len(within):
        city = (within @ seen, within @ usual)
        level |= {"theme_city": city, "group_city": (city[0] @ together, city[1] @ together)}
    out: dict[Level, dict[str, float]] = {}
    for name, (x, m) in level.items():
        scale = np.mean(x.sum(axis=0), axis=0) / np.maximum(np.mean(m.sum(axis=0), axis=0), 1e-9) if x.ndim == 3 else (
            x.sum(axis=0) / np.maximum(m.sum(axis=0), 1e-9)
        )
        mean = m * scale  # the level of these weeks, not of today
        axes = tuple(range(x.ndim - 1))
        above, below = ((x - mean) ** 2 - mean).sum(axis=axes), (mean * mean).sum(axis=axes)
        if name.startswith("theme"):
            above, below = above @ together, below @ together
        pooled = max(0.0, above.sum()) / (below.sum() + 1e-9)
        own = (above + PRIOR_SPREAD * pooled) / (below + PRIOR_SPREAD)
        out[name] = {"": round(float(pooled), 4)} | {
            group: round(float(min(max(one, 0.0), 4.0)), 4) for group, one in zip(groups, own, strict=True)
        }
    return out
