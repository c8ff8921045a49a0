"""Two people at once on real connections: one wins, the other is told, nothing comes twice and nothing is lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.answers.approval import approve, return_to_author, send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.models import Answer, AnswerVersion
from otklik.answers.publishing import publish
from otklik.cases.actions.close import close
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.pause import pause
from otklik.cases.actions.redirect import redirect
from otklik.cases.actions.reopen import reopen
from otklik.cases.actions.reply import reply
from otklik.cases.actions.resident import confirm as confirm_fixed
from otklik.cases.actions.resident import refute
from otklik.cases.actions.spam import set_aside
from otklik.cases.actions.take import take
from otklik.cases.actions.triage import triage
from otklik.cases.alarms import confirm, move_unanswered_on
from otklik.cases.models import Alarm, Assignment, Case, CaseMessage, Clock, TaskLink, TaskReply
from otklik.cases.resident_links import open_link
from otklik.cases.task_links import link_for, open_task
from otklik.cases.warnings import warn_due
from otklik.channels.models import Message
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.intake.accepting import issue_key
from otklik.journal.appending import NO_DIGEST, entry_digest
from otklik.organisations.directories import save_duty
from tests.at_once import at_once, failures
from tests.cases.steps import answered, approved, approver, assigned, coordinator, entries, tasks
from tests.making import SYSTEM, organisation, place, reread, send

OTHER = "adm-gorod-volzhskiy"
NOW = timezone.now()
DANGER = "В подъезде сильный запах газа, людям плохо"


@pytest.fixture
def who(committed):
    return coordinator()


@pytest.fixture
def case_id(committed) -> int:
    return send().case_id


def one_refused(came: list) -> None:
    told = failures(came)
    assert [type(e) for e in told] == [Refused], came
    assert any(words in str(told[0]) for words in ("только что изменили", "Обновите страницу"))


def test_one_of_two_assigns(who, case_id):
    own, other = organisation().pk, organisation(OTHER).pk
    came = at_once(*(lambda o=o: assigned(who, case_id, NOW, organisation_id=o) for o in (own, other)))
    one_refused(came)
    assert len(tasks(case_id)) == 1
    assert reread(case_id).executor_id == tasks(case_id)[0].organisation_id
    assert len(entries(case_id, "assign")) == 1


def test_one_of_two_publishes(who, case_id):
    answer = approved(who, case_id, NOW).pk
    one_refused(at_once(*(lambda: publish(who, answer) for _ in range(2))))
    with acting(SYSTEM):
        assert Message.objects.filter(direction="out").count() == 1


def test_an_interim_answer_is_published_once(who, case_id):
    answer = approved(who, case_id, NOW, kind="interim", promised_for=timezone.localdate() + timedelta(days=3)).pk
    one_refused(at_once(*(lambda: publish(who, answer) for _ in range(2))))
    with acting(SYSTEM):
        assert Clock.objects.filter(case_id=case_id, kind="fix").count() == 1


def test_nobody_approves_what_they_have_not_read(who, case_id):
    """Both orders are right: approved and then changed (a draft again), or changed and then refused."""
    reader = approver()
    answer = save_draft(who, case_id, text="Первый текст")
    send_to_review(who, answer.pk)
    came = at_once(
        lambda: approve(reader, answer.pk, version=1),
        lambda: save_draft(who, case_id, text="Второй текст", base_version=1),
    )
    assert all(isinstance(e, Refused) for e in failures(came)), came
    assert not isinstance(came[1], BaseException)
    with acting(SYSTEM):
        assert Answer.objects.get().state == Answer.State.DRAFT
    send_to_review(who, answer.pk)
    with pytest.raises(Refused, match="изменили"):
        approve(reader, answer.pk, version=1)
    assert approve(reader, answer.pk, version=2).state == Answer.State.APPROVED
    with pytest.raises(Refused, match="изменили"):
        publish(who, answer.pk, version=1)


def test_two_first_drafts_do_not_overwrite_each_other(who, case_id):
    other = coordinator()
    came = at_once(
        lambda: save_draft(who, case_id, text="Мой ответ"), lambda: save_draft(other, case_id, text="Её ответ")
    )
    told = failures(came)
    assert [type(e) for e in told] == [BadInput], came
    assert "Коорд" in str(told[0])
    with acting(SYSTEM):
        assert Answer.objects.count() == AnswerVersion.objects.count() == 1


def test_two_changes_of_one_draft_keep_the_first_and_tell_the_second(who, case_id):
    other = coordinator()
    save_draft(who, case_id, text="Начало")
    came = at_once(
        lambda: save_draft(who, case_id, text="Мой конец", base_version=1),
        lambda: save_draft(other, case_id, text="Её конец", base_version=1),
    )
    assert [type(e) for e in failures(came)] == [BadInput]
    with acting(SYSTEM):
        assert list(AnswerVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_not_fixed_sent_twice_with_one_key_is_one_turn(who, committed):
    sent = send()
    answered(who, sent.case_id, timezone.now())
    link = open_link(sent.token)
    came = at_once(*(lambda: refute(link, text="Не горит", once="k" * 30) for _ in range(3)))
    assert not failures(came), came
    case = reread(sent.case_id)
    assert case.turn == 2
    with acting(SYSTEM):
        assert CaseMessage.objects.filter(case=case, turn=2).count() == 1
        assert Clock.objects.filter(case=case, turn=2, stopped_at=None).count() == 2


def test_fixed_and_not_fixed_at_once_end_as_one_of_them(who, committed):
    sent = send()
    answered(who, sent.case_id, timezone.now())
    link = open_link(sent.token)
    came = at_once(lambda: confirm_fixed(link), lambda: refute(link, text="Не горит", once="k" * 30))
    case = reread(sent.case_id)
    assert (case.state, case.fix, len(failures(came))) in {("triaged", "refuted", 0), ("triaged", "refuted", 1)}


def test_an_executors_form_sent_twice_at_once_is_one_reply(who, case_id):
    task = assigned(who, case_id, NOW)
    link = open_task(link_for(who, task.pk), timezone.now())
    came = at_once(*(lambda: reply(link, kind="done", no_photo="dark", once="k" * 30) for _ in range(3)))
    assert not failures(came), came
    assert len({r.pk for r in came}) == 1
    with acting(SYSTEM):
        assert TaskReply.objects.count() == 1
    assert len(entries(case_id, "reply")) == 1


def test_a_reply_and_a_redirect_at_once_leave_no_reply_of_who_is_out(who, case_id):
    task = assigned(who, case_id, NOW)
    link = open_task(link_for(who, task.pk), timezone.now())
    came = at_once(
        lambda: reply(link, kind="done", no_photo="dark", once="k" * 30),
        lambda: redirect(who, case_id, assignment_id=task.pk, organisation_id=organisation(OTHER).pk, reason="к ним"),
    )
    assert not isinstance(came[1], BaseException), came
    assert reread(case_id).state == Case.State.ASSIGNED
    assert [t.state for t in tasks(case_id)] == [Assignment.State.WITHDRAWN, Assignment.State.OPEN]


def test_one_of_two_redirects(who, case_id):
    task = assigned(who, case_id, NOW)
    to = (organisation(OTHER).pk, organisation("adm-gorod-volgograd").pk)
    came = at_once(
        *(lambda o=o: redirect(who, case_id, assignment_id=task.pk, organisation_id=o, reason="к ним") for o in to)
    )
    assert len(failures(came)) == 1
    assert isinstance(failures(came)[0], (NotYours, Refused))
    assert reread(case_id).hops == 1


def test_one_alarm_is_taken_by_one_person_and_goes_to_nobody_after(who, committed):
    save_duty(SYSTEM, place("gorod-kamyshin").pk, [("Первый", "1"), ("Второй", "2"), ("Третий", "3")])
    case_id = send(DANGER).case_id
    with acting(SYSTEM):
        alarm = Alarm.objects.get()
    late = alarm.called_at + timedelta(minutes=10)
    came = at_once(
        *(lambda n=n: confirm(who, alarm.pk, taken_by=n) for n in ("Дежурова", "Сменова")),
        *(lambda: move_unanswered_on(late) for _ in range(2)),
    )
    assert not failures(came), came
    assert len(entries(case_id, "confirm_alarm")) == 1
    assert sum(came[2:]) == len(entries(case_id, "pass_alarm_on")) <= 1


def test_one_key_sent_many_times_at_once_is_one_case_with_one_link(committed):
    key = issue_key()
    came = at_once(*(lambda: send(key=key, phone="8 900 123-45-67") for _ in range(4)))
    assert not failures(came), came
    assert len({(a.case_id, a.number, a.token) for a in came}) == 1
    assert sorted(a.existed for a in came) == [False, True, True, True]
    with acting(SYSTEM):
        assert Case.objects.count() == Message.objects.count() == 1


def test_one_link_is_made_for_one_task(who, case_id):
    task = assigned(who, case_id, NOW)
    came = at_once(*(lambda: link_for(who, task.pk) for _ in range(3)))
    assert len(set(came)) == 1
    with acting(SYSTEM):
        assert TaskLink.objects.count() == 1


def test_eight_writers_to_one_case_leave_one_whole_chain(who, case_id):
    came = at_once(*(lambda n=n: triage(who, case_id, title=f"Заголовок {n}", importance=n % 4) for n in range(8)))
    assert not failures(came), came
    chain = entries(case_id)
    assert [e.seq for e in chain] == list(range(1, 10))
    previous = NO_DIGEST
    for entry in chain:
        assert bytes(entry.previous) == previous
        assert entry_digest(entry) == bytes(entry.digest)
        previous = bytes(entry.digest)


def test_a_warning_comes_once_though_two_workers_look(who, case_id):
    with acting(SYSTEM):
        due = Clock.objects.get(case_id=case_id, kind="answer").due_at
    take(who, case_id)
    came = at_once(*(lambda: warn_due(due) for _ in range(2)))
    assert not failures(came), came
    assert len(entries(case_id, "clock_warned")) == 1


def test_a_pause_and_an_answer_at_once_leave_nothing_standing_still(who, case_id):
    answer = approved(who, case_id, timezone.now()).pk
    at_once(lambda: pause(who, case_id, reason="ждём"), lambda: publish(who, answer))
    case = reread(case_id)
    assert case.state == Case.State.ANSWERED
    with acting(SYSTEM):
        assert not Clock.objects.filter(case=case, stopped_at=None).exists()


def test_closing_and_opening_again_at_once_end_as_one_of_them(who, case_id):
    answered(who, case_id, timezone.now())
    at_once(lambda: close(who, case_id, outcome="explained"), lambda: reopen(who, case_id, reason="рано"))
    case = reread(case_id)
    assert case.state == Case.State.TRIAGED
    assert (case.turn, case.outcome, case.closed_at) == (2, "", None)


def test_a_case_is_handed_over_once_and_who_was_at_it_is_told(who, case_id):
    came = at_once(
        lambda: hand_over(who, case_id, territory_id=place("gorod-volzhskiy").pk, reason="к ним"),
        lambda: hand_over(who, case_id, territory_id=place("gorod-volgograd").pk, reason="к ним"),
        lambda: set_aside(who, case_id, outcome="thanks"),
    )
    assert len(failures(came)) == 2, came
    assert all(isinstance(e, Failure) for e in failures(came)), came


def test_a_return_and_an_approval_at_once_end_as_one_of_them(who, case_id):
    readers = approver(), approver()
    answer = save_draft(who, case_id, text="Ответ")
    send_to_review(who, answer.pk)
    came = at_once(
        lambda: approve(readers[0], answer.pk), lambda: return_to_author(readers[1], answer.pk, reason="поправьте")
    )
    with acting(SYSTEM):
        assert Answer.objects.get().state == Answer.State.DRAFT
    assert len(failures(came)) <= 1
