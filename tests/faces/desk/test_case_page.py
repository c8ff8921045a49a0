"""The page of a case: what it shows, what it hides, and from whom."""

import re

import pytest
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.models import Assignment, OutsideNumber
from otklik.cases.numbers import shown
from otklik.journal.models import Entry
from tests.making import SYSTEM, logged_in, make_case, make_staff, make_user, organisation

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def client(role: str = "coordinator", code: str = "gorod-kamyshin"):
    return logged_in(make_user((role, code)))


def address(case, tail: str = "") -> str:
    return f"/desk/case/{shown(case.number)}/{tail}"


def test_the_words_that_speak_for_a_theme_are_marked_and_nothing_of_the_text_is_markup():
    case = make_case('На улице не горит фонарь & "темно" <script>alert(1)</script>')
    page = client().get(address(case)).content.decode()
    assert "<script>alert(1)" not in page
    assert "<mark" in page
    assert "&amp; &quot;темно&quot;" in re.sub(r"</?mark[^>]*>", "", page)


def test_the_page_explains_each_running_limit():
    page = client().get(address(make_case())).content.decode()
    assert "почему такой срок" in page
    assert "Ответить:" in page


def test_htmx_gets_the_body_alone():
    case = make_case()
    part = client().get(address(case), headers=HTMX)
    assert "<html" not in part.content.decode()
    assert "HX-Request" in part["Vary"]


def test_earlier_messages_of_the_same_person_are_shown():
    earlier = make_case("Яма на дороге", name="Вторая Ася", phone="+7 900 000-00-55")
    case = make_case("Не горит фонарь", name="Вторая Ася", phone="+7 900 000-00-55")
    desk = client()
    assert f'hx-get="{address(case)}around/"' in desk.get(address(case)).content.decode()
    page = desk.get(f"{address(case)}around/").content.decode()
    assert "Этот житель писал раньше" in page
    assert shown(earlier.number) in page


def test_contacts_are_shown_only_for_a_reason_and_the_journal_keeps_it():
    case = make_case(phone="+7 900 000-00-66")
    desk = client()
    assert "000-00-66" not in desk.get(address(case)).content.decode()
    refused = desk.post(address(case, "contacts/"), {"reason": " "}, headers=HTMX)
    assert refused.status_code == 422
    assert "Напишите причину" in refused.content.decode()
    told = desk.post(address(case, "contacts/"), {"reason": "перезвонить"}, headers=HTMX).content.decode()
    assert "000-00-66" in told.replace("\u00a0", " ") or "79000000066" in told
    with acting(SYSTEM):
        entry = Entry.objects.filter(stream=f"case:{case.pk}", verb="reveal").get()
    assert "0000066" not in str(entry.fields)
    assert "перезвонить" not in str(entry.fields)
    assert "перезвонить" in desk.get(address(case)).content.decode()


def test_an_outside_number_leads_to_the_original():
    case = make_case()
    with acting(SYSTEM):
        OutsideNumber.objects.create(
            case=case, scope_id=case.scope_id, system="Другая система", number="A-17", url="https://example.org/17"
        )
    page = client().get(address(case)).content.decode()
    assert 'href="https://example.org/17"' in page
    assert "A-17" in page


def test_the_journal_is_told_in_words_with_names():
    case = make_case()
    desk = logged_in(make_user(("coordinator", "gorod-kamyshin"), name="Журналова Анна Ильинична"))
    desk.post(address(case, "take/"))
    page = desk.get(address(case)).content.decode()
    assert "Взято в работу" in page
    assert "Журналова А. И." in page
    assert "staff:" not in page


def every_address(case) -> list[tuple[str, str]]:
    reading = ["", "photo/1/", "organisations/", "themes/", "places/", "elsewhere/"]
    writing = [
        "take/", "triage/", "assign/", "co-executor/", "redirect/", "aside/", "close/", "reopen/", "contacts/",
        "task/1/link/", "task/1/print/", "task/1/revoke/", "word/", "hand-over/", "pause/", "resume/", "draft/",
        "answer/1/approve/", "answer/1/return/",
        "answer/1/publish/", "answer/1/by-hand/",
    ]
    return [("get", tail) for tail in reading] + [("post", tail) for tail in writing]


def test_for_a_stranger_nothing_of_the_case_exists():
    case = make_case()
    stranger = client(code="gorod-volzhskiy")
    for method, tail in every_address(case):
        response = getattr(stranger, method)(address(case, tail), {})
        assert response.status_code == 404, (method, tail)
        assert "фонарь" not in response.content.decode()


def test_a_visitor_is_led_to_the_log_in_from_everywhere(client):
    case = make_case()
    for method, tail in every_address(case):
        response = getattr(client, method)(address(case, tail), {})
        assert response.status_code == 302, (method, tail)
        assert response["Location"].startswith("/accounts/login/")


def test_a_number_that_is_none_is_not_found():
    assert client().get("/desk/case/абв/").status_code == 404
    assert client().get("/desk/case/34-999999/").status_code == 404


def test_pickers_find_by_a_few_letters_and_only_what_may_be_chosen():
    case = make_case()
    desk = client()
    offered = desk.get(address(case, "organisations/"), {"q": "админ"}).context["organisations"]
    assert offered
    assert all(one.territory.code in ("gorod-kamyshin", "volgograd") or one.territory.scope_id == case.scope_id
               for one in offered)
    themes = desk.get(address(case, "themes/"), {"q": "фонарь"}).context["themes"]
    assert any("фонар" in (theme.name + "".join(theme.synonyms)).lower() for theme in themes)
    assert desk.get(address(case, "places/"), {"q": "камыш"}).context["places"]
    assert desk.get(address(case, "themes/"), {"q": "\x00"}).status_code == 200


def test_a_photo_of_another_case_is_not_shown():
    case = make_case()
    assert client().get(address(case, "photo/1/")).status_code == 404


def test_the_main_step_fits_the_state_and_the_person():
    case = make_case()
    coordinator = make_staff(("coordinator", "gorod-kamyshin"))
    assert client().get(address(case)).context["step"] in ("triage", "assign")
    from otklik.cases.actions.assign import assign

    assign(coordinator, case.pk, organisation_id=organisation().pk, task="Заменить лампу", now=timezone.now())
    assert client().get(address(case)).context["step"] == "link"
    assert client("head").get(address(case)).context["step"] == "draft"
    assert client("curator", "volgograd").get(address(case)).context["step"] == ""
    with acting(SYSTEM):
        assert Assignment.objects.filter(case=case).count() == 1
