"""Which centres are like one: by size (its league of the rating, or the nearest sizes), by kind, by mix of cases.

Figures of a passport stand beside the middle of the league; where a centre is weak is told by `like`.

All functions read and are called inside `acting`.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt
from statistics import median

from django.db.models import QuerySet
from django.utils import timezone

from otklik.failures import BadInput
from otklik.insight.definitions import today
from otklik.insight.measures import Measures, Spread
from otklik.insight.rating_formula import Formula, in_force
from otklik.insight.rating_running import formulas
from otklik.insight.slices import Slice, crossed, measured, spread
from otklik.territory.models import Kind, Territory

LIKE = 8  # so many neighbours
POOL = 12  # the nearest sizes that they are chosen from, where the league is too small
FEWEST = 4  # centres of a league, below which its middle is nobody's
FEWEST_JUDGED = 3  # centres with enough cases of a theme, below which there is no middle to be behind
MIX = 30  # cases with a theme, below which nobody knows what a centre's mix is
PERIOD = 90  # days
LEAST = 20  # judged cases of a theme, below which a share says nothing of a centre
WORSE = 0.05  # a share lower than the middle of one's like by less than this is no weakness
# Some hundreds of pairs of a centre and a theme are looked at every week: one in 740 is behind by chance alone.
Z = 3.0
SHOWN = 3  # weakest themes that questions are drawn from


Pairs = Mapping[tuple[int | None, int], Measures]  # group of themes, place


@dataclass(frozen=True)
class Standing:
    """A centre beside its like: its own measures and times to the answer, the middle of theirs, of how many centres."""

    league: str
    own: Measures
    answers: Spread | None
    like_in_time: float | None
    like_quality: float | None
    like_answer: float | None  # the middle of the medians, minutes
    centres: int


@dataclass(frozen=True)
class Weak:
    """A group of themes in which a centre is worse than its like. Shares 0..1. `better`: who does best of those."""

    group_id: int
    own: float
    like: float
    judged: int
    better: tuple[int, ...]


def like(
    place: Territory, day: date, by_pair: Pairs | None = None, centres: Sequence[Territory] | None = None
) -> list[int]:
    """Ids of the municipalities that this one is compared with, the likest first, itself left out.

    From the league (or the nearest sizes) those of its kind, town or district, if there are enough of them; of these
    the ones whose mix of groups of themes in the last days is nearest. Sizes decide between equals, and where the mix
    is not known. `by_pair`: measures by group and place of these days, `centres`: those of the network, if they are
    at hand.
    """
    others = _others(place, centres)
    _name, pool = _league(place, day, others)
    if len(pool) < FEWEST:
        pool = _by_size(place, others)[:POOL]
    kin = [one for one in pool if is_town(one) == is_town(place)]
    if len(kin) >= FEWEST:
        pool = kin
    mixes = _mixes(crossed(_days_to(day), "group", "place", timezone.now()) if by_pair is None else by_pair)
    own = mixes.get(place.pk)
    if own is None and place.population is None:
        return [one.pk for one in pool]  # nothing to choose by
    nearest = sorted(pool, key=lambda one: (
        unlike(own, mixes[one.pk]) if own and one.pk in mixes else 1.0, _far(place.population, one.population), one.pk,
    ))  # fmt: skip
    return [one.pk for one in nearest[:LIKE]]


def league(
    place: Territory, day: date, centres: Sequence[Territory] | None = None, known: Sequence[Formula] | None = None
) -> tuple[str, list[int]]:
    """The league of a centre in the rating's formula of that day, with the ids of its other members.

    A league of few is widened to the nearest sizes. Without a population: all others, and no league. `centres` and
    `known` (the formulas), if they are at hand.
    """
    others = _others(place, centres)
    name, same = _league(place, day, others, known)
    if len(same) >= FEWEST:
        return name, sorted(one.pk for one in same)
    nearest = _by_size(place, others)
    return name, [one.pk for one in (nearest if place.population is None else nearest[:LIKE])]


def is_town(place: Territory) -> bool:
    """Whether a municipality is a town by its type («городской округ»); else it is a district with villages."""
    return place.type_name.lower().startswith("город")


def unlike(one: Mapping[int, int], other: Mapping[int, int]) -> float:
    """How unlike two mixes are, 0..1: the part of the cases that would have to be of another group. Both not empty."""
    mine, theirs = sum(one.values()), sum(other.values())
    return sum(abs(one.get(key, 0) / mine - other.get(key, 0) / theirs) for key in one.keys() | other.keys()) / 2


def municipalities() -> QuerySet[Territory]:
    """The centres that are compared, with what they are compared by."""
    found = Territory.objects.filter(kind=Kind.MUNICIPALITY, active=True)
    return found.only("id", "kind", "population", "type_name")


def _others(place: Territory, centres: Iterable[Territory] | None = None) -> list[Territory]:
    centres = municipalities() if centres is None else centres
    return [one for one in centres if one.kind == Kind.MUNICIPALITY and one.pk != place.pk]


def _league(
    place: Territory, day: date, others: list[Territory], known: Sequence[Formula] | None = None
) -> tuple[str, list[Territory]]:
    if place.population is None:
        return "", []
    with suppress(BadInput):  # a month before the first formula has no leagues
        formula = in_force(formulas() if known is None else known, day.replace(day=1))
        own = formula.league_of(place.population)
        return own.name, [one for one in others if formula.league_of(one.population) == own]
    return "", []


def _by_size(place: Territory, others: list[Territory]) -> list[Territory]:
    """The nearest sizes first; all by their ids where the size is not known."""
    if place.population is None:
        return sorted(others, key=lambda one: one.pk)
    sized = [one for one in others if one.population]
    return sorted(sized, key=lambda one: (_far(place.population, one.population), one.pk))


def _far(size: int | None, other: int | None) -> float:
    """How unlike two sizes are: by how many times, whichever is greater. An unknown one is as small as can be."""
    return max(size or 1, other or 1) / min(size or 1, other or 1)


def _mixes(by_pair: Pairs) -> dict[int, dict[int, int]]:
    """Place → group → cases, of those places that have enough of them."""
    found: dict[int, dict[int, int]] = {}
    for (group, where), one in by_pair.items():
        if group is not None and one.received:
            found.setdefault(where, {})[group] = one.received
    return {where: mix for where, mix in found.items() if sum(mix.values()) >= MIX}


def last_days(now: datetime) -> Slice:
    """The cases of the last days that figures here are of."""
    return _days_to(today(now))


def _days_to(day: date) -> Slice:
    return Slice(day - timedelta(days=PERIOD - 1), day)


def standing(
    place: Territory, now: datetime, centres: Sequence[Territory] | None = None, known: Sequence[Formula] | None = None
) -> Standing:
    """The figures of a centre beside the middle of its like; see `league`."""
    days = last_days(now)
    by_place: Mapping[int, Measures] = measured(days, "place", now)
    times: Mapping[int, Spread] = spread(days, "answer", "place", now)
    name, others = league(place, days.until, centres, known)
    near = [by_place[one] for one in others if one in by_place]
    shares = [one.in_time_share for one in near if one.in_time_share is not None]
    whole = [one.quality for one in near if one.quality is not None]
    medians = [times[one].median for one in others if one in times]
    return Standing(
        name, by_place.get(place.pk, Measures()), times.get(place.pk), median(shares) if shares else None,
        median(whole) if whole else None, median(medians) if medians else None, len(near),
    )


def pairs(now: datetime) -> Pairs:
    """The measures of the last days by group of themes and place: of the whole network, in one statement."""
    return crossed(last_days(now), "group", "place", now)


def weakest(place: Territory, now: datetime, by_pair: Pairs | None = None) -> list[Weak]:
    """Where a centre is furthest behind its like, beyond chance, by groups of themes; the furthest first.

    `by_pair`: `pairs(now)`, where many centres are asked about.
    """
    by_pair = pairs(now) if by_pair is None else by_pair
    near = set(like(place, today(now), by_pair))
    found = []
    for group_id in {group for group, where in by_pair if group is not None and where == place.pk}:
        others = {where: one for (group, where), one in by_pair.items() if group == group_id and where in near}
        weak = behind(group_id, by_pair[group_id, place.pk], others)
        if weak is not None:
            found.append(weak)
    return sorted(found, key=lambda one: (one.own - one.like, one.group_id))[:SHOWN]


def behind(group_id: int, own: Measures, others: Mapping[int, Measures]) -> Weak | None:
    """Whether a centre is much worse than the middle of its like in one group; None if not, or if nobody can say.

    Much worse: by five points at least, and so that chance would hardly do it: the interval of its own share (Wilson
    1927) lies wholly below the middle. `others` by place; those with few judged cases say nothing. Pure.
    """
    shares = {
        where: share for where, one in others.items()
        if one.judged >= LEAST and (share := one.in_time_share) is not None
    }
    share = own.in_time_share
    if share is None or own.judged < LEAST or len(shares) < FEWEST_JUDGED:
        return None
    middle = median(shares.values())
    if middle - share < WORSE or highest(own.in_time, own.judged) >= middle:
        return None
    best = sorted((where for where in shares if shares[where] > middle), key=lambda one: (-shares[one], one))
    return Weak(group_id, share, middle, own.judged, tuple(best[:3]))


def highest(hits: int, cases: int) -> float:
    """The upper end of Wilson's interval of a share, 0..1: as good as it may be with so many cases (at least one)."""
    share, square = hits / cases, Z * Z / cases
    half = Z * sqrt(share * (1 - share) / cases + square / (4 * cases))
    return min(1.0, (share + square / 2 + half) / (1 + square))


def period_words(now: datetime) -> str:
    """«28.08.2026 – 25.11.2026»: the days of the figures, as papers say them."""
    given = last_days(now)
    return f"{_day(given.since)} – {_day(given.until)}"


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"
