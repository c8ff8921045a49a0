"""An answer from its first words to the resident's page."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.answers.models import Answer
from otklik.cases.actions.assign import assign
from otklik.cases.actions.reply import reply
from otklik.cases.models import Case
from otklik.cases.numbers import shown
from otklik.cases.task_links import link_for, open_task
from tests.making import SYSTEM, logged_in, make_case, make_staff, make_user, organisation, reread

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PLACE = "gorod-kamyshin"


@pytest.fixture
def case(db):
    return make_case()


@pytest.fixture
def author(db):
    return logged_in(make_user(("coordinator", PLACE), name="Авторова Анна Ильинична"))


@pytest.fixture
def approver(db):
    return logged_in(make_user(("approver", PLACE), name="Согласова Инна Павловна"))


def post(desk, case, tail, **fields):
    return desk.post(f"/desk/case/{shown(case.number)}/{tail}", fields, headers=HTMX)


def write(desk, case, text="Лампу заменят завтра до 12:00.", **fields):
    return post(desk, case, "draft/", text=text, kind=fields.pop("kind", "final"), **fields)


def the_answer(case) -> Answer:
    with acting(SYSTEM):
        return Answer.objects.get(case=case)


def test_another_person_approves_what_one_wrote_and_it_is_published(case, author, approver):
    assert write(author, case, then="review").status_code == 200
    answer = the_answer(case)
    own = post(author, case, f"answer/{answer.pk}/approve/")
    assert own.status_code == 422
    assert "согласует другой сотрудник" in own.content.decode()
    page = approver.get(f"/desk/case/{shown(case.number)}/").content.decode()
    assert "Что написал житель" in page
    assert "Лампу заменят завтра" in page
    assert post(approver, case, f"answer/{answer.pk}/approve/").status_code == 200
    assert post(author, case, f"answer/{answer.pk}/publish/").status_code == 200
    assert reread(case.pk).state == Case.State.ANSWERED


def test_an_answer_comes_back_with_what_to_mend(case, author, approver):
    write(author, case, then="review")
    answer = the_answer(case)
    assert post(approver, case, f"answer/{answer.pk}/return/", reason="").status_code == 422
    post(approver, case, f"answer/{answer.pk}/return/", reason="Назовите дату")
    assert the_answer(case).state == Answer.State.DRAFT
    assert "Назовите дату" in writing(author, case)
    write(author, case, "Лампу заменят 12 июня.", then="review")
    assert "Назовите дату" not in writing(approver, case)


def writing(desk, case) -> str:
    """The panel in which the answer is written or read for approval, without the journal."""
    page = desk.get(f"/desk/case/{shown(case.number)}/").content.decode()
    return re.search(r'id="step-(?:draft|approve)".*?</details>', page, re.DOTALL)[0]


def test_why_an_agreement_was_taken_back_is_read_beside_the_text(case, author, approver):
    write(author, case, then="review")
    answer = the_answer(case)
    post(approver, case, f"answer/{answer.pk}/approve/")
    post(approver, case, f"answer/{answer.pk}/withdraw/", reason="Проверяю дату у службы")
    assert "Согласование отозвано" in writing(author, case) and "Проверяю дату у службы" in writing(author, case)


def test_two_writers_do_not_overwrite_each_other(case, author, approver):
    other = logged_in(make_user(("operator", PLACE), name="Вторая Ольга Ивановна"))
    write(author, case, "Первый текст")
    write(other, case, "Второй текст", base_version=1)
    lost = write(author, case, "Третий текст", base_version=1)
    assert lost.status_code == 422
    page = lost.content.decode()
    assert "Вторая О. И." in page
    assert "Третий текст" in page
    assert "Второй текст" in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": ""}, "Напишите текст ответа"),
        ({"text": "я" * 20_001}, "Слишком длинно"),
        ({"kind": "interim"}, "нужна дата"),
        ({"kind": "interim", "promised_for": "2020-01-01"}, "уже прошла"),
        ({"promised_for": "когда-нибудь"}, "Напишите дату"),
    ],
)
def test_a_bad_draft_is_told_beside_its_field(case, author, fields, told):
    answer = write(author, case, **fields)
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_when_the_next_step_is_refused_the_text_is_kept_all_the_same(case, author):
    answer = write(author, case, then="publish")
    assert answer.status_code == 422
    assert "Текст сохранён" in answer.content.decode()
    assert the_answer(case).state == Answer.State.DRAFT


def test_a_case_of_another_system_is_answered_there_by_hand(case, author, approver):
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=case.pk).update(answer_by=Case.AnswerBy.OUTSIDE)
    write(author, case, then="review")
    answer = the_answer(case)
    post(approver, case, f"answer/{answer.pk}/approve/")
    page = author.get(f"/desk/case/{shown(case.number)}/").content.decode()
    assert "Скопировать ответ" in page
    assert "Опубликовано вручную" in page
    wrong = post(author, case, f"answer/{answer.pk}/by-hand/", link="не ссылка", at="2026-11-20T10:00")
    assert wrong.status_code == 422
    assert "https://" in wrong.content.decode()
    early = post(author, case, f"answer/{answer.pk}/by-hand/", link="", at="2020-01-01T10:00")
    assert "раньше сообщения" in early.content.decode()
    assert reread(case.pk).state == Case.State.NEW


def test_closing_and_opening_again(case, author, approver):
    write(author, case, then="review")
    answer = the_answer(case)
    post(approver, case, f"answer/{answer.pk}/approve/")
    post(author, case, f"answer/{answer.pk}/publish/")
    unproven = post(author, case, "close/", outcome="solved")
    assert unproven.status_code == 422
    assert "откуда известно" in unproven.content.decode()
    assert post(author, case, "close/", outcome="explained").status_code == 200
    assert reread(case.pk).state == Case.State.CLOSED
    assert post(author, case, "reopen/", reason="").status_code == 422
    assert post(author, case, "reopen/", reason="Житель позвонил: снова темно").status_code == 200
    assert reread(case.pk).turn == 2


def test_nobody_approves_a_text_they_have_not_seen(case, author, approver):
    write(author, case, "Первый текст", then="review")
    answer = the_answer(case)
    write(author, case, "Второй текст", base_version=1, then="review")
    late = post(approver, case, f"answer/{answer.pk}/approve/", version=1)
    assert late.status_code == 422
    assert "текст ответа изменили" in late.content.decode()
    assert post(approver, case, f"answer/{answer.pk}/approve/", version=2).status_code == 200


def test_a_day_that_the_executor_asked_for_is_an_interim_answer_until_it_is_told(case, author, approver):
    who = make_staff(("coordinator", PLACE))
    day = timezone.localdate() + timedelta(days=5)
    task = assign(who, case.pk, organisation_id=organisation().pk, task="Заменить лампу")
    link = open_task(link_for(who, task.pk), timezone.now())
    reply(link, kind="needs_time", text="Ждём лампу", until=day, once="a" * 20)

    def offered():
        page = author.get(f"/desk/case/{shown(case.number)}/").content.decode()
        kinds = re.findall(r'name="kind" value="(interim|final)"[^>]*checked', page)
        return kinds[0], f'name="promised_for" value="{day.isoformat()}"' in page

    assert offered() == ("interim", True)
    write(author, case, f"Лампу ждут, заменят до {day:%d.%m.%Y}.", kind="interim", promised_for=day.isoformat(),
          then="review")  # fmt: skip
    answer = the_answer(case)
    assert (answer.kind, answer.promised_for) == ("interim", day)
    post(approver, case, f"answer/{answer.pk}/approve/", vouched="видел")
    post(author, case, f"answer/{answer.pk}/publish/", vouched="видел")
    assert the_answer(case).state == Answer.State.PUBLISHED
    assert offered() == ("final", False)
