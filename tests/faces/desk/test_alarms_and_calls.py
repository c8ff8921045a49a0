"""Danger to life on every page of the desk, and a call written down."""


import re

import pytest

from otklik.acting import acting
from otklik.cases.models import Alarm, Case
from otklik.cases.numbers import shown
from otklik.organisations.models import DutyPerson
from tests.making import SYSTEM, logged_in, make_case, make_user, place

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
DANGER = "В подъезде сильный запах газа, людям плохо"


def client(role: str = "operator", code: str = "gorod-kamyshin"):
    return logged_in(make_user((role, code)))


@pytest.fixture
def alarm(db) -> Alarm:
    here = place("gorod-kamyshin")
    DutyPerson.objects.create(territory=here, order=1, name="ЕДДС, дежурный", phone="+7 900 000-01-12")
    case = make_case(DANGER, street="ул. Мира", house="5", phone="+7 900 000-77-77")
    assert case.importance == 4
    with acting(SYSTEM):
        return Alarm.objects.select_related("case").get(case=case)


def test_the_line_names_whom_to_call_and_what_to_read_aloud(alarm):
    page = client().get("/desk/alarms/").content.decode()
    assert "ЕДДС, дежурный" in page
    assert "tel:+7 900 000-01-12" in page
    assert "ул. Мира, 5" in page
    assert "запах газа" in page
    assert "000-77-77" not in page


def test_an_empty_duty_list_says_whom_to_call_all_the_same(db):
    make_case(DANGER)
    assert "звоните 112" in client().get("/desk/alarms/").content.decode()


def test_the_bell_rings_for_those_who_see_the_place_and_only_once(alarm):
    desk = client()
    rung = desk.get("/desk/alarms/bell/", headers=HTMX)
    assert "Угроза жизни" in rung.content.decode()
    sign = f"{alarm.pk}.{alarm.duty_step}"
    seen = re.search(r"seen=([\w.]+)", rung.content.decode())  # with it, how many notices wait
    assert seen is not None and seen[1].startswith(f"{sign}.")
    assert desk.get("/desk/alarms/bell/", {"seen": seen[1]}, headers=HTMX).status_code == 204
    elsewhere = client(code="gorod-volzhskiy").get("/desk/alarms/bell/", headers=HTMX)
    assert "Угроза жизни" not in elsewhere.content.decode()


def test_the_alarm_stands_until_a_named_person_took_it(alarm):
    desk = client()
    refused = desk.post(f"/desk/alarms/{alarm.pk}/confirm/", {"taken_by": " "}, headers=HTMX)
    assert refused.status_code == 422
    assert "фамилию" in refused.content.decode()
    done = desk.post(f"/desk/alarms/{alarm.pk}/confirm/", {"taken_by": "Дежурова"}, headers=HTMX)
    assert done.status_code == 200
    assert "Дежурова" in done.content.decode()
    rung = desk.get("/desk/alarms/bell/", {"seen": f"{alarm.pk}.1"}, headers=HTMX)
    assert "Угроза жизни" not in rung.content.decode()


def test_a_stranger_cannot_confirm(alarm):
    stranger = client(code="gorod-volzhskiy")
    assert stranger.post(f"/desk/alarms/{alarm.pk}/confirm/", {"taken_by": "Чужой"}).status_code == 404


def call_fields(desk, **fields):
    key = desk.get("/desk/call/").context["form"]["key"].value()
    return {"key": key, "text": "Не горит фонарь", "territory": place("gorod-kamyshin").pk} | fields


def test_a_call_becomes_a_case_with_a_number_to_say(db):
    desk = client()
    page = desk.post("/desk/call/", call_fields(desk, phone="8 900 000-00-20", name="Звонкова Ия"), follow=True)
    with acting(SYSTEM):
        case = Case.objects.select_related("account").get()
    assert case.account.channel == "phone"
    assert case.answer_by == Case.AnswerBy.PHONE
    assert f"Скажите человеку номер: {shown(case.number)}" in page.content.decode()


def test_a_call_sent_twice_is_one_case(db):
    desk = client()
    fields = call_fields(desk)
    desk.post("/desk/call/", fields)
    desk.post("/desk/call/", fields)
    with acting(SYSTEM):
        assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": ""}, "Запишите, что случилось"),
        ({"text": "\x00\x00"}, "Запишите, что случилось"),
        ({"territory": ""}, "Выберите место"),
        ({"phone": "123"}, "телефон"),
        ({"key": "чужой ключ"}, "Отправьте ещё раз"),
    ],
)
def test_what_is_wrong_with_a_call_is_told_and_the_words_stay(db, fields, told):
    desk = client()
    answer = desk.post("/desk/call/", call_fields(desk, place_note="за мостом", **fields))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert told in page
    assert "за мостом" in page


def test_a_call_is_written_down_where_the_person_works(db):
    desk = client()
    answer = desk.post("/desk/call/", call_fields(desk, territory=place("gorod-volzhskiy").pk))
    assert answer.status_code == 422
    assert "своего муниципалитета" in answer.content.decode()
