"""From counts of all places to their points, places in their league and what would move them. Pure.

Points of a place are the mean of its parts by their weights; their error comes from the errors of the parts, which go
together: the same case is late and slow, and who is good at one thing is good at another (decision 259). Two places are
told apart only where the difference of their points is beyond its own error (95 %); else they share a range, as
Goldstein and Spiegelhalter ask of league tables (JRSS A 159 (1996) 385–443).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from typing import Literal

from otklik.insight.rating_formula import Formula, Part
from otklik.insight.rating_rates import SURE, Common, Counts, Rate, fitted, rates

DIGITS = 4
TOGETHER = 0.25  # correlation of the errors of two parts of one place
STEP_OF_LEAGUE = 5  # «выше» is a fifth of the league: a neighbour is often passed by one case
FEW, UNSURE, PLACED = "few", "unsure", "placed"
State = Literal["few", "unsure", "placed"]


@dataclass(frozen=True)
class Place:
    """What is known of a place beside its counts: how many residents, how many messages (excluded ones are not in)."""

    key: int
    population: int | None
    received: int


@dataclass(frozen=True)
class PartResult:
    """One part of one place. `enough`: so many cases that it can be judged by itself.

    `used`: it is in the points. Where no place at all has enough cases, a part is left out for everybody.
    """

    code: str
    rate: Rate
    points: float
    low: float
    high: float
    enough: bool
    used: bool = True


@dataclass(frozen=True)
class Move:
    """What would bring a place higher: so many more good outcomes of one part, to which place."""

    code: str
    more: int
    to: int


@dataclass(frozen=True)
class Result:
    """One place of a rating. `first`–`last`: its places in the league, None without one; `error` is of the points."""

    key: int
    league: str
    state: State
    received: int
    points: float
    error: float
    parts: tuple[PartResult, ...]
    measured: float  # the part of the weights that has enough cases
    first: int | None = None
    last: int | None = None
    moves: tuple[Move, ...] = ()

    @property
    def low(self) -> float:
        """The lower end of the points, 95 %."""
        return max(0.0, round(self.points - SURE * self.error, DIGITS))

    @property
    def high(self) -> float:
        """The upper end of the points, 95 %."""
        return min(100.0, round(self.points + SURE * self.error, DIGITS))


@dataclass(frozen=True)
class Rated:
    """All places by key, and by part what all places share."""

    results: dict[int, Result]
    common: dict[str, Common] = field(default_factory=dict)


def rated(
    formula: Formula, places: Sequence[Place], counts: Mapping[str, Counts], *, with_moves: bool = True,
    together: float = TOGETHER,
) -> Rated:
    """The rating of all places. `counts`: by code of the part, place and stratum, how much was good and of how many.

    `together`: how far errors of parts go together; months computed before that was known have 0.
    """
    of_month = _used(formula, counts)
    given = {part.code: {p.key: counts.get(part.code, {}).get(p.key, {}) for p in places} for part in formula.parts}
    common = {code: fitted(one) for code, one in given.items()}
    of_parts = {code: rates(one, common[code]) for code, one in given.items()}
    plain = [
        _result(formula, of_month, place, together, {code: found[place.key] for code, found in of_parts.items()})
        for place in places
    ]
    leagues = [[one for one in plain if one.league == league.code] for league in formula.leagues]
    results = {one.key: one for league in leagues for one in _ranked(league)}
    if not with_moves:
        return Rated(results, common)
    moved = {key: _moved(of_month, one, results, given, common) for key, one in results.items()}
    return Rated(moved, common)


def _used(formula: Formula, counts: Mapping[str, Counts]) -> Formula:
    """The formula with those parts only of which any place has enough; all of them, where none has."""
    parts = tuple(
        part for part in formula.parts
        if any(sum(n for _good, n in cells.values()) >= part.least for cells in counts.get(part.code, {}).values())
    )
    return replace(formula, parts=parts) if sum(part.weight for part in parts) else formula


def _result(
    formula: Formula, of_month: Formula, place: Place, together: float, found: Mapping[str, Rate]
) -> Result:
    used = {part.code for part in of_month.parts}
    parts = tuple(_part(part, found[part.code], part.code in used) for part in formula.parts)
    weights = {part.code: part.weight for part in of_month.parts}
    measured = sum(weights[one.code] for one in parts if one.enough and one.used) / of_month.weight
    state: State = (
        "few" if place.received < formula.least_cases else "unsure" if measured < formula.least_measured else "placed"
    )
    by_part = {one.code: one.rate for one in parts}
    points, error = _points(of_month, by_part), _error(of_month, by_part, together)
    return Result(
        place.key, formula.league_of(place.population).code, state, place.received, points, error, parts,
        round(measured, DIGITS),
    )


def _part(part: Part, rate: Rate, used: bool) -> PartResult:
    points, low, high = (round(part.points(one), DIGITS) for one in (rate.rate, rate.low, rate.high))
    return PartResult(part.code, rate, points, low, high, rate.n >= part.least, used)


def _points(formula: Formula, found: Mapping[str, Rate]) -> float:
    """The points of a place."""
    points = sum(part.weight * part.points(found[part.code].rate) for part in formula.parts) / formula.weight
    return round(points, DIGITS)


def _error(formula: Formula, found: Mapping[str, Rate], together: float) -> float:
    """Their error, where each two parts go together so far."""
    errors = [part.weight * 100 * found[part.code].error / (part.full - part.zero) for part in formula.parts]
    apart, alike = sum(one**2 for one in errors), sum(errors) ** 2
    return round(sqrt((1 - together) * apart + together * alike) / formula.weight, DIGITS)


def better(one: Result, other: Result) -> bool:
    """Whether one place is better than another beyond what chance gives."""
    return one.points - other.points > SURE * sqrt(one.error**2 + other.error**2)


def _ranked(league: Sequence[Result]) -> list[Result]:
    """The places of one league, the best first, then those without a place."""
    placed = sorted((one for one in league if one.state == PLACED), key=lambda one: (-one.points, one.key))
    out = []
    for one in placed:
        above = sum(better(other, one) for other in placed)
        below = sum(better(one, other) for other in placed)
        out.append(_with(one, first=above + 1, last=len(placed) - below))
    return out + sorted((one for one in league if one.state != PLACED), key=lambda one: one.key)


def _with(one: Result, first: int | None, last: int | None, moves: tuple[Move, ...] = ()) -> Result:
    return Result(
        one.key, one.league, one.state, one.received, one.points, one.error, one.parts, one.measured, first, last, moves
    )


def _moved(
    formula: Formula, one: Result, results: Mapping[int, Result], counts: Mapping[str, Counts],
    common: Mapping[str, Common],
) -> Result:
    """The place with what would bring it a fifth of its league higher, part by part, the fewest first."""
    if one.state != PLACED:
        return one
    league = [r for r in results.values() if r.league == one.league and r.state == PLACED]
    above = sorted((r for r in league if (-r.points, r.key) < (-one.points, one.key)), key=lambda r: (-r.points, r.key))
    if not above:
        return one
    to = max(0, len(above) - max(1, round(len(league) / STEP_OF_LEAGUE)))
    goal = above[to]
    found = {part.code: part.rate for part in one.parts}
    moves = []
    for part in formula.parts:
        more = _more(formula, part, counts[part.code][one.key], common[part.code], found, goal.points)
        if more:
            moves.append(Move(part.code, more, to + 1))
    return _with(one, one.first, one.last, tuple(sorted(moves, key=lambda move: (move.more, move.code))))


def _more(
    formula: Formula, part: Part, cells: Mapping[int, tuple[float, float]], common: Common, found: Mapping[str, Rate],
    goal: float,
) -> int | None:
    """The fewest bad outcomes of this part that had to be good for more points than `goal`; None: not even all."""
    bad = sum(n - good for good, n in cells.values())
    least, most = 1, int(bad)
    if most < 1 or not part.weight:
        return None

    def enough(more: int) -> bool:
        better_cells = {g: (good + (n - good) * more / bad, n) for g, (good, n) in cells.items()}
        rate = rates({0: better_cells}, common)[0]
        return _points(formula, {**found, part.code: rate}) > goal

    if not enough(most):
        return None
    while least < most:
        middle = (least + most) // 2
        least, most = (least, middle) if enough(middle) else (middle + 1, most)
    return least
