"""What looks like playing for the rating, for the curator to look at. It moves no place. The judging is pure.

Three things that pay in a table and help nobody: fixes reported or cases closed as solved without anything that shows
it, one matter entered as many, easy matters sought out. Each is said only where it is far from the usual and beyond
chance (95 %).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from django.db import connection

from otklik.insight.rating_formula import Formula
from otklik.insight.rating_models import RatingFlag, RatingRun
from otklik.insight.rating_rates import SURE, Common
from otklik.insight.slices import Slice, crossed

Kind = RatingFlag.Kind
SHOWN = 50  # cases kept with a flag
EASY_PART = 1 / 3  # of all cases: those groups of themes that are answered in time most readily
# Reported by an executor, or closed as solved in a turn without any report: with a photo «после», or with the word of
# the resident or of a check, or with neither.
SOLVED = """
SELECT coalesce(s.municipality_id, s.id), count(*) FILTER (WHERE bare), count(*),
       (array_agg(DISTINCT case_id ORDER BY case_id DESC) FILTER (WHERE bare))[1:50]
FROM (SELECT r.case_id, r.scope_id, NOT r.shown AND r.came_of NOT IN ('confirmed', 'checked') AS bare
      FROM cases_donereport r JOIN insight_casefact f ON f.case_id = r.case_id
      WHERE f.counts AND f.day BETWEEN %(since)s AND %(until)s
      UNION ALL
      SELECT c.id, f.scope_id, c.fix <> 'confirmed' AND NOT EXISTS (
          SELECT FROM cases_evidence e WHERE e.case_id = c.id AND e.moment = 'after' AND e.added_at >= c.turn_began_at)
      FROM insight_casefact f JOIN cases_case c ON c.id = f.case_id
      WHERE f.counts AND f.outcome = 'solved' AND NOT f.open AND f.day BETWEEN %(since)s AND %(until)s
        AND NOT EXISTS (SELECT FROM cases_donereport r WHERE r.case_id = c.id AND r.turn = c.turn)) done
JOIN territory_territory s ON s.id = done.scope_id GROUP BY 1
"""
# Of one person about one theme on one day, or one text of one person (or nobody) about one place on one day.
ALIKE = """
WITH own AS (
    SELECT c.id, coalesce(s.municipality_id, s.id) AS place, f.day, c.theme_id, c.resident_id,
           md5(lower(c.text)) AS said, c.territory_id, c.street, c.house
    FROM insight_casefact f JOIN cases_case c ON c.id = f.case_id JOIN territory_territory s ON s.id = f.scope_id
    WHERE f.counts AND f.day BETWEEN %(since)s AND %(until)s
), of_person AS (
    SELECT id FROM (SELECT id, count(*) OVER (PARTITION BY place, day, theme_id, resident_id) AS n FROM own
                    WHERE resident_id IS NOT NULL AND theme_id IS NOT NULL) o WHERE n >= %(least)s
), of_text AS (
    SELECT id FROM (SELECT id, count(*) OVER (PARTITION BY place, day, said, resident_id, territory_id, street, house)
                    AS n FROM own) o WHERE n >= %(least)s
), alike AS (SELECT id FROM of_person UNION SELECT id FROM of_text)
SELECT own.place, count(alike.id), count(*),
       (array_agg(own.id ORDER BY own.id DESC) FILTER (WHERE alike.id IS NOT NULL))[1:50]
FROM own LEFT JOIN alike USING (id) GROUP BY own.place
"""


@dataclass(frozen=True)
class Found:
    """So many of so many at a place, and some of the cases."""

    found: int
    of: int
    case_ids: tuple[int, ...] = ()


def far_above(one: Found, usual: float, by: float) -> bool:
    """Whether a share is above the usual one by so much, and not by chance."""
    if not one.of:
        return False
    error = sqrt(max(usual * (1 - usual), 0.01) / one.of)
    more = one.found / one.of - usual
    return more >= by and more > SURE * error


def easy_strata(common: Common) -> frozenset[int]:
    """The strata that are answered in time most readily, up to a third of all cases."""
    chosen, part = set(), 0.0
    for stratum in sorted(common.strata, key=lambda one: (-common.strata[one], one)):
        part += common.mix[stratum]
        if part > EASY_PART:
            break
        chosen.add(stratum)
    return frozenset(chosen)


def grown(now: Found, before: Found, everywhere: float, by: float, least: int) -> bool:
    """Whether a place's share has grown by so much more than everywhere (a season is nobody's doing), not by chance."""
    if min(now.of, before.of) < least:
        return False
    a, b = now.found / now.of, before.found / before.of
    error = sqrt(max(a * (1 - a), 0.01) / now.of + max(b * (1 - b), 0.01) / before.of)
    more = a - b - everywhere
    return more >= by and more > SURE * error


def flags(run: RatingRun, formula: Formula, common: Mapping[str, Common], now: datetime) -> list[RatingFlag]:
    """What to show the curator of this rating, not saved. Inside `acting`, widened."""
    gaming = formula.gaming
    out = []
    solved = _asked(SOLVED, run)
    usual = sum(one.found for one in solved.values()) / max(1, sum(one.of for one in solved.values()))
    for place, one in solved.items():
        if one.of >= gaming.evidence_least and far_above(one, usual, gaming.evidence_above):
            out.append(_flag(run, place, Kind.EVIDENCE, one, usual))
    for place, one in _asked(ALIKE, run, least=gaming.alike_least).items():
        if one.of >= formula.least_cases and one.found / one.of >= gaming.alike_share:
            out.append(_flag(run, place, Kind.SPLITTING, one, 0.0))
    if "in_time" in common:
        out += _easier(run, formula, easy_strata(common["in_time"]), now)
    return out


def _easier(run: RatingRun, formula: Formula, easy: frozenset[int], now: datetime) -> list[RatingFlag]:
    length = run.until - run.since
    last = run.since - timedelta(days=1)
    here = _mix(Slice(run.since, run.until), easy, now)
    before = _mix(Slice(last - length, last), easy, now)
    both = here.keys() & before.keys()
    if not easy or not both:
        return []
    sums = [(sum(d[p].found for p in both), sum(d[p].of for p in both)) for d in (here, before)]
    everywhere = sums[0][0] / sums[0][1] - sums[1][0] / sums[1][1]
    return [
        _flag(run, place, Kind.EASY, here[place], before[place].found / before[place].of)
        for place in sorted(both)
        if grown(here[place], before[place], everywhere, formula.gaming.easy_growth, formula.least_cases)
    ]


def _mix(of: Slice, easy: frozenset[int], now: datetime) -> dict[int, Found]:
    sums: dict[int, tuple[int, int]] = {}
    for (place, group), found in crossed(of, "place", "group", now).items():
        got, n = sums.get(place, (0, 0))
        sums[place] = got + (found.received if (group or 0) in easy else 0), n + found.received
    return {place: Found(got, n) for place, (got, n) in sums.items() if n}


def _asked(statement: str, run: RatingRun, **more: int) -> dict[int, Found]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"since": run.since, "until": run.until, **more})
        return {place: Found(found, of, tuple(ids or ())) for place, found, of, ids in cursor.fetchall()}


def _flag(run: RatingRun, place: int, kind: str, one: Found, usual: float) -> RatingFlag:
    return RatingFlag(
        run=run, place_id=place, kind=kind, found=one.found, of=one.of, usual=round(usual, 4),
        case_ids=list(one.case_ids[:SHOWN]),
    )
