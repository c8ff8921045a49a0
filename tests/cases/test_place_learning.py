"""Names of places that people use become known when staff said twice where they are."""

import pytest

from otklik.acting import acting
from otklik.cases import knowledge as knowing
from otklik.cases.actions.triage import triage
from otklik.cases.knowledge import knowledge
from otklik.failures import BadInput
from otklik.journal.models import Entry
from otklik.territory.cli import learned_lines
from otklik.territory.learned import forbid, learned_names
from otklik.territory.models import LearnedName, Street, Territory
from tests.making import SYSTEM, make_case, make_staff, place

pytestmark = pytest.mark.django_db
CITY = "gorod-volgograd"
DISTRICT = "volgograd-sovetskiy-rayon"


@pytest.fixture(autouse=True)
def _fresh_knowledge(monkeypatch):
    monkeypatch.setattr(knowing, "LOOKS_EVERY", 0.0)
    monkeypatch.setattr(knowing, "_cached", None)


def confirmed(text: str, **given) -> int:
    """A case from the city whose place a coordinator puts right."""
    case = make_case(text, CITY)
    triage(make_staff(("coordinator", CITY)), case.pk, **given)
    return case.pk


def learned() -> list[tuple[str, str, int]]:
    with acting(SYSTEM):
        return sorted(LearnedName.objects.values_list("what", "name", "confirmations"))


def read(text: str):
    with acting(SYSTEM):
        return knowledge().places.locate(text)


def test_a_spoken_name_counts_from_the_second_case_on(db):
    spot = place(DISTRICT).pk
    confirmed("На Жилмаше третий день нет света", territory_id=spot)
    assert learned() == [("place", "Жилмаш", 1)]
    assert read("на Жилмаше прорвало трубу").place is None
    confirmed("Вода в подвале, мы с Жилмаша. Из Жилмаша не уехать", territory_id=spot)
    assert learned() == [("place", "Жилмаш", 2)]
    found = read("на Жилмаше прорвало трубу")
    assert found.place is not None and found.place.territory_id == spot


def test_one_case_counts_once_however_often_it_is_saved(db):
    case = confirmed("На Жилмаше темно", territory_id=place(DISTRICT).pk)
    triage(make_staff(("coordinator", CITY)), case, territory_id=place(DISTRICT).pk)
    assert learned() == [("place", "Жилмаш", 1)]


def test_a_correction_takes_the_word_of_its_case_back(db):
    case = confirmed("На Жилмаше темно", territory_id=place(DISTRICT).pk)
    triage(make_staff(("coordinator", CITY)), case, territory_id=place("volgograd-kirovskiy-rayon").pk)
    with acting(SYSTEM):
        rows = list(LearnedName.objects.values_list("territory__code", "confirmations"))
    assert rows == [("volgograd-kirovskiy-rayon", 1)]


def test_a_street_no_list_has_is_read_bare_after_two_cases(db):
    spot = place(DISTRICT).pk
    for _ in range(2):
        confirmed("Яма у дома", territory_id=spot, street="ул. Туманная", house="5")
    assert learned() == [("street", "Туманная", 2)]
    found = read("Советский район, на туманной нет света")
    assert found.address is not None and found.address.street == "ул. Туманная"


def test_what_a_resident_gave_counts_when_staff_let_it_stand(db):
    who = make_staff(("coordinator", CITY))
    for _ in range(2):
        case = make_case("Яма у дома", DISTRICT, street="ул. Туманная", house="5")
        assert learned() in ([], [("street", "Туманная", 1)])
        triage(who, case.pk, street="ул. Туманная", house="5", importance=3)
    assert learned() == [("street", "Туманная", 2)]


def test_a_theme_taken_by_a_key_confirms_no_place(db):
    case = make_case("На Жилмаше не горит фонарь", DISTRICT, street="ул. Туманная")
    triage(make_staff(("coordinator", CITY)), case.pk, importance=3)
    assert learned() == []


def test_a_landmark_with_a_number_brings_its_place(db):
    for _ in range(2):
        confirmed("У школы № 135 нет перехода", territory_id=place(DISTRICT).pk)
    assert learned() == [("landmark", "школы № 135", 2)]
    found = read("Возле школы 135 открыт люк")
    assert found.place is not None and found.place.territory_id == place(DISTRICT).pk
    assert found.place.confidence >= 0.5


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("Живу на Иванова, это мой сосед", {}),
        ("Яма", {"street": "ул. Мира, д. 5, кв. 12"}),
        ("Яма", {"street": "Пробный Пётр Петрович"}),
        ("Яма", {"street": "кв. 17"}),
        ("Яма", {"street": "+7 900 000-00-01"}),
        ("на Собаке ошейник", {}),
    ],
)
def test_no_flat_no_phone_and_nobodys_name_is_learned(db, text, given):
    confirmed(text, territory_id=place(DISTRICT).pk, **given)
    assert learned() == []


def test_the_journal_keeps_ids_and_no_names(db):
    case = confirmed("На Жилмаше темно", territory_id=place(DISTRICT).pk)
    with acting(SYSTEM):
        entry = Entry.objects.filter(stream=f"case:{case}", verb="triage").latest("seq")
        ids = list(LearnedName.objects.values_list("pk", flat=True))
    assert entry.fields["learned"] == ids
    assert "Жилмаш" not in str(entry.fields)


def test_a_forbidden_name_is_not_read_by_until_it_is_allowed_again(db):
    for _ in range(2):
        confirmed("На Жилмаше темно", territory_id=place(DISTRICT).pk)
    with acting(SYSTEM):
        name = forbid(LearnedName.objects.get().pk)
    assert read("на Жилмаше прорвало трубу").place is None
    confirmed("На Жилмаше пыль", territory_id=place(DISTRICT).pk)
    assert read("на Жилмаше прорвало трубу").place is None
    with acting(SYSTEM):
        entry = Entry.objects.get(verb="learned_name_forbidden")
        assert entry.fields == {"name": name.pk}
        forbid(name.pk, forbidden=False)
        lines = list(learned_lines(learned_names()))
    assert read("на Жилмаше прорвало трубу").place is not None
    assert "Жилмаш" in lines[0] and "карточек: 3" in lines[0] and lines[0].endswith("читаем")


def test_a_name_that_is_not_there_cannot_be_forbidden(db):
    with acting(SYSTEM), pytest.raises(BadInput):
        forbid(10**9)


def test_a_known_place_teaches_no_other_name(db):
    confirmed("В Бекетовке темно", territory_id=place(DISTRICT).pk)
    assert learned() == []


def test_imported_streets_of_the_place_are_read_bare(db):
    with acting(SYSTEM):
        Street.objects.create(territory=place("gorod-kamyshin"), name="Туманная", type_name="ул.")
    found = read("Камышин, на туманной третий день темно")
    assert found.address is not None and found.address.street == "ул. Туманная"
    assert found.point is not None  # of the town
    assert read("в Урюпинске на туманной дороге стоит автобус").address is None


def test_centres_of_municipalities_are_marked(db):
    with acting(SYSTEM):
        marked = Territory.objects.filter(is_centre=True).values_list("short_name", flat=True)
    assert {"Дубовка", "Светлый Яр", "Урюпинск"} <= set(marked)
    assert "Красный Яр" not in marked
