"""Скачать список: what the desk gives, to whom, and how it is kept in mind."""

import pytest
from django.test import Client

from otklik.acting import acting
from otklik.journal.models import Entry
from tests.making import SYSTEM, logged_in, make_case, make_user

pytestmark = pytest.mark.django_db


def operator(code: str = "gorod-kamyshin") -> Client:
    return logged_in(make_user(("operator", code)))


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_the_page_offers_the_file_of_its_own_filter():
    make_case()
    page = operator().get("/desk/?tab=open&importance=2").content.decode()
    assert 'action="/desk/export/csv/?tab=open&amp;importance=2"' in page
    assert 'formaction="/desk/export/xlsx/?tab=open&amp;importance=2"' in page


def test_csv_and_excel_come_as_files():
    make_case()
    client = operator()
    answer = client.post("/desk/export/csv/?tab=all")
    assert answer["Content-Disposition"].startswith('attachment; filename="soobshcheniya-')
    assert body(answer).startswith("\ufeffНомер;".encode())
    assert body(client.post("/desk/export/xlsx/?tab=all")).startswith(b"PK")
    assert client.post("/desk/export/pdf/?tab=all").status_code == 404


def test_words_of_residents_leave_only_when_ticked():
    make_case("Совершенно особенные слова")
    client = operator()
    assert "особенные" not in body(client.post("/desk/export/csv/?tab=all")).decode()
    assert "особенные" in body(client.post("/desk/export/csv/?tab=all", {"with_text": "1"})).decode()


def test_it_is_not_opened_by_a_link_nor_by_whoever_has_no_role_here():
    assert operator().get("/desk/export/csv/").status_code == 405
    assert Client().post("/desk/export/csv/").status_code == 302
    assert logged_in(make_user(("administrator", "volgograd"))).post("/desk/export/csv/").status_code == 403
    with acting(SYSTEM):
        assert not Entry.objects.filter(verb="cases_exported").exists()


def test_another_centre_gets_a_file_without_our_cases_and_the_security_officer_reads_who_took_what():
    make_case()
    assert len(body(operator("gorod-volzhskiy").post("/desk/export/csv/?tab=all")).splitlines()) == 1
    security = logged_in(make_user(("security", "volgograd")))
    assert "Выгружены карточки" in security.get("/settings/journal/").content.decode()
