"""The screens of the region: themes, flows, comparing, files: who sees what, at what cost, the same numbers."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.cases.actions.assign import assign
from otklik.cases.actions.redirect import redirect
from otklik.cases.actions.triage import triage
from otklik.classifier.models import Theme
from otklik.faces.region import network, page_file
from otklik.faces.templatetags import region_tags
from otklik.insight.slice_models import SavedSlice
from otklik.journal.models import Entry
from otklik.organisations.models import Organisation
from otklik.reports.document import Chart, Document, Number, Table
from otklik.territory.models import Territory
from otklik.territory.tree import region
from tests.insight.following_steps import follow_all
from tests.making import LONG_AGO, logged_in, make_staff, make_user, send

pytestmark = pytest.mark.django_db
FEWER_THAN = 12


@pytest.fixture
def curator():
    return logged_in(make_user(("curator", region().code)))


def some_cases() -> Theme:
    """Cases of two places over some weeks, two of them with a theme, two overdue whatever day it is."""
    theme = Theme.objects.filter(retired=False).order_by("pk").first()
    for n in range(6):
        age = timedelta(days=n) if n < 4 else LONG_AGO + timedelta(days=n)
        sent = send(code="gorod-kamyshin" if n % 2 else "gorod-volzhskiy", now=timezone.now() - age)
        if n < 2:
            home = "gorod-kamyshin" if n % 2 else "gorod-volzhskiy"
            triage(make_staff(("coordinator", home)), sent.case_id, theme_id=theme.pk, importance=2)
    follow_all()
    return theme


def test_the_heat_map_leads_to_the_theme_and_to_the_cases(curator) -> None:
    theme = some_cases()
    page = curator.get("/region/themes/?tiles=received")
    shown = page.content.decode()
    assert page.status_code == 200 and theme.group.name in shown
    assert f"/region/gorod-kamyshin/cases/received/?days=30&amp;about=g{theme.group_id}" in shown
    inside = curator.get(f"/region/themes/?about=g{theme.group_id}").content.decode()
    assert theme.name in inside and f"about=t{theme.pk}" in inside
    listed = curator.get(f"/region/gorod-kamyshin/cases/received/?about=t{theme.pk}")
    assert len(listed.context["page"].cases) == 1


@pytest.mark.parametrize("address", ["/region/", "/region/themes/", "/region/gorod-kamyshin/",
                                     "/region/gorod-kamyshin/beside/", "/region/flows/",
                                     "/region/compare/?place=gorod-kamyshin&place=gorod-volzhskiy"])
def test_a_page_asks_the_database_less_than_twelve_times(address: str, curator) -> None:
    some_cases()
    curator.get(address)  # names of themes and places
    caches["figures"].clear()  # the bound holds for whoever comes first
    with CaptureQueriesContext(connection) as taken:
        assert curator.get(address).status_code == 200
    asked = [q["sql"] for q in taken if "SAVEPOINT" not in q["sql"]]
    assert len(asked) < FEWER_THAN, "\n".join(q[:200] for q in asked)


def test_the_flows_say_who_passes_to_whom_and_lead_to_the_very_cases(curator) -> None:
    home = make_staff(("coordinator", "gorod-kamyshin"))
    first, second = Organisation.objects.filter(territory__code="gorod-kamyshin").order_by("pk")[:2]
    for _n in range(2):
        case_id = send(code="gorod-kamyshin").case_id
        triage(home, case_id, theme_id=Theme.objects.filter(retired=False).first().pk, importance=2)
        task = assign(home, case_id, organisation_id=first.pk, task="Посмотреть и ответить")
        redirect(home, case_id, assignment_id=task.pk, organisation_id=second.pk, reason="Не их сети")
    follow_all()
    page = curator.get("/region/flows/")
    assert [(r[0], r[1], r[2].value) for r in page.context["table"].rows] == [(first.short_name, second.short_name, 2)]
    address = page.context["table"].rows[0][2].address
    assert len(curator.get(address).context["page"].cases) == 2
    back = f"/region/flows/{second.pk}/{first.pk}/"
    assert not curator.get(back).context["page"].cases
    assert curator.get("/region/flows/1/999999999/").status_code == 404


def test_two_municipalities_stand_side_by_side_with_every_figure_explained(curator) -> None:
    some_cases()
    page = curator.get("/region/compare/?place=gorod-kamyshin&place=gorod-volzhskiy")
    assert [row.name for row in page.context["rows"]] == ["Камышин", "Волжский"]
    lines = [line for line, _cells in page.context["lines"]]
    assert all(line.explanation for line in lines)
    assert [cell.value for cell in lines[0].cells] == [3, 3]
    assert page.content.decode().count("как посчитано?") >= len(lines)


@pytest.mark.parametrize("query", ["", "?place=gorod-kamyshin"])
def test_with_fewer_than_two_the_page_asks_which(query: str, curator) -> None:
    page = curator.get("/region/compare/" + query)
    assert page.status_code == 200 and "Выберите два муниципалитета" in page.content.decode()


def test_nobody_compares_with_what_they_do_not_see() -> None:
    head = logged_in(make_user(("head", "gorod-kamyshin")))
    assert head.get("/region/compare/?place=gorod-kamyshin&place=gorod-volzhskiy").status_code == 404
    assert head.get("/region/?place=gorod-volzhskiy").status_code == 404
    assert head.get("/region/gorod-volzhskiy/beside/").status_code == 404


def test_a_slice_is_kept_shared_opened_and_taken_away() -> None:
    one, other = (make_user(("curator", region().code), name=n) for n in ("Первая Анна Львовна", "Второй Ян Ильич"))
    mine, theirs = logged_in(one), logged_in(other)
    form = mine.get("/region/slices/", {"of": "/region/themes/", "q": "?days=90&about=g1&tiles=received"})
    assert form.status_code == 200 and "Сохранить срез" in form.content.decode()
    sent = {"of": "/region/themes/", "q": "?days=90&channel=vk&evil=<b>", "name": "ВК за квартал", "shared": "0"}
    assert mine.post("/region/slices/", sent).status_code == 302
    kept = SavedSlice.objects.get()
    assert (kept.path, kept.query, kept.shared) == ("/region/themes/", "?days=90&channel=vk", False)
    assert "ВК за квартал" not in theirs.get("/region/slices/").content.decode()
    assert mine.post("/region/slices/", sent | {"shared": "1"}).status_code == 302  # the same name: anew
    page = theirs.get("/region/slices/").content.decode()
    assert "ВК за квартал" in page and "/region/themes/?days=90&amp;channel=vk" in page
    head = logged_in(make_user(("head", "gorod-kamyshin")))
    assert head.post(f"/region/slices/{kept.pk}/remove/").status_code == 403
    assert mine.post(f"/region/slices/{kept.pk}/remove/").status_code == 302
    assert not SavedSlice.objects.exists()
    verbs = Entry.objects.filter(stream=f"slice:{kept.pk}").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["slice_saved", "slice_saved", "slice_removed"]


def test_a_slice_without_a_name_is_asked_for_it_and_keeps_what_was_chosen(curator) -> None:
    answer = curator.post("/region/slices/", {"of": "/region/", "q": "?days=7", "name": " ", "shared": "1"})
    assert answer.status_code == 422 and "Назовите срез" in answer.content.decode()
    assert 'value="?days=7"' in answer.content.decode() and not SavedSlice.objects.exists()


@pytest.mark.parametrize("of", ["/desk/", "https://example.test/", "/region/how/", "", "x" * 500])
def test_only_pages_of_figures_are_kept(of: str, curator) -> None:
    assert curator.post("/region/slices/", {"of": of, "q": "", "name": "Имя"}).status_code == 404


def test_a_shared_slice_of_foreign_places_is_not_offered(curator) -> None:
    for query in ("?place=gorod-volzhskiy", "?days=7"):
        curator.post("/region/slices/", {"of": "/region/", "q": query, "name": query, "shared": "1"})
    head = logged_in(make_user(("head", "gorod-kamyshin")))
    assert [row.slice.query for row in head.get("/region/slices/").context["others"]] == ["?days=7"]


FILES = ("/region/", "/region/themes/?tiles=received", "/region/gorod-kamyshin/", "/region/flows/",
         "/region/compare/?place=gorod-kamyshin&place=gorod-volzhskiy")


def as_file(client, address: str, kind: str) -> bytes:
    answer = client.get(address + ("&" if "?" in address else "?") + f"as={kind}")
    assert answer.status_code == 200 and f'.{kind}"' in answer["Content-Disposition"]
    return answer.content


def test_what_is_usual_is_the_same_in_the_file_as_on_the_page(curator, monkeypatch) -> None:
    some_cases()
    known = network.line_of
    monkeypatch.setattr(network, "line_of", lambda *given, **more: replace(known(*given, **more), usual=8.5))
    assert "обычно за такой день 8,5" in curator.get("/region/").content.decode()
    assert "обычно 8,5" in as_file(curator, "/region/", "csv").decode("utf-8-sig")


@pytest.mark.parametrize("address", FILES)
def test_every_page_is_a_file_of_each_kind_with_the_same_numbers(address: str, curator, monkeypatch) -> None:
    some_cases()
    made: list[Document] = []
    kept = page_file._content
    monkeypatch.setattr(page_file, "_content", lambda document, *rest: made.append(document) or kept(document, *rest))
    csv_text = as_file(curator, address, "csv").decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(as_file(curator, address, "xlsx")))
    assert as_file(curator, address, "pdf").startswith(b"%PDF")
    charts = [block for block in made[0].blocks if isinstance(block, Chart)]
    if charts:
        assert as_file(curator, address, "png").startswith(b"\x89PNG")
    shown = curator.get(address).content.decode()
    lines = csv_text.splitlines()
    for text in (csv_text, re.sub(r"<[^>]*>", " ", shown)):
        assert not re.search(r"\b20\d\d-\d\d-\d\d\b", text), "a day is written as people write it"
    for table in (block for block in made[0].blocks if isinstance(block, Table)):
        sheet = [[cell.value for cell in row] for row in book[table.title].iter_rows(min_row=2)]
        for place, row in enumerate(table.rows):
            numbers = [cell for cell in row if isinstance(cell, Number)]
            assert [v for v in sheet[place][-len(numbers):] if v not in (None, "—")] == pytest.approx(
                [n.value if n.value is not None else n.text for n in numbers if n.value is not None or n.text != "—"]
            )
            told = ";".join(page_file._cell(cell) for cell in row)
            assert told in lines
            for one in numbers:
                assert one.value is None or one.text in shown, (table.code, one.text)
    plain = next(t for t in made[0].blocks if isinstance(t, Table))
    for chart in charts:  # a drawing has no number of its own
        known = {n.value for t in made[0].blocks if isinstance(t, Table) for r in t.rows for n in r
                 if isinstance(n, Number)} | {None, 0}
        assert chart.name == "lines" or {row["n"] for row in chart.rows} <= known, (chart.name, plain.title)


def test_an_unknown_file_is_not_there(curator) -> None:
    assert curator.get("/region/?as=exe").status_code == 404
    assert curator.get("/region/?as=png&chart=9").status_code == 404
    assert curator.get("/region/?as=png&chart=x").status_code == 200  # falls back to the first


def test_a_name_that_a_sheet_would_reckon_with_is_guarded() -> None:
    document = Document("region", "=1+1", "@place", "", "", (Table("t", "+t", ("-a",), (("=cmd()",),)),))
    told = page_file.as_csv(document).decode()
    assert "'=1+1;'@place" in told and "\r\n'=cmd()\r\n" in told and "\r\n'-a\r\n" in told


def test_a_name_in_a_table_stays_a_name() -> None:
    rows = region_tags.table_rows(Table("t", "т", ("а", "б"), (("<b>&", Number("<i>", '/region/?a="x"', 1)),)))
    assert "<b>" not in rows and "<i>" not in rows and "&lt;b&gt;&amp;" in rows
    assert 'href="/region/?a=&quot;x&quot;"' in rows


def test_a_slice_keeps_every_place_that_was_chosen(curator) -> None:
    codes = list(Territory.objects.filter(kind="municipality").values_list("code", flat=True))
    query = "?days=30" + "".join(f"&place={code}" for code in codes)
    assert len(query) > 500
    sent = {"of": "/region/compare/", "q": query, "name": "Все центры"}
    assert curator.post("/region/slices/", sent).status_code == 302
    (row,) = curator.get("/region/slices/").context["mine"]
    assert row.address == f"/region/compare/{query}"


def test_an_executor_is_looked_for_by_a_part_of_the_name_without_a_script(curator) -> None:
    theme, case_id = some_cases(), send(code="gorod-kamyshin").case_id
    firm = Organisation.objects.filter(active=True, territory__scope__code="gorod-kamyshin").first()
    operator = make_staff(("operator", "gorod-kamyshin"))
    triage(operator, case_id, theme_id=theme.pk)
    assign(operator, case_id, organisation_id=firm.pk, task="Посмотреть")
    follow_all()
    page = curator.get("/region/themes/?days=90&tiles=received").content.decode()
    assert 'action="/region/executors/"' in page and 'name="of" value="/region/themes/"' in page
    asked = {"of": "/region/themes/", "days": "90", "tiles": "received"}
    listed = curator.get("/region/executors/", asked)
    assert [(one.pk, n) for one, n, _address in listed.context["rows"]] == [(firm.pk, 1)]
    word = firm.short_name.split()[0]
    found = curator.get("/region/executors/", asked | {"words": word})
    assert found.status_code == 302
    assert found["Location"] == f"/region/themes/?days=90&executor={firm.pk}&tiles=received"
    assert firm.short_name in curator.get(found["Location"]).content.decode().replace("&quot;", '"')
    assert "Такого исполнителя нет" in curator.get("/region/executors/", asked | {"words": "ъъ"}).content.decode()
    assert curator.get("/region/executors/", {"of": "https://example.test/"}).status_code == 404
