"""The counts that a rating is made of: by part, municipality and group of themes, without what is left out.

A job of once a month: it counts the facts of its window by the words of every figure (`counting.ADDED`). Inside
`acting`, widened.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from otklik.insight.counting import ADDED
from otklik.insight.measures import Measures
from otklik.insight.rating_formula import Formula, good_and_n
from otklik.insight.rating_models import RatingRun
from otklik.insight.rating_scores import TOGETHER, Place
from otklik.territory.models import Kind, Territory

SUMS = {**ADDED, "late": "(f.verdict = 'late' OR (f.verdict = '' AND f.waits_due < %(now)s))::int"}
NO_GROUP = 0  # the stratum of cases without a theme
OWN = """
FROM insight_casefact f JOIN territory_territory s ON s.id = f.scope_id
LEFT JOIN classifier_theme t ON t.id = f.theme_id
WHERE f.counts AND f.day BETWEEN %(since)s AND %(until)s
  AND NOT EXISTS (SELECT 1 FROM insight_ratingexclusion x WHERE x.run_id = %(run)s AND x.case_id = f.case_id)
"""
CELL = "coalesce(s.municipality_id, s.id) AS place, coalesce(t.group_id, 0) AS stratum"
COUNTS = f"SELECT {CELL}, {', '.join(f'sum({value})' for value in SUMS.values())} {OWN} GROUP BY 1, 2"  # noqa: S608
# Faster than the middle of their group: of those answered, and of those that are beyond their limit without an answer.
QUICK = f"""
WITH own AS (SELECT {CELL}, f.answer_min AS took {OWN} AND (f.answer_min IS NOT NULL OR f.waits_due < %(now)s)),
usual AS (SELECT stratum, percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS middle FROM own GROUP BY stratum)
SELECT place, stratum, count(*) FILTER (WHERE took <= middle), count(*)
FROM own JOIN usual USING (stratum) GROUP BY place, stratum
"""  # noqa: S608 - our own words
Cells = dict[int, dict[int, tuple[float, float]]]


@dataclass(frozen=True)
class Inputs:
    """All that a rating is made of, and nothing else: the same inputs give the same rating."""

    places: list[Place]
    counts: dict[str, Cells]
    together: float = TOGETHER  # how far errors of parts go together

    def as_json(self) -> dict[str, Any]:
        """To be kept beside the rating."""
        return {
            "together": self.together,
            "places": [[one.key, one.population, one.received] for one in self.places],
            "counts": {
                code: {str(place): {str(g): list(pair) for g, pair in cells.items()} for place, cells in found.items()}
                for code, found in self.counts.items()
            },
        }


def inputs_from(kept: dict[str, Any]) -> Inputs:
    """What was kept, as it was."""
    return Inputs(
        [Place(*row) for row in kept["places"]],
        {
            code: {
                int(place): {int(g): (float(pair[0]), float(pair[1])) for g, pair in cells.items()}
                for place, cells in found.items()
            }
            for code, found in kept["counts"].items()
        },
        kept.get("together", 0.0),  # months from before decision 259 stay as they were
    )


def gathered(run: RatingRun, formula: Formula, now: datetime) -> Inputs:
    """Count a rating's window as it stands now. What is left out must have been found (`leave_out`)."""
    towns = Territory.objects.filter(kind=Kind.MUNICIPALITY, active=True).order_by("pk")
    population = dict(towns.values_list("pk", "population"))
    received = dict.fromkeys(population, 0)
    counts: dict[str, Cells] = {part.code: {} for part in formula.parts}
    for place, stratum, *sums in _asked(COUNTS, run, now):
        if place not in population:
            continue  # the region's own desk is in no league
        found = Measures(**dict(zip(SUMS, map(int, sums), strict=True)))
        received[place] += found.received
        for part in formula.parts:
            if part.code != "quick":
                _put(counts[part.code], place, stratum, good_and_n(part.code, found))
    if "quick" in counts:
        for place, stratum, good, n in _asked(QUICK, run, now):
            if place in population:
                _put(counts["quick"], place, stratum, (float(good), float(n)))
    return Inputs([Place(key, population[key], received[key]) for key in population], counts)


def _put(cells: Cells, place: int, stratum: int, pair: tuple[float, float]) -> None:
    if pair[1]:
        cells.setdefault(place, {})[stratum] = pair


def _asked(statement: str, run: RatingRun, now: datetime) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"since": run.since, "until": run.until, "now": now, "run": run.pk})
        return sorted(cursor.fetchall())
