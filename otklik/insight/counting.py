"""From facts to aggregates: what one fact adds to which rows. One set of statements, for changes and for all.

Everything is additive whole numbers, so following step by step and making anew give the same rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import connection

from otklik.insight.grouping import JOINED
from otklik.insight.spreads import bucket_of
from otklik.insight.statements import asked

# Measure → what one fact `f` adds to it, where it counts.
ADDED: dict[str, str] = {
    "received": "1",
    "open": "f.open::int",
    "answered": "(f.answered_at IS NOT NULL)::int",
    "in_time": "(f.verdict = 'in_time')::int",
    "late": "(f.verdict = 'late')::int",
    "closed": "(f.closed_at IS NOT NULL)::int",
    "reacted": "(f.react_min IS NOT NULL)::int",
    "fixed": "(f.fix_min IS NOT NULL)::int",
    "repeated": "f.repeated::int",
    "reopened": "(f.turns > 1)::int",
    "rated": "(f.stars IS NOT NULL)::int",
    "rating_sum": "coalesce(f.stars, 0)",
    "verified": "f.verified::int",
    "checked": "f.checked::int",
    "postponed": "f.postponed::int",
    "hops": "f.hops",
    "placed": "f.placed::int",
    "themed": "(f.theme_id IS NOT NULL)::int",
    "reachable": "f.reachable::int",
    "pictured": "f.pictured::int",
    "comments": "f.comment::int",
    "comments_answered": "(f.comment AND f.answered_at IS NOT NULL)::int",
}
COUNTED = tuple(ADDED)
MONTH = "date_trunc('month', f.day)::date"
SINCE = {"d": "f.day", "m": MONTH, "D": "f.day", "M": MONTH}
HOUR_OF_WEEK = "24 * extract(isodow FROM f.day)::int + f.hour"
# Dimension → number, word.
DIMENSIONS: dict[str, tuple[str, str]] = {
    "": ("0", "''"),
    "theme": ("coalesce(f.theme_id, 0)", "''"),
    "group": ("coalesce(g.group_id, 0)", "''"),
    "channel": ("0", "f.channel"),
    "regime": ("0", "f.regime"),
    "executor": ("coalesce(f.executor_id, 0)", "''"),
    "hour": (HOUR_OF_WEEK, "''"),
}
# Which cells are kept, in the order in which they can be made of one another. An executor has few cases a day, and so
# has a group in a place (nearly as many cells as of its themes); an hour of the week of a place is asked of months.
# What the first pages ask of the whole region is kept for it as one: "D" a day, "M" a month, of scope 0.
SPANS: tuple[tuple[str, str], ...] = (
    ("d", "theme"), ("d", "channel"), ("d", "regime"), ("d", ""), ("m", "theme"), ("m", "group"), ("m", "channel"),
    ("m", "regime"), ("m", ""), ("m", "executor"), ("m", "hour"), ("D", ""), ("M", ""), ("D", "group"), ("D", "hour"),
    ("M", "hour"),
)
# Those that are sums of others, when all is made anew: thousands of rows are read instead of all facts.
SUMS_OF: dict[tuple[str, str], tuple[str, str]] = {
    ("d", ""): ("d", "regime"), ("m", "theme"): ("d", "theme"), ("m", "group"): ("m", "theme"),
    ("m", "channel"): ("d", "channel"), ("m", "regime"): ("d", "regime"), ("m", ""): ("d", ""),
    ("D", ""): ("d", ""), ("M", ""): ("m", ""), ("D", "group"): ("d", "theme"), ("M", "hour"): ("m", "hour"),
}
REGION = "0::bigint"  # the scope of the whole region's cells
TIMES = {"react": "f.react_min", "answer": "f.answer_min", "fix": "f.fix_min"}
# Which spreads are kept: span, dimension, whether of each scope (else of the region, scope 0).
TIME_SPANS: tuple[tuple[str, str, bool], ...] = (
    ("m", "", True), ("d", "", False), ("m", "channel", False), ("m", "regime", False),
)


@dataclass(frozen=True)
class Part:
    """Some rows of a table: the keys of one of them over a fact `f`, and where they all stand in the table.

    `joined`: what the keys need beside the fact. `made`: the same rows out of other rows, where there are such.
    """

    keys: tuple[str, ...]
    where: str = "true"
    joined: str = ""
    made: str = ""


@dataclass(frozen=True)
class Aggregate:
    """One table: its keys, its sums over facts `f` with `f.sign`, and the parts that make its rows.

    `given` are the names that the keys of a part have while sums are taken; those beyond `keys` are for sums.
    """

    table: str
    keys: tuple[str, ...]
    sums: tuple[str, ...]
    parts: tuple[Part, ...]
    given: tuple[str, ...]
    select: str
    where: str = "f.counts"

    def rows(self, facts: str, parts: Sequence[Part] | None = None) -> str:
        """The rows that these facts (an SQL name or subquery) make, grouped."""
        wanted = parts or self.parts
        values = ", ".join(f"({', '.join(part.keys)})" for part in wanted)
        joined = " ".join({part.joined: None for part in wanted if part.joined})
        return (
            f"SELECT {self.select} FROM {facts} f {joined}"  # noqa: S608 - our own words
            f" CROSS JOIN LATERAL (VALUES {values}) d ({', '.join(self.given)})"
            f" WHERE {self.where} GROUP BY {', '.join(str(n + 1) for n in range(len(self.keys)))}"
        )


_CELL_KEYS = ("span", "dimension", "since", "scope_id", "number", "word")
_TIME_KEYS = ("measure", "span", "dimension", "since", "scope_id", "number", "word", "bucket")


def _cell(span: str, dimension: str) -> Part:
    number, word = DIMENSIONS[dimension]
    scope = REGION if span.isupper() else "f.scope_id"
    keys = (f"'{span}'", f"'{dimension}'", SINCE[span], scope, f"({number})::bigint", word)
    joined = JOINED if dimension == "group" else ""
    return Part(keys, f"span = '{span}' AND dimension = '{dimension}'", joined, _summed(span, dimension))


def _summed(span: str, dimension: str) -> str:
    """The cells as sums of other cells `x` that are made before them; "" where only facts make them."""
    if (span, dimension) not in SUMS_OF:
        return ""
    of_span, of_dimension = SUMS_OF[span, dimension]
    since = "x.since" if of_span.lower() == span.lower() else "date_trunc('month', x.since)::date"
    number, word = ("0::bigint", "''") if not dimension else ("x.number", "x.word")
    joined = ""
    if dimension != of_dimension and dimension:
        number, joined = DIMENSIONS[dimension][0], JOINED.replace("f.theme_id", "x.number")
    sums = ", ".join(f"sum(x.{name})::int AS {name}" for name in COUNTED)
    return (
        f"SELECT '{span}' AS span, '{dimension}' AS dimension, {since} AS since,"  # noqa: S608 - our own words
        f" {REGION if span.isupper() else 'x.scope_id'} AS scope_id, {number} AS number, {word} AS word, {sums}"
        f" FROM insight_cell x {joined} WHERE x.span = '{of_span}' AND x.dimension = '{of_dimension}'"
        " GROUP BY 1, 2, 3, 4, 5, 6"
    )


def _time(measure: str, span: str, dimension: str, *, scoped: bool) -> Part:
    number, word = DIMENSIONS[dimension]
    scope = "f.scope_id" if scoped else "0::bigint"
    named = (f"'{measure}'", f"'{span}'", f"'{dimension}'")
    return Part(
        (*named, SINCE[span], scope, f"({number})::bigint", word, TIMES[measure]),
        f"measure = '{measure}' AND span = '{span}' AND dimension = '{dimension}'",
    )


def _sums() -> str:
    return ", ".join(f"sum(f.sign * ({value}))::int AS {name}" for name, value in ADDED.items())


def aggregates() -> tuple[Aggregate, ...]:
    """All tables that are made of facts."""
    return _aggregates(settings.TIME_ZONE)


@cache
def _aggregates(zone: str) -> tuple[Aggregate, ...]:
    hour = f"(f.day + make_interval(hours => f.hour::int)) AT TIME ZONE '{zone}'"
    return (
        Aggregate(
            "insight_cell", _CELL_KEYS, COUNTED, tuple(_cell(span, dimension) for span, dimension in SPANS),
            _CELL_KEYS, f"{', '.join(f'd.{key}' for key in _CELL_KEYS)}, {_sums()}",
        ),
        Aggregate(
            "insight_timecell", _TIME_KEYS, ("received",),
            tuple(
                _time(measure, span, dimension, scoped=scoped)
                for measure in TIMES for span, dimension, scoped in TIME_SPANS
            ),
            (*_TIME_KEYS[:-1], "minutes"),
            f"{', '.join(f'd.{key}' for key in _TIME_KEYS[:-1])}, {bucket_of('d.minutes')} AS bucket,"
            " sum(f.sign)::int AS received",
            "f.counts AND d.minutes IS NOT NULL",
        ),
        Aggregate(
            "insight_hourcount", ("hour", "scope_id", "theme_id"), ("received",),
            (Part((hour, "f.scope_id", "coalesce(f.theme_id, 0)")),), ("hour", "scope_id", "theme_id"),
            "d.hour, d.scope_id, d.theme_id, sum(f.sign)::int AS received",
        ),
    )


def move(case_ids: Sequence[int], before: str) -> None:
    """Move all aggregates by what became of these facts. `before`: the facts as they stood, a JSON list of rows."""
    tables = aggregates()
    empty: dict[str, list[int]] = {}
    for table, row in asked(_moving(tables), {"ids": list(case_ids), "before": before}):
        empty.setdefault(table, []).append(row)
    for table, rows in empty.items():
        asked(f"DELETE FROM {table} WHERE id = ANY (%(rows)s)", {"rows": rows})  # noqa: S608 - our own words


@cache
def _moving(tables: tuple[Aggregate, ...]) -> str:
    """The statement that moves all tables and gives the rows of which nothing is left: long, and always the same."""
    moves, empty = [], []
    for one in tables:
        columns = [*one.keys, *one.sums]
        changed = " OR ".join(f"r.{name} <> 0" for name in one.sums)
        moves.append(
            f"{one.table}_moved AS (INSERT INTO {one.table} AS x ({', '.join(columns)})"  # noqa: S608 - our own words
            f" SELECT {', '.join(columns)} FROM ({one.rows('facts')}) r WHERE {changed}"
            f" ON CONFLICT ({', '.join(one.keys)}) DO UPDATE SET"
            f" {', '.join(f'{name} = x.{name} + excluded.{name}' for name in one.sums)} RETURNING id, received)"
        )
        empty.append(f"SELECT '{one.table}', id FROM {one.table}_moved WHERE received = 0")  # noqa: S608
    return (
        "WITH facts AS MATERIALIZED (SELECT 1 AS sign, n.* FROM insight_casefact n WHERE n.case_id = ANY (%(ids)s)"  # noqa: S608
        " UNION ALL SELECT -1, o.* FROM jsonb_populate_recordset(NULL::insight_casefact, %(before)s::jsonb) o),"
        f" {', '.join(moves)} {' UNION ALL '.join(empty)}"
    )


def make_anew() -> None:
    """Make all aggregates from the facts; rows that are right already are not written again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', '128MB', true)")
        for one in aggregates():
            kept = " OR ".join(f"({part.where})" for part in one.parts)
            cursor.execute(f"DELETE FROM {one.table} WHERE NOT ({kept})")  # noqa: S608 - of an older program
            for part in one.parts:  # one after the other: each fits into memory, and some are sums of those before
                cursor.execute(f"SELECT EXISTS (SELECT FROM {one.table} WHERE {part.where})")  # noqa: S608
                some = bool(cursor.fetchone()[0])
                cursor.execute((_mended if some else _first)(one, part))


