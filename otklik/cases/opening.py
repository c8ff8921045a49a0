"""Opening cases: one, or a batch, with the same checks."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from otklik.acting import Actor
from otklik.cases import clocks, numbers
from otklik.cases.kind_and_tone import fields_of, is_to_restrict
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case, CaseMessage, Clock, OutsideNumber, Registration
from otklik.cases.registering import Mirror, opened_with
from otklik.channels.models import Account, Attachment, Message
from otklik.files.models import StoredFile
from otklik.journal.appending import NewEntry, append_many, salted_digest
from otklik.residents.models import Resident
from otklik.territory.models import Territory


@dataclass
class NewCase:
    """What is needed to open a case. Moments are aware. The caller has checked texts and places at its edge.

    With `source_due` the outside system's date wins over ours; with `closed_at` the case is history.
    """

    account: Account
    external_id: str
    text: str
    territory: Territory
    received_at: datetime
    written_at: datetime
    answer_by: str
    opened_at: datetime
    regime: str = "social"
    resident: Resident | None = None
    street: str = ""
    house: str = ""
    place_note: str = ""
    latitude: float | None = None
    longitude: float | None = None
    theme: Any = None
    executor: Any = None
    importance: int = 2
    importance_reason: str = ""
    suggestion: dict[str, Any] | None = None
    photos: Sequence[StoredFile] = ()
    raw: dict[str, Any] | None = None
    outside_system: str = ""
    outside_url: str = ""
    quoted_number: str = ""  # the number people quote, where the outside system has one beside its id
    numbers: Sequence[tuple[str, str]] = ()  # (system, number) of the same matter in further systems
    source_state: str = ""
    source_due: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    sorted_outside: bool = False  # the source has already triaged it
    undated_end: bool = False  # the source says answered or closed, not when: no limit can be judged by that
    earlier_answer: str = ""
    mirrors: Sequence[Mirror] = ()  # where it is registered besides; one of the case's own regime gives its clocks
    follows_id: int | None = None  # the case with whose answer the resident disagrees
    notifies: bool = True
    journal: dict[str, Any] = field(default_factory=dict)


def open_case(new: NewCase, actor: Actor) -> Case:
    """Open one case. The caller is inside `acting(actor)` and `widened()`."""
    return open_cases([new], actor)[0]


def open_cases(batch: Sequence[NewCase], actor: Actor) -> list[Case]:
    """Open a batch with one round trip a table. Returns the cases in the batch's order."""
    given = numbers.take_numbers(len(batch))
    cases = [_case(new, number) for new, number in zip(batch, given, strict=True)]
    rules = clocks.Rules()
    rows: list[Clock] = []
    entries: list[Registration] = []
    for new, case in zip(batch, cases, strict=True):
        registered, own = opened_with(case, new.mirrors, rules)
        entries += registered
        if case.regime not in {entry.regime for entry in registered}:
            own += _clocks(new, case, rules)
        clocks.set_dates(case, [c for c in own if c.stopped_at is None])
        rows += own
    Case.objects.bulk_create(cases)
    Registration.objects.bulk_create(entries)
    Clock.objects.bulk_create(rows)
    _messages(batch, cases)
    OutsideNumber.objects.bulk_create(
        [
            OutsideNumber(case=c, scope_id=c.scope_id, system=n.outside_system, number=n.external_id, url=n.outside_url)
            for n, c in zip(batch, cases, strict=True) if n.outside_system
        ]
    )
    more = [
        (case, system, number)
        for new, case in zip(batch, cases, strict=True)
        for system, number in ((new.outside_system, new.quoted_number), *new.numbers)
        if number not in ("", new.external_id) or (number and system != new.outside_system)
    ]
    OutsideNumber.objects.bulk_create(
        [OutsideNumber(case=c, scope_id=c.scope_id, system=system, number=number) for c, system, number in more],
        ignore_conflicts=True,  # a number that another row has as its id stays with that row
    )
    append_many(
        [
            NewEntry(
                f"case:{c.pk}", "opened", actor.reference, n.opened_at,
                {"scope": c.scope_id, "channel": n.account.channel, "regime": c.regime, "state": c.state,
                 "importance": c.importance, "text": salted_digest(bytes(c.salt), c.text), **_read(c), **n.journal},
            )
            for n, c in zip(batch, cases, strict=True)
        ],
        new_streams=True,
    )
    return cases


