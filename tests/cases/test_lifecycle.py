"""The transition table, enumerated: every move from every state by everybody is what the gate allows, and no more."""

from itertools import product
from pathlib import Path

import pytest

from otklik.acting import Link, System, acting, widened
from otklik.cases.gate import passing
from otklik.cases.lifecycle import BY_NAME, MOVES, drawing, table
from otklik.cases.models import Case, Clock
from otklik.failures import NotYours, Refused
from otklik.organisations.models import RoleAssignment
from tests.making import SYSTEM, make_case, make_staff, send

DOCS = Path(__file__).resolve().parents[2] / "docs" / "lifecycle.md"
STATES = Case.State.values
ROLES = RoleAssignment.Role.values


def force(case_id: int, state: str) -> None:
    """Put a case into a state without a move (tests only)."""
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=case_id).update(state=state)


def passes(actor, case_id: int, move: str) -> bool:
    try:
        with passing(actor, case_id, move) as gate:
            gate.unchanged = True
    except Refused:
        return False
    return True


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_the_gate_allows_exactly_what_the_table_says(state):
    case = make_case()
    force(case.pk, state)
    actors = {role: make_staff((role, "gorod-kamyshin")) for role in ROLES if role not in ("administrator", "security")}
    for move, (role, actor) in product(MOVES, actors.items()):
        expected = state in move.sources and role in move.roles
        assert passes(actor, case.pk, move.name) == expected, (state, move.name, role)
    for move in MOVES:
        for holder in ("resident", "executor"):
            expected = state in move.sources and holder in move.holders
            assert passes(Link(case.pk, holder, 1), case.pk, move.name) == expected, (state, move.name, holder)
        assert passes(System("x"), case.pk, move.name) == (state in move.sources and "system" in move.holders)


@pytest.mark.django_db
def test_no_move_is_open_to_another_municipality_or_another_link():
    case = make_case()
    stranger = make_staff(*((role, "gorod-volzhskiy") for role in ROLES))
    other = send()
    for move in MOVES:
        for actor in (stranger, Link(other.case_id, "resident", 1), Link(other.case_id, "executor", 1)):
            with pytest.raises(NotYours), passing(actor, case.pk, move.name):
                pass


@pytest.mark.django_db
def test_a_move_out_of_closed_never_goes_unseen():
    """Whatever closes stops all clocks; whatever opens again starts them anew."""
    closing = [m for m in MOVES if m.target == Case.State.CLOSED]
    assert closing
    assert all(m.stops_all for m in closing)
    reopening = [m for m in MOVES if Case.State.CLOSED in m.sources and m.target not in (None, Case.State.CLOSED)]
    taken_back = {"undo_to_new", "undo_to_triaged", "undo_to_answered"}  # there the clocks stand again as they stood
    assert {m.name for m in reopening} - taken_back == {
        "refute", "reopen", "recheck_failed", "mirror_opened", "settle_opened",
    }
    assert all(m.new_turn for m in reopening if m.name not in taken_back)
    case = make_case()
    with passing(make_staff(("operator", "gorod-kamyshin")), case.pk, "set_aside") as gate:
        gate.case.outcome = "spam"
    with acting(SYSTEM):
        assert not Clock.objects.filter(case=case, stopped_at=None).exists()


def test_every_state_is_reached_and_left():
    targets = {m.target for m in MOVES if m.target} | {Case.State.NEW}
    assert targets == set(STATES)
    assert {s for m in MOVES if m.target for s in m.sources} == set(STATES)
    assert len(BY_NAME) == len(MOVES)


def test_the_docs_draw_this_table():
    written = DOCS.read_text(encoding="utf-8")
    assert drawing() in written, "run: python -m otklik.operations.drawing"
    assert table() in written, "run: python -m otklik.operations.drawing"
