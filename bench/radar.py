"""Whether the radar hears bursts: made years with planted bursts (`bench.made_bursts`, by other hands).

`otklik bench radar --json` prints found_in_15, found_in_60, median_delay_min and false_per_week over the seeds, with a
plain threshold and a raw mean beside it. The method was tuned on seeds 101–106 and judged on others (decision 223);
which of method and world was first stands in `bench/README.md`.
"""

import argparse
import json
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from bench.made_bursts import (
    DAYS,
    FIRST_DAY,
    GROUPS,
    HISTORY_DAYS,
    WHOLE_REGION,
    Alarm,
    Score,
    Stream,
    made,
    plain_threshold,
    raw_mean,
    score,
)
from bench.radar_districts import cut_up
from otklik.insight import radar
from otklik.insight.radar_usual import MONDAY, Usual, fit

SEEDS = (1, 2, 3, 4)
FIRST = (FIRST_DAY - MONDAY).days
LIKE_WEEKS = 8
CODES = [f"g{number:02}.all" for number in range(GROUPS)]


class Likes:
    """How often a heap of like texts has come in the last weeks: what the program asks its fingerprints."""

    def __init__(self) -> None:
        self.seen: dict[int, deque[float]] = defaultdict(deque)
        self.now = 0.0

    def note(self, like: int, at: float) -> None:
        """One more of it."""
        self.now = at
        if like:
            self.seen[like].append(at)

    def __call__(self, like: int) -> tuple[float, float]:
        """(a week, founded on): what came within the last day is what is judged, so it does not count."""
        times = self.seen[like]
        while times and times[0] < self.now - LIKE_WEEKS * 168:
            times.popleft()
        old = sum(one <= self.now - radar.MEMORY for one in times)
        return (old + 0.5) / LIKE_WEEKS, old + 0.5


