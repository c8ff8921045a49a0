"""What came by a channel after the first message: further words, an edit, a deletion, an answer given there by hand."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from otklik.acting import Actor, System
from otklik.cases import alarms, clocks
from otklik.cases.actions.reopen import begin_turn
from otklik.cases.actions.resident import NOT_JUDGED
from otklik.cases.following_up import seems
from otklik.cases.gate import Passage, passing
from otklik.cases.knowledge import knowledge
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case, CaseMessage
from otklik.cases.registered import LAWS, still_open
from otklik.channels.models import Account, Message
from otklik.triage import Hints, understand


@dataclass(frozen=True)
class Heard:
    """One further message. Moments are aware; `text` is clean."""

    account: Account
    external_id: str
    text: str
    written_at: datetime
    received_at: datetime
    resident_id: int | None = None
    thread: str = ""
    author_key: str = ""
    link: str = ""
    raw: dict[str, Any] | None = None
    ours: bool = False


def hear(actor: System, case_id: int, heard: Heard, *, state: str) -> Message:
    """Put further words of the resident into their case, whose state the caller has just read.

    In work they are simply more words; danger in them rings. After the answer, «не исправлено» that is sure of itself
    and within the policy's days begins a new turn; anything else is kept, and the case waits in «написали после
    ответа» until a person has looked. Raises `Refused` when the state has changed meanwhile.
    """
    if state in IN_WORK:
        with passing(actor, case_id, "add_words", now=heard.received_at) as gate:
            message = _keep(gate, heard)
            ring_if_dangerous(gate, heard.text)
            return message
    move = "refute" if _refutes(actor, case_id, heard) else "heard"
    with passing(actor, case_id, move, now=heard.received_at) as gate:
        if gate.move.name == "refute":
            begin_turn(gate, Case.Fix.REFUTED)
            message = _keep(gate, heard)
            ring_if_dangerous(gate, heard.text)
            return message
        message = _keep(gate, heard)
        gate.case.heard_at = gate.case.heard_at or gate.now
        return message


def _refutes(actor: System, case_id: int, heard: Heard) -> bool:
    case = Case.objects.get(pk=case_id)
    if case.outcome in NOT_JUDGED or case.regime in LAWS or seems(case, heard.text) != "not_fixed":
        return False
    policy = clocks.Rules().policy(case, case.received_at)
    since = case.closed_at or case.answered_at or heard.received_at
    return policy.reopen_days is None or heard.received_at <= since + timedelta(days=policy.reopen_days)


def _keep(gate: Passage, heard: Heard, direction: str = Message.Direction.IN) -> Message:
    case = gate.case
    message = Message.objects.create(
        account=heard.account, external_id=heard.external_id, direction=direction, scope_id=case.scope_id,
        resident_id=heard.resident_id or case.resident_id, text=heard.text, raw=heard.raw,
        salt=secrets.token_bytes(16), written_at=heard.written_at, received_at=heard.received_at, thread=heard.thread,
        author_key=heard.author_key, link=heard.link, outside=heard.ours,
    )
    seen = seems(case, heard.text) if heard.text and not heard.ours else ""
    CaseMessage.objects.create(case=case, message=message, scope_id=case.scope_id, turn=case.turn, seems=seen)
    gate.fields["message"] = message.pk
    if seen:
        gate.fields["seems"] = seen
    return message


def ring_if_dangerous(gate: Passage, text: str) -> None:
    """Danger told of in a resident's further words raises the importance and rings. Inside a gate."""
    understood = understand(text, Hints(territory_id=gate.case.territory_id), knowledge())
    if understood.dangers and understood.importance > gate.case.importance:
        gate.fields["importance"] = [gate.case.importance, understood.importance]
        gate.case.importance = understood.importance
        gate.case.importance_reason = understood.importance_reason[:300]
        clocks.recompute(gate.case)
    alarms.raise_if_dangerous(gate.case, gate.now)