def _first(one: Aggregate, part: Part) -> str:
    """Of a part that has no rows yet."""
    columns = ", ".join([*one.keys, *one.sums])
    return f"INSERT INTO {one.table} ({columns}) SELECT {columns} FROM ({part.made or one.rows(_ALL, [part])}) r"  # noqa: S608


def _mended(one: Aggregate, part: Part) -> str:
    """Write what differs, and take away what no fact makes."""
    columns, keys = [*one.keys, *one.sums], ", ".join(one.keys)
    kept = f"(SELECT id, {', '.join(columns)} FROM {one.table} WHERE {part.where})"  # noqa: S608 - our own words
    same = " AND ".join(f"x.{key} = r.{key}" for key in one.keys)
    sums_r, sums_x = (", ".join(f"{of}.{name}" for name in one.sums) for of in "rx")
    return (
        f"WITH r AS MATERIALIZED (SELECT {', '.join(columns)} FROM ({part.made or one.rows(_ALL, [part])}) made),"  # noqa: S608
        f" gone AS (DELETE FROM {one.table} WHERE id IN (SELECT x.id FROM {kept} x"
        f" WHERE NOT EXISTS (SELECT FROM r WHERE {same})))"
        f" INSERT INTO {one.table} ({', '.join(columns)}) SELECT {', '.join(f'r.{name}' for name in columns)}"
        f" FROM r LEFT JOIN {kept} x ON {same} WHERE x.id IS NULL OR ({sums_r}) IS DISTINCT FROM ({sums_x})"
        f" ON CONFLICT ({keys}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in one.sums)}"
    )


