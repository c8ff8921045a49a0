"""Whoever reported follows the report by its key: state, answers, and what the resident says to them."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.acting import acting
from otklik.cases.actions.triage import triage
from otklik.cases.models import Case
from otklik.cases.numbers import shown
from otklik.channels.models import Account, Message
from otklik.classifier.loading import current
from otklik.intake.receiving import take_waiting
from tests.api.open311_steps import ACTOR, HOLE, KEY, get, post, program, told, xml
from tests.cases.steps import answered, assigned, coordinator
from tests.making import make_case

pytestmark = pytest.mark.django_db
OTHER = "the key of another app, long enough"


@pytest.fixture
def case() -> Case:
    account = program()
    post(**HOLE, phone="+79000000001")
    take_waiting(account.pk)
    return reread()


def reread() -> Case:
    with acting(ACTOR, read_only=True):
        return Case.objects.latest("id")


def answer(case: Case, text: str = "Яму засыпали щебнем, асфальт положим в мае.") -> None:
    who, now = coordinator(), timezone.now()
    triage(who, case.pk, theme_id=current().themes.get(code="road.pothole").pk)
    assigned(who, case.pk, now)
    answered(who, case.pk, now, text=text)


def test_the_key_shows_how_its_report_stands_and_no_words_of_the_resident(case):
    (row,) = told(f"requests/{shown(case.number)}.json", api_key=KEY)
    assert (row["status"], row["status_notes"], row["service_code"]) == ("open", "новая", "road.pothole")
    assert row["description"] is None and row["expected_datetime"]
    whole = json.dumps(told("requests.json", api_key=KEY, extensions="true"), ensure_ascii=False)
    assert shown(case.number) in whole and "Яма у школы" not in whole and "79000000001" not in whole


def test_the_answer_is_its_note_and_an_update(case):
    answer(case)
    (row,) = told("requests.json", api_key=KEY, extensions="true", status="open")
    assert row["status_notes"] == "Яму засыпали щебнем, асфальт положим в мае."
    assert [one["description"] for one in row["notes"]] == [row["status_notes"]]
    (update,) = xml("servicerequestupdates.xml", api_key=KEY)
    assert update.findtext("service_request_id") == shown(case.number)
    assert update.findtext("description") == row["status_notes"]
    page = Client().get(row["extended_attributes"]["details_url"].replace("http://testserver", ""))
    assert page.status_code == 200 and "Яму засыпали" in page.content.decode()


def test_nobody_else_learns_that_it_exists(case):
    number = shown(case.number)
    assert get(f"requests/{number}.json").status_code == 404
    assert told("requests.json", service_request_id=number) == []
    program("other", key=OTHER)
    assert get(f"requests/{number}.json", api_key=OTHER).status_code == 404
    assert told("requests.json", api_key=OTHER) == [] == told("servicerequestupdates.json", api_key=OTHER)
    assert post("servicerequestupdates.json", OTHER, service_request_id=number, description="x").status_code == 404


def test_more_words_are_taken_once(case):
    fields = {"service_request_id": shown(case.number), "description": "Колесо уже пробили", "update_id": "5"}
    assert [post("servicerequestupdates.json", **fields).status_code for _n in range(2)] == [201, 201]
    with acting(ACTOR, read_only=True):
        texts = Message.objects.filter(in_case__case=case).order_by("id").values_list("text", flat=True)
        assert list(texts) == ["Яма у школы", "Колесо уже пробили"]


def test_open_after_the_answer_is_not_fixed_and_closed_is_thanks(case):
    number = shown(case.number)
    too_early = post("servicerequestupdates.xml", service_request_id=number, status="closed")
    assert too_early.status_code == 400 and b"<errors>" in too_early.content
    answer(case)
    post("servicerequestupdates.json", service_request_id=number, status="open", description="Щебень вымыло дождём")
    assert (reread().turn, reread().state) == (2, "triaged")
    answer(reread())
    assert post("servicerequestupdates.json", service_request_id=number, status="closed").status_code == 201
    assert reread().fix == Case.Fix.CONFIRMED
    (row,) = told("requests.json", api_key=KEY, status="closed")
    assert row["status"] == "closed" and told("requests.json", api_key=KEY, status="open") == []


@pytest.mark.parametrize("fields", [{}, {"description": "x"}, {"service_request_id": "34-1", "status": "broken"}])
def test_an_update_of_nothing_is_refused(case, fields):
    assert post("servicerequestupdates.json", **fields).status_code == 400


def test_own_requests_are_narrowed_as_public_ones_are(case):
    assert told("requests.json", api_key=KEY, service_code="water") == []
    assert len(told("requests.json", api_key=KEY, service_code="road")) == 1
    assert told("requests.json", api_key=KEY, jurisdiction_id="gorod-volzhskiy") == []
    assert told("requests.json", api_key=KEY, updated_after="2099-01-01T00:00:00Z") == []
    assert told("requests.json", api_key=KEY, page="2", page_size="1") == []
    assert len(told("requests.json", api_key=KEY, service_request_id=f"{shown(case.number)},34-999999,x")) == 1


def test_a_key_does_not_read_what_came_another_way(case):
    other = make_case()
    assert get(f"requests/{shown(other.number)}.json", api_key=KEY).status_code == 404
    with acting(ACTOR):
        assert Account.objects.filter(channel="open311").count() == 1
    assert len(told("requests.json", api_key=KEY)) == 1


def test_a_list_costs_the_same_few_queries_whatever_its_size(case):
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            told("requests.json", api_key=KEY, extensions="true")
        return len(seen)

    before = asked()
    for n in range(5):
        post(**{**HOLE, "description": f"Яма {n}"})
    with acting(ACTOR, read_only=True):
        account = Account.objects.get(channel="open311")
    take_waiting(account.pk)
    assert len(told("requests.json", api_key=KEY)) == 6 and asked() == before
