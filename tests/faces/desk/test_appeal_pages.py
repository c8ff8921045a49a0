"""Обращения: the register, the analysis, reception, the post, each from its page to what the page shows after."""

import re

import pytest
from django.utils import timezone

from otklik.answers.sending import sent
from otklik.cases.actions.inquiries import Letter, send, several_bodies
from otklik.cases.numbers import shown
from otklik.journal.models import Entry
from tests.cases.registering import by_law
from tests.cases.steps import coordinator, received
from tests.making import logged_in, make_user, organisation, place, reread

pytestmark = pytest.mark.django_db
HOME = "gorod-kamyshin"
PAGES = ("appeals/", "appeals/analysis/", "appeals/letters/", "reception/", "reception/new/", "post/")


@pytest.fixture
def who():
    return coordinator()


@pytest.fixture
def client():
    return logged_in(make_user(("coordinator", HOME)))


@pytest.fixture
def stranger():
    return logged_in(make_user(("coordinator", "gorod-volzhskiy")))


def registered(who):
    now = timezone.now()
    case_id = received(now=None, name="Полынная Анна").case_id
    return by_law(who, case_id, number="А-77", registered_at=now, now=now)


def posted(who):
    entry = registered(who)
    return sent(
        who, entry.case_id, registration_id=entry.pk, number="И-1", at=timezone.now(), signer="Глава", way="post"
    )


def page_of(entry):
    return f"/desk/case/{shown(reread(entry.case_id).number)}/"


def test_pages_and_files_of_a_full_and_of_an_empty_centre(who, client, stranger):
    posted(who)
    for one in (client, stranger):
        for address in PAGES:
            assert one.get(f"/desk/{address}").status_code == 200
        for kind in ("register", "analysis", "review"):
            answer = one.post(f"/desk/appeals/file/{kind}/", {"regime": "law59"})
            assert answer.content[:2] == b"PK"
    assert "А-77" in client.get("/desk/appeals/").content.decode()
    assert "А-77" not in stranger.get("/desk/appeals/").content.decode()
    assert client.post("/desk/appeals/file/other/").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["?since=x&until=2026-01-01", "?since=2026-12-01&until=2026-01-01", "?since=1900-01-01&until=2026-01-01",
     "?regime=pos", "?scope=99999999999999999999", "?page=-5", "?page=" + "9" * 50, "?since=0001-01-01"],
)
def test_nonsense_in_the_address_is_told_and_breaks_nothing(client, query):
    for address in ("appeals/", "appeals/analysis/", "reception/"):
        assert client.get(f"/desk/{address}{query}").status_code == 200


def test_a_file_with_names_is_for_those_who_keep_the_register_and_stands_in_the_journal(who):
    registered(who)
    analyst = logged_in(make_user(("analyst", "volgograd")))
    assert analyst.post("/desk/appeals/file/register/", {}).status_code == 403
    assert analyst.post("/desk/appeals/file/analysis/", {}).status_code == 200
    user = make_user(("operator", HOME))
    logged_in(user).post("/desk/appeals/file/register/", {})
    entry = Entry.objects.get(stream=f"user:{user.pk}", verb="appeals_exported")
    assert entry.fields["rows"] == 1
    assert "Полынная" not in str(entry.fields)


def test_a_talk_is_written_down_printed_and_leads_to_its_case(client, stranger):
    key = re.search(r'name="key" value="([^"]+)"', client.get("/desk/reception/new/").content.decode())[1]
    given = {
        "key": key, "body": organisation().pk, "held_at": timezone.localdate().isoformat(), "official": "Ветрова О. П.",
        "post": "глава", "name": "Полынная Анна", "territory": place(HOME).pk, "essence": "Просит лавочки",
        "outcome": "oral",
    }
    answer = client.post("/desk/reception/new/", given)
    assert answer.status_code == 422
    assert "согласия" in answer.content.decode()
    assert "Просит лавочки" in answer.content.decode(), "nothing typed is lost"
    answer = client.post("/desk/reception/new/", given | {"consent": "on", "told": "Поставят в мае"})
    address = answer["Location"]
    assert "Поставят в мае" in client.get(address).content.decode()
    assert client.post(f"{address}print/", {"as": "pdf"}).content[:4] == b"%PDF"
    assert client.post(f"{address}print/", {"as": "docx"}).content[:2] == b"PK"
    assert client.post("/desk/reception/export/").content[:2] == b"PK"
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}print/", {"as": "pdf"}).status_code == 404
    assert client.post(f"{address}print/", {"as": "exe"}).status_code == 404


