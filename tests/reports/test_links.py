"""Every number of every report leads to the list of what it counts, or is one of a few that are no list."""

import csv
import io
from itertools import product
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.utils import timezone

from otklik.acting import acting
from otklik.answers.sending import sent
from otklik.cases.actions.origin import set_origin
from otklik.cases.appeal_figures import Asked as Appeals
from otklik.cases.appeal_listing import listed
from otklik.cases.opening import NewCase, open_cases
from otklik.channels.accounts import own_account
from otklik.faces.region import reports_law
from otklik.faces.region.case_list import facts_chosen
from otklik.faces.region.choices import chosen
from otklik.faces.region.places import places_of
from otklik.organisations.staffing import staff_actor
from otklik.reports import kinds
from otklik.reports.asking import Asked
from otklik.reports.document import Figures, Number, Table, Words
from otklik.reports.periods import Period
from tests.cases.registering import LATER, by_law
from tests.cases.steps import answered, assigned, coordinator, o_clock, received
from tests.insight.following_steps import follow_all
from tests.making import SYSTEM, at, logged_in, make_user, place, send

pytestmark = pytest.mark.django_db
MARCH = Period(at("2026-03-01 12:00").date(), at("2026-03-31 12:00").date())
NOW = at("2026-04-01 08:00")
# What is a number and no list, and why. By the code of a figure, or of a table and its column.
REVIEWED = {
    "in_time_share": "a share: «как посчитано», and the cases of both parts stand beside it",
    "rating": "a mean of stars: «как посчитано», and who gave them stands under it",
    "Доля в срок": "a share: its cases are those of the columns beside it",
    "На 1000 жителей": "a ratio to people",
    "У половины быстрее": "a time: of how many stands beside it",
    "У девяти из десяти быстрее": "a time: of how many stands beside it",
    "Баллы": "points of the rating: the place's name leads to all its parts",
    "Сообщений": "of the rating's own window, without what it leaves out: the place's name leads there",
    "breaches": "one appeal may break several terms: the rows stand below, each leading to its card",
    "Дней сверх срока": "days",
    "человек подписали коллективные": "people: leads to the appeals that they signed",
    "receptions": "talks: all stand in the table below, each leading to its card",
    "law59_receptions": "talks, by what they ended with: the log is a report of its own",
    "oral": "talks of the log (report «Личный приём»): in the table below",
    "Сколько принял": "talks of the log: in the table below",
}
OUTCOMES = {"oral", "written", "elsewhere", "refused"}


@pytest.fixture
def march():
    """A place with answered, open and overdue matters, with and without a theme and a service, and appeals by law."""
    who = coordinator()
    first = received()
    task = assigned(who, first.case_id, o_clock("10:20"))
    assert task
    answered(who, first.case_id, o_clock("11:00"))
    received("Во дворе на Мира, 5 яма, не проехать", now=at("2026-03-12 10:00"))
    received("Здравствуйте, подскажите", now=at("2026-02-10 10:00"))
    received("Здравствуйте, подскажите", now=at("2026-03-13 10:00"))
    nowhere = at("2026-03-13 10:00")  # of the region itself: the place is not known
    with acting(SYSTEM):
        open_cases([NewCase(
            account=own_account("portal"), external_id="nowhere-1", text="Яма на дороге", territory=place("volgograd"),
            received_at=nowhere, written_at=nowhere, answer_by="outside", opened_at=nowhere,
        )], SYSTEM)
    for code in ("gorod-volgograd", "volgograd-dzerzhinskiy-rayon"):
        send("Яма на дороге, фонарь не горит", code=code, now=at("2026-03-13 10:00"))
    received("Яма на дороге на Мира", now=at("2025-03-05 10:00"))
    send("Дороги замело снегом, не проехать", code="gorod-volzhskiy", now=at("2026-03-10 10:00"))
    person = {"name": "Полынная Анна", "phone": "+79000000001"}
    one, two = (received(text, **person).case_id for text in ("Дорогу размыло, яма", "Нет света в домах"))
    entry = by_law(who, one, number="А-1")
    sent(who, one, registration_id=entry.pk, number="И-1", at=at("2026-05-05 10:00"), signer="Глава", way="email",
         now=at("2026-05-05 10:00"))
    by_law(who, two, number="А-2")
    set_origin(who, two, through="Правительство региона", control=True, now=LATER)
    follow_all()
    return who


