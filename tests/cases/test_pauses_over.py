"""A pause has a reason of the policy's list and ends by itself when the policy's days are used up; warned of before."""

from datetime import date, timedelta

import pytest

from otklik.acting import acting
from otklik.cases.actions.pause import pause, resume
from otklik.cases.actions.take import take
from otklik.cases.clocks import explain, pause_offer
from otklik.cases.models import Case, Clock, Notice
from otklik.cases.pauses_over import go_on_due, warn_of_ends
from otklik.failures import BadInput, Refused
from otklik.policy.adopting import adopt_policy
from otklik.policy.models import PolicyVersion
from tests.cases.steps import RECEIVED, clock, coordinator, entries, o_clock, received
from tests.making import SYSTEM, place, reread

pytestmark = pytest.mark.django_db
WAITS = [
    {"code": "resident", "words": "ждём жителя", "most_working_days": 2},
    {"code": "access", "words": "нет доступа"},
]


@pytest.fixture
def capped():
    """The region's own rules: all pauses together three working days, one for the resident two."""
    data = PolicyVersion.objects.get(regime="social", territory=None, version=1).data
    content = data | {"pause_cap_working_days": 3, "pause_reasons": WAITS}
    adopt_policy(SYSTEM, content, place("volgograd").pk, place("volgograd").pk, RECEIVED)


@pytest.fixture
def sent(capped):
    return received()


def running_of(case_id):
    with acting(SYSTEM):
        return list(Clock.objects.filter(case_id=case_id, stopped_at=None))


def test_a_pause_goes_on_by_itself_at_the_moment_the_policy_gives_and_its_people_are_warned_before(sent):
    who = coordinator()
    take(who, sent.case_id, now=o_clock("10:30"))
    pause(who, sent.case_id, code="resident", now=o_clock("12:00"))
    row = clock(sent.case_id, "answer")
    assert row.resumes_at == o_clock("00:00", "2026-03-07")  # Thursday and Friday, up to 24:00
    assert any("Пойдёт сам 07.03.2026 00:00" in line for line in explain(row))
    assert entries(sent.case_id, "pause")[-1].fields["waits_for"] == "resident"
    assert warn_of_ends(o_clock("12:00", "2026-03-05")) == 0
    assert warn_of_ends(o_clock("09:00", "2026-03-06")) == 1
    assert warn_of_ends(o_clock("09:05", "2026-03-06")) == 0
    assert go_on_due(o_clock("23:59", "2026-03-06")) == 0
    late = o_clock("11:00", "2026-03-10")  # nobody looked for three days: the clock has gone on all the same
    assert go_on_due(late) == 1
    assert go_on_due(late) == 0
    row = clock(sent.case_id, "answer")
    assert (row.paused_at, row.resumes_at) == (None, None)
    assert row.due_at == o_clock("15:00", "2026-03-10")  # six hours were left; Monday the 9th is off
    assert reread(sent.case_id).due_at == row.due_at
    assert [entry.verb for entry in entries(sent.case_id)][-2:] == ["pause_end_warned", "go_on"]
    with acting(SYSTEM):
        words = list(Notice.objects.filter(case_id=sent.case_id, kind="clock").values_list("words", flat=True))
    assert words[0].startswith("Пауза кончается")


def test_days_of_all_pauses_count_together_and_when_none_is_left_there_is_no_more_pause(sent):
    who = coordinator()
    pause(who, sent.case_id, code="access", now=o_clock("12:00"))
    assert clock(sent.case_id, "answer").resumes_at == o_clock("00:00", "2026-03-11")
    resume(who, sent.case_id, now=o_clock("12:00", "2026-03-06"))
    assert pause_offer(running_of(sent.case_id)).left == 1
    pause(who, sent.case_id, code="resident", now=o_clock("13:00", "2026-03-06"))
    assert clock(sent.case_id, "answer").resumes_at == o_clock("00:00", "2026-03-11")  # one day, not two
    # a person who resumes late gets no more than the policy gives
    resume(who, sent.case_id, now=o_clock("12:00", "2026-03-12"))
    assert clock(sent.case_id, "answer").segments[-1]["from"] == o_clock("00:00", "2026-03-11").isoformat()
    with pytest.raises(Refused, match="кончились"):
        pause(who, sent.case_id, code="access", now=o_clock("13:00", "2026-03-12"))
    assert pause_offer(running_of(sent.case_id)).left == 0


def test_a_reason_is_of_the_list_and_another_is_said_in_words(sent):
    who = coordinator()
    with pytest.raises(BadInput, match="из списка"):
        pause(who, sent.case_id, code="holiday", now=o_clock("12:00"))
    with pytest.raises(BadInput, match="чего ждём"):
        pause(who, sent.case_id, now=o_clock("12:00"))
    assert [one.code for one in pause_offer(running_of(sent.case_id)).reasons] == ["resident", "access", "other"]
    pause(who, sent.case_id, reason="Ждём решения суда", now=o_clock("12:00"))
    assert clock(sent.case_id, "answer").segments[-1]["pause"] == "other"


def test_an_open_case_keeps_the_rules_of_pause_it_began_with():
    old = received()
    assert pause_offer(running_of(old.case_id)).left is None
    data = PolicyVersion.objects.get(regime="social", territory=None, version=1).data
    change = {"pause_cap_working_days": 1, "valid_from": date(2026, 1, 1).isoformat()}
    adopt_policy(SYSTEM, data | change, place("volgograd").pk, place("volgograd").pk, RECEIVED)
    new = received(text="Не горит фонарь у дома на Мира")
    who = coordinator()
    for case_id in (old.case_id, new.case_id):
        pause(who, case_id, code="access", now=o_clock("12:00"))
    assert clock(old.case_id, "answer").resumes_at is None
    assert clock(new.case_id, "answer").resumes_at == o_clock("00:00", "2026-03-06")
    assert go_on_due(o_clock("12:00") + timedelta(days=30)) == 1
    with acting(SYSTEM):
        assert Case.objects.get(pk=old.case_id).due_at is None
