"""What executors are given, what their links are good for, and what their words do to the case."""

from datetime import date, timedelta

import pytest
from django.core import signing

from otklik.acting import Link, acting
from otklik.cases.actions.assign import add_co_executor, assign
from otklik.cases.actions.redirect import redirect
from otklik.cases.actions.reopen import reopen
from otklik.cases.actions.reply import note_word, reply
from otklik.cases.models import Assignment, Case, Responsibility, TaskLink, TaskReply
from otklik.cases.queue import Filters, page
from otklik.cases.responsibility import suggest
from otklik.cases.task_links import LIFETIME, LinkEnded, link_for, message_text, open_task, revoke
from otklik.classifier.models import Theme
from otklik.failures import BadInput, NotYours, Refused
from tests.cases.steps import answered, assigned, coordinator, entries, executor, o_clock, received, tasks
from tests.making import SYSTEM, make_staff, organisation, reread

pytestmark = pytest.mark.django_db
OTHER, THIRD = "adm-gorod-volzhskiy", "adm-gorod-volgograd"


@pytest.fixture
def who():
    return coordinator()


@pytest.fixture
def case_id():
    return received().case_id


@pytest.fixture
def task(who, case_id):
    return assigned(who, case_id, o_clock("10:10"))


def in_replied_tab(who) -> bool:
    with acting(who, read_only=True):
        return bool(page(who, Filters(tab="replied"), o_clock("12:00")).rows)


def test_done_is_an_answer_and_a_report_of_the_fix(who, task):
    reply(executor(who, task, o_clock("11:00")), kind="done", no_photo="dark", once="a", now=o_clock("11:30"))
    case = reread(task.case_id)
    assert (case.state, case.fix) == (Case.State.REPLIED, Case.Fix.REPORTED)
    assert in_replied_tab(who)


@pytest.mark.parametrize(
    ("kind", "more"),
    [("needs_time", {"until": date(2026, 3, 9), "text": "ждём вышку"}), ("not_ours", {"whose": "Горсвет"})],
)
def test_a_date_asked_for_and_not_ours_leave_the_work_undone_and_wait_for_staff(who, task, kind, more):
    """The resident must not read «исполнитель сообщил, что сделал»."""
    reply(executor(who, task, o_clock("11:00")), kind=kind, once="a", now=o_clock("11:30"), **more)
    case = reread(task.case_id)
    assert (case.state, case.fix) == (Case.State.ASSIGNED, Case.Fix.UNKNOWN)
    assert in_replied_tab(who)


def test_taking_done_back_takes_the_report_back(who, task):
    link = executor(who, task, o_clock("11:00"))
    reply(link, kind="done", no_photo="dark", once="a", now=o_clock("11:30"))
    reply(link, kind="needs_time", until=date(2026, 3, 9), text="сломалось снова", once="b", now=o_clock("11:40"))
    case = reread(task.case_id)
    assert (case.state, case.fix) == (Case.State.ASSIGNED, Case.Fix.UNKNOWN)


def test_once_the_resident_was_given_a_date_the_wish_for_time_no_longer_waits(who, task):
    reply(executor(who, task, o_clock("11:00")), kind="needs_time", until=date(2026, 3, 9), text="ждём", once="a",
          now=o_clock("11:30"))
    answered(who, task.case_id, o_clock("11:40"), text="Сделаем к понедельнику.", kind="interim",
             promised_for=date(2026, 3, 9))
    assert not in_replied_tab(who)


def test_a_word_by_phone_counts_like_a_reply_and_is_marked(who, task):
    note_word(who, task.case_id, assignment_id=task.pk, kind="done", text="сделали", said_by="мастер",
              said_at=o_clock("11:00"), now=o_clock("11:10"))
    with acting(SYSTEM):
        kept = TaskReply.objects.get()
    assert (kept.said_by, kept.said_at, kept.noted_by_id) == ("мастер", o_clock("11:00"), who.user_id)
    assert reread(task.case_id).state == Case.State.REPLIED
    with pytest.raises(BadInput) as told:
        note_word(who, task.case_id, assignment_id=task.pk, kind="done", said_by="мастер", said_at=o_clock("12:00"),
                  now=o_clock("11:20"))
    assert told.value.field == "said_at"


def test_a_co_executors_reply_leaves_the_case_with_the_responsible_one(who, task):
    helper = add_co_executor(who, task.case_id, organisation_id=organisation(OTHER).pk, task="вышка",
                             now=o_clock("10:20"))
    reply(executor(who, helper, o_clock("11:00")), kind="done", no_photo="dark", once="a", now=o_clock("11:30"))
    case = reread(task.case_id)
    assert (case.state, case.fix) == (Case.State.ASSIGNED, Case.Fix.UNKNOWN)