def group_anew() -> None:
    """Make the cells of groups anew from those of themes: a theme was moved to another group."""
    cell = aggregates()[0]
    for part, (_span, dimension) in zip(cell.parts, SPANS, strict=True):
        if dimension == "group":
            asked(_mended(cell, part), {})


_ALL = "(SELECT 1 AS sign, n.* FROM insight_casefact n)"


def wrong_rows() -> Iterator[tuple[str, tuple[object, ...]]]:
    """Table and keys of each aggregate that is not what the stored facts make, missing and left over ones too."""
    for one in aggregates():
        for part in one.parts:
            yield from ((one.table, keys) for keys in _wrong_of(one, part))


def _wrong_of(one: Aggregate, part: Part) -> list[tuple[object, ...]]:
    keys, columns = ", ".join(one.keys), ", ".join([*one.keys, *one.sums])
    right = f"SELECT {columns} FROM ({one.rows(_ALL, [part])}) r"  # noqa: S608 - our own words
    kept = f"SELECT {columns} FROM {one.table} WHERE {part.where}"  # noqa: S608 - our own words
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH fresh AS MATERIALIZED ({right}), kept AS MATERIALIZED ({kept})"  # noqa: S608 - our own words
            f" SELECT DISTINCT {keys} FROM ((TABLE fresh EXCEPT TABLE kept) UNION ALL"
            " (TABLE kept EXCEPT TABLE fresh)) w"
        )
        return list(cursor.fetchall())
