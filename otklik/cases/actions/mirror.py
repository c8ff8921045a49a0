"""Состояние из источника: the outside system says something new about a case, and the case follows."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from otklik.acting import Actor
from otklik.cases import clocks
from otklik.cases.actions.postpone import put_off
from otklik.cases.actions.reopen import begin_turn
from otklik.cases.gate import Passage, looking, passing
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case, CaseMessage, Clock, OutsideNumber, Postponement
from otklik.cases.registered import source_ended, still_open
from otklik.channels.models import Message

OPEN, ANSWERED, CLOSED = "open", "answered", "closed"


@dataclass(frozen=True)
class SourceWord:
    """What a source says of a case now; None and "" say nothing. Moments are aware.

    `level` is open, answered or closed, `at` when it became so (None: the source does not say; no limit can be judged
    by it, and its clock is taken away).
    """

    system: str
    level: str = ""
    at: datetime | None = None
    outcome: str = ""
    due_at: datetime | None = None
    executor_id: int | None = None
    answer: str = ""
    status: str | None = None
    numbers: Sequence[tuple[str, str]] = ()


def mirror(actor: Actor, case_id: int, word: SourceWord, *, now: datetime | None = None) -> Case:
    """Let a case follow its source. The journal says which fields moved, never what they hold."""
    with following(actor, case_id, "mirror", word.level, now=now) as gate:
        apply(gate, word)
        return gate.case


@contextmanager
def following(
    actor: Actor, case_id: int, verb: str, level: str = "", *, now: datetime | None = None
) -> Iterator[Passage]:
    """The gate for `apply` of a word with this level: `mirror` by the program, `settle` by a person who takes the
    source's word."""
    with looking(actor):
        state = Case.objects.filter(pk=case_id).values_list("state", flat=True).first()
    with passing(actor, case_id, verb + _suffix(state or Case.State.NEW, level), now=now, verb=verb) as gate:
        yield gate


def _suffix(state: str, level: str) -> str:
    """Where the case would go: nowhere when it is there already, and a closed one is not merely answered again."""
    if level == CLOSED and state != Case.State.CLOSED:
        return "_closed"
    if level == ANSWERED and state in IN_WORK:
        return "_answered"
    return "_opened" if level == OPEN and state not in IN_WORK else ""


def apply(gate: Passage, word: SourceWord) -> None:
    """Put the source's word into the case of an open gate. Nothing new leaves no entry."""
    case, moved = gate.case, []
    if word.status is not None and word.status[:120] != case.source_state:
        case.source_state = word.status[:120]
        moved.append("status")
    if word.executor_id is not None and word.executor_id != case.executor_id:
        gate.fields["organisation"] = word.executor_id
        case.executor_id = word.executor_id
        moved.append("executor")
    if word.numbers and add_numbers(case, word.numbers):
        moved.append("numbers")
    if word.answer and _answered(gate, word):
        moved.append("answer")
    if word.level and _move_to(gate, word):
        moved.append("state")
    if word.due_at and _due(gate, word):
        moved.append("due")
    if word.due_at and _put_off(gate, word):
        moved.append("postponed")
    gate.unchanged = not moved
    gate.fields["mirrored"] = moved


def add_numbers(case: Case, numbers: Sequence[tuple[str, str]]) -> int:
    """Note further numbers of the same matter; one that another case has stays with it. Returns how many are new."""
    here = set(OutsideNumber.objects.filter(case=case).values_list("system", "number"))
    fresh = [(system, number) for system, number in numbers if (system, number) not in here]
    made = OutsideNumber.objects.bulk_create(
        [OutsideNumber(case=case, scope_id=case.scope_id, system=system, number=number) for system, number in fresh],
        ignore_conflicts=True,
    )
    return len(made)


