"""«Всплески» and the wall: what is said, who may do what, and that no resident's word stands on a wall."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.cases.problem_models import Problem
from otklik.insight.models import Burst
from otklik.insight.radar_telling import expected_words
from tests.insight.radar_steps import TEXTS, came, water
from tests.making import SYSTEM, logged_in, make_user, place, send

pytestmark = pytest.mark.django_db
CODE, REGION = "gorod-kamyshin", "volgograd"
MOST_QUERIES = 12


def made(count: int = 6, **fields: object) -> Burst:
    """A burst of so many messages that goes on now."""
    now = timezone.now()
    ids = came(count, 12, until=now)
    with acting(SYSTEM), widened():
        given = {
            "scope": place(CODE), "level": "theme", "code": water().code, "began_at": now - timedelta(minutes=12),
            "found_at": now, "last_at": now, "count": count, "minutes": 30, "expected": 0.2, "per_hour": 0.4,
            "odds": 0.001, "cases": ids,
        }
        return Burst.objects.create(**(given | fields))


def curator() -> Client:
    return logged_in(make_user(("curator", REGION)))


def test_without_bursts_the_page_says_what_it_waits_for(db: None) -> None:
    page = curator().get("/region/bursts/").content.decode()
    assert "Радар ещё учится" in page


def test_a_burst_says_in_words_why_and_shows_the_messages(db: None) -> None:
    one = made()
    client = curator()
    listed = client.get("/region/bursts/").content.decode()
    assert "обычно 0,4 в час, сейчас 6 за 30 мин" in listed
    page = client.get(f"/region/bursts/{one.pk}/").content.decode()
    assert "Обычно 0,4 в час, сейчас 6 за 30 мин" in page and TEXTS[0] in page
    assert "бывает раз в" in page


def test_a_burst_that_is_over_is_told_of_as_past(db: None) -> None:
    one, client = made(), curator()
    with acting(SYSTEM), widened():
        Burst.objects.filter(pk=one.pk).update(ended_at=timezone.now(), state=Burst.State.QUIET)
    for address in ("/region/bursts/", f"/region/bursts/{one.pk}/"):
        page = client.get(address).content.decode()
        assert "0,4 в час, было 6 за 30 мин" in page and "сейчас 6" not in page


def test_what_is_usual_is_said_in_words_where_a_number_would_be_nought() -> None:
    assert [expected_words(n) for n in (0.002, 0.4, 3.0)] == ["почти ничего", "0,4", "3"]


def test_the_messages_are_drawn_in_time_by_the_charts_of_the_project_with_their_table(db: None) -> None:
    one = made(7)
    page = curator().get(f"/region/bursts/{one.pk}/").content.decode()
    figure = page[page.index('<figure class="chart-figure" aria-label="Сообщения по времени"'):page.index("</figure>")]
    assert figure.count('class="chart"') == 2 and "c-bar" in figure and 'class="chart-narrow"' in figure
    assert page.count("<svg") - figure.count("<svg") == page.count('<svg class="icon'), "nothing is drawn by hand"
    rows = re.findall(r'<th scope="row" lang="ru">([\d:. ]+)</th><td class="text-end">(\d+)</td>', figure)
    assert len(rows) == 12 and sum(int(n) for _since, n in rows) == 7
    assert len({since for since, _n in rows}) == 12
    with acting(SYSTEM), widened():
        Burst.objects.filter(pk=one.pk).update(cases=[])
    assert "chart-figure" not in curator().get(f"/region/bursts/{one.pk}/").content.decode()


def test_the_readers_scope_holds_for_the_burst_and_for_its_messages(db: None) -> None:
    one = made()
    stranger = logged_in(make_user(("coordinator", "gorod-volzhskiy")))
    assert stranger.get(f"/region/bursts/{one.pk}/").status_code == 404
    assert "Камышин" not in stranger.get("/region/bursts/").content.decode()
    foreign = send("Чужой город пишет о своём", "gorod-volzhskiy").case_id
    with acting(SYSTEM), widened():
        Burst.objects.filter(pk=one.pk).update(cases=[*one.cases, foreign])
    page = logged_in(make_user(("coordinator", CODE))).get(f"/region/bursts/{one.pk}/").content.decode()
    assert "Чужой город" not in page and "Вам видны 6 из 7" in page


def test_silence_without_a_reason_comes_back_with_what_was_chosen(db: None) -> None:
    one, client = made(), curator()
    wrong = client.post(f"/region/bursts/{one.pk}/silence/", {"kind": "spam", "reason": " "})
    page = wrong.content.decode()
    assert wrong.status_code == 422 and "Напишите, почему так решили" in page and "checked" in page
    assert f'data-live-address="/region/bursts/{one.pk}/"' in page, "news are asked for at an address that is read"
    right = client.post(f"/region/bursts/{one.pk}/silence/", {"kind": "spam", "reason": "реклама окон"}, follow=True)
    assert "реклама окон" in right.content.decode()
    assert "спам" in client.get("/region/bursts/").content.decode()
    client.post(f"/region/bursts/{one.pk}/listen/")
    assert "Снова следим" in client.get(f"/region/bursts/{one.pk}/").content.decode()


def test_one_click_leads_to_the_problem_with_its_draft(db: None) -> None:
    one, client = made(), logged_in(make_user(("coordinator", CODE)))
    answer = client.post(f"/region/bursts/{one.pk}/problem/", {"place": one.scope_id})
    with acting(SYSTEM):
        problem = Problem.objects.get()
    assert answer.url == f"/desk/problem/{problem.pk}/#public-title" and problem.public_text
    page = client.get(f"/region/bursts/{one.pk}/").content.decode()
    assert "Все сообщения уже в ней" in page and "Собрать в эту проблему" not in page
    later = send("И у нас воды нет", CODE).case_id
    with acting(SYSTEM), widened():
        Burst.objects.filter(pk=one.pk).update(cases=[*one.cases, later])
    assert "Собрать в эту проблему" in client.get(f"/region/bursts/{one.pk}/").content.decode()
    again = client.post(f"/region/bursts/{one.pk}/problem/", {"place": one.scope_id}, follow=True)
    assert "Черновик объявления для жителей готов" in again.content.decode()
    for broken in ("", "x", "9" * 30):
        assert client.post(f"/region/bursts/{one.pk}/problem/", {"place": broken}).status_code == 404
    outside = curator().post(f"/region/bursts/{one.pk}/problem/", {"place": one.scope_id}, follow=True)
    assert "У вас нет права" in outside.content.decode()


def test_the_desk_has_a_line_while_a_burst_goes_on(db: None) -> None:
    client = logged_in(make_user(("operator", CODE)))
    assert "desk-burst" not in client.get("/desk/").content.decode().replace("desk/bursts.css", "")
    one = made()
    page = client.get("/desk/").content.decode()
    assert "сейчас 6 за 30 мин" in page and f"/region/bursts/{one.pk}/" not in page
    assert f"/region/bursts/{one.pk}/" in logged_in(make_user(("coordinator", CODE))).get("/desk/").content.decode()
    assert "сейчас 6" not in logged_in(make_user(("operator", "gorod-volzhskiy"))).get("/desk/").content.decode()


def test_the_wall_has_no_word_and_no_name_of_a_resident_and_few_queries(db: None) -> None:
    one, client = made(), curator()
    client.post(f"/region/bursts/{one.pk}/problem/", {"place": one.scope_id})
    with acting(SYSTEM), widened():
        Problem.objects.create(
            scope=place(CODE), territory=place(CODE), title="Жалуется Ковыльная Анна с Мира 12", theme=water(),
            opened_at=timezone.now(), made_at=timezone.now(),
        )
    client.get("/region/wall/")
    with CaptureQueriesContext(connection) as taken:
        page = client.get("/region/wall/").content.decode()
    asked = [q["sql"] for q in taken if "SAVEPOINT" not in q["sql"]]
    assert len(asked) <= MOST_QUERIES, "\n".join(asked)
    assert "Ковыльная" not in page and not any(text in page for text in TEXTS)
    assert "Камышин" in page and "сейчас 6 за 30 мин" in page and water().name in page
    assert "navbar" not in page and "wall-light" not in page
    assert "wall-light" in client.get("/region/wall/?light=1").content.decode()


@pytest.mark.parametrize("address", ["/region/bursts/", "/region/bursts/%d/"])
def test_pages_of_bursts_ask_few_questions(db: None, address: str) -> None:
    for _ in range(2):
        one = made()
    client = curator()
    address = address % one.pk if "%d" in address else address
    client.get(address)
    with CaptureQueriesContext(connection) as taken:
        assert client.get(address).status_code == 200
    asked = [q["sql"] for q in taken if "SAVEPOINT" not in q["sql"]]
    assert len(asked) <= MOST_QUERIES, "\n".join(asked)
