"""The public list, map and pages of problems, as a visitor opens them."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from otklik.acting import Visitor, acting
from otklik.cases.actions.problems import set_state, tell
from otklik.cases.actions.public import photos_to_choose, withdraw
from otklik.cases.problem_models import PublicPhoto
from otklik.faces.portal.public_box import features
from otklik.intake.accepting import issue_key
from otklik.territory.clustering import Box
from tests.cases.problems_steps import HOME, coordinator, problem, released, switched_on, twin
from tests.cases.steps import photo
from tests.making import make_case, place

pytestmark = pytest.mark.django_db
WINDOW = "44,49,47,51"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


def get(address: str, **more: Any) -> Any:
    return Client().get(address, **more)


def text_of(address: str) -> str:
    answer = get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def points(query: str = f"box={WINDOW}&zoom=12") -> Any:
    answer = get(f"/problems/box/?{query}")
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_where_nothing_is_switched_on_the_page_says_so() -> None:
    assert "Здесь пока ничего не показывают" in text_of("/problems/")
    assert points()["features"] == []


def test_the_list_shows_released_problems_and_filters_without_a_script() -> None:
    who = coordinator()
    switched_on()
    shown, hidden = problem(who), problem(who)
    released(who, shown.pk, title="Течь у школы")
    page = text_of("/problems/")
    assert "Течь у школы" in page and f"/problems/{hidden.pk}/" not in page and "1 сообщение" in page
    assert "Течь у школы" in text_of(f"/problems/?place={HOME}&group=water")
    assert "Течь у школы" not in text_of("/problems/?place=gorod-volzhskiy")
    assert "Течь у школы" not in text_of("/problems/?group=road")
    assert "Течь у школы" not in text_of("/problems/?state=fixed")
    assert "Течь у школы" in text_of("/problems/?state=nonsense&page=-7&place=%00&group=zzz")
    set_state(who, shown.pk, state="fixed")
    assert "Течь у школы" not in text_of("/problems/")
    assert "Течь у школы" in text_of("/problems/?state=fixed")


def test_pages_of_the_list() -> None:
    who = coordinator()
    switched_on()
    for n in range(22):
        released(who, problem(who).pk, title=f"Течь номер {n:02}")
    first, second = text_of("/problems/"), text_of("/problems/?page=2")
    assert "Течь номер 21" in first and "Течь номер 01" not in first and "page=2" in first
    assert "Течь номер 01" in second and "page=3" not in second and 'rel="prev"' in second


def test_the_page_of_one_tells_what_where_since_when_how_many_and_news() -> None:
    who = coordinator()
    switched_on()
    made = problem(who, more=2)
    released(who, made.pk)
    tell(who, made.pk, text="Бригада выехала.")
    page = text_of(f"/problems/{made.pk}/")
    for words in ("Прорыв водопровода", "ул. Мира", "3 сообщения", "Бригада выехала.", "У меня так же"):
        assert words in page
    assert "дом 12" not in page and "Прорвало трубу" not in page
    withdraw(who, made.pk)
    assert get(f"/problems/{made.pk}/").status_code == 404
    assert get("/problems/99999999999999999999/").status_code == 404


def test_only_chosen_photos_open_and_only_while_they_are_shown() -> None:
    who = coordinator()
    switched_on()
    made = problem(who, photos=(photo("red"), photo("blue")))
    with acting(who, read_only=True):
        chosen = [file_id for file_id, _m in photos_to_choose(made)]
    released(who, made.pk, before=chosen[:1])
    row = PublicPhoto.objects.get()
    address = f"/problems/{made.pk}/photo/{row.pk}/"
    answer = get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg"
    assert get(f"/problems/{made.pk}/photo/{row.pk + 1}/").status_code == 404
    withdraw(who, made.pk)
    assert get(address).status_code == 404


def test_the_map_shows_one_as_itself_and_many_as_a_spot_to_zoom_into() -> None:
    who = coordinator()
    switched_on()
    alone = problem(who, latitude=50.2, longitude=45.8)
    released(who, alone.pk, title="Далёкая течь")
    for n in range(3):
        released(who, problem(who, latitude=50.05 + n / 1000, longitude=45.40).pk)
    far = points(f"box={WINDOW}&zoom=8")
    assert far["total"] == 4
    spots = {f["properties"]["count"]: f for f in points(f"box={WINDOW}&zoom=10")["features"]}
    assert spots[1]["properties"]["title"] == "Далёкая течь"
    assert spots[1]["properties"]["address"] == f"/problems/{alone.pk}/"
    assert spots[3]["properties"]["box"] == [45.4, 50.05, 45.4, 50.052]
    assert points("w=45&s=50.15&e=46&n=50.3&zoom=12")["total"] == 1
    assert points(f"box={WINDOW}&zoom=12&group=road")["total"] == 0
    assert points(f"box={WINDOW}&zoom=12&place={HOME}&state=all")["total"] == 4


def test_problems_at_one_point_are_told_apart_by_name() -> None:
    who = coordinator()
    switched_on()
    for n in range(25):
        released(who, problem(who).pk, title=f"Течь {n}")
    (spot,) = points(f"box={WINDOW}&zoom=18")["features"]
    assert spot["properties"]["count"] == 25 and len(spot["properties"]["items"]) == 20


@pytest.mark.parametrize("query", ["", "box=1,2,3", "box=a,b,c,d", "box=9,9,1,1", "w=1&s=nan&e=2&n=3", "w=1"])
def test_a_window_that_is_none_is_refused(query: str) -> None:
    assert get(f"/problems/box/?{query}").status_code == 400


def test_a_quotation_mark_or_percent_in_a_title_breaks_no_map() -> None:
    who = coordinator()
    switched_on()
    title = "Течь 100 % «у \"школы\"» \\ </script>"
    released(who, problem(who).pk, title=title)
    with acting(Visitor(), read_only=True):
        (one,) = json.loads(features(Box(44, 49, 47, 51), 12))["features"]
    assert one["properties"]["title"] == title
    assert "школы\"» \\ </script>" not in text_of("/problems/")


def test_the_same_browser_is_counted_once_and_comes_back_to_its_page() -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk)
    client = Client()
    first = client.post(f"/problems/{made.pk}/same/", {"key": issue_key()})
    assert first.status_code == 303 and first["Location"].startswith("/same/")
    second = client.post(f"/problems/{made.pk}/same/", {"key": issue_key()})
    assert second["Location"] == first["Location"]
    shown = twin(made.pk)
    assert shown and shown.same == 1
    key = issue_key()
    twice = [Client().post(f"/problems/{made.pk}/same/", {"key": key})["Location"] for _n in range(2)]
    assert twice[0] == twice[1] != first["Location"]  # a form sent twice by a browser without cookies
    tell(who, made.pk, text="Бригада выехала.")
    page = client.get(first["Location"])
    assert "Бригада выехала." in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer" and "noindex" in page["X-Robots-Tag"]


def test_a_wrong_phone_or_an_old_page_is_said_beside_the_form() -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk)
    wrong = Client().post(f"/problems/{made.pk}/same/", {"key": issue_key(), "phone": "12"})
    assert wrong.status_code == 422 and 'value="12"' in wrong.content.decode()
    assert Client().post(f"/problems/{made.pk}/same/", {"key": "forged"}).status_code == 422
    assert Client().post("/problems/999999/same/", {"key": issue_key()}).status_code == 404
    assert get("/same/no-such-link/").status_code == 404
    shown = twin(made.pk)
    assert shown and shown.same == 0


def report(**fields: Any) -> dict[str, Any]:
    wanted = {
        "key": issue_key(), "text": "На улице снова прорвало трубу и бежит вода", "territory": place(HOME).pk,
        "street": "Мира", "answer_by": "page",
    }
    return wanted | fields


def test_before_sending_what_lies_near_is_shown_once_and_nothing_typed_is_lost() -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk, title="Течь у школы")
    client = Client()
    form = report()
    shown = client.post("/report/", form)
    page = shown.content.decode()
    assert shown.status_code == 422 and "Рядом уже сообщили" in page and "Течь у школы" in page
    assert form["text"] in page and 'name="near_seen" value="1"' in page
    assert client.post("/report/", form | {"near_seen": "1"}).status_code == 303


def test_a_report_from_elsewhere_or_of_danger_goes_at_once() -> None:
    who = coordinator()
    switched_on()
    released(who, problem(who).pk)
    assert Client().post("/report/", report(street="Лесная")).status_code == 303
    danger = report(text="На детской площадке оголённый провод под напряжением, рядом дети")
    assert Client().post("/report/", danger).status_code == 303


def test_the_report_asks_what_lies_near_by_street_point_and_theme() -> None:
    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk, title="Течь у школы")

    def near(**fields: Any) -> str:
        answer = Client().post("/report/nearby/", report(**fields))
        assert answer.status_code in (200, 204)
        return str(answer.content.decode())

    assert "Течь у школы" in near(street="улица мира")
    assert "Течь у школы" in near(street="", latitude="50.0832", longitude="45.4021")
    assert not near(street="", latitude="50.0832", longitude="45.4021", text="Не вывозят мусор, переполнены контейнеры")
    assert not near(street="", latitude="50.3", longitude="45.4")
    assert not near(territory="")
    assert not near(territory="99999999999999999999")
    set_state(who, made.pk, state="fixed")
    assert not near(street="улица мира")


def test_news_of_a_problem_stand_on_the_pages_of_its_messages() -> None:
    from otklik.cases.actions.problems import join
    from tests.making import send

    who = coordinator()
    made = problem(who)
    sent, other = send(), make_case()
    join(who, sent.case_id, problem_id=made.pk)
    tell(who, made.pk, text="Бригада выехала.")
    page = text_of(f"/c/{sent.token}/")
    assert "Бригада выехала." in page
    assert "Прорыв на Мира" not in page  # the desk's own name of the problem
    assert other.problem_id is None


def test_one_address_cannot_mark_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    from otklik.organisations import limits

    who = coordinator()
    switched_on()
    made = problem(who)
    released(who, made.pk)
    monkeypatch.setitem(limits.SHIPPED, "support", limits.Limit(2, 10))
    said = [
        Client(REMOTE_ADDR="203.0.113.5").post(f"/problems/{made.pk}/same/", {"key": issue_key()}).status_code
        for _n in range(3)
    ]
    assert said == [303, 303, 429]
    shown = twin(made.pk)
    assert shown and shown.same == 2
