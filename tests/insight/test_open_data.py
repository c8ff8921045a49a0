"""Editions of open data: switched on, made once, without what is never told, and no month told twice."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from otklik.acting import Visitor, acting, widened
from otklik.cases.models import Case, Registration
from otklik.failures import Refused
from otklik.insight.definitions import today
from otklik.insight.models import CaseFact, OpenEdition, OpenFile
from otklik.insight.open_data import decide, editions, file_of
from otklik.insight.open_data_cells import OTHERS, STEP, K
from otklik.insight.open_data_making import RIPE_DAYS, make_editions
from otklik.insight.open_data_rows import BOUNDS, OneCase, edition_of
from otklik.operations.beats import follow_journal
from tests.cases.problems_steps import HOME, switched_on, theme
from tests.making import SYSTEM, make_case, make_staff

OTHER = "gorod-volzhskiy"


def months_ago(months: int) -> date:
    day = today(timezone.now()).replace(day=1)
    for _n in range(months):
        day = (day - timedelta(days=1)).replace(day=1)
    return day


def cases(count: int, code: str, *, place: str = HOME, day: date | None = None, **fields: str) -> list[int]:
    """Cases of a past month, as facts of figures."""
    made = [make_case(code=place).pk for _n in range(count)]
    with acting(SYSTEM), widened():
        Case.objects.filter(pk__in=made).update(theme=theme(code), **fields)
    follow_journal(timezone.now())
    with acting(SYSTEM), widened():
        CaseFact.objects.filter(case_id__in=made).update(
            day=day or months_ago(2) + timedelta(days=4), theme_id=theme(code).pk, **fields
        )
    return made


def rows(name: str = "figures", month: date | None = None) -> list[dict[str, str]]:
    with acting(Visitor(), read_only=True):
        file = file_of(month or months_ago(2), name, "csv")
    return list(csv.DictReader(io.StringIO(file.text))) if file else []


def cells(found: Iterable[dict[str, str]]) -> dict[tuple[str, str], int]:
    return {(row["municipality_code"], row["group_code"]): int(row["received"]) for row in found}


def ripe(month: date) -> datetime:
    """The first moment at which a month may be made."""
    end = (month + timedelta(days=31)).replace(day=1)
    return timezone.make_aware(datetime.combine(end, datetime.min.time())) + timedelta(days=RIPE_DAYS, hours=1)


@pytest.mark.django_db
def test_nothing_is_made_or_told_until_the_region_switches_it_on() -> None:
    switched_on(statistics=True)
    cases(12, "water.street_leak")
    assert make_editions(timezone.now()) == 0
    decide(SYSTEM, figures=True, cases=False)
    assert make_editions(timezone.now()) >= 1
    assert cells(rows())["", ""] == 10
    assert rows("cases") == []
    decide(SYSTEM, figures=False, cases=False)
    assert rows() == []
    with acting(Visitor(), read_only=True):
        assert editions() == []


@pytest.mark.django_db
def test_only_head_or_administrator_of_the_region_decides() -> None:
    for who in (make_staff(("head", HOME)), make_staff(("curator", "volgograd")), make_staff(("administrator", HOME))):
        with pytest.raises(Refused):
            decide(who, figures=True, cases=True)
    decide(make_staff(("head", "volgograd")), figures=True, cases=True)
    with acting(Visitor(), read_only=True):
        assert editions() == []


@pytest.mark.django_db
def test_cases_never_go_without_figures() -> None:
    decide(SYSTEM, figures=False, cases=True)
    switched_on(statistics=True)
    cases(12, "water.street_leak")
    make_editions(timezone.now())
    assert rows("cases") == []


@pytest.mark.django_db
def test_law_restricted_and_never_public_are_not_there() -> None:
    switched_on(statistics=True)
    decide(SYSTEM, figures=True, cases=True)
    cases(20, "water.street_leak")
    cases(15, "water.street_leak", regime="law59")
    cases(15, "defenders.payments")
    cases(15, "safety.suspicious")
    beside = cases(15, "road.pothole")
    hidden = cases(15, "transit.fare_payment")
    with acting(SYSTEM), widened():
        Registration.objects.bulk_create(
            [Registration(case=one, scope_id=one.scope_id, regime="law59", received_at=one.received_at,
                          created_at=one.received_at)
             for one in Case.objects.filter(pk__in=beside)]
        )
        Case.objects.filter(pk__in=hidden).update(restricted=True)
    make_editions(timezone.now())
    assert set(cells(rows())) == {("", ""), (HOME, ""), ("", "water"), (HOME, "water")}
    assert set(cells(rows()).values()) == {20}
    assert {row["group_code"] for row in rows("cases")} == {"water"}


@pytest.mark.django_db
def test_a_municipality_that_shows_no_figures_is_not_counted() -> None:
    switched_on(statistics=True)
    decide(SYSTEM, figures=True, cases=False)
    cases(15, "water.street_leak")
    cases(40, "water.street_leak", place=OTHER)
    make_editions(timezone.now())
    assert cells(rows())["", ""] == 15
    assert not any(row["municipality_code"] == OTHER for row in rows())


@pytest.mark.django_db
def test_an_edition_is_never_made_anew_whatever_happens_to_its_cases() -> None:
    """Two editions of one month would differ by a person."""
    switched_on(statistics=True)
    decide(SYSTEM, figures=True, cases=True)
    made = cases(12, "water.street_leak")
    make_editions(timezone.now())
    before = {(file.name, file.form): file.digest for file in OpenFile.objects.filter(edition__month=months_ago(2))}
    cases(30, "road.pothole")
    with acting(SYSTEM), widened():
        CaseFact.objects.filter(case_id=made[0]).delete()
    assert make_editions(timezone.now()) == 0
    decide(SYSTEM, figures=False, cases=False)
    decide(SYSTEM, figures=True, cases=True)
    assert make_editions(timezone.now() + timedelta(minutes=5)) == 0
    after = {(file.name, file.form): file.digest for file in OpenFile.objects.filter(edition__month=months_ago(2))}
    assert after == before


@pytest.mark.django_db
def test_a_month_is_made_ten_days_after_its_end_and_never_a_running_one() -> None:
    switched_on(statistics=True)
    decide(SYSTEM, figures=True, cases=False)
    month = months_ago(2)
    cases(12, "water.street_leak", day=month)
    assert make_editions(ripe(month) - timedelta(days=1)) == 0
    assert make_editions(ripe(month)) == 1
    assert list(OpenEdition.objects.values_list("month", flat=True)) == [month]


@pytest.mark.django_db
def test_days_at_the_edges_of_months_are_told_once() -> None:
    switched_on(statistics=True)
    decide(SYSTEM, figures=True, cases=False)
    first, second = months_ago(3), months_ago(2)
    cases(10, "water.street_leak", day=second - timedelta(days=1))
    cases(20, "water.street_leak", day=second)
    make_editions(timezone.now())
    assert (cells(rows(month=first))["", ""], cells(rows(month=second))["", ""]) == (10, 20)


@pytest.mark.django_db
def test_a_month_with_too_few_is_made_too_and_says_nothing() -> None:
    switched_on(statistics=True)
    decide(SYSTEM, figures=True, cases=True)
    cases(K - 1, "water.street_leak")
    make_editions(timezone.now())
    assert rows() == rows("cases") == []
    with acting(Visitor(), read_only=True):
        assert [one.told for one in editions() if one.month == months_ago(2)] == [False]


def some_cases() -> list[OneCase]:
    """Three places, the smallest with one case of a kind of its own."""
    return [
        *(OneCase("a", "water", day % 40, "in_time" if day % 3 else "late") for day in range(63)),
        *(OneCase("a", "road", None, "") for _n in range(4)),
        *(OneCase("b", "water", 2, "in_time") for _n in range(31)),
        *(OneCase("b", "road", 5, "late") for _n in range(17)),
        OneCase("c", "animals", 100, "late"),
    ]


def test_rows_of_cases_stand_among_ten_and_more_and_their_number_is_no_exact_one() -> None:
    found = edition_of("2026-10", some_cases(), {}, lambda some, n: some[:n]).cases
    classes: dict[tuple[str, str], int] = {}
    for row in found:
        key = str(row["municipality_code"]), str(row["group_code"])
        classes[key] = classes.get(key, 0) + 1
    assert classes
    assert all(n >= K and n % STEP == 0 for n in classes.values())
    assert ("c", "animals") not in classes and not any(key[0] == "c" for key in classes)


def test_rows_of_cases_have_no_day_no_text_and_coarse_lengths() -> None:
    found = edition_of("2026-10", some_cases(), {OTHERS: "остальные"}, lambda some, n: some[:n]).cases
    lengths = {words for _most, words in BOUNDS} | {"31+", ""}
    assert all(row["month"] == "2026-10" and row["days"] in lengths for row in found)
    assert set(found[0]) == {
        "month", "municipality_code", "municipality", "group_code", "group", "answered", "in_time", "days",
    }


def test_rows_are_in_an_order_that_tells_nothing_of_when_they_came() -> None:
    once = edition_of("2026-10", some_cases(), {}, lambda some, n: some[:n])
    turned = edition_of("2026-10", some_cases()[::-1], {}, lambda some, n: some[-n:])
    assert once == turned


def test_shares_are_told_of_many_only_and_as_multiples_of_five() -> None:
    found = {
        (row["municipality_code"], row["group_code"]): row
        for row in edition_of("2026-10", some_cases(), {}, lambda some, n: some[:n]).figures
    }
    shares = [row[name] for row in found.values() for name in ("answered_percent", "in_time_percent")]
    assert all(share is None or int(share) % STEP == 0 for share in shares)
    assert found["", ""]["in_time_percent"] is not None
    small = edition_of("2026-10", some_cases()[67:80], {}, lambda some, n: some[:n]).figures
    assert all(row["in_time_percent"] is None and row["median_days"] is None for row in small)


def test_numbers_of_two_editions_cannot_be_subtracted_to_one_person() -> None:
    """One case more or less in a month moves the told number by nothing, or by a whole step with five behind it."""
    for n in range(K, 60):
        some = [OneCase("a", "water", 1, "in_time")] * n
        one_more = [*some, OneCase("a", "water", 9, "late")]
        told = [
            {row["level"]: row["received"] for row in edition_of("2026-10", one, {}, lambda x, m: x[:m]).figures}
            for one in (some, one_more)
        ]
        assert set(told[0]) == set(told[1])
        assert all(int(str(told[1][level])) - int(str(told[0][level])) in (0, STEP) for level in told[0])
