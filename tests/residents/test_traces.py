"""Taking a person out of a text: what goes, what stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.residents.traces import traces_of

THEIRS = traces_of(
    ["Ковыльная Анна Петровна"], [("phone", "+79001234567"), ("email", "kovyl@example.test")], ["Ковылёк"]
)


@pytest.mark.parametrize(
    "text",
    [
        "Это Ковыльная А. П., позвоните", "передайте Ковыльной", "у КОВЫЛЬНОЙ течёт", "Анне Петровной сказали",
        "тел. 8 (900) 123-45-67", "89001234567", "+7 900 123 45 67", "пишите kovyl@example.test", "кв. 12",
        "квартира № 5",
        "https://vk.com/kovyl", "тел: 2-34-56", "ник ковылёк",
    ],
)  # fmt: skip
def test_what_the_person_wrote_keeps_no_mark_of_them(text):
    left = THEIRS.without(text, own=True)
    assert left != text
    for mark in ("овыльн", "Анн", "Петровн", "123", "kovyl", "12", "№ 5", "34-56", "овылёк"):
        assert mark not in left


@pytest.mark.parametrize(
    "text",
    ["Яма на улице Мира, 12, второй день", "2026-03-04 10:00 не было воды", "Анализ воды плохой", "дом 5, подъезд 2"],
)
def test_what_names_nobody_stays_as_it_was(text):
    assert THEIRS.without(text, own=True) == text


def test_an_office_keeps_its_phone_in_what_staff_wrote():
    text = "Ковыльная просила перезвонить: +79001234567. Диспетчер: 8 (84457) 1-23-45"
    left = THEIRS.without(text)
    assert "1-23-45" in left
    assert "4567" not in left and "овыльн" not in left


def test_a_number_written_into_a_text_is_learnt():
    known = THEIRS.learnt_from(["Мой второй номер 8 903 765 43 21"])
    assert "43" not in known.without("Со слов: 8-903-765-43-21")


def test_a_namesake_by_one_word_is_not_taken_for_the_person():
    assert not THEIRS.are_in("Анна просит починить свет")
    assert THEIRS.are_in("Ковыльной Анне Петровне") and THEIRS.are_in("8 900 123 45 67")


@given(st.text(max_size=200))
def test_taking_out_twice_is_the_same_as_once(text):
    once = THEIRS.without(text, own=True)
    assert THEIRS.without(once, own=True) == once
