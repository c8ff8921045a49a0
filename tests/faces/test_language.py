"""The pages speak Russian, and English to whoever chose it; what is left Russian there is marked as Russian."""

import json
import re
from html.parser import HTMLParser

import polib
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import translation

from otklik.acting import acting
from otklik.operations.catalogues import catalogue_path
from otklik.organisations.models import User
from tests.browser.world import HOME, World
from tests.faces.test_every_page import LOCAL_ROLES, REGION_ROLES, region_code, whole_pages
from tests.making import SYSTEM, logged_in, make_user

RUSSIAN = re.compile(r"[а-яёА-ЯЁ]")


def in_english(client: Client) -> Client:
    """The same browser with English chosen."""
    client.post("/language/", {"language": "en"})
    return client


@pytest.fixture(autouse=True)
def russian_again():
    """A request leaves its language to its thread; tests share one."""
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.mark.django_db
def test_russian_is_the_default_whatever_the_browser_prefers():
    answer = Client(headers={"accept-language": "en-GB,en;q=0.9"}).get("/")
    assert '<html lang="ru"' in answer.content.decode()
    assert answer["Content-Language"] == "ru"


@pytest.mark.django_db
def test_a_visitor_chooses_english_returns_to_the_page_and_is_remembered():
    visitor = Client()
    answer = visitor.post("/language/", {"language": "en", "next": "/report/?text=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/report/?text=1")
    kept = visitor.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (kept.value, kept["samesite"], kept["httponly"]) == ("en", "Lax", True)
    page = visitor.get("/report/")
    assert '<html lang="en"' in page.content.decode()
    assert "What happened?" in page.content.decode()
    assert "Cookie" in page["Vary"]


@pytest.mark.django_db
def test_choosing_russian_leaves_no_mark_in_the_browser():
    visitor = in_english(Client())
    visitor.post("/language/", {"language": "ru"})
    assert not visitor.cookies[settings.LANGUAGE_COOKIE_NAME].value
    assert '<html lang="ru"' in visitor.get("/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "back", ["https://elsewhere.test/", "//elsewhere.test/", "/\\elsewhere.test", "javascript:1", ""]
)
def test_the_switch_leads_to_no_other_site(back: str):
    answer = Client().post("/language/", {"language": "en", "next": back})
    assert answer["Location"] == "/"


@pytest.mark.django_db
def test_an_unknown_language_changes_nothing():
    visitor = Client()
    visitor.post("/language/", {"language": "../../etc"})
    assert settings.LANGUAGE_COOKIE_NAME not in visitor.cookies
    visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    assert '<html lang="ru"' in visitor.get("/").content.decode()


@pytest.mark.django_db
def test_the_switch_asks_for_no_cookie_of_its_own_and_works_with_the_strictest_check():
    page = Client().get("/")
    assert not page.cookies
    assert Client(enforce_csrf_checks=True).post("/language/", {"language": "en"}).status_code == 302


class Words(HTMLParser):
    """Words a person sees or hears, outside of what is marked as Russian."""

    VOID = {"input", "br", "img", "meta", "link", "hr", "source", "wbr", "col"}
    SPOKEN = {"title", "placeholder", "aria-label", "alt", "label", "aria-description", "hx-confirm"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        russian = given.get("lang") == "ru" or (given.get("lang") is None and bool(self.open) and self.open[-1][1])
        for name, value in given.items():
            typed = name == "value" and not (tag == "button" or given.get("type") in ("submit", "button"))
            if value and not russian and not typed and (name in self.SPOKEN or name.startswith("data-")):
                self.found.append(value)
        if tag not in self.VOID:
            self.open.append((tag, russian or tag in ("style", "textarea")))

    def handle_endtag(self, tag: str) -> None:
        if any(one == tag for one, _russian in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, text: str) -> None:
        if not (self.open and self.open[-1][1]):
            self.found.append(text)


def kept_words() -> list[str]:
    """Every Russian text that stands in a row: names, what people wrote, rules. Longest first."""
    found: set[str] = set()
    with acting(SYSTEM, read_only=True), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying', 'jsonb')"
        )
        for table, column, kind in cursor.fetchall():
            cursor.execute(f'SELECT DISTINCT "{column}"::text FROM "{table}" WHERE "{column}"::text ~* \'[а-яё]\'')
            for (value,) in cursor.fetchall():
                found.update(leaves(json.loads(value)) if kind == "jsonb" else [value])
    found |= {line for one in found for line in one.splitlines()}
    found |= {person.short_name for person in User.objects.all()}
    for entry in polib.pofile(str(catalogue_path("en"))):  # quoted there: a word to be typed, a name of a column
        found.update([entry.msgstr, *entry.msgstr_plural.values()])
    return sorted({one.strip() for one in found if RUSSIAN.search(one)}, key=len, reverse=True)


def leaves(value: object) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(leaves, value.values()), map(str, value))
    if isinstance(value, list):
        return set().union(*map(leaves, value))
    return {value} if isinstance(value, str) else set()


def unmarked(page: str, kept: list[str], judged: dict[str, bool]) -> list[str]:
    """What is Russian on this page and neither stands in a row nor is marked as Russian."""
    words = Words()
    words.feed(page)
    left = []
    for said in (" ".join(one.replace("\xad", "").split()) for one in words.found if RUSSIAN.search(one)):
        if said not in judged:
            rest = said
            for known in kept:
                if RUSSIAN.search(rest):
                    rest = rest.replace(known, "")
            judged[said] = bool(RUSSIAN.search(rest))
        if judged[said]:
            left.append(said)
    return left


def test_no_page_in_english_holds_russian_but_what_people_and_places_are_called(world: World):
    everything = make_user(*((r, HOME) for r in LOCAL_ROLES), *((r, region_code()) for r in REGION_ROLES))
    kept, judged = kept_words(), dict[str, bool]()
    found: dict[str, list[str]] = {}
    for client in (in_english(logged_in(everything)), in_english(Client())):
        for address, answer in whole_pages(world, client):
            for said in unmarked(answer.content.decode(), kept, judged):
                found.setdefault(said, []).append(address)
    assert not found, "\n".join(f"{said[:150]}  ← {places[0]} ({len(places)})" for said, places in found.items())
