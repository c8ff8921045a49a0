"""The clocks of a case in two columns: until when to answer, until when to fix; what else runs stands below."""

from collections.abc import Sequence
from typing import NamedTuple

from otklik.answers.models import Promise
from otklik.cases.models import Assignment, Clock
from otklik.faces.desk.regime_block import ClockLine

TO_ANSWER = (Clock.Kind.REACT, Clock.Kind.ANSWER, Clock.Kind.FINAL)
AT_WORK = (Assignment.State.OPEN, Assignment.State.NEEDS_TIME)


class TwoClocks(NamedTuple):
    """Lines of each column and of the rest; where no clock to fix runs, the first day that was promised in words, and
    where nothing is promised, the part that an organisation must do first."""

    answer: list[ClockLine]
    fix: list[ClockLine]
    rest: list[ClockLine]
    part: Assignment | None
    promise: Promise | None = None


def in_two(
    lines: Sequence[ClockLine], tasks: Sequence[Assignment], promises: Sequence[Promise] = ()
) -> TwoClocks:
    """Sort the running limits of a case into its two clocks."""
    answer = [line for line in lines if line.clock.kind in TO_ANSWER]
    fix = [line for line in lines if line.clock.kind == Clock.Kind.FIX]
    rest = [line for line in lines if line not in answer and line not in fix]
    dated = [task for task in tasks if task.due_at and task.state in AT_WORK]
    part = min(dated, key=lambda task: task.due_at, default=None)  # type: ignore[arg-type, return-value]
    return TwoClocks(answer, fix, rest, part, promises[0] if promises else None)
