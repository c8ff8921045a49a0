"""One answer to a problem: written once, approved once, and to each case what its channel and its law allow."""

import io
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.acting import acting
from otklik.answers import for_problem, for_problem_jobs
from otklik.answers.drafting import save_draft
from otklik.answers.for_problem_letters import archive
from otklik.answers.for_problem_rows import lines
from otklik.answers.models import Answer, CommonAnswer, CommonRow
from otklik.cases.actions.problems import join, leave, make_problem
from otklik.cases.models import Case, Clock
from otklik.cases.numbers import shown
from otklik.cases.problem_models import Problem, ProblemRemark
from otklik.channels.models import Delivery
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from tests.cases.steps import approver, coordinator, entries, o_clock, received
from tests.making import SYSTEM, make_staff, reread

pytestmark = pytest.mark.django_db
TEXT = "Здравствуйте, {имя}! По карточке {номер}: воду дали.[если режим=law59] Письмо по закону.[конец]"


@pytest.fixture
def who(db):
    return coordinator()


def problem_of(who, n: int, **fields) -> tuple[Problem, list[int]]:
    ids = [received(name=f"Житель {one}", **fields).case_id for one in range(n)]
    problem = make_problem(who, ids[0], title="Нет воды на Мира", now=o_clock("10:05"))
    for case_id in ids[1:]:
        join(who, case_id, problem_id=problem.pk, now=o_clock("10:05"))
    return problem, ids


def approved(who, problem: Problem, text: str = TEXT, **fields) -> CommonAnswer:
    row = for_problem.save(who, problem.pk, text=text, now=o_clock("10:10"), **fields)
    for_problem.send_to_review(who, problem.pk, now=o_clock("10:11"))
    return for_problem.approve(approver(), problem.pk, version=row.version, now=o_clock("10:12"))


def results(common: CommonAnswer) -> list[str]:
    with acting(SYSTEM):
        return list(CommonRow.objects.filter(common=common).order_by("pk").values_list("state", flat=True))


def test_each_case_gets_the_text_in_its_own_words_with_its_own_clock_and_delivery(who):
    problem, ids = problem_of(who, 3)
    common = approved(who, problem)
    for_problem.begin(who, problem.pk, version=common.version, now=o_clock("10:20"))
    assert for_problem_jobs.carry_on(o_clock("10:21")) == 3
    assert results(common) == ["sent"] * 3
    with acting(SYSTEM):
        texts = [answer.message.text for answer in Answer.objects.select_related("message").order_by("case_id")]
        assert all(f"Житель {n}!" in text and "закону" not in text for n, text in enumerate(texts))
        assert Delivery.objects.filter(message__answer__case_id__in=ids).count() == 3
        assert not Clock.objects.filter(case_id__in=ids, kind="answer", stopped_at=None).exists()
        assert {reread(pk).state for pk in ids} == {Case.State.ANSWERED}
        assert CommonAnswer.objects.get().state == "sent"
        told = Entry.objects.get(stream=f"problem:{problem.pk}", verb="answer_sent")
        assert (told.fields["cases"], told.fields["refused"]) == (3, 0)
        assert Answer.objects.values_list("published_by_id", flat=True).distinct().get() == who.user_id
    assert entries(ids[0], "publish_common")[0].fields["by"] == who.user_id


def test_what_cannot_go_is_known_before_and_told_after_by_its_reason(who):
    problem, ids = problem_of(who, 4)
    save_draft(who, ids[0], text="Свой ответ", now=o_clock("10:06"))
    with acting(SYSTEM):
        Case.objects.filter(pk=ids[1]).update(regime="law59")
        Case.objects.filter(pk=ids[2]).update(answer_by="outside", regime="pos")
        Case.objects.filter(pk=ids[3]).update(resident=None)
        made = lines(for_problem.cases_of(problem), TEXT, kind="final", promised_for=None, now=o_clock("10:10"))
    assert [line.how for line in made] == ["sent", "number", "by_hand", "sent"]
    assert "готовится" in made[0].refused
    assert "{имя}" in made[3].refused
    assert made[1].text.endswith("закону.")
    common = approved(who, problem)
    for_problem.begin(who, problem.pk, version=common.version, now=o_clock("10:20"))
    for_problem_jobs.carry_on(o_clock("10:21"))
    assert results(common) == ["refused", "number", "by_hand", "refused"]
    with acting(SYSTEM):
        letter = Answer.objects.get(case_id=ids[1])
        assert (letter.state, letter.message) == ("approved", None)
        assert reread(ids[1]).state != Case.State.ANSWERED
        assert Answer.objects.get(case_id=ids[0]).state == "draft"
    with zipfile.ZipFile(io.BytesIO(archive(who, problem.pk, "docx"))) as letters:
        assert letters.namelist() == [f"pismo-{shown(reread(ids[1]).number)}.docx"]
    assert len(entries(ids[1], "letter")) == 1
    with pytest.raises(Refused):
        archive(make_staff(("coordinator", "gorod-volzhskiy")), problem.pk, "pdf")


def test_the_preview_asks_as_much_for_many_cases_as_for_few(who):
    problem, _ids = problem_of(who, 5)
    with acting(SYSTEM, read_only=True):
        cases = for_problem.cases_of(problem)
        asked = []
        for some in (cases[:2], cases):
            with CaptureQueriesContext(connection) as queries:
                lines(some, TEXT, kind="final", promised_for=None, now=o_clock("10:10"))
            asked.append(len(queries))
    assert asked[1] <= asked[0] <= 12


