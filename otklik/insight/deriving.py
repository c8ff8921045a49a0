"""From the rows of a case to what is counted of it: one statement, for following and for rebuilding alike.

The rules of what counts stand here and nowhere else:

- spam, thanks and imported history do not count; «не инцидент» leaves the figures only when the case is closed: an open
  one may be the program's guess, and nobody has looked yet;
- one limit of an answer broken in any turn is late for good; in time only when nothing runs any more. A limit that
  ended without an answer says nothing while it was kept (closed as not ours), and is broken like any other when its
  time had passed;
- it took as long as the calendar says, from reception: to the first look of a person or the registration, to the first
  answer (interim or final), to the last report of a fix that did not come back;
- `repeated`: within 90 days before it came, the same resident, or somebody from the same house, had been answered on
  the same theme. A neighbour who writes while nobody has answered yet is no repetition.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from django.conf import settings

from otklik.cases.models import DoneReport
from otklik.insight.models import CaseFact
from otklik.insight.statements import asked

REPEATED_DAYS = 90
ANSWER_KINDS = ("answer", "final")  # the limits by which an answer is judged
# What stops a clock by an answer: on our page, by a letter under a law, or in the source.
ANSWERING = ("answer_published", "interim_published", "sent", "source", "source_answered")
REACTING = ("person_acted", "registered")  # what stops it by a first look
NOT_COUNTED_OUTCOMES = ("spam", "thanks")
SETTLED_STATES = ("answered", "closed")
# Public words under a page, by how channels name the place where they stand (`<channel>.reading`): not a private talk.
PUBLIC_THREADS = {"vk": "^(?!im).", "ok": "^GROUP", "max": "/", "telegram": "^-"}
CONFIRMED = (DoneReport.CameOf.CONFIRMED.value, DoneReport.CameOf.CHECKED.value)
REFUTED = (DoneReport.CameOf.REFUTED.value, DoneReport.CameOf.CHECKED_BAD.value)
RETURNED = tuple(one.value for one in DoneReport.RETURNED)


def _words(values: Collection[str]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


def _minutes(until: str) -> str:
    """Whole minutes from reception, none where nothing was; what came before it by another clock took no time."""
    return (
        f"CASE WHEN {until} > c.received_at THEN floor(extract(epoch FROM {until} - c.received_at) / 60)::int"
        f" WHEN {until} IS NOT NULL THEN 0 END"
    )


# Column of the fact → expression over case `c`, account `a`, clocks `k`, last report `d`, responsible `p`.
_VALUES: dict[str, str] = {
    "case_id": "c.id",
    "scope_id": "c.scope_id",
    "received_at": "c.received_at",
    "day": "l.at::date",
    "hour": "extract(hour FROM l.at)::smallint",
    "theme_id": "c.theme_id",
    "channel": "a.channel",
    "regime": "c.regime",
    "executor_id": "c.executor_id",
    "state": "c.state",
    "outcome": "c.outcome",
    "counts": f"c.notifies AND c.outcome NOT IN {_words(NOT_COUNTED_OUTCOMES)}"
              " AND NOT (c.importance = 0 AND c.state = 'closed')",
    "open": f"c.state NOT IN {_words(SETTLED_STATES)}",
    "verdict": "CASE WHEN k.broken THEN 'late' WHEN k.runs OR k.answered_at IS NULL THEN '' ELSE 'in_time' END",
    "waits_due": "k.waits",
    "answered_at": "coalesce(k.answered_at, c.answered_at)",
    "closed_at": "c.closed_at",
    "react_min": _minutes("k.reacted_at"),
    "answer_min": _minutes("coalesce(k.answered_at, c.answered_at)"),
    "fix_min": f"CASE WHEN d.came_of NOT IN {_words(RETURNED)} THEN {_minutes('d.reported_at')} END",
    "turns": "c.turn",
    "stars": "(SELECT r.stars FROM cases_rating r WHERE r.case_id = c.id ORDER BY r.turn DESC LIMIT 1)",
    "checked": f"coalesce(d.came_of IN {_words(CONFIRMED + REFUTED)}, false)",
    "verified": f"coalesce(d.came_of IN {_words(CONFIRMED)}, false)",
    "postponed": "EXISTS (SELECT FROM cases_postponement w WHERE w.case_id = c.id AND w.back_at IS NULL)",
    "hops": "c.hops",
    "placed": "c.street <> '' OR c.latitude IS NOT NULL",
    "reachable": "c.resident_id IS NOT NULL",
    "pictured": "EXISTS (SELECT FROM cases_evidence e WHERE e.case_id = c.id AND e.moment = 'before')",
    "comment": "a.ours AND coalesce((SELECT CASE a.channel "
               + " ".join(f"WHEN '{name}' THEN m.thread ~ '{public}'" for name, public in PUBLIC_THREADS.items())
               + " ELSE false END FROM cases_casemessage w JOIN channels_message m ON m.id = w.message_id"
               f" WHERE w.case_id = c.id AND a.channel IN {_words(PUBLIC_THREADS)} ORDER BY w.id LIMIT 1), false)",
    "resident_id": "c.resident_id",
    "spot": "CASE WHEN c.street <> '' AND c.house <> '' THEN"
            " hashtextextended(c.scope_id || '|' || lower(c.street) || '|' || lower(c.house), 0) END",
    "path": "CASE WHEN cardinality(p.path) > 1 THEN p.path END",
}
OWN = tuple(_VALUES)  # what a case's own rows say; all columns but `repeated`
FACT_NAMES = tuple(f.attname for f in CaseFact._meta.concrete_fields)
assert set(FACT_NAMES) == {*OWN, "repeated"}

_FROM = f"""
FROM cases_case c
JOIN channels_account a ON a.id = c.account_id
CROSS JOIN LATERAL (SELECT c.received_at AT TIME ZONE %(zone)s AS at) l
CROSS JOIN LATERAL (
    SELECT bool_or(stopped_at > due_at) FILTER (WHERE judges) AS broken,
           bool_or(stopped_at IS NULL) FILTER (WHERE judges) AS runs,
           min(due_at) FILTER (WHERE judges AND stopped_at IS NULL AND paused_at IS NULL) AS waits,
           min(stopped_at) FILTER (WHERE judges AND stopped_by IN {_words(ANSWERING)}) AS answered_at,
           min(stopped_at) FILTER (WHERE kind IN ('react', 'register') AND turn = 1
                                     AND stopped_by IN {_words(REACTING)}) AS reacted_at
    FROM (SELECT *, kind IN {_words(ANSWER_KINDS)} AS judges FROM cases_clock WHERE case_id = c.id) own
) k
LEFT JOIN LATERAL (
    SELECT came_of, reported_at FROM cases_donereport WHERE case_id = c.id ORDER BY turn DESC LIMIT 1
) d ON true
CROSS JOIN LATERAL (
    SELECT array_agg(organisation_id ORDER BY id) FILTER (WHERE before IS DISTINCT FROM organisation_id) AS path
    FROM (
        SELECT id, organisation_id, lag(organisation_id) OVER (ORDER BY id) AS before
        FROM cases_assignment WHERE case_id = c.id AND part = 'responsible'
    ) hops
) p
"""  # noqa: S608 - our own words
DERIVED = f"SELECT {', '.join(f'{value} AS {name}' for name, value in _VALUES.items())} {_FROM}"
_DIFFERS = f"({', '.join(f'f.{n}' for n in OWN)}) IS DISTINCT FROM ({', '.join(f'n.{n}' for n in OWN)})"
_STORE = (
    f"INSERT INTO insight_casefact AS w ({', '.join(OWN)}, repeated) SELECT n.*, false FROM ({DERIVED} %(which)s) n"
    f" LEFT JOIN insight_casefact f ON f.case_id = n.case_id WHERE {_DIFFERS}"
    f" ON CONFLICT (case_id) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in OWN if n != 'case_id')}"
    " RETURNING w.case_id, w.theme_id IS NOT NULL, w.theme_id IS NOT NULL AND w.answered_at IS NOT NULL"
)
_EARLIER = (
    "EXISTS (SELECT FROM insight_casefact e WHERE e.counts AND e.{same} = f.{same} AND e.theme_id = f.theme_id"
    " AND e.case_id <> f.case_id AND e.answered_at < f.received_at"
    f" AND e.answered_at >= f.received_at - interval '{REPEATED_DAYS} days')"
)
REPEATED = f"({_EARLIER.format(same='resident_id')} OR {_EARLIER.format(same='spot')})"


def derive(case_ids: Collection[int]) -> list[CaseFact]:
    """What is counted of these cases, from their rows as they stand now; `repeated` is left as not."""
    statement = f"SELECT n.*, false AS repeated FROM ({DERIVED} WHERE c.id = ANY (%(ids)s)) n"  # noqa: S608 - our own
    return list(CaseFact.objects.raw(statement, {"ids": list(case_ids), "zone": settings.TIME_ZONE}))


class Stored(NamedTuple):
    """A fact that was written: whether it may be a repetition, and whether it may make others ones."""

    case_id: int
    themed: bool
    answered: bool  # with a theme


def store(case_ids: Collection[int]) -> list[Stored]:
    """Derive these cases and write what differs; returns the facts that changed or are new."""
    return _stored("WHERE c.id = ANY (%(ids)s)", {"ids": list(case_ids)})


def store_range(first: int, last: int) -> None:
    """The same for all cases with ids from `first` to `last`."""
    _stored("WHERE c.id BETWEEN %(first)s AND %(last)s", {"first": first, "last": last})


def _stored(which: str, values: dict[str, Any]) -> list[Stored]:
    found = asked(_STORE.replace("%(which)s", which), {**values, "zone": settings.TIME_ZONE})
    return [Stored(*row) for row in found]
