"""Open data as everybody meets them: a page, files, an index for programs; nothing while they are switched off."""

import csv
import io
import json
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from otklik.insight.open_data import decide
from otklik.insight.open_data_rows import CASES, FIGURES
from otklik.journal.models import Entry
from otklik.organisations.region_settings import put
from tests.browser.open_data_world import make_open_data
from tests.cases.problems_steps import HOME
from tests.making import SYSTEM, logged_in, make_user

pytestmark = pytest.mark.django_db
FILES = (
    "/data/index.json", "/data/openapi.json", "/data/dictionary.csv", "/data/formulas.csv", "/data/licence.txt",
    "/data/2026-01/figures.csv", "/data/2026-01/figures.json", "/data/2026-01/cases.csv", "/data/2026-01/cases.json",
)
SWITCHES = "/settings/open-data/"


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


def lines(address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(Client().get(address).content.decode("utf-8-sig"))))


def test_nothing_is_there_while_it_is_switched_off() -> None:
    make_open_data(HOME)
    decide(SYSTEM, figures=False, cases=False)
    assert "не включены" in Client().get("/data/").content.decode()
    assert {Client().get(address).status_code for address in FILES} == {404}
    assert "/data/" not in Client().get("/").content.decode()


def test_page_and_files_are_there_for_everybody_and_for_pages_of_other_sites() -> None:
    make_open_data(HOME)
    page = Client().get("/data/").content.decode()
    for address in FILES:
        answer = Client().get(address)
        assert answer.status_code == 200, address
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "sessionid" not in answer.cookies
        assert address in page or address == "/data/openapi.json" in page
    assert 'href="/data/"' in Client().get("/").content.decode()


def test_files_say_what_their_columns_are() -> None:
    make_open_data(HOME)
    assert tuple(lines("/data/2026-01/figures.csv")[0]) == FIGURES
    assert tuple(lines("/data/2026-01/cases.csv")[0]) == CASES
    described = {(row["file"], row["column"]) for row in lines("/data/dictionary.csv")}
    assert described >= {("figures", name) for name in FIGURES} | {("cases", name) for name in CASES}
    counted = {row["code"] for row in lines("/data/formulas.csv")}
    assert {"received", "in_time_share", "held", "verified"} <= counted
    assert "CC BY 4.0" in Client().get("/data/licence.txt").content.decode()
    assert Client().get("/data/2026-01/figures.json").json()[0]["level"] == "region"


def test_without_the_second_switch_there_are_no_cases_anywhere() -> None:
    make_open_data(HOME)
    decide(SYSTEM, figures=True, cases=False)
    assert Client().get("/data/2026-01/cases.csv").status_code == 404
    assert Client().get("/data/2026-01/figures.csv").status_code == 200
    assert "cases" not in json.dumps(Client().get("/data/index.json").json()["editions"])
    assert "Обезличенные сообщения</th>" not in Client().get("/data/").content.decode()


def test_the_index_leads_to_every_file() -> None:
    make_open_data(HOME)
    put(SYSTEM, "public_address", "https://otklik.example.test")
    index = Client().get("/data/index.json").json()
    files = index["editions"][0]["files"]
    assert files["figures"]["csv"] == "https://otklik.example.test/data/2026-01/figures.csv"
    for address in (index["dictionary"], index["formulas"], index["licence_text"], files["cases"]["json"]):
        assert Client().get(address.removeprefix("https://otklik.example.test")).status_code == 200
    described = Client().get("/data/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "/{month}/figures.{form}" in described["paths"]


def test_who_has_a_file_already_is_told_so() -> None:
    make_open_data(HOME)
    first = Client().get("/data/2026-01/figures.csv")
    again = Client().get("/data/2026-01/figures.csv", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    packed = Client().get("/data/2026-01/figures.csv", headers={"Accept-Encoding": "gzip"})
    assert Client().get(
        "/data/2026-01/figures.csv", headers={"If-None-Match": packed["ETag"]}
    ).status_code == 304  # fmt: skip


@pytest.mark.parametrize("address", [
    "/data/2026-13/figures.csv", "/data/2025-01/figures.csv", "/data/2026-01/secrets.csv", "/data/2026-01/figures.xml",
    "/data/licence.csv", "/data/x.y", "/data/9999999/figures.csv",
])  # fmt: skip
def test_what_is_not_there_is_not_found(address: str) -> None:
    make_open_data(HOME)
    assert Client().get(address).status_code == 404


def test_a_page_counts_nothing_however_many_months_there_are() -> None:
    make_open_data(HOME)
    with CaptureQueriesContext(connection) as few:
        Client().get("/data/")
    for month in range(2, 8):
        make_open_data(HOME, date(2026, month, 1))
    cache.clear()
    with CaptureQueriesContext(connection) as many:
        Client().get("/data/")
    assert len(many) <= len(few) < 12
    assert not any("insight_casefact" in one["sql"] for one in many.captured_queries)


def test_head_or_administrator_of_the_region_switches_and_the_journal_keeps_it() -> None:
    head = logged_in(make_user(("head", "volgograd")))
    assert head.get(SWITCHES).status_code == 200
    assert head.post(SWITCHES, {"figures": "on", "cases": "on"}).status_code == 302
    assert Client().get("/data/index.json").status_code == 200
    kept = Entry.objects.filter(verb="setting_changed", stream__startswith="setting:open_").order_by("id")
    told = [(row.stream.split(":")[1], row.fields["after"]) for row in kept]
    assert told == [("open_data", True), ("open_cases", True)]


def test_cases_alone_are_refused_beside_their_box() -> None:
    head = logged_in(make_user(("head", "volgograd")))
    answer = head.post(SWITCHES, {"cases": "on"})
    assert answer.status_code == 422
    assert "Сначала включите" in answer.content.decode()
    assert Client().get("/data/index.json").status_code == 404


@pytest.mark.parametrize("role", [("head", HOME), ("administrator", HOME), ("curator", "volgograd")])
def test_nobody_else_does(role: tuple[str, str]) -> None:
    other = logged_in(make_user(role))
    assert other.get(SWITCHES).status_code == 403
    assert other.post(SWITCHES, {"figures": "on"}).status_code == 403
    assert Client().post(SWITCHES, {"figures": "on"}).status_code in (302, 403)
