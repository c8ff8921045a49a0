"""What of a row is followed, field by field: what the source says now, and what stands here. Ids and digests only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from otklik.cases.actions.mirror import ANSWERED, CLOSED, OPEN, SourceWord, level_of
from otklik.cases.models import Case, Clock
from otklik.cases.opening import NewCase
from otklik.cases.registering import Mirror
from otklik.journal.appending import salted_digest

STATE, DUE, EXECUTOR, ANSWER, REGISTER = "state", "due", "executor", "answer", "register"
ASPECTS = (REGISTER, ANSWER, STATE, DUE, EXECUTOR)
Values = dict[str, str]


@dataclass(frozen=True)
class Said:
    """The source's word about one case, as it would be taken, and what it is known by."""

    word: SourceWord
    register: Mirror | None
    values: Values  # only of what the source speaks about
    fingerprint: str


def said_of(new: NewCase, salt: bytes) -> Said:
    """What a row says. Dates of a register stand there; the others are the case's."""
    level = CLOSED if new.closed_at else ANSWERED if new.answered_at else OPEN
    at = None if new.undated_end else new.closed_at or new.answered_at
    register = new.mirrors[0] if new.mirrors else None
    word = SourceWord(
        new.outside_system, level, at, new.outcome if level == CLOSED else "", new.source_due,
        new.executor.pk if new.executor else None, new.earlier_answer, new.source_state, tuple(new.numbers),
    )
    values: Values = {STATE: f"{level}|{word.outcome}"}
    if word.due_at:
        values[DUE] = word.due_at.isoformat()
    if word.executor_id:
        values[EXECUTOR] = str(word.executor_id)
    if word.answer:
        values[ANSWER] = salted_digest(salt, word.answer)
    if register:
        values[REGISTER] = register_value(salt, register)
    extra = [word.status or "", *(f"{system}:{number}" for system, number in sorted(word.numbers))]
    whole = "\n".join([*(f"{name}={values[name]}" for name in sorted(values)), *extra, at.isoformat() if at else ""])
    return Said(word, register, values, salted_digest(salt, whole))


def register_value(salt: bytes, said: Mirror | Any) -> str:
    """The digest of what a register says, or of a `Registration` as it stands here."""
    due = said.due_at if isinstance(said, Mirror) else said.source_due_at
    answered = said.answered_at if isinstance(said, Mirror) else said.out_at
    moments = (said.registered_at, due, answered)
    parts = [said.regime, said.number, said.out_number, said.signer, *(m.isoformat() if m else "" for m in moments)]
    return salted_digest(salt, "\n".join(parts))


def here_when_opened(new: NewCase, said: Said) -> Values:
    """What stands here right after a case was opened from its row."""
    values = {STATE: f"{said.word.level}|1", EXECUTOR: str(said.word.executor_id or ""), ANSWER: "0", DUE: ""}
    if new.earlier_answer:
        values[ANSWER] = "1"
    if new.source_due and not new.undated_end and not new.mirrors:
        values[DUE] = new.source_due.isoformat()
    if REGISTER in said.values:
        values[REGISTER] = said.values[REGISTER]
    return values


def here_now(case: Case) -> Values:
    """What stands here now. Three queries."""
    clock = (
        Clock.objects.filter(case=case, turn=case.turn, regime=case.regime, kind=Clock.Kind.ANSWER, assignment=None,
                             policy_version="source").order_by("-id").first()
    )  # fmt: skip
    answers = case.thread.filter(message__direction="out").count()
    values = {
        STATE: f"{level_of(case)}|{case.turn}", EXECUTOR: str(case.executor_id or ""), ANSWER: str(answers),
        DUE: clock.due_at.isoformat() if clock else "",
    }
    entry = case.registrations.order_by("-id").first()
    if entry is not None:
        values[REGISTER] = register_value(bytes(case.salt), entry)
    return values


def agrees(name: str, said: Said, case: Case, here: Mapping[str, str]) -> bool:
    """Whether what stands here is already what the source says."""
    value = said.values[name]
    if name == STATE:
        level, _bar, outcome = value.partition("|")
        if level == ANSWERED and level_of(case) == CLOSED:
            return True  # closed after the answer
        return level_of(case) == level and (level != CLOSED or not outcome or outcome == case.outcome)
    if name == ANSWER:
        return any(
            salted_digest(bytes(case.salt), text) == value
            for text in case.thread.filter(message__direction="out").values_list("message__text", flat=True)
        )
    return here.get(name) == value


def only(word: SourceWord, names: Sequence[str]) -> SourceWord:
    """The word without what shall not be taken. Status and numbers are always followed: nobody changes them here."""
    return SourceWord(
        word.system, word.level if STATE in names else "", word.at, word.outcome if STATE in names else "",
        word.due_at if DUE in names else None, word.executor_id if EXECUTOR in names else None,
        word.answer if ANSWER in names else "", word.status, word.numbers,
    )


def as_json(name: str, said: Said) -> dict[str, Any]:
    """The source's word about one field, to be shown in a conflict and taken later."""
    word = said.word
    if name == STATE:
        return {"level": word.level, "outcome": word.outcome, "at": _iso(word.at)}
    if name == DUE:
        return {"due_at": _iso(word.due_at)}
    if name == EXECUTOR:
        return {"executor_id": word.executor_id}
    if name == ANSWER:
        return {"answer": word.answer, "at": _iso(word.at)}
    mirror = said.register
    assert mirror is not None
    return {
        "regime": mirror.regime, "number": mirror.number, "out_number": mirror.out_number, "signer": mirror.signer,
        "system": mirror.system, "status": mirror.status, "registered_at": _iso(mirror.registered_at),
        "due_at": _iso(mirror.due_at), "answered_at": _iso(mirror.answered_at),
    }


def from_json(kept: Mapping[str, Any], system: str) -> SourceWord:
    """A field's word as `as_json` kept it (not of a register)."""
    return SourceWord(
        system, kept.get("level", ""), moment(kept.get("at")), kept.get("outcome", ""), moment(kept.get("due_at")),
        kept.get("executor_id"), kept.get("answer", ""),
    )


def moment(text: str | None) -> datetime | None:
    """A kept moment."""
    return datetime.fromisoformat(text) if text else None


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
