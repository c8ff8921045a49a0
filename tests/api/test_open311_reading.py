"""What programs read: what may be reported, and what the portal shows; valid by the Open311 project's own schema."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client
from django.utils import timezone

from otklik.cases.actions.problems import set_state, tell
from otklik.cases.actions.public import switch, withdraw
from otklik.cases.problem_models import PublicProblem
from otklik.channels.open311.attributes import attributes
from otklik.classifier.loading import current
from tests.api.open311_steps import get, program, told, xml
from tests.cases.problems_steps import HOME, coordinator, problem, released, switched_on
from tests.making import SYSTEM, make_staff, place

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown() -> PublicProblem:
    who = coordinator()
    switched_on()
    made = problem(who, more=1)
    return released(who, made.pk, title="Течь & <пар> у школы", text="Водоканал ищет место порыва.")


def schema(data: Path, name: str) -> dict[str, Any]:
    return json.loads((data / "open311" / "schema" / name).read_text(encoding="utf-8"))


def valid(data: Path, name: str, content: Any) -> None:
    """Against the files of the Open311 project, which name each other."""
    jsonschema = pytest.importorskip("jsonschema")
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT7

    folder = data / "open311" / "schema"
    files = {one.name: json.loads(one.read_text(encoding="utf-8")) for one in folder.glob("*.json")}
    registry = Registry().with_resources(
        [(file, Resource.from_contents(whole, default_specification=DRAFT7)) for file, whole in files.items()]
    )
    jsonschema.Draft7Validator(
        {"$ref": name}, registry=registry, format_checker=jsonschema.FormatChecker()
    ).validate(content)


def test_services_and_their_definitions_are_valid_by_the_projects_schema(trial_data):
    services = told("services.json")
    valid(trial_data, "services.json", services)
    assert all(isinstance(one["service_code"], str) for one in services)
    for code in ("road.pothole", "transit", "memory"):
        valid(trial_data, "service-definition.json", told(f"services/{code}.json"))


def test_requests_are_valid_by_the_projects_schema(trial_data, shown):
    requests = told("requests.json", extensions="true")
    assert len(requests) == 1
    valid(trial_data, "requests.json", requests)
    valid(trial_data, "requests.json", told(f"requests/{shown.pk}.json"))


def test_xml_has_the_elements_of_the_printed_samples(trial_data, shown):
    samples = trial_data / "open311" / "samples"
    for sample, resource in (
        ("xml-service-list.valid.xml", "services.xml"),
        ("xml-service-definition.valid.xml", "services/water.xml"),
        ("xml-service-requests.valid.xml", "requests.xml"),
    ):
        theirs, ours = fromstring((samples / sample).read_bytes()), xml(resource)
        assert theirs.tag == ours.tag
        names = [{one.tag for one in root.iter()} for root in (theirs, ours)]
        assert names[0] == names[1], resource


def test_services_are_the_themes_and_a_service_for_the_rest_of_each_group():
    rows = told("services.json")
    codes = [one["service_code"] for one in rows]
    assert len(codes) == len(set(codes)) == current().themes.filter(retired=False).count() + current().groups.count()
    hole = next(one for one in rows if one["service_code"] == "road.pothole")
    assert hole["type"] == "batch" and hole["metadata"] is True and hole["group"] == "Дороги"
    road = next(one for one in xml("services.xml") if one.findtext("service_code") == "road")
    assert road.findtext("metadata") == "true"


def test_a_definition_names_its_questions_in_order():
    asked = told("services/transit.json")["attributes"]
    told_of = [(one["code"], one["order"], one["required"]) for one in asked]
    assert told_of == [("route", 1, True), ("noticed", 2, False)]
    lists = told("services/winter.json")["attributes"][0]["values"]
    assert {"key": "road", "name": "на дороге"} in lists
    assert told("services/memory.json")["attributes"] == []


def test_every_question_belongs_to_a_group_of_the_classifier():
    assert set(attributes()) <= set(current().groups.values_list("code", flat=True))
    kinds = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}
    for asked in attributes().values():
        for one in asked:
            assert one.datatype in kinds and bool(one.values) == one.datatype.endswith("list")


def test_discovery_names_the_endpoint_and_its_formats():
    found = told("discovery.json")["endpoints"][0]
    assert found["specification"].endswith("GeoReport_v2") and found["url"].endswith("/open311/v2")
    assert [one.text for one in xml("discovery.xml").iter("format")] == ["text/xml", "application/json"]


def test_a_request_is_what_the_portal_shows_and_no_word_of_residents(shown):
    (row,) = told("requests.json")
    assert row["service_request_id"] == str(shown.pk) and row["status"] == "open"
    assert row["description"] == "Течь & <пар> у школы\n\nВодоканал ищет место порыва."
    assert (row["lat"], row["long"]) == (50.083, 45.402)
    assert "дети идут по льду" not in json.dumps(told("requests.json", extensions="true"), ensure_ascii=False)
    assert xml("requests.xml").find("request").findtext("description").startswith("Течь & <пар> у школы")


def test_what_is_not_released_or_taken_off_or_switched_off_is_not_there(shown):
    hidden = problem(coordinator())
    assert get(f"requests/{hidden.pk}.json").status_code == 404
    withdraw(coordinator(), shown.pk)
    assert told("requests.json") == [] and get(f"requests/{shown.pk}.json").status_code == 404
    switch(SYSTEM, place(HOME).pk, groups=[], statistics=False, embed_hosts=[])
    assert told("requests.json") == []


def test_news_are_notes_and_updates_and_the_latest_stands_in_status_notes(shown):
    who = make_staff(("coordinator", HOME))
    tell(who, shown.pk, text="Бригада выехала.")
    tell(who, shown.pk, text="Трубу заварили.")
    set_state(who, shown.pk, state="fixed")
    (row,) = told("requests.json", extensions="true")
    assert row["status"] == "closed" and row["status_notes"].endswith("Трубу заварили.")
    assert [one["description"] for one in row["notes"]][:2] == ["Бригада выехала.", "Трубу заварили."]
    assert row["extended_attributes"]["reports"] == 2
    rows = told("servicerequestupdates.json")
    assert [one["description"] for one in rows][:2] == ["Бригада выехала.", "Трубу заварили."]
    assert {one["service_request_id"] for one in rows} == {str(shown.pk)}


def test_requests_are_narrowed_by_state_service_place_time_and_change(shown):
    now = timezone.now()
    day = (now - timedelta(days=2)).isoformat()
    assert told("requests.json", status="closed") == []
    assert len(told("requests.json", status="open,closed")) == 1
    assert told("requests.json", service_code="road") == []
    assert len(told("requests.json", service_code="road,water")) == 1
    assert told("requests.json", jurisdiction_id="gorod-volzhskiy") == []
    assert len(told("requests.json", jurisdiction_id=HOME, start_date=day)) == 1
    assert told("requests.json", end_date=day) == []
    assert len(told("requests.json", updated_after=day)) == 1
    assert told("requests.json", updated_before=day) == []
    assert len(told("requests.json", service_request_id=f"{shown.pk},999", status="closed")) == 1
    assert len(told("requests.json", status="", service_code="", start_date="", page="")) == 1


def test_pages_hold_each_request_once():
    who = coordinator()
    switched_on()
    ids = {str(released(who, problem(who).pk).pk) for _n in range(3)}
    pages = [told("requests.json", page=str(n), page_size="2") for n in (1, 2, 3)]
    assert [len(one) for one in pages] == [2, 1, 0]
    assert {row["service_request_id"] for page in pages for row in page} == ids


@pytest.mark.parametrize(
    "query",
    [
        {"status": "broken"}, {"start_date": "yesterday"}, {"start_date": "2026-01-01T00:00:00"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-06-01T00:00:00Z"}, {"page": "0"}, {"page": "x"},
        {"page_size": "-1"}, {"end_date": "0001-01-01T00:00:00Z"}, {"updated_after": "9999-12-31T23:59:59-12:00"},
        {"service_request_id": ",".join(map(str, range(1001)))},
    ],
)
def test_a_query_that_cannot_be_understood_is_400(query):
    answer = get("requests.json", **query)
    assert answer.status_code == 400 and json.loads(answer.content)[0]["code"] == "400"


def test_an_offset_whose_plus_was_eaten_is_understood(shown):
    answer = Client().get("/open311/v2/requests.json?updated_after=2020-01-01T00:00:00+03:00")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "resource",
    ["nothing.json", "requests/99999999999999999999.json", "requests/x.json", "services/no.json", "tokens/x.json",
     "requests/34-000001.json", "requests.json/extra", "services.csv"],
)
def test_what_does_not_exist_is_404_in_the_standards_words(resource):
    answer = Client().get(f"/open311/v2/{resource}")
    assert answer.status_code == 404
    assert b"404" in answer.content and b"<html" not in answer.content


def test_an_unknown_jurisdiction_is_404_and_another_method_400():
    for resource in ("services.json", "services/road.json", "requests.json", "tokens/1.json", "requests/1.xml"):
        assert get(resource, jurisdiction_id="nowhere").status_code == 404, resource
    assert Client().delete("/open311/v2/requests.json").status_code == 400
    assert Client().post("/open311/v2/services.json", {}).status_code == 400


def test_the_format_is_told_by_the_ending_or_by_accept():
    assert get("services")["Content-Type"].startswith("text/xml")
    asked = Client().get("/open311/v2/services", headers={"accept": "application/json"})
    assert asked["Content-Type"].startswith("application/json")


def test_pages_of_other_sites_may_read(shown):
    assert get("requests.json")["Access-Control-Allow-Origin"] == "*"
    assert get("requests/0.json")["Access-Control-Allow-Origin"] == "*"
    asked = Client().options("/open311/v2/requests.json")
    assert asked.status_code == 204 and "POST" not in asked["Access-Control-Allow-Methods"]


def test_a_key_that_is_wrong_reads_nothing():
    program()
    assert get("requests.json", api_key="wrong").status_code == 403
    assert get("servicerequestupdates.json", api_key="wrong").status_code == 403
