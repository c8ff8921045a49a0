"""Places are found in free text in every case, and what is no place is left alone."""

import itertools
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.territory.gazetteer import Gazetteer, PlaceHit
from tests.territory.region_places import OKTMO_LIST, gazetteer, names_found, oktmo_list, region_files

needs_list = pytest.mark.skipif(not OKTMO_LIST.exists(), reason="trial list of settlements is not there")

# Where → from where, for the seats of the 38 municipalities.
SEATS = {
    "Алексеевская": ("в станице Алексеевской", "из Алексеевской"),
    "Быково": ("в Быкове", "из Быково"),
    "Городище": ("в Городище", "из Городища"),
    "Даниловка": ("в Даниловке", "из Даниловки"),
    "Дубовка": ("в Дубовке", "под Дубовкой"),
    "Елань": ("в Елани", "из р.п. Елань"),
    "Жирновск": ("в Жирновске", "из Жирновска"),
    "Иловля": ("в Иловле", "через Иловлю"),
    "Калач-на-Дону": ("в Калаче-на-Дону", "из Калача на Дону"),
    "Камышин": ("в Камышине", "под Камышином"),
    "Преображенская": ("в станице Преображенской", "из Киквидзе"),
    "Клетская": ("в станице Клетской", "в ст-це Клетская"),
    "Котельниково": ("в Котельникове", "из Котельниково"),
    "Котово": ("в Котове", "из города Котово"),
    "Ленинск": ("в Ленинске", "из Ленинска"),
    "Нехаевская": ("в Нехаевской", "из станицы Нехаевской"),
    "Николаевск": ("в Николаевске", "из Николаевска"),
    "Новоаннинский": ("в городе Новоаннинском", "из Новоаннинского"),
    "Новониколаевский": ("в Новониколаевском", "в р.п. Новониколаевский"),
    "Октябрьский": ("в рабочем посёлке Октябрьский", "в р.п. Октябрьском"),
    "Ольховка": ("в Ольховке", "в селе Ольховка"),
    "Палласовка": ("в Палласовке", "из Палласовки"),
    "Кумылженская": ("в Кумылженской", "из станицы Кумылженской"),
    "Рудня": ("в Рудне", "из Рудни"),
    "Светлый Яр": ("в Светлом Яру", "из Светлого Яра"),
    "Серафимович": ("в Серафимовиче", "из Серафимовича"),
    "Средняя Ахтуба": ("в Средней Ахтубе", "из Средней Ахтубы"),
    "Старая Полтавка": ("в Старой Полтавке", "из с. Старая Полтавка"),
    "Суровикино": ("в Суровикине", "из Суровикино"),
    "Урюпинск": ("в Урюпинске", "из Урюпинска"),
    "Фролово": ("во Фролове", "из г. Фролово"),
    "Чернышковский": ("в посёлке Чернышковском", "в р.п. Чернышковский"),
    "Волгоград": ("в Волгограде", "с Волгограда"),
    "Волжский": ("в Волжском", "из г. Волжского"),
    "Михайловка": ("в Михайловке", "под Михайловкой"),
}


def test_the_table_above_covers_every_seat() -> None:
    assert {row.centre for row in region_files().municipalities} == set(SEATS)


@pytest.mark.parametrize(
    ("seat", "phrase"), [(seat, phrase) for seat, both in SEATS.items() for phrase in both]
)
def test_every_seat_is_found_in_its_cases(seat: str, phrase: str) -> None:
    assert names_found(f"Уже неделю {phrase} нет света") == [seat]


@pytest.mark.parametrize("row", region_files().municipalities, ids=lambda row: row.code)
def test_every_municipality_is_found_in_its_cases(row) -> None:  # type: ignore[no-untyped-def]
    if "район" in row.short_name:
        adjective = row.short_name.split()[0]
        forms = [
            row.short_name,
            row.name,
            row.short_genitive,
            f"{adjective[:-2]}ом районе",
            f"{adjective} р-н",
            f"{adjective[:-2]}ом р-не",
            f"{adjective[:-2]}ому муниципальному району",
        ]
    else:
        forms = [f"город {row.short_name}", f"администрация города {row.short_genitive}"]
    for form in forms:
        assert names_found(f"Жалоба, {form}, дорога") == [row.short_name], form