def by_radar(stream: Stream, *, likeness: float = 1.0, cities: Mapping[int, int] | None = None) -> list[Alarm]:
    """The alarms of the radar, which learns each midnight from the days before and nothing else.

    `likeness`: of so great a part of the messages it is told whether their texts are alike. How much rests on
    fingerprints, which in life join fewer texts than in the made world. `cities`: the city of each place inside one.
    """
    likes = Likes()
    scanner: radar.Scanner | None = None
    told = np.random.default_rng(7).random(len(stream.likeness)) < likeness
    alarms = []
    usuals = learning(stream, cities or {})
    day = -1
    for number, (minute, place, group, author, like) in enumerate(
        zip(*(part.tolist() for part in (
            stream.minute, stream.place, stream.group, stream.author, np.where(told, stream.likeness, 0)
        )), strict=True)
    ):  # fmt: skip
        if minute // 1440 > day:
            day = int(minute // 1440)
            usual = next(usuals)
            if usual is not None:
                if scanner is None:
                    scanner = radar.Scanner(usual, likes=likes)
                scanner.renew(usual)
        at = FIRST * 24 + minute / 60
        likes.note(like, at)
        if scanner is None:
            continue
        burst = scanner.take(radar.Arrival(at, place + 1, CODES[group], number, author, like))
        if burst is not None:
            where = burst.key.place - 1 if burst.key.place else WHOLE_REGION
            alarms.append(Alarm(minute, where, _group(stream, burst)))
    return alarms


def _group(stream: Stream, burst: radar.Burst) -> int:
    """What the alarm is about; of a topic without a name the group of most of its messages."""
    if burst.key.level == radar.TOPIC:
        return int(np.bincount(stream.group[burst.cases]).argmax())
    return int(burst.key.code[1:3])


def learning(stream: Stream, cities: Mapping[int, int]) -> Iterator[Usual | None]:
    """What is usual on each day, learnt from the days before."""
    known = {place + 1: city + 1 for place, city in cities.items()}
    days = HISTORY_DAYS + DAYS + 2
    counts = np.zeros((days, len(stream.places), GROUPS), dtype=np.float32)
    day = (stream.minute // 1440).astype(int)
    np.add.at(counts, (day, stream.place, stream.group), 1)
    hours = np.zeros((days, 168, GROUPS), dtype=np.float32)
    hour = ((stream.minute // 60).astype(int) + FIRST * 24) % 168
    np.add.at(hours, (day, hour, stream.group), 1)
    together = np.concatenate([np.zeros((1, 168, GROUPS), dtype=np.float32), hours.cumsum(axis=0)])
    places = list(range(1, len(stream.places) + 1))
    for number in range(days):
        profile = together[number] - together[max(0, number - 182)]
        yield fit(counts[:number], profile, day=FIRST + number, places=places, themes=CODES, cities=known)


@dataclass(frozen=True)
class Figures:
    """Of all seeds together."""

    found_in_15: float
    found_in_60: float
    median_delay_min: float
    false_per_week: float
    must: int
    found_of_all: float
    median_from_first_min: float

    def plain(self) -> dict[str, float]:
        """For JSON."""
        return {name: round(value, 3) for name, value in vars(self).items()}


def together(scores: Iterable[Score]) -> Figures:
    """The bursts of all years in one heap, false alarms as a mean."""
    scores = list(scores)
    delays = np.array([delay for one in scores for delay in one.delays])
    reached = delays[np.isfinite(delays)]
    return Figures(
        float((delays <= 15).mean()), float((delays <= 60).mean()), float(np.median(reached)) if len(reached) else -1.0,
        float(np.mean([one.false_per_week for one in scores])), len(delays),
        float(np.mean([one.found_of_all for one in scores])),
        float(np.median([one.median_from_first_min for one in scores])),
    )


def of_a_city(seeds: Iterable[int], districts: int) -> dict[str, dict[str, float]]:
    """The same years with a city of districts: without and with a stream of the whole city; its own bursts besides."""
    scores: dict[str, list[Score]] = {}
    for seed in seeds:
        cut = cut_up(made(seed), seed, districts)
        for name, cities in (("districts", {}), ("city", cut.cities)):
            alarms = [cut.whole(one) for one in by_radar(cut.stream, cities=cities)]
            of_city = replace(cut.stream, planted=tuple(one for one in cut.stream.bursts if one.place == cut.city))
            over_all = replace(of_city, planted=cut.wide)
            for what, stream in (
                ("", cut.stream), ("_bursts_of_the_city", of_city), ("_over_all_of_it", over_all),
            ):  # fmt: skip
                scores.setdefault(name + what, []).append(score(stream, alarms))
    figures = {name: together(some).plain() for name, some in scores.items()}
    for name, one in figures.items():
        if "_" in name:  # alarms of other places are no false ones
            one.pop("false_per_week")
    return figures


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seeds", type=int, nargs="*", default=list(SEEDS))
    parser.add_argument("--likeness", type=float, default=1.0, help="part of the messages whose likeness is told")
    parser.add_argument("--districts", type=int, default=0, help="cut the largest place into so many inner districts")
    given = parser.parse_args()
    if given.districts:
        print(json.dumps(of_a_city(given.seeds, given.districts)))
        return
    rules: dict[str, Callable[[Stream], list[Alarm]]] = {
        "radar": partial(by_radar, likeness=given.likeness),
        "threshold": plain_threshold, "raw_mean": raw_mean,
    }
    scores: dict[str, list[Score]] = {name: [] for name in rules}
    for seed in given.seeds:
        stream = made(seed)
        for name, rule in rules.items():
            scores[name].append(score(stream, rule(stream)))
    figures = {name: together(some) for name, some in scores.items()}
    if given.json:
        beside = {name: one.plain() for name, one in figures.items() if name != "radar"}
        print(json.dumps({**figures["radar"].plain(), "seeds": given.seeds, "beside": beside}))
        return
    for name, one in figures.items():
        print(f"{name:10}", json.dumps(one.plain()), file=sys.stdout)


if __name__ == "__main__":
    main()
