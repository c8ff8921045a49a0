"""The radar's method: what is usual is learnt from few data, six messages within minutes are heard, chance is not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.insight import radar
from otklik.insight.radar import Arrival, Burst, Scanner, at_least
from otklik.insight.radar_usual import Key, Usual, fit, from_plain

PLACES = [1, 2, 3]
THEMES = ["roads.pits", "roads.snow", "water.none"]
DAY = 20_000  # a Monday or not: days are numbered from one
NOON = DAY * 24 + 12.0


def usual_of(
    rates: dict[tuple[int, str], float], days: int = 120, seed: int = 5, cities: dict[int, int] | None = None
) -> Usual:
    """Fitted to made days: so many messages a day, working days twice as many as days off, all between 8 and 20."""
    chance = np.random.default_rng(seed)
    counts = np.zeros((days, len(PLACES), len(THEMES)))
    weekday = (DAY - days + np.arange(days)) % 7
    for (place, theme), rate in rates.items():
        lot = rate * np.where(weekday < 5, 7 / 6, 7 / 12)
        counts[:, PLACES.index(place), THEMES.index(theme)] = chance.poisson(lot)
    hours = np.zeros((168, 2))
    for hour in range(168):
        hours[hour] = 100 * (8 <= hour % 24 < 20) * (2 if hour < 120 else 1)
    fitted = fit(counts, hours, day=DAY, places=PLACES, themes=THEMES, cities=cities)
    assert fitted is not None
    return fitted


CALM = {(1, "roads.pits"): 5.0, (1, "roads.snow"): 2.0, (1, "water.none"): 2.0, (2, "roads.pits"): 0.5,
        (2, "water.none"): 0.2, (3, "roads.pits"): 0.05}  # fmt: skip


def messages(
    count: int, minutes: float, *, place: int = 2, theme: str = "water.none", at: float = NOON
) -> list[Arrival]:
    return [Arrival(at + n * minutes / 60 / count, place, theme, 100 + n, 7_000 + n) for n in range(count)]


def heard(scanner: Scanner, some: list[Arrival]) -> tuple[int, Burst] | None:
    for number, one in enumerate(some, 1):
        if burst := scanner.take(one):
            return number, burst
    return None


def test_six_messages_of_one_theme_in_one_place_within_minutes_are_heard_by_the_sixth() -> None:
    found = heard(Scanner(usual_of(CALM)), messages(6, 10))
    assert found is not None
    number, burst = found
    assert number <= 6
    assert burst.key == Key("theme", 2, "water.none")
    assert burst.evidence.count >= 4 and burst.evidence.expected < 0.2 and burst.evidence.a_week < 1


def test_six_messages_over_a_day_where_six_are_usual_are_nothing() -> None:
    assert heard(Scanner(usual_of(CALM)), messages(6, 600, place=1, theme="roads.pits", at=DAY * 24 + 8)) is None


def test_one_writer_who_sends_the_same_twenty_times_is_no_burst() -> None:
    some = [Arrival(one.at, one.place, one.theme, one.case, 55, like=9) for one in messages(20, 20)]
    assert heard(Scanner(usual_of(CALM)), some) is None


def test_a_place_without_any_past_is_judged_by_its_neighbours() -> None:
    usual = usual_of(CALM)
    mean, shape = usual.expected(Key("theme", 3, "water.none"), NOON - 24, NOON)
    assert 0 < mean < 0.2 and shape > 0
    known, _shape = usual.expected(Key("theme", 1, "water.none"), NOON - 24, NOON)
    assert known > 5 * mean


def test_what_is_usual_follows_weekday_and_hour() -> None:
    usual, key = usual_of(CALM), Key("theme", 1, "roads.pits")
    sunday = DAY - DAY % 7 + 6
    assert usual.per_hour(key, sunday * 24 + 12) < usual.per_hour(key, (sunday + 1) * 24 + 12)
    assert usual.per_hour(key, NOON + 15) < 0.2 * usual.per_hour(key, NOON)  # three at night


def test_an_old_burst_does_not_teach_that_bursts_are_usual() -> None:
    quiet = usual_of(CALM)
    chance = np.random.default_rng(5)
    counts = np.zeros((120, 3, 3))
    for (place, theme), rate in CALM.items():
        counts[:, PLACES.index(place), THEMES.index(theme)] = chance.poisson(rate, 120)
    counts[100, 1, 2] += 60
    hours = np.ones((168, 2)) * 50
    loud = fit(counts, hours, day=DAY, places=PLACES, themes=THEMES)
    assert loud is not None
    key = Key("theme", 2, "water.none")
    assert loud.weekly["theme"]["2|water.none"][0] < 3 * quiet.weekly["theme"]["2|water.none"][0]
    assert heard(Scanner(loud), messages(6, 10)) is not None and key


def test_too_short_a_past_teaches_nothing() -> None:
    assert fit(np.ones((13, 3, 3)), np.ones((168, 2)), day=DAY, places=PLACES, themes=THEMES) is None
    assert fit(np.zeros((50, 3, 3)), np.zeros((168, 2)), day=DAY, places=PLACES, themes=THEMES) is None


def test_a_running_burst_takes_in_what_follows_and_ends_when_it_is_quiet() -> None:
    usual = usual_of(CALM)
    scanner = Scanner(usual)
    found = heard(scanner, messages(30, 60))
    assert found is not None
    burst = found[1]
    for one in messages(30, 60)[found[0] :]:
        assert scanner.take(one) is None
    assert len(burst.cases) == 30
    assert not radar.is_over(usual, burst, burst.last + 0.5)
    assert radar.is_over(usual, burst, burst.last + 3)


def test_what_goes_on_for_weeks_is_usual_by_then() -> None:
    usual = usual_of(CALM)
    burst = Burst(Key("theme", 2, "water.none"), NOON, NOON, radar.Evidence(6, 1, 0.1, 0, 0), [1], [NOON])
    burst.times = [NOON + hours for hours in range(15 * 24)]
    assert radar.is_over(usual, burst, NOON + 15 * 24)


def test_where_a_theme_is_busy_everywhere_a_place_needs_more() -> None:
    usual = usual_of(CALM | {(2, "roads.snow"): 0.7})
    alone, crowd = Scanner(usual), Scanner(usual)
    crowd.odds = 0.0  # the crowd itself is not what is asked about
    for number in range(120):  # as many elsewhere within hours as in weeks
        crowd.take(Arrival(NOON - 5 + number / 24, 1, "roads.snow", 1_000 + number, 1_000 + number))
    crowd.renew(usual)
    six = messages(6, 150, theme="roads.snow")
    first = heard(alone, six)
    assert first is not None and first[1].key.place == 2
    then = [burst for one in six if (burst := crowd.take(one))]
    assert [burst.key.level for burst in then] == ["theme_all"]  # the region's; no place is louder than others


def test_like_messages_are_heard_earlier_and_one_text_in_several_places_is_one_event() -> None:
    usual = usual_of(CALM)
    said = [
        Arrival(NOON + n, 1, theme, n, n, like=77)
        for n, theme in enumerate(["roads.pits", "water.none", "roads.pits", "roads.pits"])
    ]
    assert heard(Scanner(usual), [Arrival(one.at, 1, one.theme, one.case, one.who) for one in said]) is None
    scanner = Scanner(usual)
    found = heard(scanner, said)
    assert found is not None and found[1].key.code == "roads.pits"
    elsewhere = [Arrival(NOON + 3 + n / 10, 2, "roads.pits", 50 + n, 50 + n, like=77) for n in range(8)]
    assert heard(scanner, elsewhere) is None
    assert len(found[1].cases) == 12


def test_like_messages_that_nobody_can_name_are_a_new_topic() -> None:
    some = [Arrival(NOON + n / 10, 1, "", n, n, like=5) for n in range(5)]
    found = heard(Scanner(usual_of(CALM)), some)
    assert found is not None and found[1].key.level == radar.TOPIC


def test_texts_that_come_all_year_need_many() -> None:
    usual = usual_of(CALM)
    some = [Arrival(NOON + n, 1, "roads.pits", n, n, like=5) for n in range(4)]
    assert heard(Scanner(usual, likes=lambda _like: (80.0, 640.0)), some) is None


def test_a_usual_week_of_made_messages_gives_no_alarm() -> None:
    usual = usual_of(CALM)
    chance = np.random.default_rng(11)
    some = []
    for (place, theme), rate in CALM.items():
        for day in range(DAY, DAY + 28):
            for _ in range(chance.poisson(rate * (7 / 6 if day % 7 < 5 else 7 / 12))):
                some.append(Arrival(day * 24 + 8 + 12 * chance.random(), place, theme, len(some), len(some)))
    scanner = Scanner(usual)
    assert heard(scanner, sorted(some, key=lambda one: one.at)) is None


def test_what_is_usual_survives_being_kept() -> None:
    usual = usual_of(CALM)
    again = from_plain(usual.plain())
    key = Key("group", 1, "roads")
    assert again.expected(key, NOON - 5, NOON) == usual.expected(key, NOON - 5, NOON)


@given(st.integers(1, 60), st.floats(0.001, 30), st.floats(0.05, 1000))
def test_the_tail_is_a_chance_and_falls_with_the_count(count: int, mean: float, shape: float) -> None:
    one, more = at_least(count, mean, shape), at_least(count + 1, mean, shape)
    assert 0 <= more <= one <= 1


@pytest.mark.parametrize(("count", "mean", "tail"), [(1, 1.0, 0.632), (5, 1.0, 0.00366), (11, 2.4, 4.3e-5)])
def test_without_spread_the_tail_is_poissons(count: int, mean: float, tail: float) -> None:
    assert at_least(count, mean, 1e6) == pytest.approx(tail, rel=0.05)


CITY = {2: 9, 3: 9, 9: 9}  # two inner districts, and the city for what has no district
BUSY = CALM | {(1, "water.none"): 40.0}  # the rest of the region writes of it all day


def spread_out(count: int, theme: str = "water.none", like: int = 0) -> list[Arrival]:
    """So many messages within half an hour, from the districts of the city in turn."""
    return [Arrival(NOON + n / 2 / count, (2, 3)[n % 2], theme, n, n, like=like) for n in range(count)]


def test_what_a_city_of_districts_writes_of_is_heard_though_no_district_is_loud() -> None:
    apart, city = Scanner(usual_of(BUSY)), Scanner(usual_of(BUSY, cities=CITY))
    some = spread_out(6)
    found = heard(city, some)
    assert heard(apart, some) is None
    assert found is not None and (found[1].key.level, found[1].key.place) == ("theme_city", 9)
    for one in spread_out(8)[found[0] :]:
        assert city.take(one) is None  # what follows in a district is the same event
    assert len(found[1].cases) == 8


def test_like_texts_of_a_city_are_heard_by_the_fourth_or_fifth() -> None:
    found = heard(Scanner(usual_of(BUSY, cities=CITY)), spread_out(5, like=7))
    assert found is not None and found[1].key == Key("theme_city", 9, "water.none") and found[1].like == 7


def test_what_a_city_expects_is_the_sum_of_its_districts_and_nothing_changes_where_there_is_none() -> None:
    without, usual = usual_of(BUSY), usual_of(BUSY, cities=CITY)
    city, _shape = usual.expected(Key("theme_city", 9, "water.none"), NOON - 24, NOON)
    parts = [usual.expected(Key("theme", one, "water.none"), NOON - 24, NOON)[0] for one in (2, 3)]
    assert abs(city - sum(parts)) < 1e-6
    assert without.plain() == {**usual.plain(), "cities": {}, "weekly": without.weekly, "spread": without.spread}
    assert Scanner(usual).odds < Scanner(without).odds  # more looks, each more seldom wrong
    assert from_plain(without.plain() | {"cities": {}}) == without
    old = without.plain()
    old.pop("cities")  # what an older program kept
    assert heard(Scanner(from_plain(old)), spread_out(6)) is None
