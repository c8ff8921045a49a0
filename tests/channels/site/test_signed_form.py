"""A municipal site sends its form as signed JSON."""

import json
import time

import pytest
from django.test import Client

from otklik.acting import System, acting, widened
from otklik.cases.models import Case
from otklik.channels.kit import secrets
from otklik.channels.models import Account, Arrival, OutsideFile, Setup
from otklik.channels.site.payload import signature
from otklik.intake.receiving import take_waiting
from tests.making import place

pytestmark = pytest.mark.django_db
SECRET = "a secret of the site, long enough"
ACTOR = System("channels")


@pytest.fixture
def account() -> Account:
    with acting(ACTOR), widened():
        made = Account.objects.create(channel="site", code="site-k", name="Сайт", territory=place("gorod-kamyshin"))
        setup = Setup(account=made)
        secrets.keep(setup, {"secret": SECRET})
        setup.save()
    return made


def sent(body: dict | bytes, *, secret: str = SECRET, stamp: str = "", code: str = "site-k"):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = stamp or str(int(time.time()))
    return Client().post(
        f"/hooks/site/{code}/", raw, content_type="application/json",
        headers={"x-otklik-time": stamp, "x-otklik-signature": signature(secret, stamp, raw)},
    )


def arrivals() -> list[Arrival]:
    with acting(ACTOR, read_only=True):
        return list(Arrival.objects.order_by("id"))


def cases() -> list[Case]:
    with acting(ACTOR, read_only=True):
        return list(Case.objects.select_related("resident").order_by("id"))


def test_a_form_becomes_one_case_however_often_it_is_sent(account):
    form = {"id": "77", "text": "Яма на дороге у школы", "name": "Проба Иван", "phone": "+79000000001",
            "photos": ["https://example.org/1.jpg"]}
    assert [sent(form).status_code for _time in range(3)] == [202, 202, 202]
    assert len(arrivals()) == 1
    take_waiting(account.pk)
    take_waiting(account.pk)
    (case,) = cases()
    assert (case.text, case.answer_by, case.scope.code) == ("Яма на дороге у школы", "page", "gorod-kamyshin")
    assert case.resident.name == "Проба Иван"
    with acting(ACTOR, read_only=True):
        assert OutsideFile.objects.get().url == "https://example.org/1.jpg"


@pytest.mark.parametrize("phone", ["12-34", "нет", "+7", "9" * 60])
def test_a_phone_that_is_none_holds_no_message_back_and_stands_under_the_words(account, phone):
    form = {"id": "78", "text": "Яма на дороге", "name": "Проба", "phone": phone, "answer_on": "phone"}
    assert sent(form).status_code == 202
    take_waiting(account.pk)
    (case,) = cases()
    assert case.text == f"Яма на дороге\n\nТелефон, как он указан: {phone}"
    assert case.answer_by == "page"


@pytest.mark.parametrize("how", ["another secret", "old", "ahead", "no time"])
def test_a_forged_or_replayed_call_is_refused_and_keeps_nothing(account, how):
    stamp = {"old": str(int(time.time()) - 600), "ahead": str(int(time.time()) + 600), "no time": "x"}.get(how, "")
    answer = sent({"id": "1", "text": "Слово"}, secret="x" * 30 if how == "another secret" else SECRET, stamp=stamp)
    assert answer.status_code == 403
    assert not arrivals()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{", "JSON"), (b"[]", "id"), ({"id": "1", "text": " "}, "text"), ({"text": "слово"}, "id"),
        ({"id": "1", "text": "слово", "latitude": "x"}, "latitude"), ({"id": "1", "text": ["x"]}, "text"),
        ({"id": "1", "text": "слово", "written_at": "2026-01-01T00:00:00"}, "written_at"),
    ],
)
def test_a_wrong_form_is_told_what_is_wrong(account, body, says):
    answer = sent(body)
    assert answer.status_code == 400
    assert says in answer.json()["error"]
    assert not arrivals()


@pytest.mark.parametrize("stamp", ["999999999999", "253402300800", "000000000000", "٣" * 10, "-1", "1e9", ""])
def test_no_time_of_a_signature_breaks_the_door(account, stamp):
    raw = b'{"id": "1", "text": "Word"}'
    answer = Client().post("/hooks/site/site-k/", raw, content_type="application/json", headers={
        "x-otklik-time": stamp, "x-otklik-signature": "0" * 64,
    })
    assert answer.status_code == 403
    assert not arrivals()


@pytest.mark.parametrize("size", [2 * 1024 * 1024 + 1, 6 * 1024 * 1024])
def test_a_body_that_is_too_large_is_refused_without_reading_on(account, size):
    assert sent(b"x" * size).status_code == 413


def test_an_unknown_or_sleeping_account_is_not_there(account):
    assert sent({"id": "1", "text": "слово"}, code="other").status_code == 404
    with acting(ACTOR), widened():
        Account.objects.filter(pk=account.pk).update(active=False)
    assert sent({"id": "1", "text": "слово"}).status_code == 404