def test_one_form_sent_again_is_taken_once_whatever_came_after(who, task):
    link = executor(who, task, o_clock("11:00"))
    first = reply(link, kind="done", no_photo="dark", once="a", now=o_clock("11:30"))
    answered(who, task.case_id, o_clock("11:40"))
    assert reply(link, kind="done", no_photo="dark", once="a", now=o_clock("11:50")).pk == first.pk
    with pytest.raises(Refused):
        reply(link, kind="done", no_photo="dark", once="b", now=o_clock("11:55"))


def test_the_same_key_in_two_tasks_is_two_replies(who, task):
    other = assigned(who, received().case_id, o_clock("10:10"))
    same = {"kind": "done", "no_photo": "dark", "once": "x" * 500, "now": o_clock("11:30")}
    one = reply(executor(who, task, o_clock("11:00")), **same)
    two = reply(executor(who, other, o_clock("11:00")), **same)
    assert one.pk != two.pk


def test_a_link_ends_with_its_time_its_task_and_its_case(who, task):
    token = link_for(who, task.pk, now=o_clock("10:30"))
    assert open_task(token, o_clock("11:00")).holder == "executor"
    with pytest.raises(LinkEnded, match="истёк"):
        open_task(token, o_clock("10:30") + LIFETIME)
    redirect(who, task.case_id, assignment_id=task.pk, organisation_id=organisation(OTHER).pk, reason="не их",
             now=o_clock("11:10"))
    with pytest.raises(LinkEnded, match="другой организации"):
        open_task(token, o_clock("11:20"))
    with pytest.raises(Refused):
        link_for(who, task.pk, now=o_clock("11:30"))


def test_a_revoked_link_is_over_and_a_new_one_is_good(who, task):
    token = link_for(who, task.pk, now=o_clock("10:30"))
    link = open_task(token, o_clock("10:31"))
    assert revoke(who, task.pk, now=o_clock("10:40")) == 1
    with pytest.raises(LinkEnded, match="отменили"):
        open_task(token, o_clock("10:50"))
    with pytest.raises(NotYours):
        reply(link, kind="done", no_photo="dark", once="a", now=o_clock("10:50"))
    assert revoke(who, task.pk, now=o_clock("10:55")) == 0
    assert open_task(link_for(who, task.pk, now=o_clock("11:00")), o_clock("11:01"))
    assert len(entries(task.case_id, "revoke_link")) == 1


def test_a_reply_through_a_link_whose_time_is_over_is_refused_also_past_the_page(who, task):
    link = executor(who, task, o_clock("11:00"))
    with pytest.raises(NotYours):
        reply(link, kind="done", no_photo="dark", once="a", now=o_clock("11:00") + LIFETIME + timedelta(days=1))
    with acting(SYSTEM):
        assert not TaskReply.objects.exists()


def test_a_link_made_again_is_the_same_and_makes_no_entry(who, task):
    one, two = (link_for(who, task.pk, now=o_clock(t)) for t in ("10:30", "10:40"))
    assert one == two
    assert len(entries(task.case_id, "link")) == 1


@pytest.mark.parametrize("token", ["", "1", "1:x", "\x00", "\ud800", "9" * 500])
def test_a_forged_token_is_nobodys(token):
    with pytest.raises(NotYours):
        open_task(token, o_clock("11:00"))


def test_a_token_signed_for_something_else_is_nobodys(who, task):
    link_for(who, task.pk, now=o_clock("10:30"))
    with acting(SYSTEM):
        number = str(TaskLink.objects.get().pk)
    for signer in (signing.Signer(salt="otklik.form"), signing.Signer()):
        with pytest.raises(NotYours):
            open_task(signer.sign(number), o_clock("11:00"))


def test_a_residents_link_is_no_executors(who, task):
    link_for(who, task.pk, now=o_clock("10:30"))
    with acting(SYSTEM):
        number = TaskLink.objects.get().pk
    with pytest.raises(NotYours):
        reply(Link(task.case_id, "resident", number), kind="done", no_photo="dark", once="a", now=o_clock("11:00"))
    with pytest.raises(NotYours):
        reply(Link(received().case_id, "executor", number), kind="done", once="a", now=o_clock("11:00"))


def test_who_worked_on_the_turn_before_reports_nothing_on_this_one(who, task):
    old = executor(who, task, o_clock("10:20"))
    token = link_for(who, task.pk, now=o_clock("10:20"))
    reply(old, kind="done", no_photo="dark", once="a", now=o_clock("11:00"))
    answered(who, task.case_id, o_clock("11:10"))
    with pytest.raises(LinkEnded, match="уже ответили"):
        open_task(token, o_clock("11:20"))
    reopen(who, task.case_id, reason="снова", now=o_clock("12:00"))
    with pytest.raises(LinkEnded, match="снято"):
        open_task(token, o_clock("12:10"))
    assigned(who, task.case_id, o_clock("12:20"), organisation_id=organisation(OTHER).pk)
    with pytest.raises(Refused):
        reply(old, kind="done", no_photo="dark", once="b", now=o_clock("12:30"))
    assert reread(task.case_id).state == Case.State.ASSIGNED


