"""Names have one key however they are spelled, and their types are read in all their spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.territory.naming import municipality_key, name_key, place_key, slug, split_type, type_family


def test_a_name_has_one_key_with_and_without_dots_over_e() -> None:
    assert name_key("Калачёвский район") == name_key("КАЛАЧЕВСКИЙ  район") == "калачевский район"


def test_stress_marks_and_punctuation_do_not_make_another_name() -> None:
    assert name_key("Ка\u0301мышин") == "камышин"
    assert name_key("Калач-на-Дону") == name_key("Калач на Дону")


def test_sorting_by_the_key_puts_yo_beside_e() -> None:
    names = ["Ёрзовка", "Жирновск", "Елань", "Ерик", "Дубовка"]
    assert sorted(names, key=name_key) == ["Дубовка", "Елань", "Ёрзовка", "Ерик", "Жирновск"]


@pytest.mark.parametrize(
    ("written", "type_name", "name"),
    [
        ("х Плес", "хутор", "Плес"),
        ("хутор Плес", "хутор", "Плес"),
        ("Волгоград г", "город", "Волгоград"),
        ("г. Волгоград", "город", "Волгоград"),
        ("город-герой Волгоград", "город", "Волгоград"),
        ("р.п. Быково", "рабочий посёлок", "Быково"),
        ("рп Быково", "рабочий посёлок", "Быково"),
        ("Быково р.п.", "рабочий посёлок", "Быково"),
        ("рабочий посёлок Быково", "рабочий посёлок", "Быково"),
        ("ст-ца Клетская", "станица", "Клетская"),
        ("ст. Клетская", "станица", "Клетская"),
        ("с.Ольховка", "село", "Ольховка"),
        ("пос. Водстрой", "посёлок", "Водстрой"),
        ("посёлок Водстрой", "посёлок", "Водстрой"),
        ("ж/д рзд Гурово", "железнодорожный разъезд", "Гурово"),
        ("ж/д ст Орловка", "железнодорожная станция", "Орловка"),
        ("Сидоры", "", "Сидоры"),
        ("Горная Поляна, п.", "посёлок", "Горная Поляна"),
        ('п отделения № 3 свх "Степной"', "посёлок", 'отделения № 3 свх "Степной"'),
    ],
)
def test_a_type_is_parted_from_the_name(written: str, type_name: str, name: str) -> None:
    typed = split_type(written)
    assert (typed.type_name, typed.name) == (type_name, name)


def test_a_workers_settlement_is_confused_with_a_settlement_but_not_with_a_village() -> None:
    assert type_family("рабочий посёлок") == type_family("посёлок") != type_family("село")


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Городской округ город Волгоград", "волгоград"),
        ("город-герой Волгоград", "волгоград"),
        ("Волгоград г", "волгоград"),
        ("г.о. Камышин", "камышин"),
        ("ГО г. Волжский", "волжский"),
        ("Камышинский муниципальный район", "камышинский"),
        ("Камышинский район", "камышинский"),
        ("Камышинского р-на", "камышинский"),
        ("Администрация Клетского муниципального района Волгоградской области", "клетский"),
        ("Муниципальный округ город Михайловка", "михайловка"),
        ("Калачёвский", "калачевский"),
    ],
)
def test_a_municipality_is_known_by_what_tells_it_from_the_others(written: str, key: str) -> None:
    assert municipality_key(written) == key


def test_ordinals_are_one_however_they_are_written() -> None:
    assert place_key("Попов 1-й") == place_key("Попов 1й") == "попов 1"
    assert place_key("Попов 1-й") != place_key("Попов 2-й")


def test_slugs_are_latin() -> None:
    assert slug("Средняя Ахтуба") == "srednyaya-akhtuba"
    assert slug("Щучий, посёлок № 2") == "shchuchiy-poselok-2"


@given(st.text(max_size=80))
def test_keys_never_fail_and_a_key_is_its_own_key(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)
    place_key(text)
    municipality_key(text)
    assert split_type(text).name in text or not text.strip()
