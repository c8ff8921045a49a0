"""Kind, place and address of a text; any text whatever is read without an error."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.territory.gazetteer import Gazetteer, Place
from otklik.triage import Hints, Knowledge, ThemeEntry, understand

PLACES = Gazetteer.build(
    [
        Place(1, "region", "Волгоградская область", "область", ("Волгоградская область",)),
        Place(2, "municipality", "Камышин", "город", ("Камышин",), 2, 100_000, True),
        Place(3, "settlement", "Лебяжье", "село", ("Лебяжье",), 4, 2_000, True),
        Place(5, "settlement", "Петровка", "село", ("Петровка",), 6, 200, False),
        Place(7, "settlement", "Петровка", "хутор", ("Петровка",), 8, 100, False),
    ]
)
THEMES = (ThemeEntry("water.none", "Пропала вода", "water", "Вода", ("нет воды",), 3, "water"),)
KNOWLEDGE = Knowledge(THEMES, PLACES, "v1")


@pytest.mark.parametrize(
    "kind,text",
    [
        ("complaint", "Второй день нет воды, примите меры"),
        ("complaint", "Яма на дороге"),
        ("complaint", ""),
        ("complaint", "Заранее спасибо за ответ, нет воды"),
        ("complaint", "Спасибо за дорогу, но фонари не горят"),
        ("complaint", "Когда уже уберут мусор? Не вывозят неделю!"),
        ("suggestion", "Пожалуйста, поставьте лавочку. Спасибо"),
        ("question", "Подскажите, когда начнётся отопительный сезон?"),
        ("question", "Как записаться к главе на приём"),
        ("question", "Будет ли в этом году ярмарка?"),
        ("thanks", "Спасибо большое за новый сквер, очень красиво!"),
        ("thanks", "Выражаем благодарность бригаде Ивановых за быстрый ремонт"),
        ("spam", "Заработок в интернете! Пассивный доход от 100000, переходите по ссылке"),
        ("spam", "Лучшее казино https://example.ru"),
        ("complaint", "Горит дом! Спасибо 112"),
    ],
)
def test_kinds(kind, text):
    assert understand(text, Hints(), KNOWLEDGE).kind == kind


def test_place_and_address_are_read():
    read = understand("В селе Лебяжье на улице Мира, 12 нет воды", Hints(), KNOWLEDGE)
    assert read.place is not None and read.place.territory_id == 3
    assert read.address is not None and read.address.house == "12"


def test_namesakes_are_left_to_a_person_or_to_the_hint():
    undecided = understand("В Петровке нет воды", Hints(), KNOWLEDGE)
    assert undecided.place is None
    assert {hit.territory_id for hit in undecided.candidates} in ({5, 7}, set())
    decided = understand("В селе Петровка нет воды", Hints(territory_id=6), KNOWLEDGE)
    assert decided.place is not None and decided.place.territory_id == 5


def test_without_a_gazetteer_there_is_no_place():
    assert understand("В Камышине нет воды", Hints(), Knowledge(THEMES)).place is None


def test_the_same_text_gives_the_same_reading():
    text = "В Камышине на ул. Ленина, 5 второй день нет воды"
    assert understand(text, Hints(), KNOWLEDGE) == understand(text, Hints(), KNOWLEDGE)


words = st.sampled_from(
    [
        "не",
        "нет",
        "горит",
        "газ",
        "запах",
        "вода",
        "дом",
        "собака",
        "напала",
        "люк",
        "открытый",
        "пожар",
        "спасибо",
        "когда",
        "?",
        "!",
        ".",
        ",",
        "ул.",
        "Мира",
        "12",
        "Камышин",
        "х.",
        "с.",
        "\n",
        "￼",
        "👨\u200d👩\u200d👧",
        "\x00",
        "\u202e",
        "ёё",
        "ъъъ",
        "ооооооо",
        "9999999999",
        "-",
        "–",
        "a@b.ru",
        "http://x",
        "[id1|A]",
        "<b>",
        "ЪЫ",
        "кто-то-там-где-то",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(),
        st.text(st.characters()),
        st.lists(words, max_size=60).map(" ".join),
        st.binary().map(lambda b: b.decode("utf-8", "surrogateescape")),
    )
)
def test_any_text_is_read(text):
    read = understand(text, Hints(), KNOWLEDGE)
    assert 0 <= read.importance <= 4 and read.importance_reason
    assert len(read.themes) <= 3
    for guess in read.themes:
        assert guess.words and all(text[word.start : word.end].lower() == word.word for word in guess.words)


@pytest.mark.parametrize(
    "text", ["я" * 100_000, "а-" * 50_000, "не " * 33_000, "\n" * 100_000, "дом ул. 1 " * 10_000]
)
def test_hostile_texts_are_read_in_bounded_time(text):
    import time

    started = time.process_time()
    understand(text, Hints(), KNOWLEDGE)
    assert time.process_time() - started < 3
