"""A program reports through Open311: kept once, a token at once, the number a moment later."""

import json

import pytest
from django.test import Client

from otklik.acting import acting
from otklik.cases.models import Case
from otklik.cases.numbers import shown
from otklik.channels.models import Account, Arrival, OutsideFile
from otklik.intake.receiving import take_waiting
from otklik.organisations import limits
from tests.api.open311_steps import ACTOR, HOLE, KEY, post, post_json, program, token_of, told, xml

pytestmark = pytest.mark.django_db


@pytest.fixture
def app() -> Account:
    return program()


def cases() -> list[Case]:
    with acting(ACTOR, read_only=True):
        return list(Case.objects.select_related("resident", "theme", "scope").order_by("id"))


def arrivals() -> int:
    with acting(ACTOR, read_only=True):
        return Arrival.objects.count()


def test_a_report_becomes_a_case_and_its_token_tells_the_number(app):
    token = token_of(post(
        **HOLE, lat="50.0833", long="45.4022", first_name="Иван", last_name="Проба", phone="+79000000001",
        email="proba@example.org", media_url="https://example.org/hole.jpg",
    ))
    assert told(f"tokens/{token}.json") == [{"service_request_id": None, "token": token}]
    take_waiting(app.pk)
    (case,) = cases()
    assert (case.text, case.theme.code, case.scope.code) == ("Яма у школы", "road.pothole", "gorod-kamyshin")
    assert (case.resident.name, case.answer_by, case.place_note) == ("Иван Проба", "page", HOLE["address_string"])
    assert (case.latitude, case.longitude) == (50.0833, 45.4022)
    assert told(f"tokens/{token}.json") == [{"service_request_id": shown(case.number), "token": token}]
    request = xml(f"tokens/{token}.xml").find("request")
    assert request.findtext("service_request_id") == shown(case.number) and request.findtext("token") == token
    with acting(ACTOR, read_only=True):
        assert OutsideFile.objects.get().url == "https://example.org/hole.jpg"


def test_json_is_taken_as_a_form_is(app):
    token = token_of(post_json(**HOLE, attribute={"danger": ["cars", "people"]}, lat=50.0833, long=45.4022))
    take_waiting(app.pk)
    (case,) = cases()
    assert case.text == "Яма у школы\n\nЧем это опасно: для машин, для пешеходов"
    assert told(f"tokens/{token}.json")[0]["service_request_id"] == shown(case.number)


def test_answers_to_the_questions_of_a_service_stand_under_the_words(app):
    fields = {**HOLE, "service_code": "transit", "description": "Автобус не пришёл"}
    answer = post(**fields)
    assert answer.status_code == 400 and "attribute[route]" in json.loads(answer.content)[0]["description"]
    post(**fields, **{"attribute[route]": "7"})
    take_waiting(app.pk)
    (case,) = cases()
    assert case.text == "Автобус не пришёл\n\nНомер маршрута: 7" and case.theme is None


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"service_code": ""}, 400, "service_code"), ({"service_code": "no.such"}, 404, "service_code"),
        ({"address_string": ""}, 400, "место"), ({"lat": "50"}, 400, "long"), ({"lat": "91", "long": "45"}, 400, "lat"),
        ({"lat": "nan", "long": "nan"}, 400, "lat"), ({"description": "x" * 4001}, 400, "4000"),
        ({"phone": "12"}, 400, "phone"), ({"media_url": "file:///etc/passwd"}, 400, "media_url"),
        ({"jurisdiction_id": "nowhere"}, 404, "jurisdiction_id"),
        ({"jurisdiction_id": "gorod-volzhskiy"}, 400, "другого муниципалитета"),
        ({"lat": "0", "long": "0"}, 400, "вне региона"), ({"attribute[danger]": "dragons"}, 400, "danger"),
        ({"description": "\x00"}, 400, "нулевой"),
    ],
)
def test_what_is_wrong_is_told_in_both_formats_and_nothing_is_kept(app, fields, status, says):
    answer = post(**{**HOLE, **fields})
    assert answer.status_code == status
    (error,) = json.loads(answer.content)
    assert error["code"] == str(status) and says in error["description"]
    answer = post("requests.xml", **{**HOLE, **fields})
    assert answer.status_code == status and b"<errors><error><code>" in answer.content
    assert arrivals() == 0


