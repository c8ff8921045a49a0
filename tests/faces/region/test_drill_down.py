"""Every number of the region's pages stands with of how many it is, and leads to the very cases behind it."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from otklik.acting import System, acting
from otklik.cases import numbers
from otklik.cases.models import Case, SilentQueue
from otklik.faces.region import first_line
from otklik.faces.region.choices import Choices
from otklik.faces.region.first_line import line_of
from otklik.faces.region.measuring import SHOWN
from otklik.faces.region.rows import cell_of
from otklik.insight.definitions import today
from otklik.insight.measures import Measures
from otklik.insight.slices import TIMED, Slice, spread, spreads
from otklik.territory.tree import region
from tests.insight.following_steps import follow_all
from tests.insight.test_following import STEPS, busy_person
from tests.making import SYSTEM, logged_in, make_user, place, send

pytestmark = pytest.mark.django_db
HOME, OTHER = "gorod-kamyshin", "gorod-volzhskiy"


@pytest.fixture
def curator():
    return logged_in(make_user(("curator", region().code)))


def some_answered() -> None:
    """Four cases of one town, two of them answered in time at whatever hour this is asked, and one of another."""
    who = busy_person()
    for n in range(4):
        sent = send(code=HOME, now=timezone.now() - timedelta(hours=n + 1))
        if n % 2:
            STEPS["final"](who, sent.case_id)
    send(code=OTHER)
    follow_all()


def test_a_mean_of_stars_never_stands_without_how_many_gave_them() -> None:
    assert SHOWN["rating"].told(Measures(rated=31, rating_sum=130)) == "4,2 (31)"
    assert SHOWN["rating"].told(Measures()) == "—"


def test_three_times_asked_at_once_are_those_asked_one_by_one() -> None:
    some_answered()
    now = timezone.now()
    given = Slice(today(now) - timedelta(days=29), today(now))
    with acting(System("test"), read_only=True):
        for by in (None, "place"):
            found = spreads(given, by, now)
            assert found["answer"]
            for one in TIMED:
                assert found.get(one, {}) == spread(given, one, by, now)


def test_the_page_of_a_place_tells_how_long_it_took_and_leads_to_those_cases(curator) -> None:
    some_answered()
    page = curator.get(f"/region/{HOME}/")
    took = {one.figure.code: one for one in page.context["more"]}
    assert "посчитано по 2" in took["answer_time"].note and str(took["answer_time"].figure.explanation)
    assert took["answer_time"].text in page.content.decode()
    assert len(curator.get(took["answer_time"].address).context["page"].cases) == 2
    compared = curator.get(f"/region/compare/?place={HOME}&place={OTHER}").context["lines"]
    cells = {str(line.label): line.cells for line, _cells in compared}
    assert cells["Время ответа, середина"][0].address == took["answer_time"].address
    assert not cells["Время ответа, середина"][1].address


def test_what_is_missing_in_the_cards_is_listed(curator) -> None:
    some_answered()
    page = curator.get(f"/region/{HOME}/")
    lacking = {one.figure.code: one for one in page.context["more"]}
    assert lacking["unthemed"].value == 4 and "/cases/unthemed/" in lacking["unthemed"].address
    for code in ("unplaced", "unthemed", "unreachable"):
        if lacking[code].value:
            assert len(curator.get(lacking[code].address).context["page"].cases) == lacking[code].value


def test_the_days_of_one_place_read_at_once_are_those_read_apart(monkeypatch) -> None:
    some_answered()
    send(code=HOME, now=timezone.now() - timedelta(weeks=52, days=3))
    follow_all()
    now = timezone.now()
    scopes = frozenset({place(HOME).pk})
    with acting(System("test"), read_only=True):
        for choice in (Choices(), Choices(days=365)):
            at_once = line_of(choice, scopes, now)
            monkeypatch.setattr(first_line, "FEW_SCOPES", 0)
            assert line_of(choice, scopes, now) == at_once and any(row["before"] for row in at_once.days)
            monkeypatch.undo()


def cases_at(client, address: str) -> int:
    page = client.get(address)
    assert page.status_code == 200, address
    return len(page.context["page"].cases)


def test_the_cards_of_the_first_page_lead_to_the_cases_they_count(curator) -> None:
    some_answered()
    page = curator.get("/region/")
    shown, line = page.content.decode(), page.context["line"]
    assert escape("/region/cases/received/" + page.context["today_address"]) in shown
    assert cases_at(curator, "/region/cases/received/" + page.context["today_address"]) == line.today > 0
    assert cases_at(curator, "/region/cases/in_time/" + page.context["week_address"]) == line.week.in_time == 2
    row = next(r for r in page.context["rows"] if r.code == HOME)
    for column, figure, n in (("per_1000", "received", 4), ("in_time_share", "in_time", 2)):
        address = cell_of(row, SHOWN[column], page.context["choice"]).address
        assert escape(address) in shown and f"/{HOME}/cases/{figure}/" in address
        assert cases_at(curator, address) == n


def test_the_line_of_who_curates_several_places_leads_to_their_cases_together() -> None:
    some_answered()
    send(code="gorod-frolovo")
    follow_all()
    both = make_user(("curator", HOME), ("curator", OTHER), ("analyst", region().code))
    client = logged_in(both)
    page = client.get("/region/")
    _figure, _label, text, address = page.context["mine"]["line"][0]
    assert text == "5" and cases_at(client, address) == 5
    assert page.content.decode().count("mine-line") == 1


def test_an_hour_of_the_week_leads_to_the_messages_of_that_hour(curator) -> None:
    some_answered()
    table = next(b for b in [curator.get("/region/themes/").context["hours"].table])
    cells = [cell for row in table.rows for cell in row[1:] if cell.value]
    assert sum(cell.value for cell in cells) == 5
    assert sum(cases_at(curator, cell.address) for cell in cells) == 5
    page = curator.get(cells[0].address).content.decode()
    assert "at=" in page and ":00</span>" in page  # the chip, to be taken away
    assert not curator.get("/region/themes/?at=2-14").context["choice"].at
    for wrong in ("8-1", "1-24", "1-01", "x", "-", "1-١"):
        assert not curator.get("/region/cases/received/", {"at": wrong}).context["choice"].at


def test_what_a_list_may_not_show_is_said() -> None:
    some_answered()
    with acting(SYSTEM):
        Case.objects.filter(pk=Case.objects.filter(scope__code=HOME).first().pk).update(restricted=True)
    analyst = logged_in(make_user(("analyst", region().code)))
    page = analyst.get("/region/cases/received/")
    assert (len(page.context["page"].cases), page.context["page"].closed) == (4, 1)
    assert "ещё 1 закрытая карточка" in page.content.decode()
    told = analyst.get("/region/cases/received/?as=csv").content.decode("utf-8-sig")
    assert "Закрытых карточек, которые вам не показываем: 1." in told


LISTS = ("/region/cases/received/?days=7", f"/region/{HOME}/cases/received/?days=7", "/region/returns/?by=theme",
         "/region/postponed/", "/region/queues/")


@pytest.mark.parametrize("address", LISTS)
def test_a_list_is_a_sheet_and_a_csv(address: str, curator) -> None:
    some_answered()
    now = timezone.now()
    SilentQueue.objects.create(place=place(HOME), reason="idle", since=now, noticed_at=now, waiting=3, oldest_at=now)
    joined = address + ("&" if "?" in address else "?")
    told = curator.get(joined + "as=csv").content.decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(curator.get(joined + "as=xlsx").content))
    sheet = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()]
    assert ";".join(sheet[0]) in told
    if "cases" in address:
        shown = curator.get(address)
        numbers_shown = [numbers.shown(case.number) for case in shown.context["page"].cases]
        assert [row[0] for row in sheet[1:]] == numbers_shown and "as=csv" in shown.content.decode()
        assert not any(case.text in told for case in shown.context["page"].cases)
    if "queues" in address:
        assert sheet[1][:2] == ["Камышин", 3]
    assert curator.get(joined + "as=pdf").status_code == curator.get(joined + "as=png").status_code == 404


def asked_of_aggregates(client, address: str) -> int:
    with CaptureQueriesContext(connection) as taken:
        assert client.get(address).status_code == 200
    return sum("insight_cell" in q["sql"] or "insight_casefact" in q["sql"] for q in taken)


@pytest.mark.parametrize(
    "address", ["/region/", "/region/themes/", f"/region/{HOME}/", f"/region/compare/?place={HOME}&place={OTHER}",
                "/region/wall/"],
)
def test_rows_are_kept_for_a_moment_but_never_hide_what_is_new(address: str, curator) -> None:
    some_answered()
    assert asked_of_aggregates(curator, address)
    assert not asked_of_aggregates(curator, address)
    other = logged_in(make_user(("head", OTHER)))
    if address == "/region/":  # another's slice is another's
        assert asked_of_aggregates(other, address) and other.get(address).context["line"].today == 1
        before = curator.get(address).context["line"].today
    send(code=HOME)
    assert not asked_of_aggregates(curator, address)  # not counted yet, and the page says so
    follow_all()
    assert asked_of_aggregates(curator, address)
    if address == "/region/":
        assert curator.get(address).context["line"].today == before + 1
