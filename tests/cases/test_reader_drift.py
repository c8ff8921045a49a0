"""The weeks of the reader: counted as they were, and an alarm that rises when it should and only then."""

from datetime import date, timedelta

import pytest

from otklik.acting import acting, widened
from otklik.cases import reader_drift
from otklik.cases.models import ReaderWeek, ThemeReading
from otklik.cases.reader_drift import Week, first_monday, growth, weeks
from tests.cases.learning_steps import history
from tests.cases.steps import o_clock
from tests.making import SYSTEM, at, place

NOW = o_clock("12:00")
MONDAY = date(2026, 3, 2)


def told(*shares: tuple[int, int], decided: tuple[int, int] = (0, 0)) -> list[Week]:
    """Weeks of (unsure, read), oldest first."""
    return [
        Week(MONDAY - timedelta(weeks=len(shares) - number), read, low, *decided)
        for number, (low, read) in enumerate(shares, 1)
    ]


def test_a_share_that_grows_by_what_matters_rings():
    found = growth(told((20, 200), (22, 200), (19, 200), (21, 200), (60, 200)))
    assert [(one.what, round(one.share, 2), round(one.before, 2)) for one in found] == [("low", 0.3, 0.1)]


@pytest.mark.parametrize(
    "quiet",
    [
        told((20, 200), (22, 200), (19, 200), (26, 200)),  # as chance has it
        told((2000, 20000), (2000, 20000), (2000, 20000), (2600, 20000)),  # sure, yet by three points only
        told((20, 200), (22, 200), (19, 200), (20, 49)),  # a week that says little
        told((20, 200), (22, 200), (100, 200)),  # too little to hold it against
        told((60, 200), (60, 200), (60, 200), (10, 200)),  # it fell
        told((0, 0), (0, 0), (0, 0), (0, 0)),
        [],
    ],
)
def test_what_is_no_growth_does_not_ring(quiet):
    assert growth(quiet) == []


def test_corrections_ring_by_the_same_rule():
    made = [Week(MONDAY - timedelta(weeks=5 - n), 0, 0, 100, 10 if n < 5 else 40) for n in range(1, 6)]
    assert [one.what for one in growth(made)] == ["corrected"]


def test_a_quiet_running_week_leaves_the_last_full_one_to_speak():
    assert growth(told((20, 200), (22, 200), (19, 200), (21, 200), (60, 200), (1, 5)))


@pytest.mark.django_db
def test_weeks_are_counted_by_the_regions_clock_and_by_scope():
    cases = history(6, now=NOW)
    moments = ["2026-03-01 23:59", "2026-03-02 00:01", "2026-03-04 10:00"]
    with acting(SYSTEM), widened():
        for number, (case, moment) in enumerate(zip(cases, moments * 2, strict=True)):
            ThemeReading.objects.create(
                case=case, scope_id=case.scope_id, at=at(moment), low=number % 2 == 0, p=0.5,
                decided_at=at("2026-03-04 11:00") if number < 3 else None, place=number if number < 3 else None,
            )  # fmt: skip
    reader_drift.prepare(NOW)
    reader_drift.prepare(NOW)  # again is the same
    last, running = weeks(NOW)[-2:]
    assert (last.monday, last.read, last.low) == (MONDAY - timedelta(weeks=1), 2, 1)
    assert (running.read, running.low, running.decided, running.corrected) == (4, 2, 3, 2)
    assert weeks(NOW, [place("gorod-volzhskiy").pk])[-1].read == 0
    assert len(weeks(NOW)) == 13 and ReaderWeek.objects.count() == 2
    assert first_monday(NOW) == MONDAY - timedelta(weeks=12)
