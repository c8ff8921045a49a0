"""What a map is drawn from: boundaries, places, and spots of points that only one's own query holds."""

import gzip
import json

import pytest
from django.http import HttpResponse
from django.test import Client

from otklik.acting import acting, widened
from otklik.cases.models import Case
from otklik.faces.maps import part
from otklik.organisations import region_settings
from otklik.territory.clustering import MOST_SPOTS, box_of, spots, zoom_of
from tests.making import SYSTEM, logged_in, make_case, make_user
from tests.territory.shapes import load, two_districts

pytestmark = pytest.mark.django_db
REGION_BOX = "41,47,48,52"


@pytest.fixture(autouse=True)
def no_kept_tiles() -> None:
    part.cache.delete("map-tiles")


def points(client: Client, box: str = REGION_BOX, zoom: int = 8, **more: str) -> dict:
    answer = client.get("/desk/map/points/", {"box": box, "zoom": str(zoom), "tab": "open", **more})
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def coordinator(code: str = "gorod-kamyshin") -> Client:
    return logged_in(make_user(("coordinator", code)))


def policy(answer: HttpResponse) -> str:
    return answer.headers["Content-Security-Policy"]


def test_boundaries_are_public_compressed_and_asked_for_once() -> None:
    load(two_districts(), attribution="© Пробный источник")
    answer = Client().get("/map/boundaries/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip" and "Accept-Encoding" in answer["Vary"]
    shapes = json.loads(gzip.decompress(answer.content))
    assert {one["properties"]["code"] for one in shapes["features"]} == {"gorod-kamyshin", "kamyshinskiy-rayon"}
    assert all(len(one["properties"]["label"]) == 2 for one in shapes["features"])
    again = Client().get("/map/boundaries/", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304 and not again.content
    plain = Client().get("/map/boundaries/")
    assert json.loads(plain.content) == shapes
    load(two_districts().replace(b"]]]", b"]]]  "), attribution="©", fewer=True)
    assert json.loads(Client().get("/map/boundaries/").content) == shapes


def test_without_boundaries_the_answer_is_empty_and_the_pages_say_so() -> None:
    assert json.loads(Client().get("/map/boundaries/").content)["features"] == []
    page = coordinator().get("/desk/map/").content.decode()
    assert "Границы и подложка карты не загружены" in page and "data-map-boundaries" not in page
    load(two_districts(), attribution="© Пробный источник", licence="ODbL 1.0")
    page = coordinator().get("/desk/map/").content.decode()
    assert "не загружены" not in page and "data-map-boundaries" in page
    assert "границы: © Пробный источник, ODbL 1.0" in page


def test_places_name_towns_once_the_bigger_first() -> None:
    places = json.loads(Client().get("/map/places/").content)["features"]
    names = [one["properties"]["name"] for one in places]
    assert names[0] == "Волгоград" and names.count("Камышин") == 1
    assert not any("район" in name for name in names)


def test_near_points_are_one_spot_and_part_when_the_map_comes_nearer() -> None:
    for latitude in (50.0801, 50.0802, 50.0910):
        make_case(latitude=latitude, longitude=45.4)
    client = coordinator()
    far = points(client)["features"]
    assert [one["properties"]["count"] for one in far] == [3] and far[0]["properties"]["items"] == []
    assert far[0]["properties"]["title"] == "3 сообщения"
    near = points(client, zoom=14)["features"]
    assert sorted(one["properties"]["count"] for one in near) == [1, 2]
    single = next(one["properties"] for one in near if one["properties"]["count"] == 1)
    assert single["address"].startswith("/desk/case/34-") and single["mark"] == "open"
    assert len(points(client, zoom=19)["features"]) == 3


def test_what_lies_at_one_place_is_told_item_by_item() -> None:
    for _turn in range(3):
        make_case(latitude=50.08, longitude=45.4)
    properties = points(coordinator())["features"][0]["properties"]
    assert properties["count"] == 3 and len(properties["items"]) == 3


def test_a_person_gets_only_the_points_of_their_scopes_and_filter() -> None:
    make_case(latitude=50.08, longitude=45.4)
    make_case(code="gorod-volzhskiy", latitude=48.8, longitude=44.7)
    assert points(coordinator())["total"] == 1
    assert points(coordinator("gorod-volzhskiy"))["features"][0]["geometry"]["coordinates"] == [44.7, 48.8]
    everybody = logged_in(make_user(("curator", "volgograd")))
    assert points(everybody)["total"] == 2
    assert points(everybody, box="45,50,46,51")["total"] == 1
    assert points(everybody, state="closed")["total"] == 0
    assert points(everybody, text="нет такого слова")["total"] == 0


def test_strangers_to_the_desk_get_no_points() -> None:
    make_case(latitude=50.08, longitude=45.4)
    assert Client().get("/desk/map/points/", {"box": REGION_BOX}).status_code == 302
    assert logged_in(make_user()).get("/desk/map/points/", {"box": REGION_BOX}).status_code == 403
    assert points(coordinator("gorod-frolovo"))["features"] == []


@pytest.mark.parametrize(
    "box", ["", "1,2,3", "a,b,c,d", "nan,1,2,3", "1,2,inf,3", "5,1,4,2", "1,9,2,8", "1,2,3,4,5", "\x00", "1;DROP,2,3,4"]
)
def test_a_window_that_is_none_is_refused_in_one_line(box: str) -> None:
    answer = coordinator().get("/desk/map/points/", {"box": box, "zoom": "x" * 50})
    assert answer.status_code == 400 and "error" in json.loads(answer.content)


def test_nonsense_about_the_zoom_is_a_look_from_afar() -> None:
    assert [zoom_of(text) for text in ("", "-1", "x", "²", "9" * 40, "12", "99")] == [0, 0, 0, 0, 0, 12, 19]
    box = box_of("-1000,-1000,1000,1000")
    assert (box.west, box.south, box.east, box.north) == (-180, -90, 180, 90)


def test_a_window_full_of_points_gives_a_capped_number_of_spots() -> None:
    first = make_case(latitude=47.0, longitude=41.0)
    with acting(SYSTEM), widened():
        copies = []
        for row in range(24):
            for column in range(24):
                copy = Case.objects.get(pk=first.pk)
                copy.pk, copy.number = None, 900_000 + row * 100 + column
                copy.latitude, copy.longitude = 48 + row * 0.1, 42 + column * 0.1
                copies.append(copy)
        Case.objects.bulk_create(copies)
        found = spots(Case.objects.all(), box_of(REGION_BOX), 11)
        assert len(found) == MOST_SPOTS
        assert sum(spot.count for spot in spots(Case.objects.all(), box_of(REGION_BOX), 5)) == 577
    assert points(coordinator(), zoom=11)["capped"]


def test_the_map_of_the_desk_lists_what_has_no_point_by_place() -> None:
    make_case(latitude=50.08, longitude=45.4)
    make_case()
    page = coordinator().get("/desk/map/?tab=open").content.decode()
    assert "Без точки на карте" in page and "<span>1</span>" in page
    assert "/desk/?tab=open&amp;territory=" in page


def test_no_picture_comes_from_elsewhere_until_a_tile_server_is_set() -> None:
    client = coordinator()
    assert "img-src 'self' data: blob:" in policy(client.get("/desk/map/"))
    region_settings.put(SYSTEM, "map_tiles", "https://tiles.example.ru/{z}/{x}/{y}.png")
    region_settings.put(SYSTEM, "map_tiles_attribution", "© Пример")
    part.cache.delete("map-tiles")
    answer = client.get("/desk/map/")
    assert "img-src 'self' https://tiles.example.ru data:" in policy(answer)
    page = answer.content.decode()
    assert "https://tiles.example.ru/{z}/{x}/{y}.png" in page and "© Пример" in page
    assert "tiles.example.ru" not in policy(client.get("/accounts/password/change/"))
