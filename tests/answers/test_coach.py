"""The coach reads a draft: what is missing, promised, said badly. Pure, by sentences of its own (not of the exam)."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.answers.coach import Asked, look, officialese_index
from otklik.answers.coach.promised_dates import mon_to_fri, promised_dates
from otklik.answers.coach.reading import tenses_of

THURSDAY = date(2026, 6, 11)


def kinds(text: str, **asked) -> set[str]:
    return {one.kind for one in look(text, Asked(written=THURSDAY, **asked))}


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("Трубу заменим до 15 июня.", date(2026, 6, 15)),
        ("Приедем на следующей неделе.", date(2026, 6, 21)),
        ("Дорогу отремонтируем в III квартале.", date(2026, 9, 30)),
        ("Ответим в течение двух рабочих дней.", date(2026, 6, 15)),
        ("Уберём завтра до обеда.", date(2026, 6, 12)),
        ("Пандус поставим к 1 марта.", date(2027, 3, 1)),
        ("Кран сменим в понедельник.", date(2026, 6, 15)),
        ("Свет включим сегодня к 18:00.", date(2026, 6, 11)),
        ("Плитку положим до конца августа.", date(2026, 8, 31)),
        ("Работы закончим в срок до 30.06.2026 включительно.", date(2026, 6, 30)),
        ("Начнём после 20 сентября.", None),
        ("Свет включим 11 июня.", date(2026, 6, 11)),
        ("Срок устранения — 11 июня.", date(2026, 6, 11)),
    ],
)
def test_a_day_in_the_words_of_an_answer_is_understood(text, until):
    assert [one.until for one in promised_dates(text, THURSDAY)] == [until]


@pytest.mark.parametrize(
    "text",
    [
        "Яму засыпали 3 июня.",
        "По закону от 2 мая 2006 года № 59-ФЗ ответ дают письмом.",
        "Приём по вторникам с 9 до 17.",
        "Справку нужно принести до 20 июня.",
        "31 февраля и 45.13 — не дни.",
        "Контакт подтянули, фонарь горит. Горсвет, 11 июня.",
        "Фонарь горит с 11 июня.",
    ],
)
def test_past_days_laws_hours_and_terms_of_the_resident_promise_nothing(text):
    assert promised_dates(text, THURSDAY) == []


def test_working_days_are_counted_by_the_calendar_that_is_given():
    found = promised_dates("Ответим в течение 3 рабочих дней.", THURSDAY, lambda day, n: date(2026, 6, 30))
    assert [one.until for one in found] == [date(2026, 6, 30)]
    assert mon_to_fri(THURSDAY, 3) == date(2026, 6, 16)


def test_a_good_answer_is_left_in_peace():
    good = "Здравствуйте! Яму на Речной, 8 засыпала бригада «Дорожника» 10 июня, мастер Павел Громов."
    assert kinds(good, question="Когда засыплют яму на Речной?") == set()


@pytest.mark.parametrize(
    ("text", "question", "kind"),
    [
        ("Ваше обращение очень важно для нас. Спасибо!", "Когда включат воду?", "unanswered_question"),
        ("Спасибо за обращение. Всего доброго!", "Прошу убрать мусор на Речной.", "no_fact"),
        ("Отремонтируем забор у школы № 4 в ближайшее время, «Горстрой».", "", "promise_without_date"),
        ("Доводим до вашего сведения, что мастер Громов починит кран до 15 июня.", "", "officialese"),
        ("Иван Петрович, кран починит мастер «Жилсервиса» 15 июня.", "", "personal_data"),
        ("Мастер «Жилсервиса» придёт 15 июня. Раньше надо было думать.", "", "tone"),
        ("Соответствующие службы починили забор на Речной, 8 вчера.", "", "no_responsible"),
    ],
)
def test_each_kind_is_found_with_its_place(text, question, kind):
    found = [one for one in look(text, Asked(question=question, written=THURSDAY)) if one.kind == kind]
    assert found
    for one in found:
        source = question if one.where == "question" else text
        assert source[one.start : one.end] == one.words


@pytest.mark.parametrize("word", ["устраним", "заменим", "восстановим", "исправим", "выполним"])
def test_a_verb_that_looks_like_an_adjective_promises_all_the_same(word):
    assert "promise_without_date" in kinds(f"Течь на улице Мира {word} в ближайшее время.")
    assert tenses_of(word) == {"futr"}


def test_what_only_the_resident_reads_may_name_them_and_officials_may_always_be_named():
    assert "personal_data" not in kinds("Иван Петрович, кран починят 15 июня.", channel="private")
    assert "personal_data" not in kinds("Придёт мастер Громов Павел Ильич, телефон 55-11-22, 15 июня.")


def test_another_day_than_before_is_told_with_the_words_against_which_it_stands():
    [found] = [
        one for one in look(
            "Каток на Речной откроем 20 декабря.",
            Asked(written=THURSDAY, earlier=("Каток на Речной откроем 1 декабря.",)),
        ) if one.kind == "contradiction"
    ]
    assert found.against == "Каток на Речной откроем 1 декабря."
    admitted = "К сожалению, открытие катка на Речной перенесли: откроем 20 декабря."
    assert "contradiction" not in kinds(admitted, earlier=("Каток на Речной откроем 1 декабря.",))


def test_the_index_of_chancery_grows_with_it():
    plain = "Мы починили кран вчера. Если снова потечёт, позвоните: 55-11-22."
    chancery = "В целях недопущения возникновения нештатных ситуаций осуществляется проведение комплекса мероприятий."
    assert officialese_index(plain) < 15 < 60 < officialese_index(chancery) <= 100


@given(st.text(alphabet="абвй Ёё.,!?«»0123456789-\n–№iI", max_size=400), st.text(max_size=200))
def test_any_text_is_read_and_places_stay_within_it(text, question):
    for one in look(text, Asked(question=question, written=THURSDAY, earlier=(question,))):
        source = question if one.where == "question" else text
        assert 0 <= one.start <= one.end <= len(source)
        assert source[one.start : one.end] == one.words


def test_a_long_letter_is_read_within_seconds_on_a_busy_machine():
    look("Прогрев.", Asked(written=THURSDAY))
    began = time.process_time()
    look("Вопрос ремонта дороги прорабатывается в установленном порядке, 8-900-000-00-00. " * 200,
         Asked(written=THURSDAY, question="Когда? " * 200))
    assert time.process_time() - began < 5


def test_a_question_stops_an_answer_only_where_it_surely_stands_unanswered():
    sure = look("Спасибо за обращение. Всего доброго!", Asked(written=THURSDAY, question="Когда включат воду?"))
    unsure = look(
        "Забор на Речной, 8 починила 3 июня бригада «Горстроя».",
        Asked(written=THURSDAY, question="Когда почините забор? Кто заплатит за краску?"),
    )
    assert [one.is_grave for one in sure if one.kind == "unanswered_question"] == [True]
    assert [one.is_grave for one in unsure if one.kind == "unanswered_question"] == [False]