def test_a_new_responsible_one_ends_the_link_of_who_was_done(who, task):
    link = executor(who, task, o_clock("11:00"))
    reply(link, kind="done", no_photo="dark", once="a", now=o_clock("11:10"))
    assigned(who, task.case_id, o_clock("11:20"), organisation_id=organisation(OTHER).pk)
    assert reread(task.case_id).fix == Case.Fix.UNKNOWN
    with pytest.raises(Refused):
        reply(link, kind="done", no_photo="dark", once="b", now=o_clock("11:30"))
    assert [t.state for t in tasks(task.case_id)] == ["withdrawn", "open"]


def test_the_second_hop_is_decided_above(who, task):
    curator = make_staff(("curator", "volgograd"))
    again = {"reason": "не их", "now": o_clock("11:00")}
    second = redirect(who, task.case_id, assignment_id=task.pk, organisation_id=organisation(OTHER).pk, **again)
    with pytest.raises(Refused, match="куратор ЦУР"):
        redirect(who, task.case_id, assignment_id=second.pk, organisation_id=organisation(THIRD).pk, **again)
    third = redirect(curator, task.case_id, assignment_id=second.pk, organisation_id=organisation(THIRD).pk, **again)
    assert (third.hop, reread(task.case_id).hops) == (3, 2)
    assert reread(task.case_id).executor == organisation(THIRD)


def test_a_co_executor_is_replaced_without_asking_above(who, task):
    redirect(who, task.case_id, assignment_id=task.pk, organisation_id=organisation(THIRD).pk, reason="не их",
             now=o_clock("11:00"))
    helper = add_co_executor(who, task.case_id, organisation_id=organisation(OTHER).pk, task="вышка",
                             now=o_clock("11:10"))
    redirect(who, task.case_id, assignment_id=helper.pk, organisation_id=organisation().pk, reason="нет вышки",
             now=o_clock("11:20"))
    case = reread(task.case_id)
    assert (case.hops, case.executor) == (1, organisation(THIRD))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"task": " \x00"}, "task"),
        ({"task": "ю" * 5001}, "task"),
        ({"organisation_id": 10**9}, "organisation"),
        ({"due_at": o_clock("10:00")}, "due_at"),
        ({"address": "ю" * 301}, "address"),
        ({"reason": "ю" * 501}, "reason"),
    ],
)
def test_what_is_wrong_with_a_task_is_told_beside_its_field_and_nothing_is_given(who, case_id, fields, field):
    with pytest.raises(BadInput) as told:
        assigned(who, case_id, o_clock("10:10"), **fields)
    assert told.value.field == field
    assert tasks(case_id) == []
    assert reread(case_id).state == Case.State.NEW


def test_one_organisation_is_not_named_twice(who, case_id):
    own, other = organisation().pk, organisation(OTHER).pk
    for others in ([(own, "")], [(other, ""), (other, "ещё")]):
        with pytest.raises(BadInput):
            assign(who, case_id, organisation_id=own, task="дело", co_executors=others)
    assign(who, case_id, organisation_id=own, task="дело", co_executors=[(other, "вышка")])
    assert [t.part for t in tasks(case_id)] == ["responsible", "co_executor"]
    with pytest.raises(BadInput):
        add_co_executor(who, case_id, organisation_id=other, task="ещё раз")


def test_the_ready_text_has_what_where_when_and_nothing_of_the_resident(who):
    case_id = received(name="Сомова Ия", phone="+7 900 555-66-77", street="ул. Мира", house="5",
                       place_note="кв. 7").case_id
    task = assigned(who, case_id, o_clock("10:10"), task="Заменить лампу\nподробности")
    with acting(SYSTEM):
        text = message_text(Assignment.objects.get(pk=task.pk), "https://otklik.example/task/x")
    assert "Заменить лампу" in text
    assert "ул. Мира, 5" in text
    for hidden in ("Сомова", "555", "кв. 7", "второй день"):
        assert hidden not in text


def test_the_map_learns_who_does_what_and_who_gives_it_up(who):
    theme = Theme.objects.filter(retired=False).order_by("id")[0]
    for _n in range(2):
        sent = received(theme_id=theme.pk)
        given = assigned(who, sent.case_id, o_clock("10:10"))
    case = reread(sent.case_id)
    with acting(SYSTEM):
        found = suggest(theme, [case.scope_id])
        assert found is not None
        assert found[0] == organisation()
    redirect(who, sent.case_id, assignment_id=given.pk, organisation_id=organisation(OTHER).pk, reason="не их",
             now=o_clock("11:00"))
    with acting(SYSTEM):
        learnt = Responsibility.objects.get(theme=theme, organisation=organisation())
        assert (learnt.assigned, learnt.redirected) == (2, 1)
