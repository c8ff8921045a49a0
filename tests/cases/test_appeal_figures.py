"""The analysis that article 14 asks for: each figure by its definition, over registrations of a period and a scope."""

from datetime import date

import pytest

from otklik.acting import acting
from otklik.answers.sending import sent
from otklik.cases.actions.collective import set_collective
from otklik.cases.actions.correspondence import extend, forwarded, not_ours
from otklik.cases.actions.proving import prove
from otklik.cases.actions.register import unregister
from otklik.cases.actions.triage import triage
from otklik.cases.appeal_figures import DEFINITIONS, Asked, analyse, asked_by
from otklik.classifier.models import Theme
from otklik.failures import BadInput
from tests.cases.registering import LATER, by_law
from tests.cases.steps import RECEIVED, coordinator, received
from tests.making import SYSTEM, at, make_staff, place

pytestmark = pytest.mark.django_db
MARCH = {"regime": "law59", "since": date(2026, 3, 1), "until": date(2026, 3, 31)}


@pytest.fixture
def who():
    return coordinator()


def figures(actor, now=LATER, **fields):
    with acting(actor, read_only=True):
        return analyse(asked_by(actor, **MARCH | fields), now)


def answer(who, case_id, entry, at_=LATER):
    return sent(who, case_id, registration_id=entry.pk, number="И-1", at=at_, signer="Глава", way="email", now=at_)


def test_every_figure_is_counted_by_its_definition(who):
    person = {"name": "Полынная Анна", "phone": "+79000000001"}
    cases = [received(text, **person).case_id for text in ("Яма", "Свет", "Снег", "Вода")]
    entries = [by_law(who, case_id, number=f"А-{case_id}") for case_id in cases]
    answer(who, cases[0], entries[0])
    answer(who, cases[1], entries[1], at("2026-05-05 10:00"))
    not_ours(who, cases[2], registration_id=entries[2].pk, reason="Дорога области", now=LATER)
    forwarded(
        who, cases[2], registration_id=entries[2].pk, to="Управление дорог", number="П-1", at=at("2026-03-20 10:00"),
        signer="Глава", notified=True, not_complained_of=True, now=at("2026-03-20 10:00"),
    )
    extend(who, cases[3], registration_id=entries[3].pk, days=10, reason="Ждём документы", noticed_at=LATER,
           decided_by="глава", now=LATER)
    set_collective(who, cases[3], people=14, answer_to="Полынная А.", now=LATER)
    wrong = by_law(who, received("Ошибка").case_id, number="Х")
    unregister(who, wrong.case_id, registration_id=wrong.pk, reason="Не то", now=LATER)
    prove(who, cases[0], registration_id=entries[0].pk, kind="email", reference="письмо 5", now=LATER)
    found = figures(who, now=at("2026-06-01 10:00"))
    assert set(found.counted) == set(DEFINITIONS)
    assert {name: n for name, n in found.counted.items() if n} == {
        "total": 4, "collective": 1, "people": 14, "answered": 2, "on_time": 1, "late": 1, "forwarded": 1,
        "forwarded_late": 1, "open": 1, "overdue": 1, "extended": 1, "unproven": 1,
    }
    assert found.in_time_share == 0.5
    assert {row.name: row.count for row in found.results} == {
        "ответ отправлен": 2, "переслано по компетенции": 1, "в работе": 1,
    }
    assert sum(row.count for row in found.themes) == sum(row.count for row in found.places) == 4


def test_repeated_is_the_same_person_on_the_same_theme_within_a_year(who):
    theme = Theme.objects.filter(retired=False).first()
    for text, phone, day in (("Яма", 1, RECEIVED), ("Опять яма", 1, LATER), ("Яма у соседа", 2, LATER)):
        case_id = received(text, phone=f"+7900000000{phone}").case_id
        triage(who, case_id, theme_id=theme.pk, importance=2, now=LATER)
        by_law(who, case_id, number=text, registered_at=day, now=LATER)
    assert figures(who).counted["repeated"] == 1


def test_another_centre_law_or_period_counts_nothing_of_it(who):
    entry = by_law(who, received().case_id)
    assert entry.pk
    assert figures(who).counted["total"] == 1
    assert figures(who, regime="law8").counted["total"] == 0
    assert figures(who, since=date(2026, 4, 1), until=date(2026, 4, 30)).counted["total"] == 0
    assert figures(who, since=date(2026, 4, 1), until=date(2026, 5, 1)).before["total"] == 1
    stranger = make_staff(("coordinator", "gorod-volzhskiy"))
    assert figures(stranger).counted["total"] == 0
    assert figures(stranger, scope_id=place("gorod-kamyshin").pk).counted["total"] == 0
    assert figures(make_staff(("curator", "volgograd"))).counted["total"] == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"regime": "x"}, "regime"), ({"until": date(2026, 2, 1)}, "until"), ({"since": date(2016, 1, 1)}, "since")],
)
def test_what_cannot_be_asked_is_named(who, fields, field):
    with pytest.raises(BadInput) as wrong:
        asked_by(who, **MARCH | fields)
    assert wrong.value.field == field


def test_the_period_before_is_as_long():
    asked = Asked("law59", date(2026, 3, 1), date(2026, 3, 31))
    assert (asked.before.since, asked.before.until) == (date(2026, 1, 29), date(2026, 2, 28))


def test_it_asks_the_database_a_bounded_number_of_times(who, django_assert_max_num_queries):
    by_law(who, received().case_id)
    with acting(SYSTEM, read_only=True), django_assert_max_num_queries(8):
        analyse(Asked(**MARCH), LATER)
