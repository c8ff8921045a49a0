"""The page of an unsaved answer: it is in its box again after a reload, and a colleague's text stands beside it."""

import pytest

from otklik.acting import acting
from otklik.answers.drafting import save_draft
from otklik.answers.models import AnswerVersion
from otklik.cases.models import Case
from otklik.cases.numbers import shown
from tests.making import SYSTEM, logged_in, make_case, make_staff, make_user

pytestmark = pytest.mark.django_db
PLACE = "gorod-kamyshin"
HTMX = {"HX-Request": "true"}


def at(case: Case, act: str = "") -> str:
    return f"/desk/case/{shown(case.number)}/{act}"


def test_what_was_typed_is_in_the_box_again_and_nobody_else_sees_it():
    case = make_case()
    mine, theirs = logged_in(make_user(("operator", PLACE))), logged_in(make_user(("operator", PLACE)))
    told = mine.post(at(case, "keep/"), {"text": "Лампу заменят", "base": "", "revision": ""}, headers=HTMX)
    assert (told.status_code, told.json()["revision"], told.json()["newest"]) == (200, 1, None)
    page = mine.get(at(case)).content.decode()
    assert "Лампу заменят</textarea>" in page and "Не сохранено как версия" in page
    assert "Лампу заменят" not in theirs.get(at(case)).content.decode()
    parted = mine.post(at(case, "keep/"), {"text": "Другое окно", "base": "", "revision": ""}, headers=HTMX)
    assert (parted.status_code, parted.json()["text"]) == (409, "Лампу заменят")
    assert "Лампу заменят" in mine.get(at(case, "keep/beside/?window=1"), headers=HTMX).content.decode()
    mine.logout()
    assert mine.post(at(case, "keep/"), {"text": "Ещё"}, headers=HTMX).status_code == 401


def test_a_colleagues_version_stands_beside_and_either_text_can_be_kept():
    case, colleague = make_case(), make_staff(("operator", PLACE), name="Сосед Пётр Ильич")
    client = logged_in(make_user(("operator", PLACE)))
    client.post(at(case, "keep/"), {"text": "Мой текст", "base": "", "revision": ""}, headers=HTMX)
    save_draft(colleague, case.pk, text="Текст соседа")
    told = client.post(at(case, "keep/"), {"text": "Мой текст, дальше", "revision": "1"}, headers=HTMX).json()
    assert told["newest"] == 1
    assert "Текст соседа" in client.get(at(case, "keep/beside/"), headers=HTMX).content.decode()
    page = client.get(at(case)).content.decode()
    assert "Мой текст, дальше</textarea>" in page and "Текст соседа" in page and 'name="over" value="1"' in page

    form = {"text": "Мой текст, дальше", "kind": "final", "base_version": "", "then": "save"}
    refused = client.post(at(case, "draft/"), form, headers=HTMX)
    assert refused.status_code == 422
    assert "Текст соседа" in refused.content.decode() and "Мой текст, дальше" in refused.content.decode()
    assert client.post(at(case, "draft/"), form | {"over": "1"}, headers=HTMX).status_code == 200
    with acting(SYSTEM):
        kept = list(AnswerVersion.objects.order_by("number").values_list("text", flat=True))
    assert kept == ["Текст соседа", "Мой текст, дальше"]
    assert "Не сохранено как версия" not in client.get(at(case)).content.decode()


def test_an_unsaved_text_is_not_lost_when_the_case_is_answered_by_another():
    case, colleague = make_case(), make_staff(("coordinator", PLACE))
    client = logged_in(make_user(("operator", PLACE)))
    client.post(at(case, "keep/"), {"text": "Мой текст"}, headers=HTMX)
    from otklik.cases.actions.spam import set_aside

    set_aside(colleague, case.pk, outcome=Case.Outcome.SPAM)
    page = client.get(at(case)).content.decode()
    assert "Ваш неотправленный текст" in page and "Мой текст" in page
