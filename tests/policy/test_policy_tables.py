"""Policies and calendar years in the database: loaded once, looked up most specific first, changed only openly."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from otklik.acting.actors import Grant, Staff, System
from otklik.acting.context import acting
from otklik.failures import Refused
from otklik.journal.models import Entry
from otklik.policy.adopting import adopt_policy
from otklik.policy.loading import calendar_for, load_shipped, policy_by_reference, policy_for
from otklik.policy.models import CalendarYear, PolicyVersion
from otklik.policy.reading import shipped_calendar, shipped_policies
from otklik.policy.regulation import PolicyError
from otklik.territory.models import Territory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 13, 12, tzinfo=UTC)
PROGRAM = System("tests")


@pytest.fixture
def loaded() -> None:
    load_shipped()


def place(code: str, parent: Territory | None = None) -> Territory:
    kind = "municipality" if parent else "region"
    return Territory.objects.create(
        parent=parent, kind=kind, code=f"policy-{code}", name=code, short_name=code, name_key=code
    )


def social(**change: Any) -> dict[str, Any]:
    row = PolicyVersion.objects.get(regime="social", territory=None, version=1)
    return {**row.data, **change}


def test_loading_twice_adds_everything_once(loaded: None) -> None:
    before = (PolicyVersion.objects.count(), CalendarYear.objects.count())
    again = load_shipped()
    assert (again.new_policies, again.new_years, again.renewed_years, again.differing) == (0, 0, 0, ())
    assert (PolicyVersion.objects.count(), CalendarYear.objects.count()) == before
    assert set(CalendarYear.objects.values_list("year", flat=True)) >= {2024, 2025, 2026, 2027}


@pytest.mark.parametrize("regime", ["social", "pos", "law59", "law8"])
def test_what_is_loaded_is_what_is_shipped(loaded: None, regime: str) -> None:
    assert policy_for(regime, date(2026, 3, 13)) == shipped_policies()[regime][0]


def test_the_stored_calendar_counts_like_the_shipped_one(loaded: None) -> None:
    stored, shipped = calendar_for(), shipped_calendar()
    for year in (2024, 2025, 2026, 2027):
        assert stored.year(year) == shipped.year(year)
    assert stored.year(2027).provisional
    assert not stored.year(2026).provisional


def test_a_decree_entered_by_the_region_counts_at_once_and_is_not_overwritten(loaded: None) -> None:
    assert calendar_for().is_working_day(date(2027, 11, 5))
    row = CalendarYear.objects.get(year=2027, area="RU")
    row.data = {
        **row.data,
        "provisional": False,
        "source": "постановление-образец",
        "moved": [{"from": "2027-01-02", "to": "2027-11-05"}],
    }
    row.provisional = False
    row.save()
    assert not calendar_for().is_working_day(date(2027, 11, 5))
    assert load_shipped().renewed_years == 0
    assert not calendar_for().is_provisional(date(2027, 11, 5))


def test_a_provisional_year_is_renewed_when_the_program_brings_the_decree(loaded: None) -> None:
    row = CalendarYear.objects.get(year=2026, area="RU")
    row.data = {**row.data, "provisional": True, "moved": [], "short": []}
    row.provisional = True
    row.save()
    assert calendar_for().is_working_day(date(2026, 1, 9))
    assert load_shipped().renewed_years == 1
    assert not calendar_for().is_working_day(date(2026, 1, 9))


def test_a_stored_version_is_never_changed_by_loading(loaded: None) -> None:
    row = PolicyVersion.objects.get(regime="social", territory=None, version=1)
    kept = {**row.data, "title": "Как было"}
    PolicyVersion.objects.filter(pk=row.pk).update(data=kept)
    assert load_shipped().differing == ("social 1",)
    row.refresh_from_db()
    assert row.data == kept


def test_the_most_specific_territory_wins_and_only_from_its_date(loaded: None) -> None:
    region = place("region")
    centre = place("centre", region)
    with acting(PROGRAM):
        adopt_policy(PROGRAM, social(title="Область", valid_from="2026-01-01"), region.pk, region.pk, NOW)
        adopt_policy(PROGRAM, social(title="Центр", valid_from="2026-03-01"), centre.pk, centre.pk, NOW)
    chain = [centre.pk, region.pk]
    assert policy_for("social", date(2026, 3, 1), chain).title == "Центр"
    assert policy_for("social", date(2026, 2, 28), chain).title == "Область"
    assert policy_for("social", date(2025, 12, 31), chain) == shipped_policies()["social"][0]
    assert policy_for("social", date(2026, 3, 1), [region.pk]).title == "Область"
    assert policy_for("social", date(2026, 3, 1)).title == shipped_policies()["social"][0].title


def test_of_several_versions_the_latest_valid_one_counts_and_old_ones_stay(loaded: None) -> None:
    centre = place("centre")
    with acting(PROGRAM):
        for title, valid_from in (
            ("Март", "2026-03-01"),
            ("Июнь", "2026-06-01"),
            ("Март, исправлено", "2026-03-01"),
        ):
            adopt_policy(PROGRAM, social(title=title, valid_from=valid_from), centre.pk, centre.pk, NOW)
    assert policy_for("social", date(2026, 4, 1), [centre.pk]).title == "Март, исправлено"
    assert policy_for("social", date(2026, 7, 1), [centre.pk]).title == "Июнь"
    assert policy_by_reference(f"social-1@{centre.pk}").title == "Март"
    assert policy_by_reference("social-1") == shipped_policies()["social"][0]


def test_adopting_is_written_into_the_journal_without_the_text(loaded: None) -> None:
    centre = place("centre")
    with acting(PROGRAM):
        adopted = adopt_policy(PROGRAM, social(title="Секретный заголовок"), centre.pk, centre.pk, NOW)
        entry = Entry.objects.filter(stream="policy:social").latest("seq")
    assert (entry.verb, entry.actor) == ("policy.adopted", "system:tests")
    assert (entry.fields["version"], entry.fields["territory"]) == (adopted.version, centre.pk)
    assert "Секретный" not in str(entry.fields)


def test_only_an_administrator_of_the_place_may_change_its_rules(loaded: None) -> None:
    here, elsewhere = place("here"), place("elsewhere")
    owner = Staff(1, grants=(Grant("administrator", frozenset({here.pk})),), sees=frozenset({here.pk}))
    colleague = Staff(2, grants=(Grant("coordinator", frozenset({here.pk})),), sees=frozenset({here.pk}))
    stranger = Staff(3, grants=(Grant("administrator", frozenset({elsewhere.pk})),))
    for actor in (colleague, stranger):
        with pytest.raises(Refused):
            adopt_policy(actor, social(), here.pk, here.pk, NOW)
    assert not PolicyVersion.objects.filter(territory=here).exists()
    adopt_policy(owner, social(), here.pk, here.pk, NOW)
    assert PolicyVersion.objects.filter(territory=here).count() == 1


def test_wrong_content_is_refused_and_leaves_nothing(loaded: None) -> None:
    centre = place("centre")
    with pytest.raises(PolicyError):
        adopt_policy(PROGRAM, social(clocks=[{"kind": "answer"}]), centre.pk, centre.pk, NOW)
    assert not PolicyVersion.objects.filter(territory=centre).exists()


def test_a_date_or_version_without_rules_is_said(loaded: None) -> None:
    with pytest.raises(PolicyError, match=r"law8.*01\.06\.2009"):
        policy_for("law8", date(2009, 6, 1))
    with pytest.raises(PolicyError):
        policy_by_reference("social-99")


def test_looking_up_costs_one_query_once_it_is_read(loaded: None, django_assert_num_queries: Any) -> None:
    policy_for("social", date(2026, 3, 13))
    calendar_for()
    with django_assert_num_queries(1):
        policy_for("law59", date(2026, 3, 13), [1, 2, 3])
    with django_assert_num_queries(1):
        calendar_for()
