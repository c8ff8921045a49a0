"""The made world of the radar has the shape that it claims, its judge is just, and it is the same each time."""

import datetime as dt
from dataclasses import replace

import numpy as np

from bench.made_bursts import (
    BURST_COUNTS,
    BURSTS,
    BUSY_DAYS,
    CLOSES_AFTER,
    COPIES,
    DAYS,
    FIRST_DAY,
    GROUPS,
    HISTORY_DAYS,
    HOURS,
    PER_1000_A_YEAR,
    RUMOURS,
    WHOLE_REGION,
    Alarm,
    day_factor,
    made,
    plain_threshold,
    raw_mean,
    score,
)

STREAM = made(0)


def test_the_same_seed_gives_the_same_year_and_another_seed_another() -> None:
    again = made(0)
    assert np.array_equal(again.minute, STREAM.minute)
    assert np.array_equal(again.likeness, STREAM.likeness)
    assert again.planted == STREAM.planted
    assert len(made(1).minute) != len(STREAM.minute)


def test_places_groups_and_days_are_all_there_and_in_order() -> None:
    assert len(STREAM.places) == 39
    assert set(np.unique(STREAM.place)) == set(range(39))
    assert set(np.unique(STREAM.group)) == set(range(GROUPS))
    assert np.all(np.diff(STREAM.minute) >= 0)
    assert STREAM.minute[0] >= 0
    assert STREAM.minute[-1] < (HISTORY_DAYS + DAYS) * 1440
    assert (FIRST_DAY + dt.timedelta(days=HISTORY_DAYS)).isoformat() == "2025-01-01"


def test_as_many_messages_as_the_source_says() -> None:
    year = np.sum(STREAM.minute >= STREAM.begins)
    residents = STREAM.population[:-1].sum()
    assert abs(year / residents * 1000 / PER_1000_A_YEAR - 1) < 0.15