def edited(actor: System, case_id: int, first: Message, text: str, now: datetime) -> Message:
    """A new text of a message that was taken: a further version beside the first, which stays as it came."""
    with passing(actor, case_id, "edited", now=now) as gate:
        newest = _newest(first)
        if newest.text == text and newest.withdrawn_at is None:
            gate.unchanged = True
            return newest
        message = Message.objects.create(
            account_id=first.account_id, external_id=first.external_id, version=newest.version + 1,
            direction=first.direction, scope_id=gate.case.scope_id, resident_id=first.resident_id, text=text,
            raw=newest.raw, salt=secrets.token_bytes(16), written_at=now, received_at=now, thread=first.thread,
            author_key=first.author_key, link=first.link,
        )
        CaseMessage.objects.create(case=gate.case, message=message, scope_id=gate.case.scope_id, turn=gate.case.turn)
        gate.fields |= {"message": message.pk, "version": message.version}
        if gate.case.state in IN_WORK:
            ring_if_dangerous(gate, text)
        return message


def withdrawn(actor: System, case_id: int, first: Message, at: datetime | None, now: datetime) -> None:
    """Its author deleted the message there (`at`), or put it back (None). It stays with us, and says so."""
    with passing(actor, case_id, "edited", now=now) as gate:
        newest = _newest(first)
        if (newest.withdrawn_at is None) == (at is None):
            gate.unchanged = True
            return
        newest.withdrawn_at = at
        newest.save(update_fields=["withdrawn_at"])
        gate.fields |= {"message": newest.pk, "withdrawn": at is not None}


def _newest(first: Message) -> Message:
    rows = Message.objects.filter(account_id=first.account_id, external_id=first.external_id)
    return rows.select_for_update().order_by("-version")[0]


def answered_outside(
    actor: System, case_id: int, heard: Heard, *, state: str, regime: str = "", draft_waits: bool = False
) -> Message:
    """A colleague answered straight from our own page: it joins the thread and stops the clock at its own time.

    A draft that waits (`draft_waits`) stays until a person takes it off: the case's page asks, and until then the
    case stands among those that somebody has to look at. Under a law (`regime`) nothing said on a page is the answer.
    """
    if state not in IN_WORK or regime in LAWS:
        with passing(actor, case_id, "edited", now=heard.received_at) as gate:
            return _keep(gate, heard, Message.Direction.OUT)
    with passing(actor, case_id, "answered_outside", now=heard.received_at) as gate:
        at = max(heard.written_at, gate.case.turn_began_at)
        message = _keep(gate, heard, Message.Direction.OUT)
        gate.fields |= {"at": at.isoformat()}
        if still_open(gate.case):
            gate.target = gate.case.state
        elif draft_waits:
            gate.case.heard_at = gate.now
        gate.fields["stopped"] = clocks.stop_by(gate.case, at, ["answer_published", "person_acted"])
        gate.case.answered_at = at
        return message


def see(actor: Actor, case_id: int, now: datetime | None = None) -> Case:
    """A person has read what came after the answer, and nothing more is to be done."""
    with passing(actor, case_id, "seen", now=now) as gate:
        gate.unchanged = gate.case.heard_at is None
        return gate.case


def case_of_message(account: Account, external_ids: Sequence[str]) -> tuple[Case, Message] | None:
    """The case of the first of these messages that we know, taken or sent, whichever way its id is kept."""
    for one in external_ids:
        joined = CaseMessage.objects.filter(message__account=account, message__external_id=one).order_by("pk")
        joined = joined or CaseMessage.objects.filter(message__account=account, message__delivery__receipt=one)
        found = joined.select_related("case", "message").first()
        if found is not None:
            return found.case, found.message
    return None


def case_of_thread(account: Account, thread: str, author_key: str) -> Case | None:
    """The newest case of this conversation with this person."""
    if not thread or not author_key:
        return None
    rows = CaseMessage.objects.filter(
        message__account=account, message__thread=thread, message__author_key=author_key
    )
    found = rows.select_related("case").order_by("-case_id").first()
    return found.case if found else None
