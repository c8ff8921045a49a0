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
    """Cases of a figure by day of reception, newest first. A broken `after` starts from the beginning."""
    facts = cases_of(figure, now, days, scopes)
    if mark := _mark(after):
        day, case_id = mark
        facts = facts.filter(Q(day__lt=day) | Q(day=day, case_id__lt=case_id))
    found = list(facts.values_list("day", "case_id")[: SIZE + 1])
    ids = [case_id for _day, case_id in found[:SIZE]]
    cases = visible_cases(actor).filter(pk__in=ids).select_related("theme", "territory", "executor", "account").in_bulk()
    more = f"{found[SIZE - 1][0].isoformat()}_{found[SIZE - 1][1]}" if len(found) > SIZE else ""
    return CasePage([cases[i] for i in ids if i in cases], more)


def _mark(after: str) -> tuple[date, int] | None:
    day, _, case_id = after.partition("_")
    try:
        return date.fromisoformat(day), int(case_id)
    except ValueError:
        return None
