"""The page of one answer to a problem, from its text to what is left to people; and the list of templates of a case."""

import re

import pytest
from django.test import Client

from otklik.acting import acting, widened
from otklik.answers import for_problem_jobs, templates
from otklik.answers.models import Answer, CommonAnswer, CommonRow, TemplateUse
from otklik.cases.models import Case
from otklik.cases.numbers import shown
from tests.cases.problems_steps import HOME, leak, problem
from tests.making import SYSTEM, logged_in, make_staff, make_user, place, reread

pytestmark = pytest.mark.django_db
TEXT = "Здравствуйте! По карточке {номер}: воду дали."


@pytest.fixture
def desk() -> Client:
    return logged_in(make_user(("coordinator", HOME)))


def who():
    return make_staff(("coordinator", HOME), name="Луговая Ия Львовна")


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_it_is_written_approved_by_another_sent_and_what_is_left_is_told(desk: Client) -> None:
    made = problem(who())
    address = f"/desk/problem/{made.pk}/answer/"
    assert f'href="{address}"' in page(desk, f"/desk/problem/{made.pk}/")
    desk.post(f"{address}save/", {"text": TEXT, "kind": "final", "then": "review"})
    text = page(desk, address)
    assert "Каким ответ придёт" in text and "воду дали." in text and "ждёт сейчас" in text
    assert "Разослать" not in text
    refused = desk.post(f"{address}approve/", {"version": 1, "note": ""})
    assert refused.status_code == 422 and "другой сотрудник" in refused.content.decode()
    logged_in(make_user(("approver", HOME))).post(f"{address}approve/", {"version": 1, "note": ""})
    assert "Разослать" in page(desk, address)
    desk.post(f"{address}send/", {"version": 1})
    assert "Рассылаем: 0 из" in page(desk, address)
    assert 'hx-trigger="every 2s"' in page(desk, f"{address}progress/")
    for_problem_jobs.carry_on()
    finished = desk.get(f"{address}progress/")
    assert finished["HX-Refresh"] == "true" and "every 2s" not in finished.content.decode()
    with acting(SYSTEM):
        assert CommonAnswer.objects.get().state == "sent"
        assert Answer.objects.filter(state="published").count() == CommonRow.objects.filter(state="sent").count() > 0
    assert "Разослано" in page(desk, address)


def test_a_case_can_be_left_out_and_a_bad_text_stays_on_the_page(desk: Client) -> None:
    made = problem(who())
    address = f"/desk/problem/{made.pk}/answer/"
    wrong = desk.post(f"{address}save/", {"text": "{фамилия} 12", "kind": "final"})
    assert wrong.status_code == 422
    assert "{фамилия} 12" in wrong.content.decode() and "Такой подстановки нет" in wrong.content.decode()
    desk.post(f"{address}save/", {"text": TEXT, "kind": "final", "then": "review"})
    desk.post(f"{address}approve/", {"version": 1, "note": "глава, по телефону, 12:00"})
    numbers = re.findall(r'name="but" value="(\d+)"', page(desk, address))
    nobody = desk.post(f"{address}send/", {"version": 1, "but": numbers})
    assert nobody.status_code == 422 and "Отвечать некому" in nobody.content.decode()
    back = desk.post(f"{address}return/", {"reason": "", "what": "return"})
    assert back.status_code == 422
    desk.post(f"{address}return/", {"reason": "Без обещаний", "what": "withdraw"})
    with acting(SYSTEM):
        assert CommonAnswer.objects.get().state == "review"
    assert "Без обещаний" in page(desk, address)


def test_two_who_begin_together_see_both_texts_and_nobody_is_overwritten(desk: Client) -> None:
    address = f"/desk/problem/{problem(who()).pk}/answer/save/"
    other = logged_in(make_user(("operator", HOME)))
    assert desk.post(address, {"text": TEXT, "kind": "final", "base_version": ""}).status_code == 302
    mine = {"text": "Воду дали вечером, насос заменили.", "kind": "final", "base_version": ""}
    refused = other.post(address, mine)
    told = refused.content.decode()
    assert refused.status_code == 422 and "воду дали." in told and mine["text"] in told
    over = re.search(r'name="over" value="(\d+)"', told)[1]
    assert other.post(address, {**mine, "over": over}).status_code == 302
    with acting(SYSTEM):
        assert CommonAnswer.objects.get().text == mine["text"]