def test_rules_that_nobody_read_are_marked_on_the_form_of_a_talk(client):
    page = client.get("/desk/reception/new/").content.decode()
    assert page.count("не проверено по тексту закона") == 3
    assert "в пересказе печати" in page


def test_a_stale_form_of_a_talk_gets_a_new_key_and_keeps_its_words(client):
    given = {
        "key": "stale", "body": organisation().pk, "held_at": timezone.localdate().isoformat(), "official": "В.",
        "post": "глава", "name": "А", "territory": place(HOME).pk, "essence": "Просит лавочки", "outcome": "written",
    }
    page = client.post("/desk/reception/new/", given).content.decode()
    assert "слишком давно" in page
    assert "Просит лавочки" in page
    assert 'value="stale"' not in page


def test_letters_of_a_day_become_a_list_and_their_numbers_the_proof(who, client, stranger):
    entry = posted(who)
    home = place(HOME).pk
    given = {"scope": home, "day": timezone.localdate().isoformat(), "pick": entry.pk, f"addressee{entry.pk}": "П."}
    answer = client.post("/desk/post/", given)
    assert answer.status_code == 422
    assert "Напишите почтовый адрес" in answer.content.decode()
    answer = client.post("/desk/post/", given | {f"address{entry.pk}": "Мира, 1"})
    address = answer["Location"]
    field = re.search(r'name="(track\d+)"', client.get(address).content.decode())[1]
    assert client.post(f"{address}numbers/", {field: "80110012"}).status_code == 302
    assert client.post(f"{address}handed/").status_code == 302
    for kind in ("docx", "xlsx"):
        assert client.post(f"{address}file/", {"as": kind}).content[:2] == b"PK"
    assert "80110012" in client.get(page_of(entry)).content.decode()
    assert stranger.get(address).status_code == 404
    for act in ("numbers", "handed", "file"):
        assert stranger.post(f"{address}{act}/", {field: "1", "as": "docx"}).status_code == 404
    assert stranger.post("/desk/post/", given | {f"address{entry.pk}": "Мира, 1"}).status_code == 404


def test_the_card_shows_what_stands_beside_an_appeal_and_takes_it(who, client):
    entry = registered(who)
    case = page_of(entry)
    assert client.post(f"{case}collective/", {"people": "1", "answer_to": ""}).status_code == 422
    assert client.post(f"{case}collective/", {"people": "5", "answer_to": "Полынная А."}).status_code == 302
    assert "подписали 5 человек" in client.get(case).content.decode()
    assert client.post(f"{case}not-collective/").status_code == 302
    assert "подписали 5 человек" not in client.get(case).content.decode()
    client.post(f"{case}several-bodies/", {"registration": entry.pk, "reason": "Сетям и дороге"})
    today = timezone.localdate().isoformat()
    letter = {
        "registration": entry.pk, "kind": "copy", "to": "Сети", "what": "Про свет", "number": "К-1", "at": today,
        "signer": "Глава", "until": "", "all_sent": "on",
    }
    answer = client.post(f"{case}inquire/", letter)
    assert answer.status_code == 422
    assert "жалуются" in answer.content.decode()
    assert client.post(f"{case}inquire/", letter | {"not_complained_of": "on"}).status_code == 302
    client.post(f"{case}inquire/", letter | {"kind": "request", "number": "З-1"})
    page = client.get(case).content.decode()
    assert "ждём до" in page
    assert "Дождаться ответа другого органа" in page
    assert "З-1" in client.get("/desk/appeals/letters/").content.decode()
    inquiry = re.search(r'name="inquiry" value="(\d+)"', page)[1]
    over = {"inquiry": inquiry, "state": "answered", "at": today, "number": "", "words": ""}
    assert client.post(f"{case}inquiry-over/", over).status_code == 422
    assert client.post(f"{case}inquiry-over/", over | {"number": "77"}).status_code == 302


def test_a_region_without_appeals_pays_nothing_for_them_on_the_card(client):
    case = reread(received(now=None).case_id)
    page = client.get(f"/desk/case/{shown(case.number)}/").content.decode()
    assert 'id="appeal"' not in page


def test_waiting_letters_are_those_of_the_persons_centres(who, client, stranger):
    entry = registered(who)
    now = timezone.now()
    several_bodies(who, entry.case_id, registration_id=entry.pk, reason="Двум")
    letter = Letter("request", "Сети", "Акт", "З-9", now, "Глава")
    send(who, entry.case_id, registration_id=entry.pk, letter=letter)
    assert "З-9" in client.get("/desk/appeals/letters/").content.decode()
    assert "З-9" not in stranger.get("/desk/appeals/letters/").content.decode()