def _read(case: Case) -> dict[str, Any]:
    """What the entry says of a case that is read by few."""
    return {"tone": case.tone, "restricted": True} if case.restricted else {}


def _case(new: NewCase, number: int) -> Case:
    place = new.territory
    state = Case.State.TRIAGED if new.sorted_outside else Case.State.NEW
    if new.closed_at:
        state = Case.State.CLOSED
    elif new.answered_at:
        state = Case.State.ANSWERED
    return Case(
        number=number, scope=place.scope or place, territory=place, street=new.street, house=new.house,
        place_note=new.place_note, latitude=new.latitude, longitude=new.longitude, resident=new.resident,
        account=new.account, answer_by=new.answer_by, text=new.text, regime=new.regime, state=state,
        outcome=new.outcome, theme=new.theme, executor=new.executor, importance=new.importance,
        importance_reason=new.importance_reason, suggestion=new.suggestion, written_at=new.written_at,
        follows_id=new.follows_id,
        received_at=new.received_at, turn_began_at=new.received_at, opened_at=new.opened_at,
        answered_at=new.answered_at, closed_at=new.closed_at,
        source_state=new.source_state, notifies=new.notifies, salt=secrets.token_bytes(16),
        restricted=state in IN_WORK and is_to_restrict(new.suggestion), **fields_of(new.suggestion),
    )


def _clocks(new: NewCase, case: Case, rules: clocks.Rules) -> list[Clock]:
    """The clocks of a new case: the source's date wins; history has at most a stopped one."""
    if new.undated_end:
        return []
    if new.source_due:
        return [clocks.source_clock(case, new.source_due, new.outside_system, new.answered_at or new.closed_at)]
    if new.closed_at:
        return []
    policy = rules.policy(case, new.received_at)
    plans = rules.plan(case, new.received_at)
    out = [clocks.clock_row(case, p, policy) for p in plans if p.kind != "final" and not p.condition]
    if new.answered_at:
        for row in out:
            row.stopped_at, row.stopped_by = new.answered_at, clocks.OF_SOURCE
            row.segments[-1]["to"] = new.answered_at.isoformat()
    return out


def _messages(batch: Sequence[NewCase], cases: Sequence[Case]) -> None:
    """The raw message of each case, its photos, and an earlier answer that came with it."""
    incoming = []
    earlier = []
    for new, case in zip(batch, cases, strict=True):
        incoming.append(_message(new, case, new.text, new.external_id, Message.Direction.IN, new.written_at))
        if new.earlier_answer:
            at = new.answered_at or new.closed_at or new.received_at
            earlier.append(
                (case, _message(new, case, new.earlier_answer, f"{new.external_id}:answer", Message.Direction.OUT, at))
            )
    Message.objects.bulk_create(incoming + [m for _, m in earlier])
    joined = [*zip(cases, incoming, strict=True), *earlier]
    CaseMessage.objects.bulk_create([CaseMessage(case=c, message=m, scope_id=c.scope_id) for c, m in joined])
    Attachment.objects.bulk_create(
        [
            Attachment(message=m, scope_id=m.scope_id, file=photo)
            for new, m in zip(batch, incoming, strict=True) for photo in new.photos
        ]
    )


def _message(new: NewCase, case: Case, text: str, external_id: str, direction: str, at: datetime) -> Message:
    return Message(
        account=new.account, external_id=external_id, direction=direction, scope_id=case.scope_id,
        resident=new.resident, text=text, raw=new.raw if direction == Message.Direction.IN else None,
        salt=secrets.token_bytes(16), written_at=at, received_at=new.received_at,
    )
