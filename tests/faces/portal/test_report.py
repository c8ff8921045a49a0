"""The report: what a resident may send, what is said back, and that nothing typed is lost."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from otklik.acting import System, acting
from otklik.cases.models import Case
from otklik.channels.models import Attachment
from otklik.faces.portal import draft_photos, places
from otklik.residents import contacts
from otklik.residents.models import Contact
from tests.making import place
from tests.territory.shapes import load, two_districts

pytestmark = pytest.mark.django_db
TEXT = "У дома второй день не горит фонарь"


@pytest.fixture(autouse=True)
def own_drafts(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.OTKLIK_HOME = tmp_path
    settings.OTKLIK_FILES = tmp_path / "files"
    places.forget()
    yield
    places.forget()


def the_key(client: Client) -> str:
    found = re.search(r'name="key" value="([^"]+)"', client.get("/report/").content.decode())
    assert found
    return found[1]


def form(client: Client, **more: Any) -> dict[str, Any]:
    return {"key": the_key(client), "text": TEXT, "territory": place("gorod-kamyshin").pk, **more}


def picture(name: str = "foto.jpg", size: tuple[int, int] = (640, 480), colour: str = "red") -> SimpleUploadedFile:
    packed = io.BytesIO()
    Image.new("RGB", size, colour).save(packed, "JPEG")
    return SimpleUploadedFile(name, packed.getvalue(), "image/jpeg")


def sent_case() -> Case:
    with acting(System("test")):
        return Case.objects.select_related("territory").get()


def no_cases() -> bool:
    with acting(System("test")):
        return not Case.objects.exists()


def test_a_report_becomes_a_case_and_the_answer_is_its_page(client: Client) -> None:
    response = client.post("/report/", form(client, street="Мира", house="12", place_note="у школы"))
    assert response.status_code == 303
    case = sent_case()
    assert (case.text, case.street, case.house, case.place_note) == (TEXT, "Мира", "12", "у школы")
    assert case.territory == place("gorod-kamyshin")
    page = client.get(response["Location"]).content.decode()
    assert f"34-{case.number:06d}" in page
    assert "Почему такой срок" in page
    assert "/c/" in page


def test_sent_twice_it_is_taken_once(client: Client) -> None:
    sent = form(client)
    first, second = client.post("/report/", sent), client.post("/report/", sent)
    assert first["Location"] == second["Location"]
    sent_case()


def test_no_cookie_and_no_script_are_needed() -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/report/").content.decode()
    for question in ("Что случилось?", "Где?", "Как сообщить об ответе?"):
        assert question in page
    assert "hidden>" not in page[page.index('<fieldset class="report-step"') :].split("<legend>")[0]
    key = the_key(strict)
    strict.cookies.clear()
    data = {"key": key, "text": TEXT, "territory": place("gorod-kamyshin").pk}
    assert strict.post("/report/", data).status_code == 303


def test_an_empty_text_is_said_beside_the_field_and_the_rest_stays(client: Client) -> None:
    response = client.post("/report/", form(client, text="  \n", street="Мира", place_note="за углом"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Напишите, что случилось" in page
    assert 'value="Мира"' in page
    assert 'value="за углом"' in page
    assert no_cases()


def test_a_hundred_thousand_letters_are_taken_and_one_more_is_given_back(client: Client) -> None:
    assert client.post("/report/", form(client, text="ы" * 100_001)).status_code == 422
    page = client.post("/report/", form(client, text="ы" * 100_001)).content.decode()
    assert "Слишком длинно: 100\u00a0001 знаков" in page
    assert "ы" * 100_001 in page
    assert client.post("/report/", form(client, text="ы" * 100_000)).status_code == 303
    assert len(sent_case().text) == 100_000


def test_signs_nobody_typed_are_dropped(client: Client) -> None:
    text = "Яма\x00 на \u202eдороге\u2069\r\nвторая строка"
    assert client.post("/report/", form(client, text=text, street="Ми\x00ра")).status_code == 303
    case = sent_case()
    assert case.text == "Яма на дороге\nвторая строка"
    assert case.street == "Мира"


@pytest.mark.parametrize("territory", ["", "999999999", "99999999999999999999", "abc", "-1"])
def test_a_place_outside_the_region_is_refused_beside_its_field(client: Client, territory: str) -> None:
    response = client.post("/report/", form(client, territory=territory))
    assert response.status_code == 422
    assert 'id="id_territory_error"' in response.content.decode()
    assert TEXT in response.content.decode()
    assert no_cases()


def test_the_region_itself_is_no_place(client: Client) -> None:
    response = client.post("/report/", form(client, territory=place("volgograd").pk))
    assert response.status_code == 422
    assert no_cases()


def test_a_typed_settlement_narrows_the_place_and_an_unknown_one_stays_as_words(client: Client) -> None:
    client.post("/report/", form(client, territory=place("kamyshinskiy-rayon").pk, settlement="Выдуманное"))
    case = sent_case()
    assert case.territory == place("kamyshinskiy-rayon")
    assert case.place_note == "Выдуманное"


def test_an_answer_by_phone_needs_a_number_that_is_one(client: Client) -> None:
    without = client.post("/report/", form(client, answer_by="phone"))
    assert "Напишите номер" in without.content.decode()
    wrong = client.post("/report/", form(client, answer_by="phone", phone="12", name="Вера"))
    assert wrong.status_code == 422
    assert 'value="Вера"' in wrong.content.decode()
    good = client.post("/report/", form(client, answer_by="phone", phone="8 900 000-00-01", name="Вера"))
    assert good.status_code == 303
    with acting(System("test")):
        assert contacts.show(Contact.objects.get()) == "+79000000001"


def test_a_phone_that_is_not_needed_is_not_kept(client: Client) -> None:
    client.post("/report/", form(client, answer_by="page", phone="8 900 000-00-01"))
    with acting(System("test")):
        assert not Contact.objects.exists()


def test_good_photos_stay_while_a_bad_one_is_refused_by_name(client: Client) -> None:
    program = SimpleUploadedFile("yama.jpg", b"MZ\x90\x00" + b"\x00" * 500, "image/jpeg")
    sent = form(client, photos=[picture(), program])
    page = client.post("/report/", sent).content.decode()
    assert "yama.jpg" in page
    assert "Это программа, а не фотография" in page
    assert page.count("data:image/jpeg;base64,") == 1
    assert no_cases()
    again = client.post("/report/", {**sent, "photos": []})
    assert again.status_code == 303
    with acting(System("test")):
        assert Attachment.objects.count() == 1
    assert draft_photos.photos(sent["key"]) == []


def test_a_fifty_megapixel_picture_is_refused_with_advice(client: Client) -> None:
    huge = picture("huge.jpg", (8000, 6300))
    page = client.post("/report/", form(client, photos=[huge])).content.decode()
    assert "слишком большая" in page
    assert TEXT in page


def test_a_sixth_photo_is_refused(client: Client) -> None:
    key = the_key(client)
    for colour in ("red", "green", "blue", "black", "white"):
        assert client.post("/report/photos/", {"key": key, "photos": picture(colour=colour)}).status_code == 200
    sixth = client.post("/report/photos/", {"key": key, "photos": picture(colour="yellow")})
    assert sixth.status_code == 422
    assert "не больше 5" in sixth.content.decode()


def test_a_photo_can_be_dropped_and_a_stranger_does_not_find_it(client: Client) -> None:
    key = the_key(client)
    client.post("/report/photos/", {"key": key, "photos": picture()})
    stranger = client.post("/report/photos/", {"key": the_key(client)})
    assert "data:image" not in stranger.content.decode()
    assert client.post("/report/photos/", {"key": "forged", "photos": picture()}).status_code == 410
    digest = draft_photos.photos(key)[0].digest
    client.post("/report/photos/", {"key": key, "drop": digest})
    assert draft_photos.photos(key) == []


def test_a_key_that_is_not_ours_is_replaced_and_the_report_goes_on(client: Client) -> None:
    assert client.post("/report/", form(client, key="forged:by:somebody")).status_code == 303


def test_the_danger_is_said_while_typing_and_after(client: Client) -> None:
    page = client.post("/report/guess/", {"text": "В подъезде сильно пахнет газом"}).content.decode()
    assert "звоните 112" in page
    sent = client.post("/report/", form(client, text="В подъезде сильно пахнет газом"))
    assert "Если есть угроза жизни — звоните 112" in client.get(sent["Location"]).content.decode()


def test_a_guess_offers_themes_and_keeps_nothing(client: Client) -> None:
    page = client.post("/report/guess/", {"text": "не горит фонарь на столбе, темно"}).content.decode()
    assert 'name="theme"' in page
    assert client.get("/report/guess/").status_code == 405
    assert no_cases()


def test_the_place_of_the_text_is_offered_with_its_street(client: Client) -> None:
    page = client.post("/report/guess/", {"text": "В Камышине на ул. Мира, 5 не горит фонарь"}).content.decode()
    assert "data-place-hint" in page
    assert 'data-label="Камышин' in page and 'data-street="ул. Мира" data-house="5"' in page
    assert "data-place-hint" not in client.post("/report/guess/", {"text": "не горит фонарь у дома"}).content.decode()


def test_places_are_found_by_the_beginning_of_their_names(client: Client) -> None:
    found = client.get("/report/places/", {"q": "камышин"}).content.decode()
    assert found.index("Камышин") < found.index("Камышинский район")
    assert "не нашлось" in client.get("/report/places/", {"q": "Саратов"}).content.decode()
    assert client.get("/report/places/", {"q": "\x00' OR 1=1"}).status_code == 200


def test_boundaries_decide_where_a_visitor_stands_and_the_page_says_how_it_found_out(client: Client) -> None:
    load(two_districts())
    inside = client.post("/report/near/", {"latitude": "50.0651", "longitude": "45.3844"}).content.decode()
    assert "Камышин" in inside and "по границам" in inside and "Камышинский" not in inside
    beside = client.post("/report/near/", {"latitude": "50.2", "longitude": "45.3844"}).content.decode()
    assert "Камышинский район" in beside and "ближайшее" not in beside
    assert "за пределами" in client.post("/report/near/", {"latitude": "55", "longitude": "45"}).content.decode()


def test_the_nearest_place_is_offered_and_far_away_is_said_so(client: Client) -> None:
    near = client.post("/report/near/", {"latitude": "50.08", "longitude": "45.40"}).content.decode()
    assert "Камышин" in near
    far = client.post("/report/near/", {"latitude": "55.75", "longitude": "37.62"}).content.decode()
    assert "за пределами региона" in far
    assert client.post("/report/near/", {"latitude": "nan", "longitude": "x"}).status_code == 400


def test_more_than_can_be_read_is_said_in_words(client: Client) -> None:
    response = client.post("/report/", form(client, text="я" * 3_000_000))
    assert response.status_code == 413
    assert "слишком много" in response.content.decode()


def test_the_form_goes_out_compressed(client: Client) -> None:
    response = client.get("/report/", headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < 10_000


def test_a_point_on_the_map_is_checked_against_the_chosen_place(client: Client) -> None:
    town = place("gorod-kamyshin")
    part = client.get("/report/map/", {"territory": town.pk}).content.decode()
    assert 'data-map-pick="report_latitude report_longitude"' in part
    point = {"latitude": "50.2", "longitude": "45.3844", "chosen": town.pk}
    assert "ближе всего" in client.post("/report/point/", point).content.decode()
    load(two_districts())
    assert "Точка лежит в другом месте: Камышинский район" in client.post("/report/point/", point).content.decode()
    assert "Точка поставлена." in client.post("/report/point/", point | {"latitude": "50.0652"}).content.decode()
    assert "за пределами" in client.post("/report/point/", point | {"latitude": "1"}).content.decode()
    assert client.post("/report/point/", {"latitude": "x"}).status_code == 400
    for nonsense in ("", "x", "9" * 40, "\x00"):
        assert client.get("/report/map/", {"territory": nonsense}).status_code == 200
        assert client.post("/report/point/", point | {"chosen": nonsense}).status_code == 200
