"""The row of tabs is short enough to be seen whole: what is empty folds, and what is open is always in it."""

import re

import pytest

from otklik.cases import saved_views
from otklik.faces.desk.views.queue import row_and_folded
from tests.making import logged_in, make_case, make_staff, make_user

pytestmark = pytest.mark.django_db


def tabs(desk, address=""):
    page = desk.get(f"/desk/{address}").content.decode()
    nav = re.search(r'<nav id="tabs".*?</nav>', page, re.S)[0]
    row, folded = nav.split("<details", 1)
    return [re.findall(r">([^<>\n]+?)\s*<", part.replace("</summary>", "<")) for part in (row, folded)]


def test_what_is_empty_folds_and_the_whole_list_is_first_there():
    make_case()
    desk = logged_in(make_user(("coordinator", "gorod-kamyshin")))
    row, folded = tabs(desk)
    for label in ("Что горит", "Разобрать", "Мои"):
        assert label in row
    assert "Вручную" not in row
    assert "Вручную" in folded
    assert folded[:3] == ["Ещё", "Открытые", "Все"]


def test_the_open_tab_and_the_open_view_stand_in_the_row():
    make_case()
    user = make_user(("coordinator", "gorod-kamyshin"))
    who, desk = make_staff(("coordinator", "gorod-kamyshin")), logged_in(user)
    row, folded = tabs(desk, "?tab=open")
    assert "Открытые" in row
    assert "Открытые" not in folded
    saved_views.save(who, name="Срочные", query="tab=open&importance=3", shared=True)
    assert "Срочные" in tabs(desk)[1]
    row, folded = tabs(desk, "?tab=open&importance=3")
    assert "Срочные" in row
    assert "Срочные" not in folded


def test_more_than_fit_fold_and_the_fold_says_how_much_waits_there():
    names = ["burning", "triage", "mine", "replied", "review", "promises", "by_hand", "heard", "undelivered", "all"]
    ordered = [{"name": name, "count": 2 if n < 9 else None, "here": False} for n, name in enumerate(names)]
    row, folded = row_and_folded(ordered)
    assert [tab["name"] for tab in row] == names[:6]
    assert [tab["name"] for tab in folded] == ["by_hand", "heard", "undelivered", "all"]
    ordered[8]["here"] = True
    row, folded = row_and_folded(ordered)
    assert [tab["name"] for tab in row] == [*names[:5], "undelivered"]
    assert [tab["name"] for tab in folded] == ["promises", "by_hand", "heard", "all"]
