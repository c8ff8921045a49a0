"""Somebody moved the case while another was writing: the panel is gone, what is wrong is said, no word is lost."""

import pytest

from otklik.cases.numbers import shown
from tests.making import logged_in, make_case, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
GONE = "Этого действия у карточки сейчас нет"


@pytest.fixture
def desk():
    return logged_in(make_user(("coordinator", "gorod-kamyshin")))


def address(tail: str) -> str:
    return f"/desk/case/{shown(make_case().number)}/{tail}"


def told(page: str) -> str:
    """What the page says above the case."""
    return page.split('class="case-told"')[1].split('class="case-grid"')[0]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_error_of_a_panel_that_is_gone_is_said_above_the_case_with_the_name_of_its_field(desk, headers):
    refused = desk.post(address("reopen/"), {"reason": " "}, headers=headers)
    page = told(refused.content.decode())
    assert refused.status_code == 422
    assert 'role="alert"' in page and GONE in page and "Причина: Напишите причину." in page
    assert "Вы написали" not in page


def test_what_was_written_into_a_panel_that_is_gone_is_given_back(desk):
    reason = "Житель прислал <снимок>:\nяма на месте"
    refused = desk.post(address("reopen/"), {"reason": reason}, headers=HTMX)
    page = told(refused.content.decode())
    assert refused.status_code == 422
    assert 'role="alert"' in page and GONE not in page, "the gate says itself why not"
    assert "Вы написали" in page and "Житель прислал &lt;снимок&gt;:\nяма на месте" in page


def test_an_error_of_a_panel_that_stands_is_said_beside_its_field_alone(desk):
    refused = desk.post(address("hand-over/"), {"reason": "В соседний город"}, headers=HTMX)
    page = refused.content.decode()
    assert refused.status_code == 422 and "invalid-feedback" in page
    assert "alert" not in told(page) and "Вы написали" not in page
