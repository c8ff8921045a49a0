"""The cases behind a figure, a page at a time: which ones by the figure's definition, what they say by the cases."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from otklik.acting import Actor
from otklik.cases.models import Case
from otklik.cases.reading import visible_cases
from otklik.faces.region.choices import Choices
from otklik.insight.definitions import FIGURES, MEASURE_OF
from otklik.insight.models import CaseFact
from otklik.insight.slices import facts_of
from otklik.reports.on_demand import topic_ids

SIZE = 50
MOST_IN_FILE = 5000
LACKING: dict[str, dict[str, Any]] = {
    "theme": {"theme_id": None}, "executor": {"executor_id": None}, "channel": {"channel": ""},
}
# The organisations that answered for a case in turn, one right after the other.
PASSED = (
    "EXISTS (SELECT 1 FROM generate_series(1, cardinality(insight_casefact.path) - 1) i"
    " WHERE insight_casefact.path[i] = %s AND insight_casefact.path[i + 1] = %s)"
)


@dataclass(frozen=True)
class CasePage:
    """One page of cases. `next_after` continues it; empty at the end. `closed`: how many more are not for the actor."""

    cases: list[Case]
    next_after: str = ""
    closed: int = 0


def facts_chosen(
    figure: str, now: datetime, choice: Choices, scopes: Collection[int], flow: tuple[int, int] | None = None
) -> QuerySet[CaseFact]:
    """What a figure of the chosen slice counts, in its order. `flow`: only what the first passed to the second."""
    of_period = FIGURES[figure].of_period or choice.came
    given = choice.slice(now, scopes) if of_period else choice.standing(now, scopes)
    facts = facts_of(given, MEASURE_OF.get(figure, figure), now)
    if hour := choice.hour_of_week:
        facts = facts.filter(day__iso_week_day=hour[0], hour=hour[1])
    if choice.topic:
        facts = facts.filter(theme_id__in=topic_ids(choice.topic)[1])
    if choice.without:
        facts = facts.filter(**LACKING[choice.without])
    return facts.extra(where=[PASSED], params=[*flow]) if flow else facts


def cases_for_file(
    actor: Actor, figure: str, now: datetime, choice: Choices, scopes: Collection[int],
    flow: tuple[int, int] | None = None,
) -> CasePage:
    """The first `MOST_IN_FILE` cases of a figure as one page; `next_after` is not empty where there are more."""
    ids = list(facts_chosen(figure, now, choice, scopes, flow).values_list("case_id", flat=True)[: MOST_IN_FILE + 1])
    shown = _readable(actor, ids[:MOST_IN_FILE])
    return CasePage(shown, "more" if len(ids) > MOST_IN_FILE else "", len(ids[:MOST_IN_FILE]) - len(shown))


def case_page(
    actor: Actor, figure: str, now: datetime, choice: Choices, scopes: Collection[int], after: str = "",
    flow: tuple[int, int] | None = None,
) -> CasePage:
    """Cases of a figure of the chosen slice, in its order (see `facts_of`). A broken `after` starts from the beginning.

    `flow`: only those that the first organisation passed to the second.
    """
    facts = facts_chosen(figure, now, choice, scopes, flow)
    oldest_first = figure == "overdue"
    key = "waits_due" if oldest_first else "day"
    if mark := _mark(after, datetime if oldest_first else date):
        at, case_id = mark
        further = "gt" if oldest_first else "lt"
        facts = facts.filter(Q(**{f"{key}__{further}": at}) | Q(**{key: at, f"case_id__{further}": case_id}))
    found = list(facts.values_list(key, "case_id")[: SIZE + 1])
    ids = [case_id for _at, case_id in found[:SIZE]]
    cases = _readable(actor, ids)
    more = f"{found[SIZE - 1][0].isoformat()}_{found[SIZE - 1][1]}" if len(found) > SIZE else ""
    return CasePage(cases, more, len(ids) - len(cases))


def _readable(actor: Actor, ids: list[int]) -> list[Case]:
    """Those of these cases that the actor may read, in the order given: cases of restricted access are for few."""
    seen = visible_cases(actor).filter(pk__in=ids).select_related("theme", "territory", "executor", "account")
    cases = seen.in_bulk()
    return [cases[i] for i in ids if i in cases]


def _mark(after: str, kind: type[date]) -> tuple[date, int] | None:
    """The place where the page before ended, or None when the address does not say it rightly."""
    at, _, case_id = after.partition("_")
    try:
        mark = kind.fromisoformat(at), int(case_id)
    except ValueError:
        return None
    return None if isinstance(mark[0], datetime) and mark[0].tzinfo is None else mark
