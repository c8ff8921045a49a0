"""From a case and its clocks to what is counted of it. Pure: values in, values out."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from zoneinfo import ZoneInfo

from otklik.insight.models import CaseFact

NOT_COUNTED_OUTCOMES = frozenset({"spam", "thanks"})
SETTLED_STATES = frozenset({"answered", "closed"})
ANSWER_KINDS = frozenset({"answer", "final"})  # the limits by which an answer is judged


@dataclass(frozen=True)
class CaseRow:
    """What is read of a case; no texts."""

    id: int
    scope_id: int
    received_at: datetime
    theme_id: int | None
    channel: str
    regime: str
    state: str
    outcome: str
    importance: int
    notifies: bool
    answered_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class ClockRow:
    """What is read of a clock. `answered`: an answer or an interim answer stopped it."""

    kind: str
    due_at: datetime
    paused: bool
    stopped_at: datetime | None
    answered: bool


@dataclass(frozen=True)
class Figures:
    """How many cases; also a difference, so any may be negative."""

    received: int = 0
    open: int = 0
    answered: int = 0
    in_time: int = 0
    late: int = 0
    closed: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def __neg__(self) -> "Figures":
        return Figures(*(-a for a in astuple(self)))


FIGURE_NAMES = tuple(f.name for f in fields(Figures))
FACT_NAMES = tuple(f.attname for f in CaseFact._meta.concrete_fields)


def fact_of(case: CaseRow, clocks: Iterable[ClockRow], zone: ZoneInfo) -> CaseFact:
    """What is counted of one case; `zone` is the region's, for the day of reception."""
    clocks = [c for c in clocks if c.kind in ANSWER_KINDS]
    waiting = [c.due_at for c in clocks if c.stopped_at is None and not c.paused]
    answers = [c.stopped_at for c in clocks if c.answered and c.stopped_at]
    return CaseFact(
        case_id=case.id,
        scope_id=case.scope_id,
        day=case.received_at.astimezone(zone).date(),
        theme_id=case.theme_id,
        channel=case.channel,
        regime=case.regime,
        state=case.state,
        outcome=case.outcome,
        counts=_counts(case),
        open=case.state not in SETTLED_STATES,
        verdict=_verdict(clocks),
        waits_due=min(waiting, default=None),
        answered_at=min(answers, default=case.answered_at),
        closed_at=case.closed_at,
    )


def _counts(case: CaseRow) -> bool:
    """Whether a case is in figures at all.

    «Не инцидент» leaves them only when the case is closed: an open one may be the program's guess, and nobody
    has looked yet.
    """
    no_incident = case.importance == 0 and case.state == "closed"
    return case.notifies and not no_incident and case.outcome not in NOT_COUNTED_OUTCOMES


def _verdict(clocks: Sequence[ClockRow]) -> CaseFact.Verdict:
    """One limit broken in any turn is late for good; in time only when nothing runs any more.

    A limit that ended without an answer says nothing while it was kept (a matter closed as not ours), and
    is broken like any other when its time had passed.
    """
    if any(c.stopped_at is not None and c.stopped_at > c.due_at for c in clocks):
        return CaseFact.Verdict.LATE
    if any(c.stopped_at is None for c in clocks) or not any(c.answered for c in clocks):
        return CaseFact.Verdict.OPEN
    return CaseFact.Verdict.IN_TIME


def figures_of(fact: CaseFact) -> Figures:
    """What one case adds to the figures of its day; nothing when it does not count."""
    if not fact.counts:
        return Figures()
    return Figures(
        received=1,
        open=int(fact.open),
        answered=int(fact.answered_at is not None),
        in_time=int(fact.verdict == CaseFact.Verdict.IN_TIME),
        late=int(fact.verdict == CaseFact.Verdict.LATE),
        closed=int(fact.closed_at is not None),
    )


def summed(facts: Iterable[CaseFact]) -> dict[tuple[int, date], Figures]:
    """The figures of facts by scope and day, days without any left out."""
    out: dict[tuple[int, date], Figures] = {}
    for fact in facts:
        place = (fact.scope_id, fact.day)
        out[place] = out.get(place, Figures()) + figures_of(fact)
    return {place: figures for place, figures in out.items() if figures != Figures()}


def difference(
    before: dict[tuple[int, date], Figures], after: dict[tuple[int, date], Figures]
) -> dict[tuple[int, date], Figures]:
    """What to add to each day to come from `before` to `after`; unchanged days left out."""
    out = {
        place: after.get(place, Figures()) + -before.get(place, Figures()) for place in {*before, *after}
    }
    return {place: change for place, change in out.items() if change != Figures()}


def same(one: CaseFact, other: CaseFact) -> bool:
    """Whether two facts say the same of the same case."""
    return all(getattr(one, name) == getattr(other, name) for name in FACT_NAMES)
