"""The tabs of the region: only what exists is shown, and one is open."""

from otklik.faces.region import tabs
from otklik.faces.region.tabs import TABS, Page, Tab, rows_for


def test_tabs_stand_in_their_order_and_only_those_that_exist(monkeypatch) -> None:
    monkeypatch.setattr(tabs, "TABS", (*TABS, Tab(Page("of_no_address", "Ничего"), "Ничего")))
    labels = [str(t.label) for t in rows_for("/region/", frozenset()).tabs]
    assert labels[0] == "Сеть" and "Ничего" not in labels
    assert labels == [str(t.label) for t in TABS if str(t.label) in labels]


def test_a_place_belongs_to_the_network_and_a_page_to_its_tab() -> None:
    assert [t.here for t in rows_for("/region/gorod-kamyshin/", frozenset()).tabs][0]
    rows = rows_for("/region/returns/", frozenset())
    assert rows.tabs[0].here and [str(p.label) for p in rows.pages if p.here] == ["Возвраты"]
    assert [str(p.label) for p in rows_for("/region/", frozenset()).pages if p.here] == ["Обзор"]


def test_a_page_for_some_roles_is_not_offered_to_others(monkeypatch) -> None:
    own = Page("how", "Для кураторов", ("/region/how/",), frozenset({"curator"}))
    monkeypatch.setattr(tabs, "TABS", (Tab(Page("network", "Сеть"), "Сеть", (own,)),))
    assert len(rows_for("/region/", frozenset({"curator"})).pages) == 2
    assert not rows_for("/region/", frozenset({"head"})).pages
