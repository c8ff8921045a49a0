"""Organisations, duty lists, decisions of the region, rules to read."""

import pytest
from django.test import Client

from otklik.organisations import region_settings
from otklik.organisations.directories import duty_for
from otklik.organisations.models import Organisation
from otklik.policy.models import CalendarYear, PolicyVersion
from otklik.territory.tree import region
from tests.making import logged_in, make_user, organisation, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> Client:
    return logged_in(make_user(("administrator", region().code)))


@pytest.fixture
def local() -> Client:
    return logged_in(make_user(("administrator", "gorod-kamyshin")))


def fields(**given: object) -> dict[str, object]:
    return {
        "name": "МУП «Водоканал Пробный»", "short_name": "Водоканал Пробный", "kind": "utility",
        "territory": place("gorod-kamyshin").pk, "phone": "8 (84457) 0-00-00", "email": "", "active": "on",
    } | given


def test_an_organisation_is_added_found_and_changed(administrator: Client) -> None:
    assert administrator.post("/settings/organisations/add/", fields()).status_code == 302
    page = administrator.get("/settings/organisations/", {"text": "водоканал ПРОБНЫЙ"}).content.decode()
    row = Organisation.objects.get(short_name="Водоканал Пробный")
    assert f"/settings/organisations/{row.pk}/" in page
    changed = administrator.post(f"/settings/organisations/{row.pk}/", fields(active=""))
    assert changed.status_code == 302
    row.refresh_from_db()
    assert row.active is False


def test_a_name_is_needed_and_said_beside_the_field(administrator: Client) -> None:
    answer = administrator.post("/settings/organisations/add/", fields(name=" "))
    assert answer.status_code == 422
    assert "МУП" not in answer.content.decode() and "Водоканал Пробный" in answer.content.decode()


def test_a_local_administrator_keeps_to_their_own_organisations(local: Client) -> None:
    foreign = organisation("adm-gorod-volzhskiy")
    assert local.get(f"/settings/organisations/{foreign.pk}/").status_code == 404
    assert local.post(f"/settings/organisations/{foreign.pk}/", fields()).status_code == 404
    assert local.post("/settings/organisations/add/", fields(territory=foreign.territory_id)).status_code == 422
    assert "Волжск" not in local.get("/settings/organisations/").content.decode()


def test_duty_persons_are_kept_in_calling_order(local: Client) -> None:
    home = place("gorod-kamyshin")
    address = f"/settings/duty/{home.pk}/"
    rows = {"name": ["Дежурный ЕДДС", "", "Заместитель"], "phone": ["112", "", "8 902 000-00-00"]}
    assert local.post(address, rows).status_code == 302
    assert [d.name for d in duty_for(home)] == ["Дежурный ЕДДС", "Заместитель"]
    broken = local.post(address, {"name": ["Без телефона"], "phone": [""]})
    assert broken.status_code == 422 and "Без телефона" in broken.content.decode()
    assert len(duty_for(home)) == 2


def test_the_duty_list_of_another_place_is_closed(local: Client) -> None:
    address = f"/settings/duty/{place('gorod-volzhskiy').pk}/"
    assert local.get(address).status_code == 404
    assert local.post(address, {"name": ["Я"], "phone": ["1"]}).status_code == 404


def test_only_the_regions_administrator_decides_for_the_region(administrator: Client, local: Client) -> None:
    given = {"public_address": "https://otklik.example.ru", "go_live": "2026-12-01"}
    assert local.post("/settings/region/", given).status_code == 403
    assert administrator.post("/settings/region/", given).status_code == 302
    assert region_settings.get("go_live") == "2026-12-01"
    wrong = administrator.post("/settings/region/", {"public_address": "не адрес", "go_live": "завтра"})
    assert wrong.status_code == 422 and "не адрес" in wrong.content.decode()
    assert region_settings.get("public_address") == "https://otklik.example.ru"
    assert administrator.post("/settings/region/", given | {"arrivals_kept_days": "30"}).status_code == 302
    assert administrator.post("/settings/region/", given | {"arrivals_kept_days": "1"}).status_code == 422
    assert region_settings.get("arrivals_kept_days") == 30


def test_a_centre_of_one_person_is_marked_by_its_own_administrator(local: Client) -> None:
    home, foreign = place("gorod-kamyshin"), place("gorod-volzhskiy")
    assert local.post(f"/settings/centres/{home.pk}/", {"one_person": "1", "centre_phone": "2-22"}).status_code == 302
    assert region_settings.get("one_person", home.pk) is True
    assert region_settings.get("centre_phone", home.pk) == "2-22"
    assert local.post(f"/settings/centres/{foreign.pk}/", {"one_person": "1"}).status_code == 404


def test_any_member_of_staff_reads_themes_and_what_they_are_not_to_be_confused_with() -> None:
    client = logged_in(make_user(("operator", "gorod-kamyshin")))
    page = client.get("/settings/themes/", {"text": "фонарь"}).content.decode()
    assert "не путать с" in page and "Жители пишут" in page
    assert "Такой темы нет" in client.get("/settings/themes/", {"text": "щщщщ"}).content.decode()


def test_rules_are_read_with_their_sources_and_a_provisional_year_says_so() -> None:
    client = logged_in(make_user(("operator", "gorod-kamyshin")))
    listed = client.get("/settings/policies/").content.decode()
    assert "предварительный" in listed
    for row in PolicyVersion.objects.all():
        assert row.source[:40] in client.get(f"/settings/policies/{row.pk}/").content.decode()
    for year in CalendarYear.objects.all():
        page = client.get(f"/settings/calendar/{year.area}/{year.year}/").content.decode()
        assert ("Год предварительный" in page) is year.provisional


def test_nobody_comes_in_without_logging_in(client: Client) -> None:
    for path in ("", "staff/", "themes/", "policies/", "journal/", "region/"):
        assert client.get(f"/settings/{path}").status_code == 302
