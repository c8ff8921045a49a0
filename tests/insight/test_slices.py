"""Slices say the same as the cases one by one, by whatever they are asked."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.acting import System, acting
from otklik.insight.definitions import FIGURES, MEASURE_OF, MEASURED, today
from otklik.insight.figures import cases_of
from otklik.insight.measures import MEASURES, PARTS, Measures, parts_of
from otklik.insight.slice_sources import MANY_SCOPES, spans
from otklik.insight.slices import By, Slice, crossed, facts_of, measured, spread, whole
from otklik.territory.models import Territory
from tests.insight.following_steps import follow_all
from tests.insight.test_following import PLACES, STEPS, busy_person
from tests.making import place, send

pytestmark = pytest.mark.django_db
EVERY: tuple[By, ...] = (
    "place", "scope", "day", "week", "month", "theme", "group", "channel", "regime", "executor", "weekday_hour",
)
CROSSED: tuple[By, ...] = ("theme", "group", "channel")
SOME: tuple[By | None, ...] = (None, "place", "week", "month", "channel")
CUT: tuple[By, ...] = ("place", "day", "month", "channel")
SUMS_OF_MORE = {"hops", "rating_sum"}  # a case may add more than one


@pytest.fixture
def lively() -> None:
    """Cases of many ages in three places, some answered, some late, some spam."""
    who = busy_person()
    now = timezone.now()
    for n in range(18):
        sent = send(code=PLACES[n % 3], now=now - timedelta(hours=n * n))
        if n % 4 == 1:
            STEPS["final"](who, sent.case_id)
        elif n % 7 == 3:
            STEPS["spam"](who, sent.case_id)
    follow_all()


def test_every_way_to_cut_a_slice_adds_up_to_the_whole(lively: None) -> None:
    now = timezone.now()
    given = Slice(today(now) - timedelta(days=400), today(now))
    with acting(System("test"), read_only=True):
        all_of_it = whole(given, now)
        assert all_of_it.received > 10
        for by in EVERY:
            assert sum(measured(given, by, now).values(), Measures()) == all_of_it, by
        for by in CROSSED:
            assert sum(crossed(given, by, "place", now).values(), Measures()) == all_of_it, by
            few = measured(given, "place", now, ("received", "late"))
            assert sum(few.values(), Measures()) == Measures(received=all_of_it.received, late=all_of_it.late)
        alone = {code: whole(Slice(given.since, given.until, frozenset({place(code).pk})), now) for code in PLACES}
        assert sum(alone.values(), Measures()) == all_of_it


def test_every_list_holds_exactly_what_its_measure_counts(lively: None) -> None:
    now = timezone.now()
    region = Slice(today(now) - timedelta(days=20), today(now))
    town = Slice(region.since, region.until, frozenset({place(PLACES[1]).pk}), channel="portal", regime="social")
    with acting(System("test"), read_only=True):
        for given in (region, town):
            counted = whole(given, now)
            assert counted.received
            for name in {*MEASURED} & {*MEASURES} - SUMS_OF_MORE:
                assert facts_of(given, name, now).count() == getattr(counted, name), name
            assert facts_of(given, "unthemed", now).count() == counted.received - counted.themed
        month = Slice(today(now) - timedelta(days=29), today(now))
        for figure in FIGURES.values():
            if figure.counted and figure.of_period:
                measure = MEASURE_OF.get(figure.code, figure.code)
                assert cases_of(figure.code, now, 30).count() == facts_of(month, measure, now).count()


def test_cells_say_the_same_as_the_facts_whatever_the_days(lively: None) -> None:
    """Two dimensions at once are counted from facts, one from cells: narrowed by what all have, both must agree."""
    now = timezone.now()
    for since, until in ((0, 0), (3, 1), (40, 2), (70, 0), (400, 20)):
        days = today(now) - timedelta(days=since), today(now) - timedelta(days=until)
        cells, facts = Slice(*days, channel="portal"), Slice(*days, channel="portal", regime="social")
        with acting(System("test"), read_only=True):
            for by in CUT:
                assert measured(cells, by, now) == measured(facts, by, now), (by, days)
            for one in SOME:
                assert spread(cells, "answer", one, now) == spread(facts, "answer", one, now), (one, days)
                assert spread(Slice(*days), "answer", one, now) == spread(facts, "answer", one, now), (one, days)


def test_a_period_is_cut_into_whole_months_and_single_days() -> None:
    assert spans(date(2026, 1, 15), date(2026, 4, 2), days_only=False) == [
        ("m", date(2026, 2, 1), date(2026, 3, 1)), ("d", date(2026, 1, 15), date(2026, 1, 31)),
        ("d", date(2026, 4, 1), date(2026, 4, 2)),
    ]
    assert spans(date(2026, 2, 1), date(2026, 2, 28), days_only=False) == [("m", date(2026, 2, 1), date(2026, 2, 1))]
    assert spans(date(2026, 2, 2), date(2026, 2, 27), days_only=False) == [("d", date(2026, 2, 2), date(2026, 2, 27))]
    assert spans(date(2025, 12, 31), date(2026, 1, 1), days_only=False) == [
        ("d", date(2025, 12, 31), date(2026, 1, 1))
    ]
    assert spans(date(2026, 2, 2), date(2026, 2, 1), days_only=False) == []


def test_the_region_without_some_places_is_the_other_places(lively: None) -> None:
    """Many places together are read from the cells of the region, less what was not asked for."""
    now = timezone.now()
    all_of_it = Slice(today(now) - timedelta(days=400), today(now))
    with acting(System("test"), read_only=True):
        every = frozenset(Territory.objects.filter(kind__in=["region", "municipality"]).values_list("pk", flat=True))
        assert len(every) > MANY_SCOPES
        for left_out in (frozenset(), frozenset({place(PLACES[1]).pk})):
            many = replace(all_of_it, scopes=every - left_out)
            for by in ("day", "week", "month", "weekday_hour", "group"):
                assert measured(many, by, now) == _one_by_one(many, by, now), (by, left_out)
            assert whole(many, now) == sum(measured(many, "place", now).values(), Measures())


def _one_by_one(many: Slice, by: By, now: datetime) -> dict[Any, Measures]:
    found: dict[Any, Measures] = {}
    for scope in [place(code).pk for code in PLACES]:
        if scope in (many.scopes or ()):
            for key, one in measured(replace(many, scopes=frozenset({scope})), by, now).items():
                found[key] = found.get(key, Measures()) + one
    return found


def test_a_figure_is_made_of_the_parts_it_names() -> None:
    every = Measures(*range(7, 7 + len(MEASURES)))
    for figure, parts in PARTS.items():
        few = Measures(**{name: getattr(every, name) for name in parts})
        shown, whole_of = (getattr(one, figure) for one in (few, every))
        assert (shown(1000) == whole_of(1000)) if callable(shown) else shown == whole_of, figure
    assert parts_of("received", "rating") == ("received", "rated", "rating_sum")
