"""The point on the case page and in the call form; suggestions of where it is; a word when places disagree."""

import pytest

from otklik.acting import acting, widened
from otklik.cases.models import Case
from otklik.cases.numbers import shown
from tests.making import SYSTEM, logged_in, make_case, make_user, place, reread
from tests.territory.shapes import load, two_districts

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TOWN, BESIDE = (50.0652, 45.3844), (50.2, 45.3844)


def client(role: str = "coordinator", code: str = "gorod-kamyshin"):
    return logged_in(make_user((role, code)))


def test_the_case_page_shows_the_point_on_a_map_and_takes_another() -> None:
    case = make_case(latitude=TOWN[0], longitude=TOWN[1])
    address = f"/desk/case/{shown(case.number)}/point/"
    desk = client()
    assert address in desk.get(f"/desk/case/{shown(case.number)}/").content.decode()
    part = desk.get(address).content.decode()
    assert 'value="50.065200"' in part and 'data-map-pick="point_latitude point_longitude"' in part
    answer = desk.post(address, {"latitude": "50.07", "longitude": "45.39"}, headers=HTMX)
    assert answer.status_code == 200 and "Точка сохранена" in answer.content.decode()
    assert reread(case.pk).latitude == 50.07
    assert "Точка убрана" in desk.post(address, {"latitude": "", "longitude": ""}, headers=HTMX).content.decode()
    assert reread(case.pk).latitude is None
    assert "Точка на карте изменена" in desk.get(f"/desk/case/{shown(case.number)}/").content.decode()


@pytest.mark.parametrize(
    "sent", [{"latitude": "x", "longitude": "1"}, {"latitude": "50"}, {"latitude": "nan", "longitude": "1"}]
)
def test_a_broken_point_changes_nothing(sent: dict[str, str]) -> None:
    case = make_case(latitude=TOWN[0], longitude=TOWN[1])
    answer = client().post(f"/desk/case/{shown(case.number)}/point/", sent, headers=HTMX)
    assert answer.status_code == 422
    assert reread(case.pk).latitude == TOWN[0]


def test_who_only_looks_gets_a_map_without_a_form_and_a_stranger_none() -> None:
    case = make_case(latitude=TOWN[0], longitude=TOWN[1])
    address = f"/desk/case/{shown(case.number)}/point/"
    part = client("analyst").get(address).content.decode()
    assert "data-map-point" in part and "<form" not in part
    assert client(code="gorod-frolovo").get(address).status_code == 404


def test_a_point_in_another_municipality_is_told_and_overrules_nobody() -> None:
    case = make_case(latitude=BESIDE[0], longitude=BESIDE[1])
    page = f"/desk/case/{shown(case.number)}/"
    assert "в другом муниципалитете" not in client().get(page).content.decode()
    load(two_districts())
    assert "Точка на карте лежит в другом муниципалитете: Камышинский район" in client().get(page).content.decode()
    assert reread(case.pk).territory.code == "gorod-kamyshin"


def test_the_call_form_asks_where_a_point_is_and_keeps_it() -> None:
    load(two_districts())
    desk = client()
    where = desk.get("/desk/whereis/", {"latitude": TOWN[0], "longitude": TOWN[1]}).content.decode()
    assert f'name="territory" value="{place("gorod-kamyshin").pk}"' in where and "По границам" in where
    there = desk.get("/desk/whereis/", {"latitude": BESIDE[0], "longitude": BESIDE[1]}).content.decode()
    assert "другой муниципалитет: Камышинский район" in there and "radio" not in there
    assert "за пределами" in desk.get("/desk/whereis/", {"latitude": "1", "longitude": "1"}).content.decode()
    assert desk.get("/desk/whereis/", {"latitude": "x"}).content.decode().strip() == ""
    form = desk.get("/desk/call/").content.decode()
    key = form.split('name="key" value="')[1].split('"')[0]
    assert "data-address-street" in form
    assert 'data-map-pick="call_latitude' in desk.get("/desk/call/map/").content.decode()
    answer = desk.post("/desk/call/", {
        "key": key, "text": "Яма", "territory": place("gorod-kamyshin").pk, "latitude": "50.07", "longitude": "45.39",
    })  # fmt: skip
    assert answer.status_code == 302
    with acting(SYSTEM), widened():
        assert Case.objects.latest("id").latitude == 50.07
