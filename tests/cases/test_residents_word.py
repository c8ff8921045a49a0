"""What the resident says after the answer, by the secret link alone."""

from datetime import timedelta

import pytest

from otklik.acting import acting
from otklik.cases.actions.close import close, close_by_silence
from otklik.cases.actions.reopen import reopen
from otklik.cases.actions.reply import reply
from otklik.cases.actions.resident import confirm, refute
from otklik.cases.actions.spam import set_aside
from otklik.cases.actions.triage import triage
from otklik.cases.models import Case, CaseMessage
from otklik.cases.resident_links import open_link
from otklik.channels.models import Attachment
from otklik.failures import BadInput, Refused
from tests.cases.invariants import check
from tests.cases.steps import (
    answered,
    assigned,
    coordinator,
    entries,
    executor,
    o_clock,
    photo,
    received,
    running,
)
from tests.making import SYSTEM, reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(db):
    return coordinator()


@pytest.fixture
def sent(who):
    sent = received()
    answered(who, sent.case_id, o_clock("11:00"))
    return sent


def test_thanks_closes_as_the_only_confirmed_fix(sent):
    confirm(open_link(sent.token), now=o_clock("12:00"))
    case = reread(sent.case_id)
    assert (case.state, case.outcome, case.fix, case.closed_at) == ("closed", "solved", "confirmed", o_clock("12:00"))
    confirm(open_link(sent.token), now=o_clock("13:00"))
    assert len(entries(sent.case_id, "confirm")) == 1


def test_thanks_after_the_closing_keeps_when_it_was_closed(who, sent):
    close_by_silence(SYSTEM, sent.case_id, now=o_clock("10:00", "2026-03-12"))
    confirm(open_link(sent.token), now=o_clock("10:00", "2026-03-14"))
    case = reread(sent.case_id)
    assert (case.outcome, case.closed_at) == ("solved", o_clock("10:00", "2026-03-12"))


def test_not_fixed_is_a_new_turn_with_words_and_photos(sent):
    refute(open_link(sent.token), text="Горит день и гаснет", photos=(photo(),), once="k", now=o_clock("12:00"))
    case = reread(sent.case_id)
    assert (case.state, case.turn, case.fix, case.outcome) == ("triaged", 2, "refuted", "")
    assert running(sent.case_id) == {"react", "answer"}
    with acting(SYSTEM):
        message = CaseMessage.objects.get(case=case, turn=2).message
        assert message.text == "Горит день и гаснет"
        assert Attachment.objects.filter(message=message).count() == 1
    check(sent.case_id)


def test_a_danger_answered_comes_back_at_most_as_the_policy_says(who):
    sent = received()
    triage(who, sent.case_id, importance=4, now=o_clock("10:10"))
    answered(who, sent.case_id, o_clock("11:00"))
    refute(open_link(sent.token), text="Снова", once="k", now=o_clock("12:00"))
    assert reread(sent.case_id).importance == 3


@pytest.mark.parametrize(("days", "taken"), [(30, True), (31, False)])
def test_not_fixed_can_be_said_for_thirty_days_after_the_closing(who, sent, days, taken):
    closed = o_clock("12:00", "2026-03-12")
    close(who, sent.case_id, outcome="explained", now=closed)
    late = closed + timedelta(days=days)
    if taken:
        refute(open_link(sent.token), text="Снова", once="k", now=late)
        assert reread(sent.case_id).turn == 2
    else:
        with pytest.raises(Refused, match="30 дней"):
            refute(open_link(sent.token), text="Снова", once="k", now=late)


def test_a_key_is_taken_once_and_another_key_after_it_is_refused(sent):
    link = open_link(sent.token)
    refute(link, text="Снова", once="k", now=o_clock("12:00"))
    refute(link, text="Снова", once="k", now=o_clock("12:01"))
    assert reread(sent.case_id).turn == 2
    with pytest.raises(Refused):
        refute(link, text="И ещё", once="other", now=o_clock("12:02"))


@pytest.mark.parametrize("text", ["", " \x00 ", "ю" * 20_001])
def test_not_fixed_needs_words_and_not_too_many(sent, text):
    with pytest.raises(BadInput) as told:
        refute(open_link(sent.token), text=text, once="k")
    assert told.value.field == "text"


@pytest.mark.parametrize("outcome", ["spam", "thanks"])
def test_what_was_set_aside_is_not_judged(who, outcome):
    sent = received()
    set_aside(who, sent.case_id, outcome=outcome, now=o_clock("10:10"))
    for act in (lambda: confirm(open_link(sent.token)), lambda: refute(open_link(sent.token), text="Но", once="k")):
        with pytest.raises(Refused, match="новое сообщение"):
            act()
    assert reread(sent.case_id).state == Case.State.CLOSED


def test_before_an_answer_there_is_nothing_to_judge():
    sent = received()
    for act in (lambda: confirm(open_link(sent.token)), lambda: refute(open_link(sent.token), text="Но", once="k")):
        with pytest.raises(Refused):
            act()


def test_a_confirmed_case_opened_again_by_staff_can_be_confirmed_again(who, sent):
    confirm(open_link(sent.token), now=o_clock("12:00"))
    reopen(who, sent.case_id, reason="ошиблись", now=o_clock("13:00"))
    answered(who, sent.case_id, o_clock("14:00"))
    confirm(open_link(sent.token), now=o_clock("15:00"))
    case = reread(sent.case_id)
    assert (case.state, case.fix, case.turn) == ("closed", "confirmed", 2)


def test_a_photo_of_the_turn_before_proves_nothing_of_this_one(who):
    sent = received()
    task = assigned(who, sent.case_id, o_clock("10:05"))
    reply(executor(who, task, o_clock("10:06")), kind="done", once="a", photos=(photo(),), now=o_clock("10:07"))
    answered(who, sent.case_id, o_clock("11:00"))
    refute(open_link(sent.token), text="Снова", once="k", now=o_clock("12:00"))
    answered(who, sent.case_id, o_clock("13:00"))
    with pytest.raises(BadInput) as told:
        close(who, sent.case_id, outcome="solved", now=o_clock("14:00"))
    assert told.value.field == "reason"
    close(who, sent.case_id, outcome="solved", reason="выехали, горит", now=o_clock("14:00"))
