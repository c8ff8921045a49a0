"""The region's pages: who sees which figures, down to the cases, and at what cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.cases import numbers
from otklik.faces.region.first_line import Change
from otklik.faces.region.measuring import SHOWN
from otklik.insight.definitions import FIGURES
from tests.insight.following_steps import follow_all
from tests.making import LONG_AGO, logged_in, make_case, make_user, send
from tests.territory.shapes import load, two_districts

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def region_code() -> str:
    from otklik.territory.tree import region

    return region().code


def test_a_curator_sees_the_whole_network(region_code: str) -> None:
    send(code="gorod-kamyshin")
    send(code="gorod-volzhskiy")
    follow_all()
    page = logged_in(make_user(("curator", region_code))).get("/region/").content.decode()
    assert "Камышин" in page and "Волжский" in page
    assert page.count('class="tile tile-') == 38
    assert "учтено всё" in page


def test_a_head_sees_only_their_own_municipality() -> None:
    send(code="gorod-kamyshin")
    send(code="gorod-volzhskiy")
    follow_all()
    client = logged_in(make_user(("head", "gorod-kamyshin")))
    page = client.get("/region/").content.decode()
    assert "Камышин" in page and "Волжский" not in page
    assert client.get("/region/gorod-kamyshin/").status_code == 200
    for stranger in ("/region/gorod-volzhskiy/", "/region/gorod-volzhskiy/cases/overdue/", "/region/no-such-place/"):
        assert client.get(stranger).status_code == 404


def test_the_list_of_a_head_holds_no_case_of_another_municipality() -> None:
    ours, theirs = make_case(code="gorod-kamyshin"), make_case(code="gorod-volzhskiy")
    follow_all()
    page = logged_in(make_user(("head", "gorod-kamyshin"))).get("/region/cases/received/").content.decode()
    assert numbers.shown(ours.number) in page
    assert numbers.shown(theirs.number) not in page


@pytest.mark.parametrize("role", ["administrator", "security", "operator", "approver"])
def test_who_has_no_role_for_figures_is_told_so(role: str, region_code: str) -> None:
    client = logged_in(make_user((role, region_code)))
    for address in ("/region/", "/region/how/", "/region/cases/received/", "/region/gorod-kamyshin/"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "Попросите роль" in answer.content.decode()


def test_a_visitor_is_sent_to_log_in(client) -> None:
    answer = client.get("/region/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_from_a_figure_one_comes_to_the_very_case(region_code: str) -> None:
    case = make_case(now=timezone.now() - LONG_AGO)
    follow_all()
    client = logged_in(make_user(("analyst", region_code)))
    place = client.get("/region/gorod-kamyshin/").content.decode()
    assert "/region/gorod-kamyshin/cases/overdue/" in place
    listed = client.get("/region/gorod-kamyshin/cases/overdue/").content.decode()
    assert f"/desk/case/{numbers.shown(case.number)}/" in listed


@pytest.mark.parametrize("figure", ["received", "overdue"])
def test_a_long_list_goes_on_where_it_stopped(figure: str, region_code: str) -> None:
    for n in range(53):
        send(now=timezone.now() - LONG_AGO - timedelta(hours=n // 2))
    follow_all()
    client = logged_in(make_user(("curator", region_code)))
    first = client.get(f"/region/cases/{figure}/")
    mark = first.context["page"].next_after
    second = client.get(f"/region/cases/{figure}/", {"after": mark})
    seen = [c.pk for c in first.context["page"].cases] + [c.pk for c in second.context["page"].cases]
    assert len(seen) == len(set(seen)) == 53
    assert not second.context["page"].next_after


def test_every_page_is_read_from_aggregates_in_few_queries(region_code: str) -> None:
    for n in range(12):
        send(code="gorod-kamyshin", now=timezone.now() - timedelta(days=n))
    follow_all()
    client = logged_in(make_user(("curator", region_code)))
    client.get("/region/")  # caches of names
    for address in ("/region/", "/region/gorod-volgograd/", "/region/cases/overdue/", "/region/how/"):
        with CaptureQueriesContext(connection) as taken:
            assert client.get(address).status_code == 200
        asked = [q["sql"] for q in taken if "SAVEPOINT" not in q["sql"]]
        assert len(asked) <= MOST_QUERIES, "\n".join(asked)
        if "cases/" not in address:
            assert not [sql for sql in asked if '"cases_case"' in sql], "figures come from aggregates"


def test_unknown_choices_fall_back_and_unknown_figures_are_not_there(region_code: str) -> None:
    client = logged_in(make_user(("curator", region_code)))
    assert client.get("/region/?days=9999999999999&sort=DROP&tiles=x&reverse=2").status_code == 200
    for broken in ("2026-99-99_x", "2026-11-25_5", "2026-11-25T10:00_5", "_", "x" * 5000):
        assert client.get("/region/cases/overdue/", {"after": broken}).status_code == 200
    assert client.get("/region/cases/in_time_share/").status_code == 404
    assert client.get("/region/cases/nothing/").status_code == 404


def test_the_page_of_definitions_explains_every_figure(region_code: str) -> None:
    page = logged_in(make_user(("curator", region_code))).get("/region/how/").content.decode()
    for figure in FIGURES.values():
        assert str(figure.explanation).replace("«", "«") in page


@pytest.mark.parametrize("column", ["name", "received", "per_1000", "open", "overdue", "in_time_share"])
def test_the_table_sorts_by_every_column_both_ways(column: str, region_code: str) -> None:
    send(code="gorod-kamyshin", now=timezone.now() - LONG_AGO)
    send(code="gorod-volzhskiy")
    follow_all()
    client = logged_in(make_user(("curator", region_code)))
    one = [r.code for r in client.get("/region/", {"sort": column}).context["rows"]]
    other = [r.code for r in client.get("/region/", {"sort": column, "reverse": 1}).context["rows"]]
    assert sorted(one) == sorted(other) and len(one) == 38
    if column == "overdue":
        assert one[0] == "gorod-kamyshin"


def test_tiles_and_map_show_one_figure_and_the_address_keeps_the_choice(region_code: str) -> None:
    for _turn in range(3):
        send(code="gorod-kamyshin")
    follow_all()
    load(two_districts(), attribution="© Пробный источник")
    client = logged_in(make_user(("curator", region_code)))
    tiles = client.get("/region/?tiles=received&days=7").content.decode()
    assert 'class="tile tile-load-4"' in tiles and "data-map " not in tiles
    assert "?days=7&amp;tiles=received&amp;shape=map" in tiles  # one click to the map, the rest stays
    page = client.get("/region/?tiles=received&days=7&shape=map")
    shown = page.content.decode()
    assert "data-map " in shown and 'class="tile tile-' not in shown and "© Пробный источник" in shown
    assert 'href="?days=7&amp;tiles=received#tiles-title"' in shown  # and back
    areas = page.context["map"].areas
    assert areas["gorod-kamyshin"] == {
        "grade": "load-4", "value": "3", "words": "больше всех",
        "address": "/region/gorod-kamyshin/?days=7&tiles=received",
    }
    assert len(areas) == 38


def test_without_boundaries_the_tiles_stand_in_for_the_map_and_the_page_says_so(region_code: str) -> None:
    page = logged_in(make_user(("curator", region_code))).get("/region/?shape=map").content.decode()
    assert "Границы муниципалитетов ещё не загружены" in page and page.count('class="tile tile-') == 38


@pytest.mark.parametrize("figure", ["received", "open", "overdue", "in_time_share", "per_1000"])
def test_the_legend_is_read_without_colour(figure: str, region_code: str) -> None:
    for days in (0, 4, 6):
        send(code="gorod-kamyshin", now=timezone.now() - timedelta(days=days))
    follow_all()
    page = logged_in(make_user(("curator", region_code))).get(f"/region/?tiles={figure}")
    samples = page.context["legend"]
    assert {tile.grade for tile in page.context["tiles"]} == {sample.grade for sample in samples}
    assert all(sample.values and str(sample.words) in page.content.decode() for sample in samples)


def test_who_curates_several_municipalities_sees_them_first_as_a_set(region_code: str) -> None:
    send(code="gorod-kamyshin")
    send(code="gorod-volzhskiy")
    send(code="gorod-frolovo")
    follow_all()
    both = make_user(("curator", "gorod-kamyshin"), ("curator", "gorod-frolovo"), ("analyst", region_code))
    page = logged_in(both).get("/region/")
    mine = page.context["mine"]
    assert [tile.row.name for tile in mine["tiles"]] == ["Камышин", "Фролово"]
    assert mine["whole"].received == 2 and page.context["line"].today == 3
    shown = page.content.decode()
    assert shown.index("Мои муниципалитеты") < shown.index("Вся сеть") and shown.count('class="tile tile-') == 40


def test_who_sees_only_the_curated_ones_sees_them_once_under_their_name() -> None:
    send(code="gorod-volzhskiy")
    follow_all()
    page = logged_in(make_user(("curator", "gorod-kamyshin"), ("curator", "gorod-frolovo"))).get("/region/")
    shown = page.content.decode()
    assert page.context["mine"] is None and "Мои муниципалитеты" in shown
    assert shown.count('class="tile tile-') == 2 and "Волжский" not in shown


def test_no_arrow_stands_between_two_shares_that_read_the_same():
    alike = Change(SHOWN["in_time_share"], 0.941, 0.944, 0.90)
    assert (alike.arrow, alike.year_arrow) == ("same", "up")
    assert Change(SHOWN["in_time_share"], 0.9, None, None).arrow == ""
