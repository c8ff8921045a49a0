"""Codes of the federal classifier: shipped with their source, given by a clerk where they lack, never guessed."""

import csv
import re

import pytest

from otklik.acting import acting
from otklik.classifier.models import Theme
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from otklik.organisations.models import User
from otklik.reports import federal_topics
from otklik.reports.federal_topics import SHIPPED, rows_now, set_topic, take_back, topics
from tests.making import SYSTEM, logged_in, make_staff

pytestmark = pytest.mark.django_db


def test_every_shipped_code_has_a_name_a_section_and_a_source():
    names = {row["code"]: row for row in csv.DictReader((SHIPPED / "federal_names.csv").open(encoding="utf-8"))}
    for row in csv.DictReader((SHIPPED / "federal_topics.csv").open(encoding="utf-8")):
        if row["topic"]:
            assert row["topic"] in names, row
    for code, row in names.items():
        assert re.fullmatch(r"\d{4}(\.\d{4}){1,3}", code) and row["name"] and row["section"], row
        assert row["source"] in federal_topics.SOURCES
        if code.count(".") == 3:  # a question is never from memory, and its тематика is known
            assert row["source"] == "copy" and code.rsplit(".", 1)[0] in names


def test_most_themes_have_a_question_and_the_others_are_listed_first(db):
    with acting(SYSTEM, read_only=True):
        rows = rows_now()
    whole = sum(one.whole for one in rows)
    assert whole > 200
    assert [one.whole for one in rows] == sorted(one.whole for one in rows)
    assert {one.topic is None for one in rows if one.theme.code.startswith("feedback.")} == {True}


def test_a_clerk_of_the_region_gives_a_code_and_takes_it_back_and_the_journal_knows(db):
    clerk = make_staff(("analyst", "volgograd"))
    with acting(SYSTEM, read_only=True):
        theme = Theme.objects.filter(code="house.mould").latest("version_id")
        before = topics().of(theme)
    set_topic(clerk, "house.mould", topic="0005.0005.0056.1152", name="Эксплуатация частного фонда")
    with acting(SYSTEM, read_only=True):
        known = topics()
    named = known.named(known.of(theme))
    assert (named.code, named.name, named.source) == (
        "0005.0005.0056.1152", "Эксплуатация частного фонда", "typed",
    )
    set_topic(clerk, "house.mould", topic="")
    with acting(SYSTEM, read_only=True):
        assert topics().of(theme) == ""  # none on purpose
    take_back(clerk, "house.mould")
    with acting(SYSTEM, read_only=True):
        assert topics().of(theme) == before
        verbs = list(Entry.objects.filter(verb__startswith="federal_topic").values_list("verb", flat=True))
    assert sorted(verbs) == ["federal_topic", "federal_topic", "federal_topic_off"]
    with pytest.raises(NotYours):
        take_back(clerk, "house.mould")
    with pytest.raises(NotYours):
        set_topic(clerk, "no.such", topic="0005.0005")
    for wrong in ("5.5", "0005.0005.", "0005,0005", "0005.0005.0056.1152.0001.0001", "код"):
        with pytest.raises(BadInput) as refused:
            set_topic(clerk, "house.mould", topic=wrong)
        assert refused.value.field == "topic"
    for stranger in (make_staff(("head", "gorod-kamyshin")), make_staff(("curator", "volgograd"))):
        with pytest.raises(Refused):
            set_topic(stranger, "house.mould", topic="0005.0005.0056.1152")


def test_the_page_lists_themes_and_refuses_a_wrong_code_beside_its_field(db):
    clerk = make_staff(("analyst", "volgograd"))
    browser = logged_in(User.objects.get(pk=clerk.user_id))
    page = browser.get("/region/reports/federal/?theme=house.mould")
    assert page.status_code == 200 and "Сырость и плесень" in page.content.decode()
    wrong = browser.post("/region/reports/federal/", {"theme": "house.mould", "topic": "12", "name": ""})
    assert wrong.status_code == 422 and "Код — это части" in wrong.content.decode()
    given = {"theme": "house.mould", "topic": "0005.0005.0056.1168", "name": ""}
    done = browser.post("/region/reports/federal/", given)
    assert done.status_code == 302
    assert "0005.0005.0056.1168" in browser.get("/region/reports/federal/?theme=house.mould").content.decode()
    seer = logged_in(User.objects.get(pk=make_staff(("head", "gorod-kamyshin")).user_id))
    assert "Записать код" not in seer.get("/region/reports/federal/?theme=house.mould").content.decode()


def test_themes_lie_folded_in_their_groups_and_are_found_by_a_part_of_the_name_or_the_code(db):
    browser = logged_in(User.objects.get(pk=make_staff(("analyst", "volgograd")).user_id))

    def page(query: str = "") -> str:
        return browser.get(f"/region/reports/federal/{query}").content.decode()

    plain, lacking, found = page(), page("?show=lack"), page("?q=сырость плесень")
    assert plain.count("<details") > 10 and "code-group\" open" not in plain
    assert "кода не хватает:" in plain and "нет кода" in lacking and "не до вопроса" in lacking
    assert 0 < lacking.count("<tr>") < plain.count("<tr>")
    assert found.count("<tr>") == 2 and "Сырость и плесень" in found  # the head and the theme
    assert "?theme=house.mould&amp;q=" in found, "what was searched for is there again after the change"
    assert "Такой темы нет" in page("?q=абракадабра")
    given = {"theme": "house.mould", "topic": "0005.0005.0056.1168", "name": ""}
    done = browser.post("/region/reports/federal/?show=lack&q=сыр", given)
    assert done["Location"].endswith("?show=lack&q=%D1%81%D1%8B%D1%80")
