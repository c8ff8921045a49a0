"""Registrations that another system brings: they follow it, and end with it."""

from datetime import timedelta

import pytest

from otklik.acting import acting
from otklik.answers.jobs import close_silent
from otklik.answers.sending import sent
from otklik.cases.actions.mirror import SourceWord, mirror
from otklik.cases.actions.register import register_mirror
from otklik.cases.models import Clock, Registration
from otklik.cases.registering import Mirror
from tests.cases.invariants import check
from tests.cases.registering import LATER, NOW, clocks_of, mirrored
from tests.cases.steps import RECEIVED, coordinator, entries
from tests.making import SYSTEM, at, reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def who():
    return coordinator()


def test_pos_follows_its_source(who):
    case_id = mirrored("pos", Mirror("pos", number="ПОС-9", due_at=at("2026-03-25 23:59"), status="в работе"))
    assert reread(case_id).due_at == at("2026-03-25 23:59")
    register_mirror(SYSTEM, case_id, regime="pos", status="продлено", due_at=at("2026-04-02 23:59"), now=NOW)
    assert reread(case_id).due_at == at("2026-04-02 23:59")
    register_mirror(SYSTEM, case_id, regime="pos", status="решено", answered_at=LATER, now=LATER)
    case = reread(case_id)
    assert (case.state, case.answered_at) == ("answered", LATER)
    assert close_silent(LATER + timedelta(days=60)) == 0
    check(case_id)


def test_a_source_that_closes_its_own_leaves_what_stands_in_another_register(who):
    case_id = mirrored("pos", Mirror("pos", number="ПОС-9"), Mirror("law59", number="А-1", registered_at=RECEIVED))
    word = SourceWord(system="ПОС", level="closed", at=LATER)
    mirror(SYSTEM, case_id, word, now=LATER)
    mirror(SYSTEM, case_id, word, now=LATER)
    case = reread(case_id)
    assert (case.state, case.answered_at) == ("new", LATER)
    assert len(entries(case_id, "mirror")) == 1
    with acting(SYSTEM):
        entry = Registration.objects.get(case_id=case_id, ended_at=None)
        assert entry.regime == "law59"
    assert clocks_of(case_id, "pos")["answer"].stopped_at == LATER
    assert clocks_of(case_id, "law59")["answer"].stopped_at is None
    check(case_id)
    sent(who, case_id, registration_id=entry.pk, number="1", at=LATER, signer="Глава", way="post", now=LATER)
    assert reread(case_id).state == "answered"
    check(case_id)


def test_a_batch_opens_with_its_registrations_and_their_clocks():
    case_id = mirrored("social", Mirror("law59", number="А-1", registered_at=RECEIVED), Mirror("pos", number="П-1"))
    with acting(SYSTEM):
        assert set(Registration.objects.values_list("regime", "number")) == {("law59", "А-1"), ("pos", "П-1")}
    assert clocks_of(case_id, "law59")["register"].stopped_at == RECEIVED
    assert clocks_of(case_id, "law59")["answer"].registration.number == "А-1"
    assert clocks_of(case_id, "social")["answer"].stopped_at is None
    check(case_id)


def test_history_comes_with_registrations_that_are_over():
    case_id = mirrored(
        "law59", Mirror("law59", number="А-1", registered_at=RECEIVED), closed_at=NOW, answered_at=NOW,
        outcome="explained",
    )
    with acting(SYSTEM):
        assert not Registration.objects.filter(ended_at=None).exists()
        assert not Clock.objects.filter(case_id=case_id, stopped_at=None).exists()
    check(case_id)
