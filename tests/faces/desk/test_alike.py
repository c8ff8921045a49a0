"""Messages about the same at the desk: both texts side by side, taken, refused, taken back; strangers see nothing."""

import pytest
from django.test import Client

from otklik.cases.actions.folding import fold_waiting
from otklik.cases.actions.more_words import add_words
from otklik.cases.numbers import shown
from otklik.cases.resident_links import open_link
from tests.cases.problems_steps import HOME, cases_of, coordinator, problem
from tests.making import logged_in, make_user, reread, send

pytestmark = pytest.mark.django_db
WATER = "С утра нет воды во всём доме, ни холодной, ни горячей"
AGAIN = "Второй день нет воды во всём доме, <b>ни холодной</b>, ни горячей!"


@pytest.fixture
def desk() -> Client:
    return logged_in(make_user(("coordinator", HOME)))


def at_home(text: str, **fields: str) -> int:
    return send(text, **{"street": "ул. Мира", "house": "12"} | fields).case_id


def page(desk: Client, case_id: int, part: str = "alike/", status: int = 200) -> str:
    answer = desk.get(f"/desk/case/{shown(reread(case_id).number)}/{part}")
    assert answer.status_code == status
    return str(answer.content.decode())


def post(desk: Client, case_id: int, act: str, status: int = 302, **data: int) -> str:
    answer = desk.post(f"/desk/case/{shown(reread(case_id).number)}/alike/{act}/", data)
    assert answer.status_code == status
    return str(answer.content.decode())


def test_both_texts_stand_side_by_side_with_common_words_lit_and_the_reason(desk: Client) -> None:
    first, second = at_home(WATER), at_home(AGAIN)
    text = page(desk, second)
    assert f"Похоже на карточку {shown(reread(first).number)}" in text
    assert "тот же дом" in text and "несколько часов" in text
    assert text.count('class="alike-text"') == 2 and '<mark title="">воды</mark>' in text
    assert "<b>ни холодной</b>" not in text
    assert 'hx-get="/desk/case/' in page(desk, second, "") and "alike/" in page(desk, second, "")


def test_yes_joins_and_it_can_be_taken_back(desk: Client) -> None:
    first, second = at_home(WATER), at_home(AGAIN)
    post(desk, second, "take", other=first)
    problem_id = reread(second).problem_id or 0
    assert cases_of(problem_id) == {first, second}
    text = page(desk, second)
    assert "Присоединено к проблеме" in text and "Отменить" in text
    post(desk, second, "undo")
    assert cases_of(problem_id) == set()
    assert "Похоже" not in page(desk, second)
    assert "уже отменено" in post(desk, second, "undo", 422)


def test_a_problem_it_looks_like_is_named_with_its_number(desk: Client) -> None:
    made = problem(coordinator())
    case_id = send("Прорвало трубу, вода бежит по улице второй день, дети идут по льду", street="ул. Мира").case_id
    assert f"Похоже на проблему № {made.pk} «Прорыв на Мира»" in page(desk, case_id)


def test_no_is_remembered(desk: Client) -> None:
    first, second = at_home(WATER), at_home(AGAIN)
    post(desk, second, "refuse", other=first)
    assert "Похоже" not in page(desk, second) and "Похоже" not in page(desk, first)
    journal = page(desk, second, "")
    assert "больше не предлагать" in journal


def test_what_the_program_joined_says_so_and_can_be_taken_back(desk: Client) -> None:
    from django.utils import timezone

    ids = [at_home(WATER) for _n in range(3)]
    fold_waiting(timezone.now())
    text = page(desk, ids[2])
    assert "Программа присоединила к проблеме" in text and "тот же дом" in text
    assert "почти те же слова" in page(desk, ids[2], "") and "программа" in page(desk, ids[2], "")
    post(desk, ids[2], "undo")
    assert reread(ids[2]).problem_id is None


def test_broken_forms_and_strange_cases_are_told_in_words(desk: Client) -> None:
    case_id = at_home(WATER)
    assert "Страница устарела" in post(desk, case_id, "take", 422)
    other = send(WATER, "gorod-volzhskiy").case_id
    post(desk, case_id, "take", 404, other=99_999_999)
    post(desk, case_id, "take", 404, other=other)
    stranger = logged_in(make_user(("coordinator", "gorod-volzhskiy")))
    page(stranger, case_id, status=404)
    post(stranger, case_id, "undo", 404)


def test_whoever_may_not_join_is_not_asked() -> None:
    at_home(WATER)
    second = at_home(AGAIN)
    analyst = logged_in(make_user(("analyst", HOME)))
    assert "Похоже" not in page(analyst, second)


def test_further_words_in_the_thread_say_what_they_seem_to_be(desk: Client) -> None:
    sent = send("На Садовой глубокая яма, колесо пробил")
    add_words(open_link(sent.token), text="Скажите, пожалуйста, когда сделают?", once="b")
    text = page(desk, sent.case_id, "")
    assert "похоже: вопрос о том же" in text and "Житель написал ещё" in text


def test_a_repeat_of_the_same_person_is_shown_with_what_it_goes_on_with(desk: Client) -> None:
    first = send("Не горит фонарь на улице Садовой у дома 12", phone="+79005550111")
    again = send("Фонарь на Садовой так и не горит, никто не приезжал", phone="+79005550111")
    text = page(desk, again.case_id)
    assert "Тот же житель писал" in text and "похоже: не исправлено" in text
    assert shown(reread(first.case_id).number) in text


def test_a_resident_adds_to_the_message_on_its_page(client: Client) -> None:
    sent = send("На Садовой глубокая яма")
    assert "Добавить к сообщению" in client.get(f"/c/{sent.token}/").content.decode()
    empty = client.post(f"/c/{sent.token}/more/", {"text": " "})
    assert empty.status_code == 422 and "Напишите, что добавить" in empty.content.decode()
    assert client.post(f"/c/{sent.token}/more/", {"text": "Напротив аптеки"}).status_code == 303
    told = client.get(f"/c/{sent.token}/").content.decode()
    assert "Вы написали ещё" in told and "Напротив аптеки" in told and "похоже" not in told
