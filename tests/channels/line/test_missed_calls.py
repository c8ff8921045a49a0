"""A telephone system tells of calls; those that nobody took are called back."""

import json

import pytest
from django.test import Client

from otklik.acting import System, acting, widened
from otklik.channels.kit import secrets
from otklik.channels.models import Account, Arrival, MissedCall, Setup
from otklik.intake.receiving import take_waiting
from otklik.journal.models import Entry
from tests.making import logged_in, make_user, place

pytestmark = pytest.mark.django_db
ACTOR = System("channels")
SECRET = "a secret of the exchange, long enough"


@pytest.fixture
def account() -> Account:
    with acting(ACTOR), widened():
        made = Account.objects.create(channel="line", code="line-k", name="Линия", territory=place("gorod-kamyshin"))
        setup = Setup(account=made)
        secrets.keep(setup, {"secret": SECRET})
        setup.save()
    return made


def rings(account: Account, call: str = "1", event: str = "missed", number: str = "89000000001", **more):
    body = more.pop("body", None) or json.dumps({"call": call, "event": event, "from": number}).encode()
    answer = Client().post(
        "/hooks/line/line-k/", body, content_type=more.pop("content_type", "application/json"),
        headers={"x-otklik-secret": more.pop("secret", SECRET)},
    )
    take_waiting(account.pk)
    return answer


def missed() -> list[MissedCall]:
    with acting(ACTOR, read_only=True):
        return list(MissedCall.objects.order_by("id"))


def operator(code: str = "gorod-kamyshin"):
    return logged_in(make_user(("operator", code)))


def test_a_caller_waits_once_however_often_they_rang(account):
    for call in ("1", "2", "2", "3"):
        assert rings(account, call).content == b"ok"
    (row,) = missed()
    assert row.times == 3
    assert b"9000000001" not in bytes(row.cipher)


def test_the_number_is_shown_by_a_press_that_is_an_entry_and_settled(account):
    rings(account)
    browser = operator()
    page = browser.get("/desk/calls/").content.decode()
    assert "Линия" in page
    assert "9000000001" not in page
    (row,) = missed()
    shown = browser.post(f"/desk/calls/{row.pk}/", {"what": "show"}).content.decode()
    assert "+79000000001" in shown
    with acting(ACTOR, read_only=True):
        entry = Entry.objects.get(verb="number_shown")
    assert "9000000001" not in str(entry.fields)
    for _time in range(2):
        browser.post(f"/desk/calls/{row.pk}/", {"what": "settle"})
    assert "Никто не ждёт" in browser.get("/desk/calls/").content.decode()
    rings(account, "9")
    assert len(missed()) == 2  # rang again later: waits again


@pytest.mark.parametrize(
    ("event", "number"), [("answered", "89000000001"), ("ringing", "89000000001"), ("missed", "anonymous")]
)
def test_other_calls_are_kept_with_the_reason_and_ask_for_nothing(account, event, number):
    rings(account, event=event, number=number)
    assert not missed()
    with acting(ACTOR, read_only=True):
        row = Arrival.objects.get()
    assert row.state == "ignored"
    assert row.reason


def test_a_form_does_as_well_as_json(account):
    rings(account, body=b"call=7&event=missed&from=%2B79000000002", content_type="application/x-www-form-urlencoded")
    assert len(missed()) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"call": "1", "event": "x"}', b"\xff\xfe", b"a=b&" * 100])
def test_nonsense_is_told_so_and_kept_nowhere(account, body):
    assert rings(account, body=body or b" ").status_code == 400
    with acting(ACTOR, read_only=True):
        assert not Arrival.objects.exists()


def test_a_wrong_secret_and_a_stranger_get_nothing(account):
    assert rings(account, secret="x" * 30).status_code == 403
    rings(account)
    (row,) = missed()
    stranger = operator("gorod-volzhskiy")
    assert "Линия" not in stranger.get("/desk/calls/").content.decode()
    assert stranger.post(f"/desk/calls/{row.pk}/", {"what": "show"}).status_code == 404
    analyst = logged_in(make_user(("approver", "gorod-kamyshin")))
    assert analyst.post(f"/desk/calls/{row.pk}/", {"what": "show"}).status_code == 404