def test_a_job_killed_in_the_middle_goes_on_and_answers_nobody_twice(who):
    problem, ids = problem_of(who, 3)
    common = approved(who, problem)
    for_problem.begin(who, problem.pk, version=common.version, now=o_clock("10:20"))
    for_problem.begin(who, problem.pk, version=common.version, now=o_clock("10:20"))
    assert for_problem_jobs.carry_on(o_clock("10:21"), most=1) == 1
    assert sorted(results(common)) == ["sent", "waiting", "waiting"]
    assert for_problem_jobs.carry_on(o_clock("10:22")) == 2
    assert for_problem_jobs.carry_on(o_clock("10:23")) == 0
    with acting(SYSTEM):
        assert Answer.objects.filter(case_id__in=ids, state="published").count() == 3
        assert Entry.objects.filter(stream=f"problem:{problem.pk}", verb="answer_sending").count() == 1


def test_an_approval_withdrawn_while_it_is_sent_stops_the_rest(who):
    problem, _ids = problem_of(who, 3)
    common = for_problem.save(who, problem.pk, text=TEXT, now=o_clock("10:10"))
    for_problem.send_to_review(who, problem.pk, now=o_clock("10:11"))
    agreed = approver()
    for_problem.approve(agreed, problem.pk, version=1, now=o_clock("10:12"))
    for_problem.begin(who, problem.pk, version=1, now=o_clock("10:20"))
    for_problem_jobs.carry_on(o_clock("10:21"), most=1)
    with pytest.raises(Refused, match="своё"):
        for_problem.withdraw(approver(), problem.pk, reason="ошибка", now=o_clock("10:22"))
    assert for_problem.withdraw(agreed, problem.pk, reason="ошибка", now=o_clock("10:22")).state == "stopped"
    assert for_problem_jobs.carry_on(o_clock("10:23")) == 0
    assert results(common) == ["sent", "refused", "refused"]
    again = for_problem.save(who, problem.pk, text="Поправлено: вода будет.", now=o_clock("10:30"))
    assert (again.pk != common.pk, again.version) == (True, 1)


def test_it_is_approved_once_and_anew_after_every_change(who):
    problem, _ids = problem_of(who, 2)
    common = approved(who, problem)
    changed = for_problem.save(
        who, problem.pk, text="Воды нет до вечера.", base_version=common.version, now=o_clock("10:15")
    )
    assert changed.state == "draft"
    with pytest.raises(Refused):
        for_problem.begin(who, problem.pk, version=changed.version, now=o_clock("10:20"))
    for_problem.send_to_review(who, problem.pk)
    with pytest.raises(Refused, match="изменили"):
        for_problem.approve(approver(), problem.pk, version=common.version)
    with pytest.raises(Refused, match="другой сотрудник"):
        for_problem.approve(who, problem.pk, version=changed.version)
    for_problem.approve(who, problem.pk, version=changed.version, note="глава, по телефону, 10:14")
    with pytest.raises(BadInput, match="изменили"):
        for_problem.save(who, problem.pk, text="Третий", base_version=1)


def test_a_case_that_left_or_was_answered_meanwhile_is_left_alone(who):
    problem, ids = problem_of(who, 3)
    common = approved(who, problem)
    for_problem.begin(who, problem.pk, version=common.version, now=o_clock("10:20"))
    leave(who, ids[1], now=o_clock("10:20"))
    with acting(SYSTEM):
        Case.objects.filter(pk=ids[2]).update(state="closed")
    for_problem_jobs.carry_on(o_clock("10:21"))
    assert results(common) == ["sent", "refused", "refused"]


def test_with_something_grave_found_whoever_approves_says_why(who):
    problem, _ids = problem_of(who, 1)
    for_problem.save(who, problem.pk, text="Сами виноваты, нечего было сорить. Вы нам надоели.", now=o_clock("10:10"))
    for_problem.send_to_review(who, problem.pk)
    with pytest.raises(BadInput) as told:
        for_problem.approve(approver(), problem.pk, version=1)
    assert told.value.field == "in_spite"
    assert for_problem.approve(approver(), problem.pk, version=1, in_spite="цитата").state == "approved"
    with acting(SYSTEM):
        agreed = Entry.objects.get(stream=f"problem:{problem.pk}", verb="answer_agreed")
        assert "tone" in agreed.fields["in_spite_of"]
        assert ProblemRemark.objects.get(verb="answer_in_spite").text == "цитата"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "{фамилия}"}, "text"),
        ({"text": "Пишите Кузнецовой Анне Петровне, +7 927 111-22-33."}, "text"),
        ({"text": "да", "kind": "interim"}, "promised_for"),
        ({"text": "да", "kind": "maybe"}, "kind"),
    ],
)
def test_what_is_wrong_with_the_text_is_told_beside_its_field(who, fields, field):
    problem, _ids = problem_of(who, 1)
    with pytest.raises(BadInput) as told:
        for_problem.save(who, problem.pk, now=o_clock("10:10"), **fields)
    assert told.value.field == field


def test_another_centre_has_nothing_of_it(who):
    problem, _ids = problem_of(who, 1)
    approved(who, problem)
    stranger = make_staff(("coordinator", "gorod-volzhskiy"))
    for act in (
        lambda: for_problem.save(stranger, problem.pk, text="да"),
        lambda: for_problem.begin(stranger, problem.pk, version=1),
        lambda: for_problem.withdraw(stranger, problem.pk, reason="да"),
    ):
        with pytest.raises(NotYours):
            act()
    with acting(stranger, read_only=True):
        assert not CommonAnswer.objects.exists()
