"""The nightly effect on made weekly figures: what was planted is found, and who stopped is on neither side."""

from datetime import UTC, date, datetime, timedelta

import pytest

from otklik.acting import acting, widened
from otklik.insight.counting import make_anew
from otklik.insight.models import CaseFact, Cell
from otklik.practice.effects_of_practices import HISTORY, SETTLING, began_of
from otklik.practice.jobs import count_effects
from otklik.practice.models import Practice, PracticeEffect, Taking
from otklik.territory.models import Kind, Territory
from tests.making import SYSTEM
from tests.practice.figure_steps import theme_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)  # a Thursday
MONDAY = date(2026, 11, 23)
WEEK = timedelta(weeks=1)
AGO = 20  # weeks since all of them took it
EACH = 10  # cases a week in every centre


def centres() -> list[Territory]:
    return list(Territory.objects.filter(kind=Kind.MUNICIPALITY).order_by("code"))


def practice_taken(places: list[Territory], *, stopped: Territory | None = None) -> Practice:
    """The first of the places made it, the others took it in the same week."""
    at = NOW - AGO * WEEK
    with acting(SYSTEM), widened():
        row = Practice.objects.create(
            place=places[0], title="Слабые места", group="water", problem="Прорывы", steps="один\nдва\nтри",
            cost="ничего", state="confirmed", made_at=at, confirmed_at=at,
        )
        for one in places[1:]:
            Taking.objects.create(practice=row, place=one, at=at, in_use=True)
        if stopped is not None:
            Taking.objects.create(practice=row, place=stopped, at=at, in_use=False, why="Нет людей")
    return row


def weekly(lifted: dict[int, int], *, base: int = 5, weeks: int = HISTORY + SETTLING) -> None:
    """Ten judged cases a week everywhere, one more or fewer in time by turns; centres of `lifted` have so many more in
    time since they took it. Written as the cells of days that a week is read from.
    """
    began, theme = MONDAY - AGO * WEEK, theme_of("water")
    rows = []
    for number, place in enumerate(centres()):
        for ago in range(weeks):
            since = MONDAY - ago * WEEK
            hits = base + (number + ago) % 2 + (lifted.get(place.pk, 0) if since >= began else 0)
            rows.append(Cell(span="d", dimension="theme", since=since, scope=place, number=theme, received=EACH,
                             in_time=hits, late=EACH - hits))  # fmt: skip
    with acting(SYSTEM), widened():
        CaseFact.objects.all().delete()
        make_anew()  # nothing: the cells below stand alone
        Cell.objects.bulk_create(rows)


def test_a_planted_lift_is_found_and_told_with_its_numbers() -> None:
    took = centres()[:4]
    practice_taken(took)
    weekly({one.pk: 3 for one in took})
    assert count_effects(NOW) == 1
    found = PracticeEffect.objects.get()
    weeks = AGO - SETTLING  # a side
    assert (found.said, found.took, found.untouched) == ("helped", 4, len(centres()) - 4)
    assert found.estimate == pytest.approx(0.3, abs=0.02) and found.low < 0.3 < found.high and found.low > 0.2
    assert (found.cases_before, found.cases_after) == (4 * weeks * EACH, 4 * weeks * EACH)
    assert found.before == pytest.approx(0.55, abs=0.02) and found.after == pytest.approx(0.85, abs=0.02)


def test_without_a_lift_nothing_is_seen_though_all_have_become_better() -> None:
    practice_taken(centres()[:4])
    weekly({one.pk: 3 for one in centres()})  # the whole region, not those who took it
    count_effects(NOW)
    found = PracticeEffect.objects.get()
    assert found.said == "not_seen" and abs(found.estimate) < 0.03
    assert found.after - found.before == pytest.approx(0.3, abs=0.02)


def test_who_stopped_is_on_neither_side() -> None:
    """Its own fall would pull those who took it down, or lift them as one of the untouched: it does neither."""
    *took, stopped = centres()[:5]
    row = practice_taken(took, stopped=stopped)
    with acting(SYSTEM, read_only=True):
        assert began_of(row) == {one.pk: MONDAY - AGO * WEEK for one in took}
    told = []
    for fall in (0, -5):
        weekly({one.pk: 3 for one in took} | {stopped.pk: fall})
        count_effects(NOW)
        found = PracticeEffect.objects.get()
        told.append((found.said, found.took, found.untouched, found.estimate, found.low, found.high, found.cases_after))
    assert told[0] == told[1]
    assert told[0][:3] == ("helped", 4, len(centres()) - 5)


def test_a_centre_begins_in_the_week_of_its_taking_and_the_last_two_weeks_do_not_count() -> None:
    took = centres()[:4]
    row = practice_taken(took)
    with acting(SYSTEM), widened():
        Taking.objects.filter(place=took[3]).update(at=NOW - 3 * WEEK)  # one week at work: too early for it
    with acting(SYSTEM, read_only=True):
        row = Practice.objects.prefetch_related("takings").get(pk=row.pk)
        assert began_of(row)[took[3].pk] == MONDAY - 3 * WEEK
    weekly({one.pk: 3 for one in took[:3]})
    with acting(SYSTEM), widened():  # what is judged of the last weeks is all late: the others' limits still run
        Cell.objects.filter(since__gte=MONDAY - SETTLING * WEEK).update(in_time=0, late=EACH)
    count_effects(NOW)
    found = PracticeEffect.objects.get()
    assert found.said == "helped" and found.took == 4
    assert found.cases_after == 3 * (AGO - SETTLING) * EACH  # the fourth has no side yet, and is no untouched one
    assert found.untouched == len(centres()) - 4


def test_six_weeks_at_work_are_early() -> None:
    took = centres()[:4]
    practice_taken(took)
    Taking.objects.update(at=NOW - 6 * WEEK)
    Practice.objects.update(made_at=NOW - 6 * WEEK)
    weekly({one.pk: 3 for one in took})
    count_effects(NOW)
    found = PracticeEffect.objects.get()
    assert (found.said, found.estimate, found.untouched) == ("early", None, len(centres()) - 4)