def numbers_of(document):
    """Every number of a document with the words by which `REVIEWED` may know it."""
    for block in document.blocks:
        if isinstance(block, Figures):
            for one in block.items:
                yield (one.code,), one.number
                if one.earlier:
                    yield (), one.earlier
        elif isinstance(block, Words):
            yield from (((), run) for run in block.runs if isinstance(run, Number))
        elif isinstance(block, Table):
            for row in block.rows:
                for column, cell in zip(block.columns, row, strict=True):
                    if isinstance(cell, Number):
                        yield (column, block.code, str(row[0]).lower()), cell


def counted(actor, address):
    """How many the list at an address has, by what the page itself asks."""
    path, query = urlsplit(address).path, QueryDict(urlsplit(address).query)
    if path == "/region/reports/appeals/":
        law, asked, narrowed = reports_law._asked(query, actor, timezone.now())
        scopes = None if asked.scopes is None else sorted(asked.scopes)
        days = asked.period
        return sum(
            len(listed(Appeals(one, days.since, days.until, scopes, True), narrowed, timezone.now()))
            for one in reports_law.LAWS[law]
        )
    *code, _cases, figure = path.removeprefix("/region/").strip("/").split("/")
    choice, places = chosen(query, hours=True), places_of(None)
    the, scopes = places.one(code[0]) if code else (None, places.scopes())
    scopes = {the.id} if the and choice.alone else scopes
    return facts_chosen(figure, timezone.now(), choice, scopes).count()


def opened(browser, address):
    """How many the file of the list at an address has."""
    answer = browser.get(address + ("&" if "?" in address else "?") + "as=csv")
    assert answer.status_code == 200, address
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    head = next(n for n, line in enumerate(lines) if line[:2] == ["Номер", "Поступило"])
    return sum(1 for line in lines[head + 1 :] if len(line) == len(lines[head]))


def test_every_number_of_every_kind_leads_to_as_many_or_is_reviewed(march):
    user = make_user(("curator", "volgograd"))
    browser, actor = logged_in(user), staff_actor(user, timezone.localdate())
    seen, wrong, ways = {}, [], {}
    asked_for = [("gorod-volgograd", "tsur"), *product(("gorod-kamyshin", "volgograd"), kinds.KINDS)]
    for where, code in asked_for:
        kind = kinds.KINDS[code]
        if kind.where == kinds.REGION and where != "volgograd":
            continue
        with acting(SYSTEM, read_only=True):
            document = kind.make(Asked(place(where), MARCH, NOW, {"set": "roads"}, True))
        found = list(numbers_of(document))
        assert found or code == "rating", code
        for words, number in found:
            if not number.value:
                continue  # nothing has no list
            if any(word in REVIEWED for word in words) or kind.code == "receptions":
                continue
            if not number.address:
                wrong.append((code, words, number))
                continue
            if number.address.startswith("/desk/case/"):
                continue
            if number.address not in seen:
                with acting(SYSTEM, read_only=True):
                    seen[number.address] = counted(actor, number.address)
                ways.setdefault(number.address.partition("?")[0], number)
            if seen[number.address] != number.value:
                wrong.append((code, words, number, seen[number.address]))
    assert wrong == []
    assert len(seen) > 60
    # One of each list is opened as a person opens it.
    assert len(ways) > 10 and all(opened(browser, address) == number.value for address, number in (
        (one.address, one) for one in ways.values()
    ))
