"""A person in a centre is one row; what reaches them is sealed, and says which key it needs."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from otklik.acting import acting, widened
from otklik.cases.actions.reveal import reveal_contacts
from otklik.failures import BadInput, Failure
from otklik.residents.contacts import key_name, normal_phone, seal, sealed_by_other_keys, show
from otklik.residents.models import Contact, Resident
from otklik.residents.recording import record, record_many
from tests.at_once import at_once, failures
from tests.making import SYSTEM, make_case, make_staff, place, send

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
SPELLINGS = ("8 (900) 123-45-67", "+7 900 1234567", "9001234567", "8-900-123-45-67", "+7(900)123 45 67 доб. 3",
             "\u202a8 900 123 45 67\x00")


def remember(code: str = "gorod-kamyshin", name: str = "", phone: str = "", email: str = "") -> Resident:
    with acting(SYSTEM), widened():
        resident = record(place(code).pk, name=name, phone=phone, email=email, at=AT)
    assert resident is not None
    return resident


@pytest.mark.django_db
def test_one_phone_however_it_is_spelt_is_one_person():
    assert len({remember(phone=spelt).pk for spelt in SPELLINGS}) == 1
    with acting(SYSTEM):
        assert Contact.objects.count() == 1


@pytest.mark.django_db
def test_in_another_centre_it_is_another_person():
    here, there = remember(phone=SPELLINGS[0]), remember("gorod-volzhskiy", phone=SPELLINGS[0])
    assert here.pk != there.pk
    with acting(make_staff(("operator", "gorod-kamyshin"))):
        assert set(Resident.objects.values_list("pk", flat=True)) == {here.pk}
        assert Contact.objects.count() == 1


@pytest.mark.django_db
def test_a_name_that_comes_later_is_added_and_one_that_is_known_stays():
    remember(phone=SPELLINGS[0])
    assert remember(phone=SPELLINGS[1], name="Королёва  Ия").name == "Королёва Ия"
    assert remember(phone=SPELLINGS[2], name="Другая").surname_key == "королева"


@pytest.mark.django_db
def test_a_mail_that_comes_with_a_known_phone_finds_the_person_too():
    first = remember(phone=SPELLINGS[0])
    assert remember(phone=SPELLINGS[0], email=" Ia@Example.ORG ").pk == first.pk
    assert remember(email="ia@example.org").pk == first.pk


@pytest.mark.django_db
def test_nothing_known_is_nobody():
    with acting(SYSTEM), widened():
        assert record(place("gorod-kamyshin").pk, name=" \x00", phone="\u202e", email="", at=AT) is None


@pytest.mark.django_db
def test_a_batch_says_the_same_as_one_by_one():
    scope = place("gorod-kamyshin").pk
    people = [("Первая", SPELLINGS[0], ""), ("", SPELLINGS[1], "a@example.org"), ("Вторая", "", "A@example.org"),
              ("Третий", "не телефон", ""), ("", "", ""), ("", "не телефон", "")]
    with acting(SYSTEM), widened():
        first, second, third, fourth, nobody, nobody_either = record_many([scope] * len(people), people, AT)
        assert first == second == third
        assert fourth is not None
        assert fourth != first
        assert nobody is None
        assert nobody_either is None
        assert record_many([scope], [("", SPELLINGS[3], "")], AT) == [first]
        assert Contact.objects.count() == 2


@pytest.mark.parametrize("text", ["", "123", "звоните вечером", "+7 900 123-45-6", "8" * 300, "+7900123456789012"])
def test_what_is_no_phone_is_told(text):
    with pytest.raises(BadInput) as told:
        normal_phone(text)
    assert told.value.field == "phone"


@examples(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_phone_or_is_told_to_be_none(text):
    try:
        assert normal_phone(text).startswith("+")
    except BadInput as told:
        assert told.field == "phone"


@pytest.mark.django_db
def test_what_the_database_holds_does_not_show_the_contact():
    remember(name="Королёва Ия", phone=SPELLINGS[0], email="ia@example.org")
    with acting(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT c::text || encode(cipher, 'escape') FROM residents_contact c")
        held = " ".join(row for (row,) in cursor.fetchall())
    assert len(held) > 200
    for part in ("79001234567", "9001234567", "ia@example", "example"):
        assert part not in held


def test_a_cipher_and_a_look_up_depend_on_the_key(settings):
    cipher, name, lookup = seal("phone", SPELLINGS[0])
    again = seal("phone", SPELLINGS[1])
    assert again[0] != cipher, "two ciphers of one phone must not look alike"
    assert again[1:] == (name, lookup)
    settings.OTKLIK_CONTACT_KEY = "another"
    other = seal("phone", SPELLINGS[0])
    assert other[1] != name
    assert other[2] != lookup


@pytest.mark.django_db
def test_a_changed_key_file_is_told_and_counted(settings):
    case = make_case(phone=SPELLINGS[0])
    first = key_name()
    settings.OTKLIK_CONTACT_KEY = "made anew after the old file was lost"
    with acting(SYSTEM):
        assert sealed_by_other_keys() == 1
        contact = Contact.objects.get()
        with pytest.raises(Failure, match=f"{first}.*{key_name()}.*secrets/contacts"):
            show(contact)
    with pytest.raises(Failure, match="secrets/contacts"):
        reveal_contacts(make_staff(("operator", "gorod-kamyshin")), case.pk, reason="перезвонить")


def test_two_first_messages_of_one_person_at_once_are_of_one_person(committed):
    came = at_once(*(lambda spelt=spelt: send(phone=spelt, name="Королёва Ия") for spelt in SPELLINGS[:4]))
    assert not failures(came)
    with acting(SYSTEM):
        assert Resident.objects.count() == 1
        assert Contact.objects.count() == 1


@pytest.mark.django_db
@examples(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=300), email=st.text(max_size=60))
def test_any_name_and_mail_can_be_kept(name, email):
    with acting(SYSTEM), widened():
        resident = record(place("gorod-kamyshin").pk, name=name, phone="", email=email, at=AT)
        if resident is not None:
            assert len(resident.name) <= 200
