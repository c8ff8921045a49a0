"""Streets and houses are read from free text; flats are not."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.territory.addresses import find_address, find_addresses


@pytest.mark.parametrize(
    ("text", "street", "house"),
    [
        ("по ул. Советской, д. 12 корп 3 нет воды", "ул. Советская", "12к3"),
        ("На улице Мира 5а яма во дворе", "ул. Мира", "5а"),
        ("пр-т Ленина, 15", "пр-т Ленина", "15"),
        ("пр. Ленина 5", "пр-т Ленина", "5"),
        ("Проспект Жукова д.12", "пр-т Жукова", "12"),
        ("ул.Рабоче-Крестьянская, 8/1", "ул. Рабоче-Крестьянская", "8/1"),
        ("на Университетском проспекте 36", "пр-т Университетский", "36"),
        ("мкр. Заречный 12", "мкр Заречный", "12"),
        ("7 микрорайон дом 8", "мкр 7", "8"),
        ("д.12 по улице 64-й Армии", "ул. 64-й Армии", "12"),
        ("ул. 8 Марта 5", "ул. 8 Марта", "5"),
        ("б-р 30-летия Победы, дом 17", "б-р 30-летия Победы", "17"),
        ("ул. им. Чапаева 7", "ул. им. Чапаева", "7"),
        ("по улице комсомольской 14 фонари не горят", "ул. Комсомольская", "14"),
        ("ул 40 лет ВЛКСМ 10", "ул. 40 лет ВЛКСМ", "10"),
        ("наб. Волжская, 3", "наб. Волжская", "3"),
        ("по 7-й Гвардейской улице, 12", "ул. 7-я Гвардейская", "12"),
        ("улица Ленина, дом № 5", "ул. Ленина", "5"),
        ("проспект им. В.И. Ленина 92", "пр-т им. В.И. Ленина", "92"),
        ("пер. Октябрьский 2", "пер. Октябрьский", "2"),
        ("шоссе Авиаторов 8", "ш. Авиаторов", "8"),
        ("переулок Школьный", "пер. Школьный", ""),
        ("на ул. Победы возле магазина", "ул. Победы", ""),
        ("На улице Ленина в 2021 году", "ул. Ленина", ""),
    ],
)
def test_a_street_and_a_house_are_read(text: str, street: str, house: str) -> None:
    hit = find_address(text)
    assert hit is not None
    assert (hit.street, hit.house) == (street, house)


@pytest.mark.parametrize(
    "text",
    [
        "на улице темно и холодно",
        "дети гуляют на улице. После дождя грязь",
        "На улице 3 года нет света",
        "на этом участке улицы небольшой подъем",
        "В городе нет воды",
        "",
    ],
)
def test_a_street_without_a_name_is_no_address(text: str) -> None:
    assert find_address(text) is None


def test_the_flat_stays_out() -> None:
    hit = find_address("ул. Невская дом 10, кв 5, нет отопления")
    assert hit is not None and hit.house == "10"
    assert "кв" not in "ул. Невская дом 10, кв 5, нет отопления"[hit.start : hit.end]


def test_the_street_with_a_house_is_preferred() -> None:
    hit = find_address("перекрёсток ул. Мира, от дома ул. Гагарина 4")
    assert hit is not None and (hit.street, hit.house) == ("ул. Гагарина", "4")


_PIECES = st.sampled_from(
    [
        "ул.",
        "улица",
        "пр-т",
        "мкр",
        "д.",
        "дом",
        "корп",
        "№",
        "12",
        "8 Марта",
        "Мира",
        "Советской",
        "/",
        ",",
        " ",
        "-",
        "«",
        "й",
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=20).map(" ".join)))
def test_any_text_is_read_without_failing_and_spans_are_ordered(text: str) -> None:
    hits = find_addresses(text)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    assert all(left.end <= right.start for left, right in itertools.pairwise(hits))


def test_a_very_long_text_is_read_in_reasonable_time() -> None:
    text = "улица " * 8_000 + "д 12 " * 5_000
    assert len(find_addresses(text)) < len(text)
