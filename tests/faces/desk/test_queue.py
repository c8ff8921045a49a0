"""The queue: who sees what, how it is found, what it costs, and how it learns of news."""


import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.cases.numbers import shown
from tests.making import LONG_AGO, logged_in, make_case, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def operator(code: str = "gorod-kamyshin") -> Client:
    return logged_in(make_user(("operator", code)))


def numbers_on(response) -> set[str]:
    return {shown(case.number) for case in response.context["page"].rows}


def test_a_clerk_sees_the_cases_of_their_own_place_only():
    ours, theirs = make_case(), make_case(code="gorod-volzhskiy")
    assert numbers_on(operator().get("/desk/?tab=all")) == {shown(ours.number)}
    assert numbers_on(operator("gorod-volzhskiy").get("/desk/?tab=all")) == {shown(theirs.number)}


def test_a_curator_sees_all():
    make_case(), make_case(code="gorod-volzhskiy")
    curator = logged_in(make_user(("curator", "volgograd")))
    assert len(numbers_on(curator.get("/desk/?tab=all"))) == 2


def test_a_visitor_is_led_to_the_log_in_and_back():
    response = Client().get("/desk/?tab=all")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/desk/%3Ftab%3Dall"
    assert Client().get("/desk/changes/", headers=HTMX).status_code == 401


def test_whoever_has_no_role_at_the_desk_is_led_to_their_own_room_or_told():
    administrator = logged_in(make_user(("administrator", "volgograd")))
    assert administrator.get("/desk/")["Location"] in ("/region/", "/settings/")
    assert administrator.get("/desk/alarms/").status_code == 403
    nobody = logged_in(make_user())
    response = nobody.get("/desk/")
    assert response.status_code == 403
    assert "нет роли" in response.content.decode()


@pytest.mark.parametrize("asked", ["34-{:06d}", "№ {}", "{}"])
def test_a_case_is_found_by_its_number_however_it_is_written(asked):
    case, _other = make_case(), make_case("Яма на дороге")
    found = operator().get("/desk/", {"tab": "all", "text": asked.format(case.number)})
    assert numbers_on(found) == {shown(case.number)}


def test_a_case_is_found_by_phone_surname_and_words():
    case = make_case("Бродячие собаки у магазина", name="Непридуманова Ольга", phone="+7 900 000-11-22")
    make_case("Яма на дороге", name="Другова Инна", phone="+7 900 000-33-44")
    client = operator()
    for asked in ("8 (900) 000-11-22", "Непридуманова", "собака"):
        assert numbers_on(client.get("/desk/", {"tab": "all", "text": asked})) == {shown(case.number)}, asked
    assert numbers_on(client.get("/desk/", {"tab": "all", "text": "самолёт"})) == set()


def test_an_empty_queue_says_what_it_means_and_offers_the_next_thing():
    page = operator().get("/desk/?tab=triage").content.decode()
    assert "Новых нет" in page
    assert "?tab=replied" in page


def test_the_first_tab_is_what_burns_and_else_what_is_to_be_triaged():
    client = operator()
    make_case()
    assert client.get("/desk/").context["filters"].tab == "triage"
    make_case(now=timezone.now() - LONG_AGO)
    assert client.get("/desk/").context["filters"].tab == "burning"


@pytest.mark.parametrize(
    "query",
    [
        "tab=nonsense", "theme=abc", "territory=99999999999999999999", "importance=-1", "after=x|y", "after=|",
        "text=%00", "text=%E2%80%AE", "state=flying", "channel=pigeon", "text=" + "я" * 3000, "executor=²",
        "after=2020-01-01T00:00:00|99999999999999999999999",
    ],
)
def test_nonsense_in_the_address_filters_nothing_and_breaks_nothing(query):
    assert operator().get(f"/desk/?{query}").status_code == 200


def test_filters_narrow_the_list():
    lamp, _road = make_case("Не горит фонарь"), make_case("Яма на дороге")
    client = operator()
    assert client.get("/desk/filters/?tab=all").status_code == 200
    assert numbers_on(client.get(f"/desk/?tab=all&importance={lamp.importance}&state=new")) >= {shown(lamp.number)}
    assert numbers_on(client.get("/desk/?tab=all&state=closed")) == set()


def test_the_list_comes_in_pages_without_loss_or_repetition():
    made = {shown(make_case(f"Сообщение номер {n}").number) for n in range(28)}
    client = operator()
    first = client.get("/desk/?tab=triage")
    second = client.get("/desk/", {"tab": "triage", "after": first.context["page"].following})
    assert len(numbers_on(first)) == 25
    assert numbers_on(first) | numbers_on(second) == made
    assert not numbers_on(first) & numbers_on(second)


@pytest.mark.parametrize("size", [1, 25])
def test_the_page_costs_the_same_few_queries_whatever_its_size(size):
    for n in range(size):
        make_case(f"Сообщение номер {n}", name="Проверочная Зоя", phone=f"+7900000{n:04d}")
    client = operator()
    client.get("/desk/?tab=triage")
    with CaptureQueriesContext(connection, ) as asked:
        client.get("/desk/?tab=triage")
    own = [q["sql"] for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]
    assert len(own) <= 12, "\n".join(own)


def test_an_open_page_learns_of_a_new_case_and_hears_nothing_else():
    client = operator()
    make_case()
    page = client.get("/desk/?tab=triage")
    seen = f"{page.context['last_entry']}.{page.context['sign']}"
    assert client.get("/desk/changes/", {"tab": "triage", "seen": seen}, headers=HTMX).status_code == 204
    new = make_case("Прорвало трубу")
    changed = client.get("/desk/changes/", {"tab": "triage", "seen": seen}, headers=HTMX)
    assert changed.status_code == 200
    assert shown(new.number) in changed.content.decode()


def test_news_from_another_place_does_not_touch_the_list():
    client = operator()
    make_case()
    page = client.get("/desk/?tab=triage")
    make_case(code="gorod-volzhskiy")
    seen = f"{page.context['last_entry']}.{page.context['sign']}"
    assert client.get("/desk/changes/", {"tab": "triage", "seen": seen}, headers=HTMX).status_code == 204
