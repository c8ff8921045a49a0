"""Notes at the desk: written, seen by whom they name, and never on a page for others."""

import pytest
from django.test import Client
from django.utils import timezone

from otklik.cases.numbers import shown
from otklik.cases.task_links import link_for
from otklik.organisations.staffing import staff_actor
from tests.cases.steps import assigned
from tests.making import logged_in, make_user, reread, send

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"
HTMX = {"HX-Request": "true"}


def test_a_note_is_written_and_called_colleagues_are_told_of():
    case = reread(send().case_id)
    other = logged_in(make_user(("coordinator", HOME), name="Лугова Мария Игоревна"))
    client = logged_in(make_user(("operator", HOME), name="Первая Ия Львовна"))
    address = f"/desk/case/{shown(case.number)}/"
    answer = client.post(address + "note/", {"text": "@Лугова посмотрите"}, headers=HTMX)
    page = answer.content.decode()
    assert "Увидят: Лугова М. И." in page
    assert "только для сотрудников" in page
    assert "Упомянули <span" in other.get("/desk/?tab=triage").content.decode()
    opened = other.get(address).content.decode()
    assert "Вас упомянули в заметке" in opened
    assert other.post(address + "seen/", headers=HTMX).status_code == 204
    assert "Вас упомянули в заметке" not in other.get(address).content.decode()
    assert "Вас нигде не упоминали" in other.get("/desk/?tab=mentions").content.decode()


def test_an_unknown_name_is_said_beside_the_field_and_the_words_stay():
    case = reread(send().case_id)
    client = logged_in(make_user(("operator", HOME)))
    answer = client.post(f"/desk/case/{shown(case.number)}/note/", {"text": "@Никтова гляньте"}, headers=HTMX)
    assert answer.status_code == 422
    assert "@Никтова гляньте" in answer.content.decode()
    assert "здесь никто не работает" in answer.content.decode()


def test_colleagues_are_offered_by_letters_and_to_nobody_from_elsewhere():
    case = reread(send().case_id)
    client = logged_in(make_user(("coordinator", HOME), name="Лугова Мария Игоревна"))
    address = f"/desk/case/{shown(case.number)}/colleagues/"
    assert 'data-name="Лугова М. И."' in client.get(address + "?q=лу").content.decode()
    assert "Такого сотрудника здесь нет" in client.get(address + "?q=щщ").content.decode()
    assert logged_in(make_user(("operator", "gorod-volzhskiy"))).get(address).status_code == 404


def test_a_note_is_on_no_page_of_the_resident_or_the_executor():
    sent = send()
    case = reread(sent.case_id)
    user = make_user(("coordinator", HOME))
    task = assigned(staff_actor(user, timezone.localdate()), case.pk, timezone.now())
    token = link_for(staff_actor(user, timezone.localdate()), task.pk)
    client = logged_in(user)
    client.post(f"/desk/case/{shown(case.number)}/note/", {"text": "совершенно секретно"}, headers=HTMX)
    assert "совершенно секретно" in client.get(f"/desk/case/{shown(case.number)}/").content.decode()
    for address in (f"/c/{sent.token}/", f"/task/{token}/"):
        page = Client().get(address)
        assert page.status_code == 200
        assert "секретно" not in page.content.decode()
    printed = client.post(f"/desk/case/{shown(case.number)}/task/{task.pk}/print/")
    assert "секретно" not in printed.content.decode()
