"""Where a text says it is: place, street, house and landmark together, with their span; and what is no place."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.territory.gazetteer import Gazetteer
from otklik.territory.known_landmarks import LandmarkEntry
from otklik.territory.known_streets import StreetEntry
from otklik.territory.landmarks import find_landmark
from otklik.territory.locating import Located
from otklik.territory.misspelt import Misspelt, differ_by_one
from otklik.territory.spoken_numbers import spoken_number
from tests.territory.region_places import OKTMO_LIST, gazetteer, places

needs_list = pytest.mark.skipif(not OKTMO_LIST.exists(), reason="trial list of settlements is not there")


def read(text: str, with_list: bool = False) -> Located:
    return gazetteer(with_list).locate(text)


def written(found: Located) -> tuple[str, str, str]:
    """Settlement (or the name of the unit), street, house."""
    name = found.settlement or (found.place.name if found.place else "")
    return name, found.address.street if found.address else "", found.address.house if found.address else ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Город Урюпинск, Чапаева 7 – течёт крыша", ("Урюпинск", "Чапаева", "7")),
        ("камышин гагарина 31б батареи холодные", ("Камышин", "Гагарина", "31б")),
        ("в средней ахтубе на ленина 5 нет воды", ("Средняя Ахтуба", "Ленина", "5")),
        ("старая полтавка улица ленина 5", ("Старая Полтавка", "ул. Ленина", "5")),
        ("Волжский, Химиков 8/2, третий подъезд", ("Волжский", "Химиков", "8/2")),
        ("На проспекте Дружбы в Волжском люк", ("Волжский", "пр-т Дружбы", "")),
        ("дом 12 корпус 2 по ул Землячки", ("", "ул. Землячки", "12к2")),
        ("Урюпинск, ул. Чапаева, дом двадцать пять", ("Урюпинск", "ул. Чапаева", "25")),
        ("волгоград ул николая отрады 20", ("Волгоград", "ул. Николая отрады", "20")),
        ("проспект Героев Сталинграда 50", ("", "пр-т Героев Сталинграда", "50")),
        ("Волгоград, Туркменская, 6, кв. 18", ("Волгоград", "Туркменская", "6")),
        ("По ул. Победы в Палласовке, у дома 44 провал", ("Палласовка", "ул. Победы", "44")),
        ("Дубовка, ул. Минина, 18", ("Дубовка", "ул. Минина", "18")),
        ("Ленина 84 в Волгограде", ("Волгоград", "Ленина", "84")),
        ("КАМЫШИН, УЛИЦА ГАГАРИНА ДОМ 3. КОГДА СДЕЛАЮТ", ("Камышин", "ул. Гагарина", "3")),
        ("ПО УЛИЦЕ СОВЕТСКОЙ НЕ ГОРЯТ ФОНАРИ", ("", "ул. Советская", "")),
        ("Ул. 8-й Воздушной Армии, 44", ("", "ул. 8-й Воздушной Армии", "44")),
        ("Волгоград, 64 Армии 12", ("Волгоград", "64 Армии", "12")),
        ("пр Ленина д 5 стр 2", ("", "пр-т Ленина", "5с2")),
        ("г. Камышин 5-й микрорайон дом 12 кв 4", ("Камышин", "мкр 5", "12")),
        ("напротив дома 7 по Пархоменко", ("", "Пархоменко", "7")),
        ("ул.Мира д.5-12, пятый этаж", ("", "ул. Мира", "5")),
        ("В Урю\u200bпинске темно", ("Урюпинск", "", "")),
    ],
)
def test_place_street_and_house_are_read_together(text: str, expected: tuple[str, str, str]) -> None:
    assert written(read(text)) == expected


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("На Мира яма", "Мира"),
        ("на мира опять темно", "Мира"),
        ("Фонари по Советской не горят", "Советская"),
        ("На Оломоуцкой не ходит автобус", "Оломоуцкая"),
        ("угол Гагарина и Пушкина", "Гагарина"),
        ("на перекрёстке Ленина с Кировой яма", "Ленина"),
        ("На пересечении улиц Невской и Новороссийской", "Невская"),
        ("проживаю на советской, воды нет", "Советская"),
        ("на Второй продольной пробка", "Вторая Продольная"),
        ("между Ленина и Кирова темно", "Ленина"),
    ],
)
def test_a_street_is_read_without_its_word(text: str, street: str) -> None:
    found = read(text)
    assert found.address is not None and found.address.street == street
    assert found.place is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("урюпенск репина 15а", "Урюпинск"),
        ("В Волжком пахнет", "Волжский"),
        ("из фролава пишем вам", "Фролово"),
        ("посёлок Вадстрой забыли", "Водстрой"),
        ("в паласовке нет врача", "Палласовка"),
        ("в Котельникаво нет воды", "Котельниково"),
        ("волгаград дзержинский р-он", "Дзержинский район"),
    ],
)
def test_a_misspelt_name_is_understood(text: str, name: str) -> None:
    found = read(text)
    assert found.place is not None and found.place.name == name
    assert 0.5 <= found.place.confidence < 0.9


@pytest.mark.parametrize(
    "text",
    [
        "хочется мира и покоя",
        "надежда на мир и дружбу",
        "концерт на 9 Мая и на 8 марта",
        "Иван Серафимович, ветеран",
        "жалоба на Иванова из пятой квартиры",
        "Прошу принять меры к Суровикину Петру",
        "Наша улица тихая, дома новые",
        "сделайте улицу односторонней",
        "передвинул забор на улицу машина не пройдёт",
        "подъезд 3, квартира 42, маршрут 77",
        "Телефон 8 900 000-15-42, номер заявки 22/15",
        "Водонапорную башню Рожновского пора менять",
        "На Красной линии метро",
        "Октябрьский ветер, дубовый паркет, волжская вода",
        "котов развелось, лисов и волков",
        "в больнице холодно, в школе тоже",
        "кто отвечает за сквер",
        "воды нет, света нет, газа нет",
        "ни фролов ни котов",
    ],
)
def test_usual_words_people_numbers_and_dates_are_no_places(text: str) -> None:
    found = read(text, OKTMO_LIST.exists())
    assert found.place is None
    assert found.address is None or "Красн" in found.address.street
    assert found.landmark is None


@pytest.mark.parametrize(
    ("text", "landmark"),
    [
        ("У школы № 5 нет перехода", "школы № 5"),
        ("возле школы 12 яма", "школы 12"),
        ("напротив магазина «Магнит» лужа", "магазина «Магнит»"),
        ("за ДК темно", "ДК"),
        ("За Пятёрочкой разгружают фуры", "Пятёрочкой"),
        ("рядом с домом культуры", "домом культуры"),
        ("возле храма Александра Невского", "храма Александра Невского"),
        ("у остановки Аврора лужа", "остановки Аврора"),
        ("напротив больницы свалка", "больницы"),
        ("под мостом костры", "мостом"),
    ],
)
def test_a_landmark_is_read_in_the_words_of_the_text(text: str, landmark: str) -> None:
    hit = find_landmark(text)
    assert hit is not None and hit.name == landmark
    assert text[hit.start : hit.end] == landmark


def test_the_span_runs_over_all_words_of_the_place_and_leaves_the_flat_out() -> None:
    text = "Прошу помочь: г. Волжский, ул. Горького, 21, за ДК ВГС, кв. 5 и не спим"
    found = read(text)
    assert found.span is not None
    assert text[found.span[0] : found.span[1]] == "г. Волжский, ул. Горького, 21, за ДК ВГС"


def test_the_district_is_not_the_town_and_the_inner_district_is_the_city() -> None:
    district, town = read("в Камышинском районе"), read("в городе Камышине")
    assert district.municipality_id != town.municipality_id
    assert district.settlement == "" and town.settlement == "Камышин"
    assert read("На Дзержинке темно").municipality == "Волгоград"


def test_where_the_writer_lives_wins_over_where_somebody_else_does() -> None:
    found = read("мама живёт в Урюпинске, а я в Волгограде, нет тепла")
    assert found.place is not None and found.place.name == "Волгоград"


@needs_list
@pytest.mark.parametrize(
    ("text", "settlement"),
    [
        ("Жители Неткачева просят помочь", "Неткачево"),
        ("из Зотова не уехать", "Зотов"),
        ("в Бобровском 2-м нет врача", "Бобровский 2-й"),
        ("Манойлин, ул. Мира, 5, темно", "Манойлин"),
        ("у нас в Мачехе яма", "Мачеха"),
        ("в преображенской нет воды", "Преображенская"),
    ],
)
def test_a_small_hamlet_is_heard_where_the_words_around_speak_of_a_place(text: str, settlement: str) -> None:
    found = read(text, True)
    assert found.settlement == settlement and found.municipality_id is not None


@needs_list
def test_namesakes_stay_open_with_their_name_and_candidates() -> None:
    found = read("х. Ольховский, нет воды", True)
    assert found.place is None and found.municipality_id is None
    assert found.settlement == "Ольховский" and len(found.candidates) > 1


@needs_list
def test_a_bare_name_of_many_goes_to_the_town_and_not_to_a_village() -> None:
    # The tests' places say nothing of centres, so the folder's own reading is asked.
    from otklik.territory.region_gazetteer import gazetteer_of
    from tests.territory.region_places import REGION

    index = gazetteer_of(REGION, OKTMO_LIST)
    town, village = index.locate("В Дубовке темно"), index.locate("Из Красного Яра не уехать")
    assert town.place is not None and town.municipality == "Дубовский район"
    assert village.place is None and village.settlement == "Красный Яр"


def with_streets(*names: str) -> Gazetteer:
    city = next(place for place in places() if place.kind == "settlement" and place.name == "Камышин")
    entries = [StreetEntry(name, "ул.", city.territory_id, city.municipality_id) for name in names]
    landmark = LandmarkEntry("школа № 12", city.territory_id, city.municipality_id, (50.08, 45.4))
    return Gazetteer.build(places(), entries, [landmark])


def test_a_known_street_of_the_place_is_read_bare_in_any_case_and_with_a_slip() -> None:
    index = with_streets("Туманная", "Феоктистова")
    for text in ("Камышин, на туманной темно", "в Камышине на Туманной", "камышин туманной 7", "Камышин, Туманая 7"):
        found = index.locate(text)
        assert found.address is not None and found.address.street == "ул. Туманная", text
    assert index.locate("в Урюпинске на туманной дороге").address is None


def test_a_known_landmark_brings_its_place_and_point() -> None:
    found = with_streets().locate("За школой №12 открыт люк")
    assert found.place is not None and found.place.name == "Камышин"
    assert found.point == (50.08, 45.4)
    assert with_streets().locate("За школой открыт люк").place is None


def test_numbers_are_understood_as_they_are_said() -> None:
    assert spoken_number(" сто шестнадцать, то есть", 0) == (116, 16)
    assert spoken_number(" двадцать пять", 0) == (25, 14)
    assert spoken_number(" пять месяцев без воды", 0) is None
    assert spoken_number(" яма", 0) is None


def test_words_one_letter_apart_are_found_and_others_are_not() -> None:
    index = Misspelt(["камышин", "котово", "урюпинск"])
    assert index.near("камышен") == ["камышин"]
    assert index.near("уюрпинск") == ["урюпинск"]
    assert index.near("камыш") == []
    assert not differ_by_one("камышин", "камышин")


def test_a_region_with_twenty_thousand_streets_is_built_and_read_in_time() -> None:
    draw = random.Random(5)
    parts = ["ба", "ве", "ги", "до", "жу", "за", "ки", "ло", "ме", "ну", "па", "ро", "си", "та", "фу", "ха"]
    every = places(OKTMO_LIST.exists())
    streets = [
        StreetEntry("".join(draw.choices(parts, k=4)).capitalize() + draw.choice(("ская", "ова", "ная")), "ул.",
                    place.territory_id, place.municipality_id)
        for place in draw.choices(every, k=20_000)
    ]  # fmt: skip
    began = time.process_time()
    index = Gazetteer.build(every, streets)
    assert time.process_time() - began < 3.0
    text = "В Волжском на проспекте Дружбы у школы № 3 второй день нет воды, просим принять меры. " * 3
    index.locate(text)
    took = []
    for number in range(60):
        began = time.process_time()
        index.locate(f"{number} {text}")
        took.append(time.process_time() - began)
    assert sorted(took)[30] < 0.003


@pytest.mark.parametrize(
    "piece",
    ["в в в Котово, ул. ", "Волжжский ", "угол и ", "1/", "а", "на ", "дом 5 ", "х. Победа у школы № 3 ", "\u200b"],
)
def test_a_hundred_thousand_characters_take_bounded_time(piece: str) -> None:
    text = (piece * 100_000)[:100_000]
    gazetteer().locate("в Волжском")
    began = time.process_time()
    gazetteer().locate(text)
    assert time.process_time() - began < 1.5


_PIECES = st.sampled_from(
    ["на", "Мира", "мира", "5", "дом", "угол", "и", "Ленина", "школы", "№", "у", "за", "ДК", "г.", "Волжский", ",",
     "волжком", "двадцать", "пять", "ул", ".", "-", "2-я", "«", "»", "т", "\n", "x", "<b>", "😀"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(_PIECES, max_size=25).map(" ".join), st.lists(_PIECES).map("".join)))
def test_any_text_is_located_without_failing_and_spans_are_in_the_text(text: str) -> None:
    found = gazetteer().locate(text)
    for one in (found.address, found.landmark, *found.candidates):
        assert one is None or 0 <= one.start < one.end <= len(text)
    assert found.span is None or 0 <= found.span[0] < found.span[1] <= len(text)
    assert 0 <= found.confidence <= 1
