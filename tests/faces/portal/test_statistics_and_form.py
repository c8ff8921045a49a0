"""Figures for everybody as pages, and the short form in another site's frame."""

from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.models import Case
from otklik.insight.jobs import publish_figures
from otklik.intake.accepting import issue_key
from otklik.operations.beats import follow_journal
from tests.cases.problems_steps import HOME, switched_on
from tests.making import SYSTEM, logged_in, make_case, make_user, place

pytestmark = pytest.mark.django_db
FORM = f"/embed/{HOME}/"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


def text_of(address: str, status: int = 200) -> str:
    answer = Client().get(address)
    assert answer.status_code == status
    return str(answer.content.decode())


def test_figures_stand_where_they_are_switched_on_and_pages_say_so_where_not() -> None:
    assert "пока никто не показывает" in text_of("/statistics/")
    assert "не включена" in text_of(f"/statistics/{HOME}/")
    text_of("/statistics/no-such-place/", 404)
    switched_on(statistics=True)
    cache.clear()
    assert "готовятся" in text_of("/statistics/")
    for _n in range(6):
        make_case()
    follow_journal(timezone.now())
    publish_figures(timezone.now())
    for address in ("/statistics/", f"/statistics/{HOME}/?days=90", f"/statistics/{HOME}/?days=nonsense"):
        page = text_of(address)
        assert "Как посчитано?" in page and ">5<" in page.replace("\n", "").replace(" ", ""), address
    assert "меньше 5" in text_of(f"/statistics/{HOME}/")


def test_the_front_page_leads_to_what_is_switched_on() -> None:
    assert "/problems/" not in text_of("/") and "/statistics/" not in text_of("/")
    switched_on(statistics=True)
    cache.clear()
    assert "/problems/" in text_of("/") and "/statistics/" in text_of("/")


def sent(client: Client, **fields: Any) -> Any:
    form = {"key": issue_key(), "text": "Во дворе не горит фонарь", "street": "Мира", "house": "12"}
    return client.post(FORM, form | fields)


def test_only_the_listed_sites_may_show_the_form() -> None:
    off = Client().get(FORM)
    assert "frame-ancestors 'none'" in off["Content-Security-Policy"] and "не включена" in off.content.decode()
    switched_on(hosts=("kamyshin.example.ru",))
    shown = Client().get(FORM)
    assert "frame-ancestors https://kamyshin.example.ru" in shown["Content-Security-Policy"]
    assert "X-Frame-Options" not in shown
    assert not shown.cookies
    for address in ("/", "/report/", "/problems/", "/desk/"):
        other = Client().get(address)
        assert other["X-Frame-Options"] == "DENY", address
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"], address
    assert Client().get("/embed/no-such-place/").status_code == 404


def test_the_form_needs_no_cookie_and_gives_number_and_link() -> None:
    switched_on(hosts=("kamyshin.example.ru",))
    strict = Client(enforce_csrf_checks=True)
    answer = sent(strict, phone="8 900 000-00-01")
    page = answer.content.decode()
    with acting(SYSTEM):
        case = Case.objects.get()
    assert answer.status_code == 200 and not answer.cookies and 'target="_blank"' in page
    assert (case.scope_id, case.answer_by, case.street) == (place(HOME).pk, "phone", "Мира")
    assert "frame-ancestors https://kamyshin.example.ru" in answer["Content-Security-Policy"]
    link = unescape(page.split('href="http://testserver/c/')[1].split('"')[0])
    assert Client().get("/c/" + link).status_code == 200


def test_the_same_form_sent_twice_is_one_message() -> None:
    switched_on(hosts=("kamyshin.example.ru",))
    key = issue_key()
    first, second = sent(Client(), key=key), sent(Client(), key=key)
    assert first.content == second.content
    with acting(SYSTEM):
        assert Case.objects.count() == 1


def test_wrong_input_comes_back_with_the_text() -> None:
    switched_on(hosts=("kamyshin.example.ru",))
    for fields, words in (
        ({"text": " "}, "Напишите, что случилось"), ({"phone": "12"}, "номер"),
        ({"street": "у" * 500}, "Слишком длинно"), ({"text": "x" * 200_000}, "Слишком длинно"),
    ):
        answer = sent(Client(), **fields)
        assert answer.status_code == 422 and words in answer.content.decode(), fields
        assert "frame-ancestors https://kamyshin" in answer["Content-Security-Policy"]
    assert sent(Client(), text="Течёт\x00 труба\u202e", settlement="с. Нигдейка", key="forged").status_code == 200


def test_the_head_switches_on_and_sees_the_ready_code() -> None:
    head = logged_in(make_user(("head", HOME)))
    address = f"/settings/portal/{place(HOME).pk}/"
    assert head.get("/settings/portal/").status_code == 302
    assert "никогда" in head.get(address).content.decode()
    form = {"groups": ["water", "road"], "statistics": "on", "embed_hosts": "https://Kamyshin.example.ru/news\nадмин.рф"}
    assert head.post(address, form).status_code == 302
    page = unescape(head.get(address).content.decode())
    assert "xn--80aimip.xn--p1ai" in page or "xn--" in page
    assert f'src="http://testserver{FORM}"' in page
    wrong = head.post(address, {"groups": ["defenders"]})
    assert wrong.status_code == 422
    wrong = head.post(address, {"embed_hosts": "не сайт; script"})
    assert wrong.status_code == 422 and "не похоже на имя сайта" in wrong.content.decode()
    assert "frame-ancestors https://kamyshin.example.ru https://xn--" in Client().get(FORM)["Content-Security-Policy"]


@pytest.mark.parametrize("role", ["operator", "coordinator", "approver"])
def test_others_do_not_switch(role: str) -> None:
    client = logged_in(make_user((role, HOME)))
    assert client.get("/settings/portal/").status_code == 403
    assert client.post(f"/settings/portal/{place(HOME).pk}/", {"statistics": "on"}).status_code == 403
    stranger = logged_in(make_user(("head", "gorod-volzhskiy")))
    assert stranger.post(f"/settings/portal/{place(HOME).pk}/", {"statistics": "on"}).status_code == 404
