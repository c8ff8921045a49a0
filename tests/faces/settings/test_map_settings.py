"""The region's administrator chooses the tile server and loads boundaries; nobody else does."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from otklik.failures import BadInput, Refused
from otklik.organisations import map_settings, region_settings
from otklik.territory.models import Boundary
from tests.making import logged_in, make_staff, make_user
from tests.territory.shapes import around, collection, feature, two_districts

pytestmark = pytest.mark.django_db
GOOD = "https://tiles.example.ru/{z}/{x}/{y}.png"


@pytest.fixture
def administrator() -> Client:
    cache.delete("map-tiles")
    return logged_in(make_user(("administrator", "volgograd")))


def upload(content: bytes, name: str = "границы.geojson") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/geo+json")


@pytest.mark.parametrize(
    "address", [GOOD, "https://t.example.ru:8443/a?z={z}&x={x}&y={y}", "/tiles/{z}/{x}/{y}.png", ""]
)
def test_an_address_with_its_three_places_is_taken(address: str) -> None:
    assert map_settings.checked_tiles(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "http://tiles.example.ru/{z}/{x}/{y}.png", "https://tiles.example.ru/{z}/{x}.png", "//evil.ru/{z}/{x}/{y}",
        "javascript:{z}{x}{y}", "https://a;script-src *;/{z}/{x}/{y}", "https://{s}.example.ru/{z}/{x}/{y}.png",
        "https://user:pw@example.ru/{z}/{x}/{y}", "https://ex ample.ru/{z}/{x}/{y}", "https://*/{z}/{x}/{y}",
        "https:///{z}/{x}/{y}", "https://[::1/{z}/{x}/{y}", "https://example.ru:99999/{z}/{x}/{y}", "тайлы",
        "\x00{z}{x}{y}",
        "https://пример.рф/{z}/{x}/{y}", GOOD + "x" * 400, GOOD + "{k}",
    ],
)  # fmt: skip
def test_an_address_that_could_open_the_page_is_refused(address: str) -> None:
    with pytest.raises(BadInput):
        map_settings.checked_tiles(address)


def test_the_administrator_sets_and_clears_the_tile_server(administrator: Client) -> None:
    refused = administrator.post("/settings/map/", {"tiles": GOOD, "attribution": " "})
    assert refused.status_code == 422 and "чья это карта" in refused.content.decode()
    assert region_settings.get("map_tiles") == ""
    assert administrator.post("/settings/map/", {"tiles": GOOD, "attribution": "© Пример"}).status_code == 302
    assert region_settings.get("map_tiles") == GOOD
    assert "https://tiles.example.ru" in administrator.get("/settings/map/").headers["Content-Security-Policy"]
    administrator.post("/settings/map/", {"tiles": "", "attribution": "© Пример"})
    assert region_settings.get("map_tiles") == region_settings.get("map_tiles_attribution") == ""


def test_boundaries_are_loaded_from_the_page_with_a_report(administrator: Client) -> None:
    assert "Границы не загружены" in administrator.get("/settings/map/").content.decode()
    answer = administrator.post("/settings/map/boundaries/", {"file": upload(two_districts()), "source": "проба"})
    page = answer.content.decode()
    assert "Загружены границы" in administrator.get("/settings/journal/").content.decode()
    assert answer.status_code == 200 and "Загружено границ: 2" in page and "Без границы" in page and "проба" in page
    one = collection(feature(around("gorod-frolovo"), name="Фролово"), feature(around("gorod-frolovo"), name="Нигде"))
    fewer = administrator.post("/settings/map/boundaries/", {"file": upload(one)})
    assert fewer.status_code == 422 and "сейчас загружено 2" in fewer.content.decode()
    assert Boundary.objects.count() == 2
    meant = administrator.post("/settings/map/boundaries/", {"file": upload(one), "fewer": "on"}).content.decode()
    assert "«Нигде»" in meant and Boundary.objects.count() == 1


@pytest.mark.parametrize("content", [b"x", b"{}", b"\xff\xd8\xff"])
def test_a_wrong_file_is_told_beside_its_field(administrator: Client, content: bytes) -> None:
    administrator.post("/settings/map/boundaries/", {"file": upload(two_districts())})
    answer = administrator.post("/settings/map/boundaries/", {"file": upload(content)})
    assert answer.status_code == 422 and "invalid-feedback" in answer.content.decode()
    assert administrator.post("/settings/map/boundaries/", {}).status_code == 422
    assert Boundary.objects.count() == 2


def test_nobody_else_decides_about_maps() -> None:
    others = (("administrator", "gorod-kamyshin"), ("coordinator", "gorod-kamyshin"), ("curator", "volgograd"))
    for role, code in others:
        client = logged_in(make_user((role, code)))
        assert client.get("/settings/map/").status_code == 403
        assert client.post("/settings/map/boundaries/", {"file": upload(two_districts())}).status_code == 403
        with pytest.raises(Refused):
            map_settings.load_boundaries(make_staff((role, code)), two_districts(), "x", source="", fewer=False)
    assert not Boundary.objects.exists()