def test_counts_are_more_unequal_than_chance_and_only_so_much() -> None:
    """Without the calendar a day's squared variation is some hundredths, a cell's variance above its mean."""
    day = (STREAM.minute // 1440).astype(int)
    daily = np.bincount(day, minlength=HISTORY_DAYS + DAYS).astype(float)
    factors = np.array([day_factor(FIRST_DAY + dt.timedelta(days=at)) for at in range(len(daily))])
    calm = daily / factors
    months = np.convolve(calm, np.ones(29) / 29, mode="valid")
    rest = calm[14:-14] / months
    assert 0.015 < rest.var() < 0.06
    cell = STREAM.place * GROUPS + STREAM.group
    counts = np.zeros((39 * GROUPS, len(daily)))
    np.add.at(counts, (cell, day), 1)
    means = counts.mean(axis=1)
    middle = (means > 0.5) & (means < 1.5)
    assert 1.2 < np.median(counts[middle].var(axis=1) / means[middle]) < 2.5


def test_hours_weekdays_and_holidays() -> None:
    hour = (STREAM.minute // 60 % 24).astype(int)
    shares = np.bincount(hour, minlength=24) / len(hour)
    assert np.abs(shares - np.array(HOURS) / sum(HOURS)).max() < 0.012
    day = (STREAM.minute // 1440).astype(int)
    counts = np.bincount(day, minlength=HISTORY_DAYS + DAYS)
    weekday = np.array([(FIRST_DAY + dt.timedelta(days=at)).weekday() for at in range(len(counts))])
    assert counts[weekday == 5].mean() < 0.5 * counts[weekday < 5].mean()
    assert day_factor(dt.date(2025, 5, 9)) < 0.5 < day_factor(dt.date(2025, 5, 12))


def test_what_is_planted_is_of_every_size_speed_and_place() -> None:
    kinds = [one.kind for one in STREAM.planted]
    assert [kinds.count(kind) for kind in ("burst", "copies", "rumour", "busy")] == [BURSTS, COPIES, RUMOURS, BUSY_DAYS]
    bursts = STREAM.bursts
    must = [one for one in bursts if one.must]
    assert 100 < len(must) < BURSTS
    assert sum(one.times < 5 for one in bursts) >= 10
    assert sum(5 <= one.times < 20 for one in must) >= 40
    assert sum(one.usual < 0.1 for one in must) >= 20  # places where hardly anybody writes
    assert min(one.minutes for one in bursts) < 20
    assert max(one.minutes for one in bursts) > 400
    assert min(one.count for one in bursts) <= BURST_COUNTS[0]
    assert max(one.count for one in bursts) > BURST_COUNTS[1]
    assert len({one.place for one in bursts}) >= 30
    assert len({one.group for one in bursts}) == GROUPS


def test_planted_messages_are_in_the_stream_and_alike_in_part() -> None:
    minutes = set(STREAM.minute.tolist())
    for one in STREAM.bursts[:40]:
        inside = [moment for moment in one.moments if moment < STREAM.ends]
        assert minutes.issuperset(inside)
        assert list(one.moments) == sorted(one.moments)
    alike = [np.mean(STREAM.likeness[np.isin(STREAM.minute, one.moments)] > 0) for one in STREAM.bursts]
    assert 0.6 < float(np.mean(alike)) < 0.8


def test_nothing_is_planted_before_the_year() -> None:
    assert all(one.moments[0] >= STREAM.begins for one in STREAM.planted)


def test_copies_have_one_author_and_bursts_have_many() -> None:
    for one in STREAM.planted:
        authors = STREAM.author[np.isin(STREAM.minute, one.moments)]
        if one.kind == "copies":
            assert len(set(authors.tolist())) == 1
        if one.kind in {"burst", "rumour"}:
            assert len(set(authors.tolist())) >= 0.9 * len(authors)


def test_the_judge_knows_a_perfect_radar_and_a_silent_one() -> None:
    perfect = score(STREAM, [Alarm(one.moments[min(5, one.count - 1)], one.place, one.group) for one in STREAM.bursts])
    assert (perfect.found_in_15, perfect.found_of_all, perfect.false) == (1.0, 1.0, 0)
    silent = score(STREAM, [])
    assert (silent.found_in_15, silent.false_per_week, silent.median_delay_min) == (0.0, 0.0, float("inf"))


def test_the_judge_counts_delays_from_the_sixth_message_and_closes_a_burst() -> None:
    one = next(burst for burst in STREAM.bursts if burst.must and burst.count > 8)
    late = Alarm(one.moments[5] + 20, one.place, one.group)
    judged = score(STREAM, [late])
    assert min(judged.delays) == 20.0 or late.minute > one.moments[-1] + CLOSES_AFTER
    assert judged.found_in_15 == 0.0 < judged.found_in_60
    again = replace(late, minute=one.moments[-1] + CLOSES_AFTER + 1)
    assert score(STREAM, [late, again]).false == 1
    assert score(STREAM, [late, replace(late, minute=late.minute + 1)]).false == 0
    assert score(STREAM, [replace(late, place=(one.place + 1) % 38)]).false == 1


def test_of_a_busy_day_one_alarm_is_free_and_copies_are_never_news() -> None:
    busy = next(one for one in STREAM.planted if one.kind == "busy")
    alarms = [Alarm(busy.moments[0] + 600 + place, place, busy.group) for place in range(5)]
    judged = score(STREAM, [Alarm(busy.moments[0] + 599, WHOLE_REGION, busy.group), *alarms])
    assert judged.false == judged.false_on_busy == 5
    copies = next(one for one in STREAM.planted if one.kind == "copies")
    assert score(STREAM, [Alarm(copies.moments[3], copies.place, copies.group)]).false_on_copies == 1


def test_alarms_outside_the_year_are_not_counted() -> None:
    assert score(STREAM, [Alarm(10.0, 0, 0), Alarm(STREAM.ends + 1, 0, 0)]).alarms == 0


def test_plain_rules_find_something_and_cry_too_often() -> None:
    threshold, mean = score(STREAM, plain_threshold(STREAM)), score(STREAM, raw_mean(STREAM))
    assert 0.2 < threshold.found_in_60 < 1.0
    assert threshold.false_per_week > 0.1
    assert mean.false_per_week > 5