def test_the_district_is_not_its_town() -> None:
    hits = gazetteer().find_in_text("Камышинский район и город Камышин")
    assert [hit.kind for hit in hits] == ["municipality", "settlement"]
    assert hits[0].municipality_id != hits[1].municipality_id


def test_districts_named_together_are_each_found() -> None:
    assert names_found("Трасса в Камышинском и Котовском районах") == ["Камышинский район", "Котовский район"]


def test_an_inner_district_is_found() -> None:
    assert names_found("Красноармейский район, остановка") == ["Красноармейский район"]
    assert names_found("в Советском районе Волгограда") == ["Советский район", "Волгоград"]
    assert names_found("жители ТЗР") == ["Тракторозаводский район"]


def test_a_part_of_a_city_is_found() -> None:
    assert names_found("пос. Водстрой, ул. Водников") == ["Водстрой"]


def test_a_type_may_stand_after_the_name() -> None:
    assert names_found("Горьковский посёлок, остановка") == ["Горьковский"]
    assert names_found("Клетская станица") == ["Клетская"]


def test_a_street_after_a_town_does_not_make_the_town_a_street() -> None:
    assert names_found("г. Палласовка ул.Коммунистическая") == ["Палласовка"]
    assert names_found("Палласовка улица Мира") == ["Палласовка"]


def test_a_district_is_known_by_the_name_a_reform_would_give_it() -> None:
    assert names_found("Городищенский муниципальный округ") == ["Городищенский район"]


def test_small_letters_are_enough_for_a_town_that_is_no_usual_word() -> None:
    assert names_found("волгоград, набережная") == ["Волгоград"]
    assert names_found("городище раскопали археологи") == []


@pytest.mark.parametrize(
    "text",
    [
        "С Днём Победы!",
        "ПОБЕДА БУДЕТ ЗА НАМИ",
        "ул. Победы, 5",
        "проспект Волжский",
        "Волжский проспект, 4",
        "Волжский суд отказал",
        "в Волжском роддоме очередь",
        "Директор Фролова не отвечает",
        "не работает остановка Победа",
        "кинотеатр «Победа»",
        "парк «Жирновск»",
        "Октябрьское сельское поселение",
        "Московский район Калининграда",
        "лог за домом зарос",
        "Ленинский отдел полиции",
        "на углу улиц Мира и Волжская",
        "",
    ],
)
def test_usual_words_streets_people_and_firms_are_no_places(text: str) -> None:
    assert [name for name in names_found(text) if not name.endswith("?")] == []


@needs_list
def test_an_ambiguous_name_counts_with_its_type_and_little_without() -> None:
    assert names_found("посёлок Победа", True) == ["Победа"]
    assert names_found("в Победе нет дороги", True) == ["Победа?"]
    assert names_found("победа за нами", True) == []
    assert names_found("с. Лог", True) == ["Лог"]
    assert names_found("х. Гришин", True) == ["Гришин"]
    assert names_found("Гришин не пришёл", True) == []


@needs_list
def test_namesakes_stay_undecided_until_the_municipality_is_known() -> None:
    index = gazetteer(True)
    hits = index.find_in_text("х. Ольховский, нет воды")
    assert len(hits) > 3
    assert all(hit.confidence <= 0.4 for hit in hits)
    assert index.best("х. Ольховский, нет воды") is None
    told = index.find_in_text("х. Ольховский Нехаевского района")
    assert [hit.name for hit in told] == ["Ольховский", "Нехаевский район"]
    nekhaevsky = told[1].territory_id
    assert told[0].municipality_id == nekhaevsky
    near = index.find_in_text("х. Ольховский, нет воды", near=nekhaevsky)
    assert [hit.territory_id for hit in near] == [told[0].territory_id]


