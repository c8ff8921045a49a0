"""Keeping facts and aggregates in step with the journal.

The verbs of entries are not read: an entry says only that its case was touched, and what is counted is
derived anew from the case itself. So a new verb cannot be forgotten here, and a step done twice changes nothing.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from otklik.acting import System, acting
from otklik.insight.counting import group_anew, move
from otklik.insight.deriving import REPEATED, REPEATED_DAYS, derive, store
from otklik.insight.grouping import bring_up_to_date
from otklik.insight.statements import asked
from otklik.journal.models import Entry, Follower
from otklik.journal.sequencing import follow

__all__ = ["FOLLOWER", "catch_up", "derive", "locked_follower", "refresh", "stand_at", "touched_cases"]

FOLLOWER = "insight"
CASE_STREAM = "case:"
# Facts whose `repeated` these facts may make: the same resident or house, the same theme, and come within the days
# after one of these was answered. `v` are the facts as they are and as they were.
_RELATIVES = " UNION ".join(
    "SELECT g.case_id FROM v JOIN insight_casefact g"
    f" ON g.{same} = v.{same} AND g.theme_id = v.theme_id AND g.received_at > v.answered_at"
    f" AND g.received_at <= v.answered_at + interval '{REPEATED_DAYS} days'"
    for same in ("resident_id", "spot")
)


def catch_up(now: datetime, limit: int = 2000) -> int:
    """Take in up to `limit` entries of the journal; returns how many. 0 means nothing is left.

    One transaction: position, facts and aggregates move together or not at all. Two at once wait for each other.
    """
    with acting(System("insight")):
        follower = locked_follower()
        if bring_up_to_date():
            group_anew()
        entries = follow(follower.position, limit)
        if entries:
            refresh(touched_cases(entry for _number, entry in entries))
        stand_at(entries[-1][0] if entries else follower.position, now)
    return len(entries)


def locked_follower() -> Follower:
    """How far the figures have come, locked until the transaction ends: there is one writer of figures."""
    found = Follower.objects.select_for_update().filter(name=FOLLOWER).first()
    if found is None:
        Follower.objects.get_or_create(name=FOLLOWER)
        found = Follower.objects.select_for_update().get(name=FOLLOWER)
    return found


def stand_at(position: int, now: datetime) -> None:
    """Note how far the figures have come, and when."""
    Follower.objects.filter(name=FOLLOWER).update(position=position, moved_at=now)


def touched_cases(entries: Iterable[Entry]) -> set[int]:
    """The ids of the cases in whose streams the entries stand."""
    return {int(e.stream.removeprefix(CASE_STREAM)) for e in entries if e.stream.startswith(CASE_STREAM)}


def refresh(case_ids: Collection[int]) -> None:
    """Derive these cases anew and move the aggregates by the difference. The follower is locked by the caller."""
    if not case_ids:
        return
    ids = sorted(case_ids)
    before = _rows(ids)
    stored = store(ids)
    written = {one.case_id for one in stored}
    changed = written | {*_gone(sorted(before.keys() - written))}
    if not changed:
        return
    # A new case has no theme and no answer yet: then it is no repetition, and makes none.
    known = changed & before.keys()
    relatives = _relatives(sorted(changed), before) if known or any(one.answered for one in stored) else set()
    before_others = _rows(sorted(relatives - set(ids)))
    changed |= _judge_repeated(sorted(relatives | known | {one.case_id for one in stored if one.themed}))
    move(sorted(changed), _only(changed, before, before_others))


def _rows(ids: Collection[int]) -> dict[int, str]:
    """Facts as JSON, by case, as the database itself writes and reads them."""
    statement = "SELECT f.case_id, to_jsonb(f)::text FROM insight_casefact f WHERE f.case_id = ANY (%(ids)s)"
    return dict(asked(statement, {"ids": list(ids)})) if ids else {}


def _only(ids: set[int], *kept: dict[int, str]) -> str:
    return "[" + ",".join(row for rows in kept for case_id, row in rows.items() if case_id in ids) + "]"


def _gone(ids: list[int]) -> list[int]:
    """Forget facts whose case is no more."""
    if not ids:
        return []
    statement = (
        "DELETE FROM insight_casefact f WHERE f.case_id = ANY (%(ids)s)"
        " AND NOT EXISTS (SELECT FROM cases_case c WHERE c.id = f.case_id) RETURNING f.case_id"
    )
    return [case_id for (case_id,) in asked(statement, {"ids": ids})]


def _relatives(changed: list[int], before: dict[int, str]) -> set[int]:
    """Whose `repeated` may be another now, by what these facts are or were."""
    statement = (
        "WITH v AS MATERIALIZED (SELECT resident_id, spot, theme_id, answered_at FROM (SELECT n.*"
        " FROM insight_casefact n WHERE n.case_id = ANY (%(ids)s) UNION ALL SELECT o.*"
        " FROM jsonb_populate_recordset(NULL::insight_casefact, %(before)s::jsonb) o) both_of"
        f" WHERE counts AND answered_at IS NOT NULL AND theme_id IS NOT NULL) {_RELATIVES}"
    )
    return {case_id for (case_id,) in asked(statement, {"ids": changed, "before": _only(set(changed), before)})}


def _judge_repeated(ids: list[int]) -> set[int]:
    """Judge anew whether these are repetitions; returns which changed."""
    if not ids:
        return set()
    statement = (
        f"UPDATE insight_casefact u SET repeated = j.repeated FROM (SELECT f.case_id, {REPEATED} AS repeated"  # noqa: S608
        " FROM insight_casefact f WHERE f.case_id = ANY (%(ids)s)) j"
        " WHERE j.case_id = u.case_id AND u.repeated <> j.repeated RETURNING u.case_id"
    )
    return {case_id for (case_id,) in asked(statement, {"ids": ids})}
