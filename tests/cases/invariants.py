"""What is true of any case after whatever happened to it."""

from otklik.acting import acting
from otklik.answers.models import Answer
from otklik.cases.lifecycle import BY_NAME
from otklik.cases.models import Case, Clock, Registration, Remark
from otklik.journal.appending import NO_DIGEST, entry_digest
from otklik.journal.models import Entry
from tests.making import SYSTEM

# Gates that write another verb than their move's name.
MOVES_OF_VERB = {
    "mirror": ("mirror_answered", "mirror_closed", "mirror_opened"),
    "settle": ("settle_answered", "settle_closed", "settle_opened"),
    "redirect": ("redirect", "redirect_again"), "reply": ("reply", "ask", "co_reply"),
    "word": ("word", "ask_word", "co_word"), "publish": ("publish", "publish_interim"), "mapped": ("mirror",),
    "clock_warned": ("warn",), "hand_over": ("hand_over", "hand_over_again"),
    "forwarded": ("forwarded", "forwarded_also"), "register": ("register", "source_answered"),
    "triage": ("triage", "correct"),
    "undo": ("undo_to_new", "undo_to_triaged", "undo_to_assigned", "undo_to_replied", "undo_to_answered"),
    "reception": ("reception", "reception_over"),
}


def check(case_id: int) -> None:
    """Fails with what is wrong."""
    with acting(SYSTEM, read_only=True):
        case = Case.objects.get(pk=case_id)
        clocks = list(Clock.objects.filter(case=case))
        chain = list(Entry.objects.filter(stream=f"case:{case_id}").order_by("seq"))
        remarks = set(Remark.objects.filter(case=case).values_list("entry_seq", flat=True))
        waiting = list(Registration.objects.filter(case=case, ended_at=None))
        open_answers = list(Answer.objects.filter(case=case, state__in=("draft", "review", "approved")))
    _clocks(case, clocks)
    _chain(chain)
    _states(case, chain)
    if case.state in (Case.State.ANSWERED, Case.State.CLOSED):
        assert not waiting, "no register waits for an answer any more"
    assert remarks == {e.seq for e in chain if "remark" in e.fields}
    assert len([a for a in open_answers if a.turn == case.turn]) <= 1
    assert (case.closed_at is not None) == (case.state == Case.State.CLOSED)
    assert bool(case.outcome) == (case.state == Case.State.CLOSED)
    assert case.turn_began_at >= case.received_at


def _clocks(case: Case, clocks: list[Clock]) -> None:
    running = [c for c in clocks if c.stopped_at is None]
    names = {(c.regime, c.kind, c.turn, c.assignment_id, c.inquiry_id) for c in running}
    assert len(names) == len(running), "one running clock a regime, kind, turn, part and letter"
    assert all(c.turn == case.turn for c in running), "no clock of an earlier turn runs on"
    if case.state in (Case.State.CLOSED, Case.State.ANSWERED):
        assert running == []
    beside = [c for c in running if c.kind in ("copies", "inquiry")]
    going = [c for c in running if c.paused_at is None and c.assignment_id is None and c not in beside]
    waiting = [c for c in going if c.kind != "react"] or going
    first = min(waiting, key=lambda c: (c.control_at, c.due_at), default=None)
    assert case.due_at == (first.due_at if first else None)
    assert case.control_at == (first.control_at if first else None)
    parts = [c.control_at for c in running if c.assignment_id and c.policy_version == "given"]
    parts += [c.control_at for c in beside]
    soonest = min([*parts, *([case.control_at] if case.control_at else [])], default=None)
    assert case.urgent_at == (case.received_at if first and case.importance == 4 else soonest)
    for clock in clocks:
        assert clock.control_at <= clock.due_at
        ends = [s["to"] for s in clock.segments]
        assert all(end is not None for end in ends[:-1])
        assert (ends[-1] is None) == (clock.stopped_at is None and clock.paused_at is None)
        assert not (clock.stopped_at and clock.paused_at)
        assert clock.why


def _chain(chain: list[Entry]) -> None:
    previous = NO_DIGEST
    for place, entry in enumerate(chain, 1):
        assert entry.seq == place
        assert bytes(entry.previous) == previous
        assert entry_digest(entry) == bytes(entry.digest)
        previous = bytes(entry.digest)


def _states(case: Case, chain: list[Entry]) -> None:
    """Every change of state in the journal is one that the table knows; the last one is the case's."""
    state = chain[0].fields["state"]
    for entry in chain[1:]:
        if "to" not in entry.fields:
            continue
        assert entry.fields["from"] == state
        state = entry.fields["to"]
        moves = [BY_NAME[name] for name in MOVES_OF_VERB.get(entry.verb, (entry.verb,))]
        assert any(entry.fields["from"] in m.sources and m.target == state for m in moves), entry.verb
    assert state == case.state
