"""Problems at the desk: the panel of a case, the list, the page with its public twin."""

from typing import Any

import pytest
from django.test import Client

from otklik.acting import Visitor, acting, widened
from otklik.cases.actions.public import photos_to_choose
from otklik.cases.models import Case
from otklik.cases.numbers import shown
from otklik.cases.problem_models import Problem
from otklik.cases.supporting import support
from tests.cases.problems_steps import (
    HOME,
    cases_of,
    leak,
    problem,
    released,
    switched_on,
    the_problem_now,
    twin,
)
from tests.cases.steps import photo
from tests.making import SYSTEM, logged_in, make_staff, make_user, reread

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    return logged_in(make_user(("coordinator", HOME)))


def who() -> Any:
    return make_staff(("coordinator", HOME), name="Луговая Ия Львовна")


def number_of(case_id: int) -> str:
    return shown(reread(case_id).number)


def page(desk: Client, address: str, status: int = 200) -> str:
    answer = desk.get(address)
    assert answer.status_code == status
    return str(answer.content.decode())


def test_the_panel_of_a_case_proposes_the_problem_it_looks_like(desk: Client) -> None:
    made = problem(who())
    case = leak(who())
    text = page(desk, f"/desk/case/{number_of(case)}/")
    assert f"Похоже на проблему № {made.pk} «Прорыв на Мира»" in text and "та же улица" in text
    desk.post(f"/desk/case/{number_of(case)}/problem/join/", {"problem": made.pk})
    assert case in cases_of(made.pk)
    text = page(desk, f"/desk/case/{number_of(case)}/")
    assert f"Проблема № {made.pk}" in text and "Отделить от проблемы" in text
    desk.post(f"/desk/case/{number_of(case)}/problem/leave/")
    assert case not in cases_of(made.pk)


def test_a_number_of_no_problem_is_said_beside_the_field(desk: Client) -> None:
    case = number_of(leak(who()))
    for wrong in ("999999", "", "восемь", "-1", "9" * 30):
        answer = desk.post(f"/desk/case/{case}/problem/join/", {"problem": wrong})
        assert answer.status_code == 422 and "Номер проблемы" in answer.content.decode(), wrong
    answer = desk.post(f"/desk/case/{case}/problem/make/", {"title": " "})
    assert answer.status_code == 422


def test_a_case_is_made_a_problem_by_its_panel(desk: Client) -> None:
    case = leak(who())
    desk.post(f"/desk/case/{number_of(case)}/problem/make/", {"title": "Прорыв на Мира"})
    made = reread(case).problem_id
    assert made and "Прорыв на Мира" in page(desk, "/desk/problems/")
    text = page(desk, f"/desk/problem/{made}/")
    for words in ("Прорыв на Мира", number_of(case), "1 карточка", "не включён"):
        assert words in text


def test_state_news_and_names_are_changed_on_the_page(desk: Client) -> None:
    made = problem(who(), more=1)
    address = f"/desk/problem/{made.pk}/"
    desk.post(address + "state/", {"state": "planned", "planned_for": "2030-05-01"})
    desk.post(address + "news/", {"text": "Бригада выехала."})
    desk.post(address + "change/", {"title": "Прорыв у школы", "street": "Мира", "house": "", "theme": ""})
    text = page(desk, address)
    for words in ("работы запланированы", "Бригада выехала.", "Прорыв у школы"):
        assert words in text
    wrong = desk.post(address + "news/", {"text": "Звоните 8 900 123-45-67"})
    assert wrong.status_code == 422 and "8 900 123-45-67" in wrong.content.decode()
    wrong = desk.post(address + "state/", {"state": "planned"})
    assert wrong.status_code == 422
    assert the_problem_now(made.pk).state == "planned"


def test_who_is_not_reached_by_news_is_named_to_be_told(desk: Client) -> None:
    made = problem(who(), more=2)
    with acting(SYSTEM), widened():
        ids = list(Case.objects.filter(problem_id=made.pk).order_by("pk").values_list("pk", flat=True))
        Case.objects.filter(pk=ids[1]).update(answer_by="phone")
        Case.objects.filter(pk=ids[2]).update(answer_by="channel", regime="law59")
    text = page(desk, f"/desk/problem/{made.pk}/")
    assert "Отправим туда, где писали: 0. Прочтут на странице своего сообщения: 1." in text
    assert "Скажите сами 2 людям" in text


def test_the_public_twin_is_released_and_withdrawn_side_by_side(desk: Client) -> None:
    switched_on()
    made = problem(who(), photos=(photo("red"), photo("blue")))
    address = f"/desk/problem/{made.pk}/"
    assert "Показать на портале" in page(desk, address)
    with acting(who(), read_only=True):
        chosen = photos_to_choose(made)[0][0]
    wrong = desk.post(address + "release/", {"title": "Течь, звоните 8 900 123-45-67", "text": "Ищем место."})
    assert wrong.status_code == 422 and "Ищем место." in wrong.content.decode() and twin(made.pk) is None
    desk.post(address + "release/", {"title": "Течь", "text": "Ищем место.", "with_point": "on", "before": chosen})
    row = twin(made.pk)
    assert row and row.latitude and row.photos.count() == 1
    text = page(desk, address)
    assert "Открыть страницу для всех" in text and f'value="{chosen}" checked' in text
    desk.post(address + "withdraw/")
    assert twin(made.pk) is None
    assert 'value="Течь"' in page(desk, address)  # the words wait in the form


def test_marked_cases_are_split_off(desk: Client) -> None:
    made = problem(who(), more=2)
    first = sorted(cases_of(made.pk))[0]
    address = f"/desk/problem/{made.pk}/split/"
    assert desk.post(address, {"title": "Другая труба"}).status_code == 422
    assert desk.post(address, {"title": "", "cases": first}).status_code == 422
    desk.post(address, {"title": "Другая труба", "cases": first})
    with acting(who(), read_only=True):
        fresh = Problem.objects.get(title="Другая труба")
    assert cases_of(fresh.pk) == {first} and len(cases_of(made.pk)) == 2


def test_phones_of_neighbours_are_shown_once_with_a_reason(desk: Client) -> None:
    switched_on()
    made = problem(who())
    released(who(), made.pk)
    support(Visitor(), made.pk, browser="one", phone="+79000000078")
    address = f"/desk/problem/{made.pk}/"
    assert "1 оставил телефон" in page(desk, address)
    answer = desk.post(address + "supporters/", {"reason": "Позвонить о воде"})
    assert "+79000000078" in answer.content.decode()
    assert "+79000000078" not in page(desk, address)


def test_a_stranger_and_a_reader_get_no_further(desk: Client) -> None:
    made = problem(who())
    stranger = logged_in(make_user(("coordinator", "gorod-volzhskiy")))
    for address in ("", "state/", "news/", "change/", "release/", "withdraw/", "split/", "supporters/"):
        answer = stranger.post(f"/desk/problem/{made.pk}/{address}", {"text": "x", "title": "x", "state": "fixed",
                                                                   "reason": "x", "cases": "1"})  # fmt: skip
        assert answer.status_code in (404, 405), address
    page(stranger, f"/desk/problem/{made.pk}/", 404)
    assert "Прорыв на Мира" not in page(stranger, "/desk/problems/")
    reader = logged_in(make_user(("approver", HOME)))
    assert "Рассказать всем" not in page(reader, f"/desk/problem/{made.pk}/")
    answer = reader.post(f"/desk/problem/{made.pk}/state/", {"state": "fixed"})
    assert answer.status_code == 422 and "права" in answer.content.decode()
