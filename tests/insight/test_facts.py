"""What is counted of a case, by itself: no database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from otklik.insight.facts import CaseRow, ClockRow, Figures, difference, fact_of, figures_of, summed
from otklik.insight.models import CaseFact

ZONE = ZoneInfo("Europe/Volgograd")
NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CASE = CaseRow(
    id=1, scope_id=7, received_at=NOON, theme_id=None, channel="portal", regime="social", state="new", outcome="",
    importance=2, notifies=True, answered_at=None, closed_at=None,
)
HOUR = timedelta(hours=1)


def clock(
    kind: str = "answer", *, due: datetime = NOON + HOUR, stopped: datetime | None = None, **more: bool
) -> ClockRow:
    return ClockRow(kind, due, more.get("paused", False), stopped, more.get("answered", stopped is not None))


def test_the_day_is_the_regions_day() -> None:
    late_evening = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)  # already the 2nd in Volgograd
    assert fact_of(replace(CASE, received_at=late_evening), [], ZONE).day == date(2026, 3, 2)


def test_spam_thanks_what_is_no_incident_and_history_do_not_count() -> None:
    no_incident = {"importance": 0, "state": "closed"}
    for change in ({"outcome": "spam"}, {"outcome": "thanks"}, no_incident, {"notifies": False}):
        assert figures_of(fact_of(replace(CASE, **change), [], ZONE)) == Figures()


def test_what_is_guessed_to_be_no_incident_counts_until_somebody_has_closed_it() -> None:
    assert figures_of(fact_of(replace(CASE, importance=0), [], ZONE)).open == 1


def test_a_running_limit_waits_and_a_paused_one_does_not() -> None:
    assert fact_of(CASE, [clock()], ZONE).waits_due == NOON + HOUR
    assert fact_of(CASE, [clock(paused=True)], ZONE).waits_due is None


def test_only_limits_of_an_answer_are_judged() -> None:
    fact = fact_of(CASE, [clock("react", stopped=NOON + 5 * HOUR), clock("fix")], ZONE)
    assert (fact.waits_due, fact.verdict) == (None, CaseFact.Verdict.OPEN)


def test_an_answer_by_the_limit_is_in_time_and_after_it_late() -> None:
    assert fact_of(CASE, [clock(stopped=NOON + HOUR)], ZONE).verdict == CaseFact.Verdict.IN_TIME
    assert fact_of(CASE, [clock(stopped=NOON + 2 * HOUR)], ZONE).verdict == CaseFact.Verdict.LATE


def test_after_an_interim_answer_nothing_is_said_until_the_final_one() -> None:
    interim = clock(stopped=NOON)
    assert fact_of(CASE, [interim, clock("final")], ZONE).verdict == CaseFact.Verdict.OPEN
    assert fact_of(CASE, [interim, clock("final", stopped=NOON)], ZONE).verdict == CaseFact.Verdict.IN_TIME


def test_a_turn_that_was_late_stays_late_whatever_comes_after() -> None:
    turns = [clock(stopped=NOON + 2 * HOUR), clock(due=NOON + 9 * HOUR, stopped=NOON + 3 * HOUR)]
    assert fact_of(CASE, turns, ZONE).verdict == CaseFact.Verdict.LATE


def test_closing_without_an_answer_is_not_an_answer_in_time() -> None:
    closed = replace(CASE, state="closed", outcome="not_ours", closed_at=NOON)
    assert fact_of(closed, [clock(stopped=NOON, answered=False)], ZONE).verdict == CaseFact.Verdict.OPEN
    assert fact_of(closed, [clock(stopped=NOON + 2 * HOUR, answered=False)], ZONE).verdict == CaseFact.Verdict.LATE


times = st.integers(-48, 48).map(lambda h: NOON + h * HOUR)
moments = st.one_of(st.none(), times)
clocks = st.lists(
    st.builds(
        ClockRow, kind=st.sampled_from(["react", "answer", "final", "fix"]), due_at=times,
        paused=st.booleans(), stopped_at=moments, answered=st.booleans(),
    ),
    max_size=4,
)
cases = st.builds(
    CaseRow, id=st.integers(1, 5), scope_id=st.integers(1, 3), received_at=times, theme_id=st.none(),
    channel=st.just("portal"), regime=st.just("social"), state=st.sampled_from(["new", "answered", "closed"]),
    outcome=st.sampled_from(["", "spam", "solved"]), importance=st.integers(0, 4), notifies=st.booleans(),
    answered_at=moments, closed_at=moments,
)
# Ids may repeat: sums do not look at them.
facts = st.lists(st.tuples(cases, clocks), max_size=5).map(
    lambda pairs: [fact_of(case, own, ZONE) for case, own in pairs]
)


@given(facts, facts)
def test_a_difference_added_to_what_was_gives_what_is(before: list[CaseFact], after: list[CaseFact]) -> None:
    figures = summed(before)
    for place, change in difference(summed(before), summed(after)).items():
        figures[place] = figures.get(place, Figures()) + change
    assert {p: f for p, f in figures.items() if f != Figures()} == summed(after)


@given(facts)
def test_no_figure_is_ever_below_nothing_and_nothing_is_judged_twice(some: list[CaseFact]) -> None:
    for figures in summed(some).values():
        assert min(figures.open, figures.answered, figures.in_time, figures.late, figures.closed) >= 0
        assert figures.in_time + figures.late <= figures.received