def _answered(gate: Passage, word: SourceWord) -> bool:
    """«Ответ дан вне программы»: it joins the thread, once, in the place of what the source said before."""
    case = gate.case
    joined = CaseMessage.objects.filter(case=case, message__direction=Message.Direction.OUT)
    last = joined.order_by("-message__id").select_related("message").first()
    if last is not None and last.message.text == word.answer:
        return False
    first = CaseMessage.objects.filter(case=case, message__direction=Message.Direction.IN).order_by("message__id")
    key = first.values_list("message__external_id", flat=True).first() or f"case:{case.pk}"
    key = f"{key}:answer"[:200]
    version = Message.objects.filter(account_id=case.account_id, external_id=key).count() + 1
    message = Message.objects.create(
        account_id=case.account_id, external_id=key, version=version, direction=Message.Direction.OUT,
        scope_id=case.scope_id, resident_id=case.resident_id, text=word.answer, salt=secrets.token_bytes(16),
        written_at=word.at or gate.now, received_at=gate.now,
    )
    CaseMessage.objects.create(case=case, message=message, scope_id=case.scope_id, turn=case.turn)
    return True


def level_of(case: Case) -> str:
    """Open, answered or closed: what sources and we both know of a case's state."""
    return {Case.State.ANSWERED: ANSWERED, Case.State.CLOSED: CLOSED}.get(Case.State(case.state), OPEN)


def _move_to(gate: Passage, word: SourceWord) -> bool:
    case = gate.case
    if gate.move.target is None:  # it is there; at most it was closed for another reason
        if word.level == CLOSED and case.state == Case.State.CLOSED and word.outcome not in ("", case.outcome):
            case.outcome = gate.fields["outcome"] = word.outcome
            return True
        return False
    if gate.move.target == Case.State.TRIAGED:
        begin_turn(gate)
        clocks.stop_all(case, gate.now, clocks.OF_SOURCE)
        clocks.start(case)
        gate.begun = True
        return True
    at = max(word.at or gate.now, case.turn_began_at)
    if still_open(case, besides=case.regime):  # what stands in another register too goes on there
        gate.target = case.state
        return source_ended(gate, at)
    source_ended(gate, at)
    if case.state in IN_WORK:
        _stop_clocks(gate, at if word.at else None)
    if word.level == ANSWERED or word.answer:
        case.answered_at = case.answered_at or at
    if word.level == CLOSED:
        case.closed_at = at
        case.outcome = gate.fields["outcome"] = word.outcome or Case.Outcome.OUTSIDE
    return True


def _stop_clocks(gate: Passage, at: datetime | None) -> None:
    """The clocks end at the source's time; without one nothing may be judged by them, so they are taken away."""
    if at is None:
        gate.fields["undated"] = True
        Clock.objects.filter(case=gate.case, stopped_at=None, kind__in=("react", "answer", "final")).delete()
    else:
        stopped = clocks.stop_by(gate.case, at, ["answer_published", "interim_published", "person_acted"])
        gate.fields["stopped"] = sorted([*gate.fields.get("stopped", ()), *stopped])
    clocks.stop_all(gate.case, at or gate.now, clocks.OF_SOURCE)


def _put_off(gate: Passage, word: SourceWord) -> bool:
    """«Отложенное решение» in the source has its planned day: the case is put off here and comes back by itself."""
    case = gate.case
    if case.regime != Case.Regime.POS or "отлож" not in (word.status or "").lower() or word.due_at is None:
        return False
    day = word.due_at.astimezone(clocks.zone()).date()
    if day <= gate.now.astimezone(clocks.zone()).date() or (gate.target or case.state) not in IN_WORK:
        return False
    known = Postponement.objects.filter(case=case, back_at=None, until=day).exists()
    if not known:
        put_off(gate, day)
        clocks.pause(case, gate.now)
    return not known


def _due(gate: Passage, word: SourceWord) -> bool:
    """The source's date wins over ours: it takes the place of the clock that waits for the answer."""
    case = gate.case
    if (gate.target or case.state) not in IN_WORK or word.due_at is None:
        return False
    fresh = clocks.source_clock(case, word.due_at, word.system, None)
    row = Clock.objects.filter(
        case=case, turn=case.turn, regime=case.regime, kind=Clock.Kind.ANSWER, stopped_at=None, assignment=None
    ).first()
    if row is None:
        fresh.save()
        return True
    if row.due_at == word.due_at and row.policy_version == clocks.OF_SOURCE:
        return False
    for name in ("policy_version", "due_at", "control_at", "warn_at", "why", "stops", "provisional"):
        setattr(row, name, getattr(fresh, name))
    row.warned, row.paused_at, row.pausable = 0, None, False
    row.save()
    return True