def test_a_letter_agreed_to_with_the_others_waits_for_its_number_and_for_nobody(desk: Client) -> None:
    made = problem(who())
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=made.main_case_id).update(regime="law59")
    address = f"/desk/problem/{made.pk}/answer/"
    desk.post(f"{address}save/", {"text": TEXT, "kind": "final", "then": "review"})
    logged_in(make_user(("approver", HOME))).post(f"{address}approve/", {"version": 1, "note": ""})
    desk.post(f"{address}send/", {"version": 1})
    for_problem_jobs.carry_on()
    shown_page = page(desk, f"/desk/case/{shown(reread(made.main_case_id).number)}/")
    assert "общий ответ на проблему" in shown_page and "ждёт сейчас" not in shown_page
    assert "Отправить с исходящим номером" in shown_page
    waits = "согласовано, ждёт исходящего номера: 1"
    assert waits in page(desk, address) and "Что осталось людям" in page(desk, address)
    with acting(SYSTEM), widened():
        Answer.objects.filter(case_id=made.main_case_id).update(state="published")
    assert waits not in page(desk, address) and shown(reread(made.main_case_id).number) not in page(desk, address)


def test_another_centre_finds_no_such_page(desk: Client) -> None:
    made = problem(who())
    stranger = logged_in(make_user(("coordinator", "gorod-volzhskiy")))
    for tail in ("", "progress/"):
        page(stranger, f"/desk/problem/{made.pk}/answer/{tail}", 404)
    assert stranger.post(f"/desk/problem/{made.pk}/answer/save/", {"text": TEXT, "kind": "final"}).status_code == 404


def test_the_list_has_templates_filled_for_the_case_and_what_was_inserted_is_counted(desk: Client) -> None:
    row = templates.save(SYSTEM, name="Вода <b>", text="Карточка {номер}, {имя}: воду дадут {срок}.",
                         place_id=place(HOME).pk)  # fmt: skip
    case_id = leak(who())
    number = shown(reread(case_id).number)
    listed = page(desk, f"/desk/case/{number}/phrases/")
    assert f'data-template="{row.pk}:1"' in listed and f"Карточка {number}" in listed and "Вода &lt;b&gt;" in listed
    assert "{срок}" in listed and "Нет данных:" in listed
    assert f"/desk/case/{number}/phrases/" in page(desk, f"/desk/case/{number}/")
    desk.post(f"/desk/case/{number}/draft/", {
        "text": "Воду дали.", "kind": "final", "then": "save", "template": f"{row.pk}:1"})  # fmt: skip
    with acting(SYSTEM):
        assert TemplateUse.objects.get().template_id == row.pk
    page(logged_in(make_user(("coordinator", "gorod-volzhskiy"))), f"/desk/case/{number}/phrases/", 404)


def test_templates_are_kept_on_their_page_by_who_may(desk: Client) -> None:
    told = desk.post("/desk/templates/add/", {"name": "Вода", "text": "{нет}", "place": str(place(HOME).pk)})
    assert told.status_code == 422 and "{нет}" in told.content.decode()
    made = desk.post("/desk/templates/add/", {"name": "Вода", "text": "Дали.", "place": str(place(HOME).pk)})
    assert made.status_code == 302
    address = made["Location"]
    desk.post(f"{address}save/", {"name": "Вода", "text": "Дали воду.", "theme": "", "base_version": 1})
    assert "версия 2" in page(desk, address)
    reader = logged_in(make_user(("operator", HOME)))
    assert "Дали воду." in page(reader, address) and "Сохранить" not in page(reader, address)
    page(reader, "/desk/templates/new/", 403)
    assert desk.post("/desk/templates/add/", {"name": "Моё", "text": "Да", "place": "region"}).status_code == 422
    desk.post(f"{address}retire/")
    assert "убран" in page(desk, "/desk/templates/")
