"""Clocks start, pause, stop and warn when the regulation says so, and the case shows what runs out first."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.answers.models import Answer, Promise
from otklik.answers.publishing import publish, published_by_hand
from otklik.cases.actions.close import close
from otklik.cases.actions.pause import pause, resume
from otklik.cases.actions.reopen import reopen
from otklik.cases.actions.resident import refute
from otklik.cases.actions.reveal import reveal_contacts
from otklik.cases.actions.spam import set_aside
from otklik.cases.actions.take import take
from otklik.cases.actions.triage import triage
from otklik.cases.clocks import explain
from otklik.cases.models import Case, Clock
from otklik.cases.resident_links import open_link
from otklik.cases.warnings import warn_due
from otklik.failures import BadInput, Refused
from otklik.insight.following import derive
from tests.cases.steps import (
    RECEIVED,
    answered,
    approved,
    assigned,
    clock,
    coordinator,
    entries,
    o_clock,
    received,
    running,
)
from tests.making import SYSTEM, make_staff, reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def who():
    return coordinator()


@pytest.fixture
def sent():
    return received()


def test_at_reception_react_and_answer_run_and_the_answer_is_what_is_due(sent):
    assert running(sent.case_id) == {"react", "answer"}
    assert clock(sent.case_id, "react").due_at == o_clock("11:00")
    assert clock(sent.case_id, "answer").due_at == o_clock("18:00")
    case = reread(sent.case_id)
    assert case.due_at == clock(sent.case_id, "answer").due_at
    assert case.urgent_at == case.control_at == clock(sent.case_id, "answer").control_at


@pytest.mark.parametrize(
    "act",
    [
        lambda who, case: take(who, case, now=o_clock("10:20")),
        lambda who, case: triage(who, case, importance=1, now=o_clock("10:20")),
        lambda who, case: assigned(who, case, o_clock("10:20")),
        lambda who, case: approved(who, case, o_clock("10:20")),
        lambda who, case: reveal_contacts(who, case, reason="уточнить адрес", now=o_clock("10:20")),
        lambda who, case: set_aside(who, case, outcome="thanks", now=o_clock("10:20")),
        lambda who, case: pause(who, case, reason="ждём адрес", now=o_clock("10:20")),
    ],
    ids=["take", "triage", "assign", "draft", "reveal", "set_aside", "pause"],
)
def test_react_stops_at_the_first_action_of_a_person(who, sent, act):
    act(who, sent.case_id)
    assert clock(sent.case_id, "react").stopped_at == o_clock("10:20")


def test_taking_again_what_is_mine_is_nothing_but_counts_after_it_came_back(who, sent):
    take(who, sent.case_id, now=o_clock("10:10"))
    take(who, sent.case_id, now=o_clock("10:15"))
    assert len(entries(sent.case_id, "take")) == 1
    answered(who, sent.case_id, o_clock("11:00"))
    refute(open_link(sent.token), text="Не горит", once="k" * 20, now=o_clock("12:00"))
    assert running(sent.case_id) == {"react", "answer"}
    take(who, sent.case_id, now=o_clock("12:10"))
    assert running(sent.case_id) == {"answer"}


def test_the_final_answer_stops_all_that_waits_for_it(who, sent):
    answered(who, sent.case_id, o_clock("15:00"))
    assert running(sent.case_id) == set()
    assert clock(sent.case_id, "answer").stopped_by == "answer_published"
    assert clock(sent.case_id, "react").stopped_by == "person_acted"
    assert reread(sent.case_id).answered_at == o_clock("15:00")


def test_an_interim_answer_starts_final_and_the_promise_and_the_final_one_ends_both_clocks(who, sent):
    promised = date(2026, 3, 10)
    answered(who, sent.case_id, o_clock("15:00"), text="Закажем опору.", kind="interim", promised_for=promised)
    case = reread(sent.case_id)
    assert case.state == Case.State.NEW
    assert case.answered_at is None
    assert case.fix == Case.Fix.PROMISED
    assert running(sent.case_id) == {"final", "fix"}
    assert clock(sent.case_id, "fix").due_at == o_clock("23:59:59", "2026-03-10")
    assert clock(sent.case_id, "final").started_at == o_clock("15:00")
    answered(who, sent.case_id, o_clock("12:00", "2026-03-09"), text="Опору поставили.")
    assert running(sent.case_id) == set()
    with acting(SYSTEM):
        kept = Promise.objects.get(case_id=sent.case_id)
    assert kept.state == "open", "nobody reported it: the alarm goes on until a person says what became of it"
    assert reread(sent.case_id).due_at is None


def test_a_second_interim_answer_moves_the_promise_and_not_the_final_limit(who, sent):
    first, second = date(2026, 3, 10), date(2026, 3, 12)
    answered(who, sent.case_id, o_clock("15:00"), text="Закажем.", kind="interim", promised_for=first)
    due = clock(sent.case_id, "final").due_at
    answered(who, sent.case_id, o_clock("15:00", "2026-03-06"), text="Позже.", kind="interim", promised_for=second)
    assert clock(sent.case_id, "final").due_at == due
    assert clock(sent.case_id, "fix").due_at == o_clock("23:59:59", "2026-03-12")
    with acting(SYSTEM):
        assert list(Promise.objects.order_by("id").values_list("state", flat=True)) == ["moved", "open"]
        assert Clock.objects.filter(case_id=sent.case_id, kind="fix", stopped_at=None).count() == 1


def test_published_by_hand_stops_the_clock_at_the_given_time(who, sent):
    answer = approved(who, sent.case_id, o_clock("17:00"))
    published_by_hand(who, answer.pk, link="https://example.org/1", at=o_clock("16:30"), now=o_clock("17:30"))
    assert clock(sent.case_id, "answer").stopped_at == o_clock("16:30")
    assert reread(sent.case_id).answered_at == o_clock("16:30")
    assert entries(sent.case_id, "publish")[0].at == o_clock("17:30")
    assert "answer" in entries(sent.case_id, "publish")[0].fields["stopped"]


def test_an_interim_answer_by_hand_counts_from_its_own_time(who, sent):
    answer = approved(who, sent.case_id, o_clock("17:00"), kind="interim",
                      promised_for=date(2026, 3, 10))
    published_by_hand(who, answer.pk, at=o_clock("16:30"), now=o_clock("17:30"))
    assert clock(sent.case_id, "answer").stopped_at == o_clock("16:30")
    assert clock(sent.case_id, "final").started_at == o_clock("16:30")


def test_an_answer_by_hand_is_not_before_what_it_answers_nor_after_now(who, sent):
    answer = approved(who, sent.case_id, o_clock("17:00"))
    for moment in (RECEIVED - timedelta(minutes=1), o_clock("18:00")):
        with pytest.raises(BadInput) as told:
            published_by_hand(who, answer.pk, at=moment, now=o_clock("17:30"))
        assert told.value.field == "at"


def test_in_the_second_turn_an_answer_by_hand_is_not_of_the_first(who, sent):
    answered(who, sent.case_id, o_clock("11:00"))
    reopen(who, sent.case_id, reason="снова не горит", now=o_clock("12:00"))
    answer = approved(who, sent.case_id, o_clock("13:00"))
    with pytest.raises(BadInput):
        published_by_hand(who, answer.pk, at=o_clock("11:30"), now=o_clock("13:30"))
    published_by_hand(who, answer.pk, at=o_clock("12:30"), now=o_clock("13:30"))
    assert clock(sent.case_id, "answer", turn=2).stopped_at == o_clock("12:30")


def test_a_higher_importance_shortens_from_the_same_start_and_a_lower_one_gives_back(who, sent):
    usual = clock(sent.case_id, "answer").due_at
    triage(who, sent.case_id, importance=3, now=o_clock("12:00"))
    assert clock(sent.case_id, "answer").due_at == o_clock("14:00")
    assert reread(sent.case_id).due_at == o_clock("14:00")
    triage(who, sent.case_id, importance=2, now=o_clock("12:30"))
    assert clock(sent.case_id, "answer").due_at == usual


def test_danger_raised_in_a_later_turn_counts_from_that_turn(who, sent):
    """Opened again at night: at once means that night, not next morning nor the day it was received."""
    answered(who, sent.case_id, o_clock("11:00"))
    reopen(who, sent.case_id, reason="искрит", now=o_clock("22:00"))
    assert clock(sent.case_id, "answer", 2).started_at == o_clock("09:00", "2026-03-05")
    triage(who, sent.case_id, importance=4, now=o_clock("22:10"))
    assert clock(sent.case_id, "answer", 2).due_at == o_clock("22:00")
    assert reread(sent.case_id).urgent_at == RECEIVED


def test_a_new_turn_has_new_clocks_at_most_the_policys_importance_and_nothing_answered(who, sent):
    triage(who, sent.case_id, importance=4, now=o_clock("10:10"))
    answered(who, sent.case_id, o_clock("11:00"))
    reopen(who, sent.case_id, reason="не доделали", now=o_clock("12:00"))
    case = reread(sent.case_id)
    assert (case.turn, case.state, case.importance, case.turn_began_at) == (2, "triaged", 3, o_clock("12:00"))
    assert (case.answered_at, case.closed_at, case.outcome, case.fix) == (None, None, "", "unknown")
    assert clock(sent.case_id, "answer", 2).due_at == o_clock("16:00")
    assert running(sent.case_id) == {"answer"}, "opening again is itself the first action of a person"


def test_closing_leaves_no_clock(who, sent):
    answered(who, sent.case_id, o_clock("11:00"), kind="final")
    close(who, sent.case_id, outcome="explained", now=o_clock("12:00"))
    assert running(sent.case_id) == set()


def test_a_paused_limit_keeps_the_time_that_was_left(who, sent):
    pause(who, sent.case_id, reason="уточняем адрес у жителя", now=o_clock("11:00"))
    standing = clock(sent.case_id, "answer")
    assert standing.paused_at == o_clock("11:00")
    case = reread(sent.case_id)
    assert (case.due_at, case.urgent_at) == (None, None), "what stands still does not burn"
    resume(who, sent.case_id, now=o_clock("14:00"))
    gone_on = clock(sent.case_id, "answer")
    assert gone_on.paused_at is None
    assert gone_on.due_at == o_clock("12:00", "2026-03-05"), "seven hours were left: four today, three tomorrow"
    assert reread(sent.case_id).due_at == gone_on.due_at
    assert any("Пауза" in sentence for sentence in explain(gone_on))
    assert [s["to"] is None for s in gone_on.segments] == [False, True]
    assert entries(sent.case_id, "pause")[0].fields["paused"] == ["answer"]
    assert entries(sent.case_id, "resume")[0].fields["resumed"] == ["answer"]


def test_two_pauses_add_up_and_a_change_of_importance_keeps_them(who, sent):
    for begin, end in (("11:00", "12:00"), ("13:00", "13:30")):
        pause(who, sent.case_id, reason="ждём", now=o_clock(begin))
        resume(who, sent.case_id, now=o_clock(end))
    triage(who, sent.case_id, importance=3, now=o_clock("14:00"))
    assert clock(sent.case_id, "answer").due_at == o_clock("14:00") + timedelta(hours=1, minutes=30)


def test_an_answer_in_a_pause_is_in_time(who, sent):
    pause(who, sent.case_id, reason="ждём", now=o_clock("11:00"))
    much_later = o_clock("15:00", "2026-03-16")
    answered(who, sent.case_id, much_later)
    stopped = clock(sent.case_id, "answer")
    assert stopped.stopped_at == much_later
    assert stopped.due_at > much_later
    assert stopped.paused_at is None
    with acting(SYSTEM):
        assert derive([sent.case_id])[0].verdict == "in_time"


def test_a_missed_limit_is_not_healed_by_a_pause(who, sent):
    due = clock(sent.case_id, "answer").due_at
    pause(who, sent.case_id, reason="ждём", now=due + timedelta(hours=1))
    resume(who, sent.case_id, now=due + timedelta(hours=5))
    assert clock(sent.case_id, "answer").due_at == due


def test_what_cannot_be_paused_is_told(who, sent):
    with pytest.raises(BadInput):
        pause(who, sent.case_id, reason=" ")
    with pytest.raises(Refused, match="не приостановлен"):
        resume(who, sent.case_id)
    pause(who, sent.case_id, reason="ждём", now=o_clock("11:00"))
    with pytest.raises(Refused, match="уже стоит"):
        pause(who, sent.case_id, reason="ещё раз", now=o_clock("11:10"))
    resume(who, sent.case_id, now=o_clock("11:20"))
    triage(who, sent.case_id, importance=4, now=o_clock("11:30"))
    with pytest.raises(Refused, match="угрозе жизни"):
        pause(who, sent.case_id, reason="ждём", now=o_clock("11:40"))


def test_warnings_come_once_a_percent_and_never_for_what_stands_still_or_is_answered(who, sent):
    due = clock(sent.case_id, "answer").due_at
    take(who, sent.case_id, now=o_clock("10:10"))
    warn_due(due - timedelta(minutes=1))
    warn_due(due - timedelta(minutes=1))
    assert [e.fields["percent"] for e in entries(sent.case_id, "clock_warned")] == [80]
    pause(who, sent.case_id, reason="ждём", now=due - timedelta(minutes=1))
    warn_due(due + timedelta(days=1))
    assert len(entries(sent.case_id, "clock_warned")) == 1
    resume(who, sent.case_id, now=due + timedelta(hours=16))
    answered(who, sent.case_id, due + timedelta(hours=16))
    warn_due(due + timedelta(days=9))
    assert len(entries(sent.case_id, "clock_warned")) == 1


def test_an_answer_of_the_turn_before_is_not_published_in_this_one(who, sent):
    old = approved(who, sent.case_id, o_clock("11:00"))
    set_aside(who, sent.case_id, outcome="thanks", now=o_clock("11:30"))
    reopen(who, sent.case_id, reason="не благодарность", now=o_clock("12:00"))
    with pytest.raises(Refused, match="прежнее"):
        publish(who, old.pk, now=o_clock("13:00"))
    with acting(SYSTEM):
        assert Answer.objects.get(pk=old.pk).state == "approved"


def test_the_head_of_the_centre_may_pause_and_a_stranger_may_not(sent):
    pause(make_staff(("head", "gorod-kamyshin")), sent.case_id, reason="ждём", now=o_clock("11:00"))
    with pytest.raises(Refused):
        resume(make_staff(("analyst", "gorod-kamyshin")), sent.case_id, now=timezone.now())
