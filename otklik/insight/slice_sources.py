"""From what is asked of a slice to one statement: which aggregates answer it, and where only facts can.

One dimension at a time (theme, group, channel, regime, executor, or none), by any place and time, is read from cells:
whole months from those of months, the days at both ends from those of days (groups by the cells of their themes; of
executors and hours of the week there are none: from the facts of these days). What asks for nearly all places together
reads the cells of the whole region and takes away the places that are not asked for. Two dimensions at once are counted
from the facts of the period, by an index of one of them. What waits at this moment is always counted from the facts
that wait.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from otklik.insight.counting import ADDED, HOUR_OF_WEEK, SPANS, TIMES
from otklik.insight.spreads import bucket_of

SUMS = (*ADDED, "overdue")
MANY_SCOPES = 12  # from so many on, the region without the others is quicker than place by place
# The places with any case that are not asked for: mostly none, for who asks sees the region.
_OTHERS = (
    "SELECT DISTINCT o.scope_id FROM insight_cell o WHERE o.span = 'm' AND o.dimension = ''"
    " AND o.scope_id <> ALL (%(scopes)s)"
)
_THEMES = "ANY (ARRAY(SELECT h.id FROM classifier_theme h WHERE h.group_id = %(group)s))"  # of a group: by the index
_DIMENSION = {"theme": "theme", "group": "group", "channel": "channel", "regime": "regime", "executor": "executor",
              "weekday_hour": "hour"}  # fmt: skip
_PLACE = "CASE WHEN s.kind = 'district' THEN coalesce(s.municipality_id, s.id) ELSE s.id END"
# The key over a fact `f`, and over a cell `x`; `s` the territory of its scope, `t` its theme.
_OF_FACTS: dict[str, tuple[str, ...]] = {
    "place": (_PLACE,),
    "scope": ("f.scope_id",),
    "day": ("f.day",),
    "week": ("date_trunc('week', f.day)::date",),
    "month": ("date_trunc('month', f.day)::date",),
    "theme": ("f.theme_id",),
    "group": ("t.group_id",),
    "channel": ("f.channel",),
    "regime": ("f.regime",),
    "executor": ("f.executor_id",),
    "weekday_hour": (f"({HOUR_OF_WEEK}) / 24", f"({HOUR_OF_WEEK}) %% 24"),
}
_OF_CELLS: dict[str, tuple[str, ...]] = {
    "place": (_PLACE,),
    "scope": ("x.scope_id",),
    "day": ("x.since",),
    "week": ("date_trunc('week', x.since)::date",),
    "month": ("date_trunc('month', x.since)::date",),
    "theme": ("nullif(x.number, 0)",),
    "group": ("t.group_id",),
    "channel": ("x.word",),
    "regime": ("x.word",),
    "executor": ("nullif(x.number, 0)",),
    "weekday_hour": ("(x.number / 24)::int", "(x.number %% 24)::int"),
}
_OF_GROUPS = ("nullif(x.number, 0)",)  # over a cell of groups


@dataclass(frozen=True)
class Asked:
    """A slice as values of a statement."""

    since: date
    until: date
    theme: int | None
    group: int | None
    channel: str
    regime: str
    executor: int | None
    scopes: list[int] | None
    others: bool = False  # the places that are not among `scopes`, instead of those

    def dimensions(self, bys: tuple[str, ...]) -> set[str]:
        """By what it is narrowed or cut, besides place and time. Themes know their groups."""
        found = {_DIMENSION[name] for name in ("theme", "group", "channel", "regime", "executor")
                 if getattr(self, name) not in (None, "")}  # fmt: skip
        found |= {_DIMENSION[by] for by in bys if by in _DIMENSION}
        return found - {"group"} if "theme" in found else found

    def placed(self, column: str) -> str:
        """The condition on the scopes, "" where there is none."""
        if self.scopes is None:
            return ""
        return f" AND {column} = ANY (ARRAY({_OTHERS}))" if self.others else f" AND {column} = ANY (%(scopes)s)"


def count_statement(
    asked: Asked, bys: tuple[str, ...], now: datetime, names: tuple[str, ...] = SUMS
) -> tuple[str, dict[str, Any]]:
    """Rows of keys and of the sums of these names."""
    values = {**_values(asked), "now": now}
    dimensions = asked.dimensions(bys)
    if len(dimensions) > 1:
        facts = _counts_of_facts(asked, bys, names, "f.day BETWEEN %(since)s AND %(until)s")
        return _whole(bys, [facts], names), values
    dimension = next(iter(dimensions), "")
    together = not {"place", "scope"} & {*bys} and (asked.scopes is None or len(asked.scopes) >= MANY_SCOPES)
    parts = [_counts_that_wait(asked, bys, names)] if {"late", "overdue"} & {*names} else []
    for span, first, last in spans(asked.since, asked.until, days_only=bool({"day", "week"} & {*bys})):
        between = f"BETWEEN '{first}' AND '{last}'"
        if together and (span.upper(), dimension) in SPANS:
            whole = replace(asked, scopes=None)
            parts.append(_counts_of_cells(whole, bys, names, span.upper(), dimension, between))
            if asked.scopes is not None:
                others = _counted(replace(asked, others=True), bys, names, span, dimension, between)
                parts.append(_less(others, bys, names))
        else:
            parts.append(_counted(asked, bys, names, span, dimension, between))
    return _whole(bys, parts or [_counts_that_wait(asked, bys, names)], names), values


def _counted(
    asked: Asked, bys: tuple[str, ...], names: tuple[str, ...], span: str, dimension: str, between: str
) -> str:
    """The sums of some days by place, from the smallest cells that there are, or from facts."""
    kept = "theme" if dimension == "group" and (span, dimension) not in SPANS else dimension
    if (span, kept) not in SPANS:
        return _counts_of_facts(asked, bys, names, f"f.day {between}", waiting=False)
    return _counts_of_cells(asked, bys, names, span, kept, between)


def _less(part: str, bys: tuple[str, ...], names: tuple[str, ...]) -> str:
    """The same sums to be taken away."""
    return f"SELECT {', '.join([*_outer(bys), *(f'-{name} AS {name}' for name in names)])} FROM ({part}) l"  # noqa: S608


def spread_statement(asked: Asked, measures: tuple[str, ...], bys: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """Rows of measure, keys, step of the scale, how many. Facts are read once for all measures."""
    dimensions = {"theme" if one == "group" else one for one in asked.dimensions(bys)}
    timely, placed = bool({"day", "week"} & {*bys}), bool({"place", "scope"} & {*bys})
    region = asked.scopes is None and not placed
    kept = (
        not dimensions and not timely or
        region and len(dimensions) <= 1 and not dimensions - {"channel", "regime"} and not (timely and dimensions)
    )
    dimension = next(iter(dimensions), "")
    parts = []
    for span, first, last in spans(asked.since, asked.until, days_only=timely):
        between = f"BETWEEN '{first}' AND '{last}'"
        # Kept: of each place by month, of the region by day, and of the region by dimension and month.
        if kept and (span == "m" or region and not dimension):
            parts.append(_times_kept(asked, measures, bys, span, dimension, between))
        else:
            parts.append(_times_of_facts(asked, measures, bys, between))
    names = ", ".join(["measure", *_outer(bys), "bucket"])
    statement = f"SELECT {names}, sum(n)::bigint FROM ({' UNION ALL '.join(parts)}) u GROUP BY {names}"  # noqa: S608 - our own words
    return statement, _values(asked)


def flow_statement(asked: Asked) -> tuple[str, dict[str, Any]]:
    """Rows of from, to, how many."""
    return (
        f"SELECT f.path[i], f.path[i + 1], count(*) FROM {_facts(asked, ())}"  # noqa: S608 - our own words
        " CROSS JOIN generate_series(1, cardinality(f.path) - 1) i WHERE f.path IS NOT NULL"
        f" AND f.day BETWEEN %(since)s AND %(until)s AND {_narrowed(asked)} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        _values(asked),
    )


def spans(since: date, until: date, *, days_only: bool) -> list[tuple[str, date, date]]:
    """The days from `since` to `until`, both included, as whole months ("m", by their firsts) and days ("d")."""
    first = since if since.day == 1 else _next_month(since)
    end = _next_month(until).replace(day=1)  # of the month after
    last = until if until + timedelta(days=1) == end else until.replace(day=1) - timedelta(days=1)
    if days_only or first > last:
        return [("d", since, until)] if since <= until else []
    out = [("m", first, last.replace(day=1))]
    if since < first:
        out.append(("d", since, first - timedelta(days=1)))
    if last < until:
        out.append(("d", last + timedelta(days=1), until))
    return out


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _values(asked: Asked) -> dict[str, Any]:
    return {name: getattr(asked, name)
            for name in ("since", "until", "theme", "group", "channel", "regime", "executor", "scopes")}  # fmt: skip


def _outer(bys: tuple[str, ...]) -> list[str]:
    return [f"k{n}" for n in range(sum(len(_OF_FACTS[by]) for by in bys))]


def _named(expressions: list[str]) -> list[str]:
    return [f"{value} AS k{n}" for n, value in enumerate(expressions)]


def _whole(bys: tuple[str, ...], parts: list[str], names: tuple[str, ...]) -> str:
    keys = _outer(bys)
    selected = ", ".join([*keys, *(f"coalesce(sum({name}), 0)::bigint" for name in names)])
    grouped = f" GROUP BY {', '.join(keys)}" if keys else ""
    return f"SELECT {selected} FROM ({' UNION ALL '.join(parts)}) u{grouped}"  # noqa: S608 - our own words


def _facts(asked: Asked, bys: tuple[str, ...]) -> str:
    """`insight_casefact f` with what its keys and conditions need."""
    joined = "insight_casefact f"
    if "place" in bys:
        joined += " JOIN territory_territory s ON s.id = f.scope_id"
    if "group" in bys:
        joined += " LEFT JOIN classifier_theme t ON t.id = f.theme_id"
    return joined


def _narrowed(asked: Asked) -> str:
    where = ["f.counts"]
    for name, condition in (
        ("theme", "f.theme_id = %(theme)s"), ("group", f"f.theme_id = {_THEMES}"),
        ("channel", "f.channel = %(channel)s"), ("regime", "f.regime = %(regime)s"),
        ("executor", "f.executor_id = %(executor)s"),
    ):
        if getattr(asked, name) not in (None, ""):
            where.append(condition)
    return " AND ".join(where) + asked.placed("f.scope_id")


def _counts_of_facts(
    asked: Asked, bys: tuple[str, ...], names: tuple[str, ...], days: str, *, waiting: bool = True
) -> str:
    keys = [key for by in bys for key in _OF_FACTS[by]]
    late_now = " OR (f.verdict = '' AND f.waits_due < %(now)s)" if waiting else ""
    sums = {name: f"sum({value})" for name, value in ADDED.items()}
    sums["late"] = f"count(*) FILTER (WHERE f.verdict = 'late'{late_now})"
    sums["overdue"] = "count(*) FILTER (WHERE f.waits_due < %(now)s)" if waiting else "0"
    selected = ", ".join([*_named(keys), *(f"{sums[name]} AS {name}" for name in names)])
    grouped = f" GROUP BY {', '.join(str(n + 1) for n in range(len(keys)))}" if keys else ""
    return f"SELECT {selected} FROM {_facts(asked, bys)} WHERE {days} AND {_narrowed(asked)}{grouped}"  # noqa: S608


def _counts_that_wait(asked: Asked, bys: tuple[str, ...], names: tuple[str, ...]) -> str:
    """What depends on this moment: how many limits have passed without an answer."""
    keys = [key for by in bys for key in _OF_FACTS[by]]
    sums = dict.fromkeys(SUMS, "0") | {"overdue": "count(*)", "late": "count(*) FILTER (WHERE f.verdict = '')"}
    selected = ", ".join([*_named(keys), *(f"{sums[name]} AS {name}" for name in names)])
    grouped = f" GROUP BY {', '.join(str(n + 1) for n in range(len(keys)))}" if keys else ""
    return (
        f"SELECT {selected} FROM {_facts(asked, bys)} WHERE f.waits_due < %(now)s"  # noqa: S608 - our own words
        f" AND f.day BETWEEN %(since)s AND %(until)s AND {_narrowed(asked)}{grouped}"
    )


def _cells(asked: Asked, bys: tuple[str, ...], table: str, span: str, dimension: str, between: str) -> str:
    """FROM and WHERE of rows of cells `x`."""
    joined = f"{table} x"
    if "place" in bys:
        joined += " JOIN territory_territory s ON s.id = x.scope_id"
    if dimension != "group" and "group" in bys:
        joined += " LEFT JOIN classifier_theme t ON t.id = x.number"
    grouped = "x.number = %(group)s AND x.word = ''" if dimension == "group" else f"x.number = {_THEMES}"
    where = [f"x.span = '{span}'", f"x.dimension = '{dimension}'", f"x.since {between}"]
    for name, condition in (
        ("theme", "x.number = %(theme)s AND x.word = ''"), ("group", grouped),
        ("channel", "x.number = 0 AND x.word = %(channel)s"), ("regime", "x.number = 0 AND x.word = %(regime)s"),
        ("executor", "x.number = %(executor)s AND x.word = ''"),
    ):
        if getattr(asked, name) not in (None, ""):
            where.append(condition)
    return f"{joined} WHERE {' AND '.join(where)}"


def _counts_of_cells(
    asked: Asked, bys: tuple[str, ...], names: tuple[str, ...], span: str, dimension: str, between: str
) -> str:
    keys = [key for by in bys for key in (_OF_GROUPS if dimension == "group" and by == "group" else _OF_CELLS[by])]
    selected = ", ".join([
        *_named(keys), *("0 AS overdue" if name == "overdue" else f"x.{name} AS {name}" for name in names)
    ])
    cells = _cells(asked, bys, "insight_cell", span, dimension, between)
    return f"SELECT {selected} FROM {cells}{asked.placed('x.scope_id')}"  # noqa: S608 - our own words


def _times_kept(
    asked: Asked, measures: tuple[str, ...], bys: tuple[str, ...], span: str, dimension: str, between: str
) -> str:
    keys = [key for by in bys for key in _OF_CELLS[by]]
    selected = ", ".join(["x.measure", *_named(keys), "x.bucket", "x.received AS n"])
    rows = _cells(asked, bys, "insight_timecell", span, dimension, between)
    named = ", ".join(f"'{measure}'" for measure in measures)
    return f"SELECT {selected} FROM {rows} AND x.measure IN ({named}){asked.placed('x.scope_id')}"  # noqa: S608


def _times_of_facts(asked: Asked, measures: tuple[str, ...], bys: tuple[str, ...], between: str) -> str:
    keys = [key for by in bys for key in _OF_FACTS[by]]
    selected = ", ".join(["v.measure", *_named(keys), f"{bucket_of('v.minutes')} AS bucket", "count(*) AS n"])
    grouped = ", ".join(str(n + 1) for n in range(len(keys) + 2))
    values = ", ".join(f"('{measure}', {TIMES[measure]})" for measure in measures)
    return (
        f"SELECT {selected} FROM {_facts(asked, bys)} CROSS JOIN LATERAL (VALUES {values}) v (measure, minutes)"  # noqa: S608
        f" WHERE f.day {between} AND v.minutes IS NOT NULL AND {_narrowed(asked)} GROUP BY {grouped}"
    )