def test_several_mistakes_are_told_at_once(app):
    answer = post(**{**HOLE, "address_string": "", "phone": "1", "lat": "x", "long": "y"})
    assert len(json.loads(answer.content)) == 2


@pytest.mark.parametrize("key", ["", "another key that is long enough", KEY[:-1], "ключ"])
def test_without_the_right_key_nothing_is_taken(app, key):
    assert post(key=key, **HOLE).status_code == 403
    assert arrivals() == 0


def test_a_key_that_sleeps_or_is_short_opens_nothing(app):
    program("short", key="short")
    assert post(key="short", **HOLE).status_code == 403
    with acting(ACTOR):
        Account.objects.filter(pk=app.pk).update(active=False)
    assert post(**HOLE).status_code == 403


def test_the_same_report_sent_again_after_a_cut_answer_is_one_case(app):
    assert token_of(post(**HOLE)) == token_of(post(**HOLE)) == token_of(post_json(**HOLE))
    other = token_of(post(**{**HOLE, "description": "Другая яма"}))
    once = {"Idempotency-Key": "77"}
    kept = token_of(post(**HOLE, headers=once))
    assert kept == token_of(post(**HOLE, headers=once)) != other
    take_waiting(app.pk)
    take_waiting(app.pk)
    assert len(cases()) == 3


def test_two_programs_do_not_share_tokens(app):
    program("other", key="the key of another app, long enough")
    assert token_of(post(**HOLE)) != token_of(post(key="the key of another app, long enough", **HOLE))


@pytest.mark.parametrize("body", [b"{", b"[]", b"[" * 100_000, b'{"service_code": ["x"]}', b"\xff"])
def test_broken_json_is_refused(app, body):
    answer = Client().post("/open311/v2/requests.json", body, content_type="application/json")
    assert answer.status_code == 400 and json.loads(answer.content)[0]["code"] == "400"


def test_another_kind_of_body_and_a_huge_one_are_refused(app):
    assert Client().post("/open311/v2/requests.xml", b"x", content_type="image/png").status_code == 400
    assert Client().post("/open311/v2/requests.json", {f"f{n}": "x" for n in range(3000)}).status_code == 400
    assert post(**{**HOLE, "description": "x" * 3_000_000}).status_code == 400
    broken = Client().post("/open311/v2/requests.json", b"--x\r\n", content_type="multipart/form-data; boundary=")
    assert broken.status_code == 400 and json.loads(broken.content)[0]["code"] == "400"
    huge = json.dumps({**HOLE, "description": "x" * 300_000}).encode()
    assert Client().post("/open311/v2/requests.xml", huge, content_type="application/json").status_code == 400


def test_a_key_has_its_limit_and_is_told_so_in_its_format(app, monkeypatch):
    monkeypatch.setitem(limits.SHIPPED, "open311", limits.Limit(2, 10))
    assert [post(**{**HOLE, "description": str(n)}).status_code for n in range(3)] == [201, 201, 429]
    stranger = {"REMOTE_ADDR": "203.0.113.5"}
    answers = [Client().post("/open311/v2/requests.xml", HOLE, **stranger) for _n in range(3)]
    assert [one.status_code for one in answers] == [403, 403, 429]
    assert answers[-1]["Retry-After"] and b"<errors><error><code>429" in answers[-1].content


def test_a_report_of_the_whole_region_goes_where_its_point_lies():
    region = program(territory=None)
    post(**HOLE, lat="50.0833", long="45.4022")
    post(**{**HOLE, "description": "Другая"}, jurisdiction_id="gorod-volzhskiy")
    take_waiting(region.pk)
    assert [case.scope.code for case in cases()] == ["gorod-kamyshin", "gorod-volzhskiy"]


def test_a_key_that_this_host_cannot_unseal_opens_nothing_and_tells_nothing(app, settings):
    settings.OTKLIK_CONTACT_KEY = "the key of another host"
    answer = post(**HOLE)
    assert answer.status_code == 403 and "api_key" in json.loads(answer.content)[0]["description"]
