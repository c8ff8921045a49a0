"""The cases behind a figure, a page at a time: which ones by the figure's definition, what they say by the cases."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from otklik.acting import Actor
from otklik.cases.models import Case
from otklik.cases.reading import visible_cases
from otklik.insight.figures import cases_of

SIZE = 50


@dataclass(frozen=True)
class CasePage:
    """One page of cases. `next_after` continues it; empty at the end."""

    cases: list[Case]
    next_after: str = ""


def case_page(
    actor: Actor, figure: str, now: datetime, days: int, scopes: Collection[int] | None, after: str = ""
) -> CasePage:
    """Cases of a figure in its order (see `cases_of`). A broken `after` starts from the beginning."""
    facts = cases_of(figure, now, days, scopes)
    oldest_first = figure == "overdue"
    key = "waits_due" if oldest_first else "day"
    if mark := _mark(after, datetime if oldest_first else date):
        at, case_id = mark
        further = "gt" if oldest_first else "lt"
        facts = facts.filter(Q(**{f"{key}__{further}": at}) | Q(**{key: at, f"case_id__{further}": case_id}))
    found = list(facts.values_list(key, "case_id")[: SIZE + 1])
    ids = [case_id for _at, case_id in found[:SIZE]]
    seen = visible_cases(actor).filter(pk__in=ids).select_related("theme", "territory", "executor", "account")
    cases = seen.in_bulk()
    more = f"{found[SIZE - 1][0].isoformat()}_{found[SIZE - 1][1]}" if len(found) > SIZE else ""
    return CasePage([cases[i] for i in ids if i in cases], more)


def _mark(after: str, kind: type[date]) -> tuple[date, int] | None:
    """The place where the page before ended, or None when the address does not say it rightly."""
    at, _, case_id = after.partition("_")
    try:
        mark = kind.fromisoformat(at), int(case_id)
    except ValueError:
        return None
    return None if isinstance(mark[0], datetime) and mark[0].tzinfo is None else mark
