"""The very appeals that a figure of the analysis counts: ids of registrations, the newest first. Inside `acting`.

The conditions are those by which `appeal_figures` counts, so a figure and its list cannot differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection

from otklik.cases.appeal_figures import CONDITIONS, ROWS, Asked
from otklik.cases.clock_rules import zone

_ORIGIN = "EXISTS (SELECT FROM cases_appealorigin a WHERE a.case_id = r.case_id AND %s)"
LISTED: dict[str, str] = CONDITIONS | {
    "written": "NOT oral", "above": _ORIGIN % "a.through <> ''", "control": _ORIGIN % "a.control",
}
GROUPS = ("place", "kind", "ended", "outcome", "way", "problem", "executor")  # by a word or an id of `ROWS`
_IDS = frozenset({"place", "problem", "executor"})


@dataclass(frozen=True)
class Narrowed:
    """Which of them: a figure, the value of one group, some themes (0 is «no theme»), the body they came through."""

    figure: str = "total"
    by: str = ""
    key: str = ""  # "" with a group: those that have none of it
    themes: Sequence[int] = ()
    through: str = ""


def listed(asked: Asked, narrowed: Narrowed, now: datetime) -> list[int]:
    """Ids of the registrations. KeyError for a figure that cannot be listed."""
    conditions = [LISTED[narrowed.figure]]
    values: dict[str, Any] = {
        "regime": asked.regime, "now": now, "restricted": asked.restricted_too,
        "since": datetime.combine(asked.since, time.min, zone()),
        "until": datetime.combine(asked.until + timedelta(days=1), time.min, zone()),
        "scopes": None if asked.scopes is None else list(asked.scopes),
    }
    if narrowed.by in GROUPS:
        column = f"{narrowed.by}::text" if narrowed.by in _IDS else f"coalesce({narrowed.by}, '')"
        conditions.append(f"{column} = %(key)s" if narrowed.key else f"coalesce({column}, '') = ''")
        values["key"] = narrowed.key
    if narrowed.themes:
        conditions.append("coalesce(theme, 0) = ANY (%(themes)s)")
        values["themes"] = list(narrowed.themes)
    if narrowed.through:
        conditions.append(_ORIGIN % "a.through = %(through)s")
        values["through"] = narrowed.through
    with connection.cursor() as cursor:  # all words of the statement are our own
        cursor.execute(f"{ROWS} SELECT id FROM r WHERE {' AND '.join(conditions)} ORDER BY day DESC, id DESC", values)
        return [pk for (pk,) in cursor.fetchall()]
