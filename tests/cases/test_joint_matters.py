"""A joint matter: parts of several bodies, each with its own date; answered when all are over."""

from datetime import timedelta

import pytest

from otklik.acting import acting
from otklik.answers.publishing import publish
from otklik.cases.actions.assign import PartTask, add_co_executor, assign
from otklik.cases.actions.part import set_due, withdraw
from otklik.cases.actions.redirect import redirect
from otklik.cases.actions.reply import note_word
from otklik.cases.models import Assignment, Clock, Remark
from otklik.cases.queue import Filters, page
from otklik.cases.warnings import warn_due
from otklik.failures import BadInput, NotYours, Refused
from tests.cases.invariants import check
from tests.cases.steps import approved, coordinator, entries, o_clock, received, tasks
from tests.making import SYSTEM, make_staff, organisation, reread

pytestmark = pytest.mark.django_db
NOW = o_clock("10:30")
MAIN, SECOND, REGIONAL = "adm-gorod-kamyshin", "adm-gorod-volzhskiy", "adm-gorod-volgograd"
SOON = o_clock("11:30")


@pytest.fixture
def who():
    return coordinator()


@pytest.fixture
def case_id(who):
    case_id = received().case_id
    joint(who, case_id)
    return case_id


def joint(who, case_id, **fields):
    parts = [PartTask(organisation(SECOND).pk, "Прислать кран", SOON), PartTask(organisation(REGIONAL).pk)]
    wanted = {"task": "Заменить лампу", "co_executors": parts, "now": NOW} | fields
    return assign(who, case_id, organisation_id=organisation(MAIN).pk, **wanted)


def clock_of(task):
    with acting(SYSTEM):
        return Clock.objects.get(assignment=task)


def test_one_step_gives_every_body_its_part_with_its_own_clock(case_id):
    main, second, third = tasks(case_id)
    assert [t.task for t in (main, second, third)] == ["Заменить лампу", "Прислать кран", "Заменить лампу"]
    assert (clock_of(second).due_at, clock_of(second).policy_version) == (SOON, "given")
    case = reread(case_id)
    assert {clock_of(main).due_at, clock_of(third).due_at} == {case.control_at}, "without a date: with the case"
    check(case_id)


def test_a_part_burns_before_the_case_does(who, case_id):
    case = reread(case_id)
    assert case.urgent_at == SOON < case.control_at
    with acting(who):
        assert [c.pk for c in page(who, Filters(tab="burning"), o_clock("11:00")).rows] == [case_id]
    note(who, tasks(case_id)[1])
    assert reread(case_id).urgent_at == case.control_at
    with acting(who):
        assert page(who, Filters(tab="burning"), o_clock("11:00")).rows == []
    assert clock_of(tasks(case_id)[1]).stopped_by == "done"
    check(case_id)


SAID = o_clock("10:50")


def note(who, task, kind="done", now=SAID):
    return note_word(
        who, task.case_id, assignment_id=task.pk, kind=kind, text="слово", said_by="Мастер", said_at=now, now=now,
        until=(now + timedelta(days=2)).date(),
    )


def test_a_part_is_warned_of_by_its_own_date(case_id):
    assert warn_due(SOON) >= 1
    with acting(SYSTEM):
        assert clock_of(tasks(case_id)[1]).warned == 3
    assert "part" in {e.fields["kind"] for e in entries(case_id, "clock_warned")}


def test_a_final_answer_waits_for_every_part(who, case_id):
    answer = approved(who, case_id, o_clock("10:40"))
    with pytest.raises(BadInput) as told:
        publish(who, answer.pk, now=NOW)
    assert told.value.field == "in_spite"
    assert organisation(SECOND).short_name in str(told.value)
    main, second, third = tasks(case_id)
    note(who, main)
    note(who, second)
    withdraw(who, case_id, assignment_id=third.pk, reason="справились без них", now=o_clock("10:55"))
    publish(who, answer.pk, now=o_clock("10:58"))
    assert reread(case_id).state == "answered"
    check(case_id)


def test_a_person_may_answer_in_spite_of_open_parts_with_a_reason_that_stays(who, case_id):
    answer = approved(who, case_id, o_clock("10:40"))
    publish(who, answer.pk, in_spite="житель уезжает", now=o_clock("10:58"))
    entry = entries(case_id, "publish")[0]
    assert len(entry.fields["unfinished"]) == 3
    with acting(SYSTEM):
        assert Remark.objects.get(case_id=case_id, entry_seq=entry.seq).text == "житель уезжает"
        assert not Clock.objects.filter(case_id=case_id, stopped_at=None).exists()
    check(case_id)


def test_one_bodys_case_is_answered_as_before(who):
    case_id = received().case_id
    assign(who, case_id, organisation_id=organisation(MAIN).pk, task="Заменить", now=NOW)
    publish(who, approved(who, case_id, o_clock("10:40")).pk, now=o_clock("10:45"))
    assert reread(case_id).state == "answered"


def test_a_parts_date_is_moved_with_a_reason(who, case_id):
    second = tasks(case_id)[1]
    later = o_clock("16:00")
    with pytest.raises(BadInput):
        set_due(who, case_id, assignment_id=second.pk, due_at=later, reason="", now=NOW)
    with pytest.raises(BadInput) as told:
        set_due(who, case_id, assignment_id=second.pk, due_at=NOW, reason="рано", now=NOW)
    assert told.value.field == "due_at"
    set_due(who, case_id, assignment_id=second.pk, due_at=later, reason="кран занят", now=NOW)
    assert clock_of(second).due_at == later
    assert tasks(case_id)[1].due_at == later
    check(case_id)


def test_a_redirected_part_takes_its_date_along(who, case_id):
    second = tasks(case_id)[1]
    other = organisation("adm-gorod-mikhaylovka").pk
    new = redirect(who, case_id, assignment_id=second.pk, organisation_id=other, reason="не их", now=NOW)
    assert clock_of(new).due_at == SOON
    assert clock_of(second).stopped_by == "withdrawn"
    check(case_id)


def test_the_responsible_one_is_not_just_taken_off(who, case_id):
    with pytest.raises(Refused, match="перенаправьте"):
        withdraw(who, case_id, assignment_id=tasks(case_id)[0].pk, reason="так", now=NOW)
    with pytest.raises(NotYours):
        withdraw(make_staff(("coordinator", "gorod-volzhskiy")), case_id, assignment_id=tasks(case_id)[1].pk,
                 reason="так", now=NOW)


def test_no_body_is_given_two_parts(who):
    case_id = received().case_id
    with pytest.raises(BadInput) as told:
        joint(who, case_id, co_executors=[PartTask(organisation(MAIN).pk)])
    assert told.value.field == "co_executors"
    with pytest.raises(BadInput, match="Не больше"):
        joint(who, case_id, co_executors=[PartTask(n + 10_000) for n in range(21)])
    assert tasks(case_id) == []


def test_one_more_body_joins_with_its_date(who):
    case_id = received().case_id
    assign(who, case_id, organisation_id=organisation(MAIN).pk, task="Заменить", now=NOW)
    added = add_co_executor(
        who, case_id, organisation_id=organisation(SECOND).pk, task="Кран", due_at=SOON, now=NOW
    )
    assert clock_of(added).due_at == SOON
    assert added.part == Assignment.Part.CO_EXECUTOR
