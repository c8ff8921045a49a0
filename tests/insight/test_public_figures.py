"""Figures for everybody: switched on, without what is never public, small numbers hidden before they are kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.acting import Visitor, acting, widened
from otklik.cases.models import Case, Registration
from otklik.insight.jobs import publish_figures
from otklik.insight.models import CaseFact, PublicFigure
from otklik.insight.public_figures import PERIODS, shown_of
from otklik.operations.beats import follow_journal
from otklik.territory.models import Kind, Territory
from tests.cases.problems_steps import HOME, switched_on, theme
from tests.cases.steps import answered
from tests.making import SYSTEM, make_case, make_staff, place

pytestmark = pytest.mark.django_db


def cases(code: str, count: int, **fields: str) -> list[int]:
    made = [make_case().pk for _n in range(count)]
    with acting(SYSTEM), widened():
        Case.objects.filter(pk__in=made).update(theme=theme(code), **fields)
    return made


def publish() -> None:
    now = timezone.now()
    follow_journal(now)
    with acting(SYSTEM), widened():  # the facts follow the journal; the tests changed cases beside it
        for case in Case.objects.all():
            CaseFact.objects.filter(case_id=case.pk).update(theme_id=case.theme_id, regime=case.regime)
    publish_figures(now)


def lines(days: int = 30) -> dict[str, int | None]:
    with acting(Visitor(), read_only=True):
        whole, groups, _at = shown_of(place(HOME), days)
    return {"": whole.received if whole else None} | {one.code: one.received for one in groups}


def test_nothing_is_counted_where_it_is_not_switched_on() -> None:
    cases("water.street_leak", 6)
    publish()
    assert not PublicFigure.objects.exists()
    switched_on(statistics=True)
    publish()
    assert PublicFigure.objects.filter(municipality=place(HOME), group=None).count() == len(PERIODS)
    switched_on(statistics=False)
    publish()
    assert not PublicFigure.objects.exists()


def test_small_groups_are_hidden_and_one_alone_cannot_be_worked_out() -> None:
    switched_on(statistics=True)
    cases("water.street_leak", 9)
    cases("road.pothole", 6)
    cases("transit.fare_payment", 2)
    publish()
    found = lines()
    assert found[""] == 15 and found["water"] == 10
    assert found["transit"] is None and found["road"] is None  # the second smallest with it


def test_appeals_by_law_and_never_public_themes_are_not_counted() -> None:
    switched_on(statistics=True)
    cases("water.street_leak", 6)
    cases("water.street_leak", 3, regime="law59")
    cases("defenders.payments", 7)
    cases("safety.suspicious", 7)
    publish()
    assert lines() == {"": 5, "water": 5}  # six, as multiples of five are told


def test_share_and_median_stand_where_there_is_enough() -> None:
    switched_on(statistics=True)
    who = make_staff(("coordinator", HOME))
    made = cases("water.street_leak", 6)
    for case_id in made[:5]:
        answered(who, case_id, timezone.now() + timedelta(minutes=5))
    publish()
    with acting(Visitor(), read_only=True):
        whole, _groups, as_of = shown_of(place(HOME), 30)
        region, _more, _at = shown_of(Territory.objects.get(kind=Kind.REGION), 30)
    assert whole and (whole.received, whole.answered, whole.share, whole.median_days) == (5, 5, 100, 0)
    assert as_of and region and region.received == 5


def test_fewer_than_five_answers_say_nothing() -> None:
    switched_on(statistics=True)
    who = make_staff(("coordinator", HOME))
    answered(who, cases("water.street_leak", 6)[0], timezone.now() + timedelta(minutes=5))
    publish()
    with acting(Visitor(), read_only=True):
        whole, _groups, _at = shown_of(place(HOME), 30)
    assert whole and (whole.answered, whole.share, whole.median_days) == (None, None, None)


def test_one_more_message_moves_no_figure_on_the_same_day() -> None:
    """Somebody who looks every five minutes must not see a single message come."""
    switched_on(statistics=True)
    cases("water.street_leak", 12)
    publish()
    before = lines()
    cases("water.street_leak", 1)
    cases("road.pothole", 9)
    publish()
    assert lines() == before
    follow_journal(timezone.now())
    publish_figures(timezone.now() + timedelta(days=1))
    assert lines() == {"": 20, "water": 15, "road": 10}


def test_a_municipality_without_messages_does_not_make_the_others_counted_anew() -> None:
    switched_on(statistics=True)
    switched_on(statistics=True, code="gorod-volzhskiy")
    cases("water.street_leak", 12)
    publish()
    before = set(PublicFigure.objects.values_list("pk", flat=True))
    publish()
    assert set(PublicFigure.objects.values_list("pk", flat=True)) == before
    with acting(Visitor(), read_only=True):
        whole, _groups, _at = shown_of(place("gorod-volzhskiy"), 30)
    assert whole and whole.received is None


def test_cases_of_restricted_access_and_registered_beside_under_a_law_are_not_counted() -> None:
    switched_on(statistics=True)
    cases("water.street_leak", 10)
    hidden, beside = cases("water.street_leak", 7), cases("water.street_leak", 7)
    with acting(SYSTEM), widened():
        Case.objects.filter(pk__in=hidden).update(restricted=True)
        for case in Case.objects.filter(pk__in=beside):
            Registration.objects.create(
                case=case, scope_id=case.scope_id, regime="law59", received_at=case.received_at,
                created_at=case.received_at,
            )
    publish()
    assert lines() == {"": 10, "water": 10}