@needs_list
def test_every_repeated_name_is_told_apart_by_its_municipality() -> None:
    index = gazetteer(True)
    by_oktmo = {row.oktmo: row.short_genitive for row in region_files().municipalities}
    rural = {"хутор": "х.", "село": "с.", "посёлок": "п.", "станица": "ст-ца", "рабочий посёлок": "р.п."}
    lines: dict[str, list[tuple[str, str]]] = {}
    for line in oktmo_list().settlements:
        lines.setdefault(line.name, []).append((line.municipality_oktmo, line.type_name))
    repeated = {name: found for name, found in lines.items() if len(found) > 1}
    assert len(repeated) >= 110
    missed = []
    for name, found in repeated.items():
        for municipality, type_name in found:
            if found.count((municipality, type_name)) > 1 or type_name not in rural:
                continue  # two of one type in one municipality: nobody can tell them apart
            text = f"{rural[type_name]} {name}, {by_oktmo[municipality]}"
            if "района" not in text:
                continue
            hits = [hit for hit in index.find_in_text(text) if hit.kind == "settlement"]
            districts = [hit for hit in index.find_in_text(text) if hit.kind == "municipality"]
            inside = {hit.municipality_id for hit in hits}
            if len(hits) != 1 or inside != {districts[0].territory_id}:
                missed.append(text)
    assert missed == []


@needs_list
def test_numbered_hamlets_are_told_apart() -> None:
    text = "от х. Плотников 2-й до х. Сухов 1-й"
    assert names_found(text, True) == ["Плотников 2-й", "Сухов 1-й"]


def test_the_longest_name_wins() -> None:
    hits = gazetteer().find_in_text("из Калача-на-Дону")
    assert [(hit.name, hit.start, hit.end) for hit in hits] == [("Калач-на-Дону", 3, 17)]


def test_best_prefers_the_exact_place_to_the_district_and_never_the_region() -> None:
    best = gazetteer().best("Волгоградская область, Ленинский район, с. Заплавное")
    assert best is not None and best.name == "Заплавное"
    district = gazetteer().best("Волгоградская область, Ленинский район")
    assert district is not None and district.name == "Ленинский район"
    assert gazetteer().best("по всей Волгоградской области гололёд") is None


def test_the_index_can_be_sent_to_another_process() -> None:
    copy: Gazetteer = pickle.loads(pickle.dumps(gazetteer()))
    text = "в Урюпинске и Камышинском районе"
    assert copy.find_in_text(text) == gazetteer().find_in_text(text)


_PIECES = st.sampled_from(
    [
        "Камышинский", "район", "районах", "и", "в", "х.", "г.", "ст.", "с", "Калач", "на", "Дону",
        "Волжский", "Ленинский", "Победа", "Средней", "Ахтубы", "ул.", ",", ".", "-", "«", "»",
        "Светлый", "Яр", "1-й", "р-н", "область", "\u0301", "\n",
    ]
)  # fmt: skip


def _holds(text: str, hits: list[PlaceHit]) -> None:
    for hit in hits:
        assert 0 <= hit.start < hit.end <= len(text)
        assert text[hit.start : hit.end].strip() == text[hit.start : hit.end]
        assert 0 < hit.confidence <= 1
        assert hit.reason
    spans = sorted({(hit.start, hit.end) for hit in hits})
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300), st.lists(_PIECES, max_size=25).map(" ".join), st.lists(_PIECES).map("".join)
    )
)
def test_any_text_is_read_without_failing_and_spans_are_in_the_text(text: str) -> None:
    _holds(text, gazetteer().find_in_text(text))
    gazetteer().best(text)


def test_a_text_of_a_hundred_thousand_characters_is_read() -> None:
    text = "в Волжском районе х. Победа, Камышинский и " * 2_500
    _holds(text, gazetteer().find_in_text(text))
