"""The tabs of the region's pages: one table, in the order in which they stand.

A tab or page stands in the table with the name of its address; it is shown as soon as that address exists, so a room
that is switched off leaves no dead end. Who adds a page adds one row here.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import get_resolver, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Page:
    """One page: the name of its address, what it is called, the beginning of the addresses that belong to it.

    `roles`: who may open it; empty for everybody who sees figures.
    """

    name: str
    label: Words
    begins: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Tab:
    """One tab: its first page, and further pages that are shown as a second row while one of them is open."""

    first: Page
    label: Words
    further: tuple[Page, ...] = ()


TABS: tuple[Tab, ...] = (
    Tab(
        Page("network", _("Обзор")), _("Сеть"),
        (
            Page("compare", _("Сравнить"), ("/region/compare/",)),
            Page("flows", _("Кто кому передаёт"), ("/region/flows/",)),
            Page("slices", _("Срезы"), ("/region/slices/",)),
            Page("queues", _("Молчащие очереди"), ("/region/queues/",)),
            Page("postponed", _("Отложенное"), ("/region/postponed/",)),
            Page("returns", _("Возвраты"), ("/region/returns/",)),
            Page("rechecks", _("Перепроверки"), ("/region/rechecks/",)),
            Page("how", _("Как посчитано"), ("/region/how/",)),
        ),
    ),
    Tab(Page("themes", _("Темы"), ("/region/themes/",)), _("Темы")),
    Tab(Page("bursts", _("Всплески"), ("/region/bursts/", "/region/wall/")), _("Всплески")),
    Tab(Page("rating", _("Рейтинг"), ("/region/rating/",)), _("Рейтинг")),
    Tab(
        Page("exchange", _("Обмены"), ("/region/exchange/",)), _("Обмен опытом"),
        (
            Page("practices", _("Практики"), ("/region/practices/",)),
            Page("passports", _("Паспорта центров"), ("/region/passports/",)),
            Page("questions", _("Вопросы"), ("/region/questions/",)),
        ),
    ),
    Tab(
        Page("pages", _("Официальные страницы"), ("/region/pages/",)), _("Страницы"),
        (
            Page("samples", _("Выборка ответов"), ("/region/samples/",)),
            Page("asks", _("Запросы ЦУР"), ("/region/asks/",)),
        ),
    ),
    Tab(Page("reports", _("Отчёты"), ("/region/reports/",)), _("Отчёты")),
)


@dataclass(frozen=True)
class Shown:
    """One link of a row. `here`: this very page or one of its own is open."""

    address: str
    label: Words
    here: bool


@dataclass(frozen=True)
class Rows:
    """The row of tabs, and the pages of the open one (empty when it has only one)."""

    tabs: list[Shown]
    pages: list[Shown]
    of: Words = ""


def rows_for(path: str, roles: frozenset[str]) -> Rows:
    """The tabs that this person may open; asks the database nothing."""
    known = _known()
    tabs: list[tuple[Tab, list[Page]]] = []
    for tab in TABS:
        open_to = [p for p in (tab.first, *tab.further) if p.name in known and (not p.roles or p.roles & roles)]
        if open_to:
            tabs.append((tab, open_to))
    # A place (/region/<code>/) and its cases belong to the first tab.
    here = next((t for t, open_to in tabs if any(path.startswith(b) for p in open_to for b in p.begins)), TABS[0])
    shown = [Shown(reverse(f"region:{pages[0].name}"), tab.label, tab is here) for tab, pages in tabs]
    own = next((pages for tab, pages in tabs if tab is here), [])
    second = [
        Shown(reverse(f"region:{p.name}"), p.label, any(path.startswith(b) for b in p.begins) or _at(p, path))
        for p in own
    ]
    return Rows(shown, second if len(second) > 1 else [], here.label)


def _at(page: Page, path: str) -> bool:
    """A page without a beginning of its own is open only at its very address."""
    return not page.begins and path == reverse(f"region:{page.name}")


def _known() -> frozenset[str]:
    """The names of addresses that exist in the room."""
    _path, resolver = get_resolver().namespace_dict["region"]
    return frozenset(name for name in resolver.reverse_dict if isinstance(name, str))
