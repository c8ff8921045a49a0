"""Which open cases and problems a case may belong to: by place, then time, then words. Inside `acting`.

The search is exact: every open case of the place is compared, by fingerprints that are kept beside the cases. An
approximate index would look for neighbours first and let row-level security drop them after, and lose some.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any, NamedTuple

from django.db import connection

from otklik.acting import Actor
from otklik.cases.lifecycle import OPEN_STATES
from otklik.cases.models import Case, CasePrint, NotAlike
from otklik.cases.problem_models import LIVE_STATES, Problem
from otklik.cases.reading import visible_cases
from otklik.classifier.models import Theme
from otklik.territory.models import Kind
from otklik.triage.fingerprints import Fingerprint, fingerprint, unpacked, words_of
from otklik.triage.likeness import AROUND_METRES, METRES_OF_DEGREE, Likeness, Side, likeness

WINDOW = timedelta(days=45)
MOST_OF_PLACE = 3_000  # newest open cases of one settlement that are compared; with them all of the house and around
MOST_OF_PROBLEMS = 1_000
CLOSELY = 150  # so many of them, the likest by a quick look, are weighed with everything
SHOWN = 3

_COLUMNS = """c.id, c.problem_id, c.territory_id, c.address_key, c.latitude, c.longitude, c.received_at,
 coalesce(t.code, ''), coalesce(c.suggestion #>> '{themes,0,code}', ''), p.kept"""
_FROM = """FROM cases_case c JOIN cases_caseprint p ON p.case_id = c.id
 LEFT JOIN classifier_theme t ON t.id = c.theme_id WHERE c.scope_id = %(scope)s AND c.id <> %(case)s
 AND NOT c.restricted"""
# One list each: the house, what lies around the point, the settlement, and cases of live problems there.
HOUSE = f"SELECT {_COLUMNS} {_FROM} AND c.state = ANY(%(open)s) AND c.territory_id = %(place)s" \
    " AND c.address_key = %(address)s AND c.address_key <> '' ORDER BY c.received_at DESC LIMIT 500"
AROUND = f"SELECT {_COLUMNS} {_FROM} AND c.state = ANY(%(open)s) AND c.latitude BETWEEN %(south)s AND %(north)s" \
    " AND c.longitude BETWEEN %(west)s AND %(east)s ORDER BY c.received_at DESC LIMIT 1000"
PLACE = f"SELECT {_COLUMNS} {_FROM} AND c.state = ANY(%(open)s) AND c.territory_id = %(place)s" \
    " AND c.received_at BETWEEN %(since)s AND %(until)s ORDER BY c.received_at DESC LIMIT %(most)s"
PROBLEMS = f"SELECT {_COLUMNS} {_FROM} AND c.problem_id IN (SELECT id FROM cases_problem WHERE scope_id = %(scope)s" \
    " AND territory_id = %(place)s AND state = ANY(%(live)s)) ORDER BY c.received_at DESC LIMIT %(most_of_problems)s"


@dataclass(frozen=True)
class Alike:
    """Another case that seems to be about the same, the problem it belongs to, if any, and why."""

    case: Case
    problem: Problem | None
    likeness: Likeness


class Row(NamedTuple):
    """What of another case is compared."""

    id: int
    problem_id: int | None
    territory_id: int
    address: str
    latitude: float | None
    longitude: float | None
    received_at: datetime
    theme: str
    guessed: str
    kept: Any


def keep_print(case: Case, *, weighed: bool = False) -> None:
    """Keep the fingerprint of a case's text, unless the text was erased. Inside a gate (widened)."""
    if not case.salt:
        return
    kept = fingerprint(case.text).packed()
    CasePrint.objects.update_or_create(
        case_id=case.pk, defaults={"scope_id": case.scope_id, "kept": kept, "weighed": weighed}
    )


def alike_for(actor: Actor, case: Case, limit: int = SHOWN) -> list[Alike]:
    """What the case may belong to, the likeliest first, each problem once; nothing that a person called unlike."""
    found = [(row, judged) for row, judged in weigh(case) if judged.same]
    found.sort(key=lambda one: (-one[1].score, -one[0].id))
    refused = not_alike(case)
    best: list[tuple[Row, Likeness]] = []
    seen: set[int | None] = {None}
    for row, judged in found:
        if row.problem_id in refused.problems or row.id in refused.cases:
            continue
        if row.problem_id not in seen or row.problem_id is None:
            best.append((row, judged))
            seen.add(row.problem_id)
        if len(best) == limit:
            break
    # One that lies in a problem that is over stays there: there is nothing to join.
    over = set(
        Problem.objects.filter(pk__in=[row.problem_id for row, _judged in best if row.problem_id])
        .exclude(state__in=LIVE_STATES).values_list("pk", flat=True)
    )
    best = [one for one in best if one[0].problem_id not in over]
    cases = visible_cases(actor).select_related("territory", "theme", "account", "problem").in_bulk(
        [row.id for row, _judged in best]
    )
    return [Alike(cases[row.id], cases[row.id].problem, judged) for row, judged in best if row.id in cases]


def weigh(case: Case, within: timedelta = WINDOW) -> list[tuple[Row, Likeness]]:
    """Every case of the place that is worth a close look, with the judgement; not those of the same problem."""
    mine = own_print(case)
    side = side_of_case(case, mine)
    rows = [row for row in rows_around(case, within) if not case.problem_id or row.problem_id != case.problem_id]
    small = case.territory.kind == Kind.SETTLEMENT
    chosen = _closest(side, mine, rows)
    return [(row, likeness(side, _side(row, print_, small))) for row, print_ in chosen]


def own_print(case: Case) -> Fingerprint:
    """The kept fingerprint, or the text read now."""
    kept = CasePrint.objects.filter(pk=case.pk).values_list("kept", flat=True).first()
    found = unpacked(bytes(kept)) if kept else None
    return found if found is not None else fingerprint(case.text)


def rows_around(case: Case, within: timedelta) -> list[Row]:
    """Open cases of the place, each once, nearest lists first. At most four queries, each bounded."""
    address = _address(case)
    given: dict[str, Any] = {
        "scope": case.scope_id, "case": case.pk, "open": list(OPEN_STATES), "live": list(LIVE_STATES),
        "place": case.territory_id, "address": address, "most": MOST_OF_PLACE, "most_of_problems": MOST_OF_PROBLEMS,
        "since": case.received_at - within, "until": case.received_at + within,
    }
    wanted = [PLACE, PROBLEMS]
    if address.partition("|")[2]:
        wanted.insert(0, HOUSE)
    if case.latitude is not None and case.longitude is not None:
        north = AROUND_METRES / METRES_OF_DEGREE
        east = north / max(cos(radians(case.latitude)), 0.1)
        given |= {
            "south": case.latitude - north, "north": case.latitude + north,
            "west": case.longitude - east, "east": case.longitude + east,
        }
        wanted.insert(0, AROUND)
    rows: dict[int, Row] = {}
    with connection.cursor() as cursor:
        for query in wanted:
            cursor.execute(query, given)
            for one in cursor.fetchall():
                rows.setdefault(one[0], Row(*one))
    return list(rows.values())


def _closest(side: Side, mine: Fingerprint, rows: Iterable[Row]) -> list[tuple[Row, Fingerprint]]:
    """The rows with the most common words, and those of the very house whatever their words."""
    ranked: list[tuple[float, Row]] = []
    for row in rows:
        words = words_of(row.kept)
        common = len(mine.words & words)
        share = common / (min(len(mine.words), len(words)) or 1)
        at_home = bool(side.house) and row.address == f"{side.street}|{side.house}"
        if common or at_home:
            ranked.append((share + common / 100 + at_home, row))
    ranked.sort(key=lambda one: (-one[0], -one[1].id))
    chosen = []
    for _rank, row in ranked[:CLOSELY]:
        print_ = unpacked(bytes(row.kept))
        if print_ is not None:
            chosen.append((row, print_))
    return chosen


def side_of_case(case: Case, print_: Fingerprint) -> Side:
    """The case as a side of a comparison."""
    street, _bar, house = _address(case).partition("|")
    theme = case.theme.code if case.theme else ""
    guesses = (case.suggestion or {}).get("themes") or [{}]
    return Side(
        print_, settlement=case.territory_id, street=street, house=house if street else "", at=case.received_at,
        point=_point(case.latitude, case.longitude), theme=theme or guesses[0].get("code", ""),
        group=theme.partition(".")[0], small=case.territory.kind == Kind.SETTLEMENT,
    )


def _side(row: Row, print_: Fingerprint, small: bool) -> Side:
    street, _bar, house = row.address.partition("|")
    return Side(
        print_, settlement=row.territory_id, street=street, house=house if street else "", at=row.received_at,
        point=_point(row.latitude, row.longitude), theme=row.theme or row.guessed,
        group=row.theme.partition(".")[0], small=small,
    )


def _point(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    return None if latitude is None or longitude is None else (latitude, longitude)


def _address(case: Case) -> str:
    """The key of the address as the database keeps it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_address_key(%s, %s)", [case.street, case.house])
        return str(cursor.fetchone()[0])


class Refused(NamedTuple):
    """What a person said the case is not."""

    problems: frozenset[int | None]
    cases: frozenset[int | None]


def not_alike(case: Case) -> Refused:
    """What is not to be proposed again, from either side."""
    mine = NotAlike.objects.filter(case_id=case.pk).values_list("problem_id", "other_id")
    theirs = NotAlike.objects.filter(other_id=case.pk).values_list("case_id", flat=True)
    rows = list(mine)
    return Refused(
        frozenset(problem for problem, _other in rows if problem),
        frozenset([*(other for _problem, other in rows if other), *theirs]),
    )


def _theme_name(cases: Sequence[Case]) -> str:
    """The theme that a person chose for one of them, else the one that triage read first."""
    chosen = next((one.theme.name for one in cases if one.theme), "")
    guesses = [guess for one in cases for guess in (one.suggestion or {}).get("themes", [])[:1]]
    code = guesses[0].get("code", "") if guesses else ""
    if chosen or not code:
        return chosen
    themes = Theme.objects.filter(code=code, retired=False).order_by("-version")
    return themes.values_list("name", flat=True).first() or ""


def named(cases: Sequence[Case]) -> str:
    """A name for a problem made of cases: staff's own wording, else the theme, with the street. Never a resident's."""
    first = cases[0]
    title = next((one.title for one in cases if one.title), "") or _theme_name(cases)
    where = first.street or first.territory.short_name
    return f"{title}, {where}"[:200] if title else where[:200]
