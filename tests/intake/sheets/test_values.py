"""Dates, importance and states are read as people write them, or named when they cannot be."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.intake.sheets.states import Outcome, SheetState, Stage, read_state
from otklik.intake.sheets.values import ValueRejected, parse_importance, parse_moment

VOLGOGRAD = ZoneInfo("Europe/Volgograd")
NEW_YORK = ZoneInfo("America/New_York")
MOMENT = datetime(2024, 2, 1, 10, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "01.02.2024 13:45",
        "1.2.2024 13:45:00",
        "01.02.2024, 13:45",
        "01.02.24 в 13.45",
        "01.02.2024 г. 13:45",
        "2024-02-01 13:45",
        "2024-02-01T13:45:00.000",
        "2024-02-01T10:45:00Z",
        "2024-02-01T13:45+03:00",
        "2024-02-01T10:45:00+0000",
        "2024-02-01 14:45:00+04",
        "1 февраля 2024 г. 13:45",
        "02/01/2024 01:45:00 PM",
        "45323.5729166667",
        "45323,5729166667",
        datetime(2024, 2, 1, 13, 45),
        datetime(2024, 2, 1, 10, 45, tzinfo=UTC),
        datetime(2024, 2, 1, 10, 45, tzinfo=UTC).astimezone(timezone(timedelta(hours=9))),
    ],
)
def test_one_moment_in_many_forms(value):
    assert parse_moment(value, VOLGOGRAD) == MOMENT
    assert parse_moment(value, VOLGOGRAD).tzinfo is UTC


@pytest.mark.parametrize("value", ["01.02.2024", "2024-02-01", "1 февраля 2024", "45323", date(2024, 2, 1)])
def test_a_date_alone_is_its_midnight_and_a_due_date_its_last_second(value):
    assert parse_moment(value, VOLGOGRAD) == datetime(2024, 1, 31, 21, tzinfo=UTC)
    assert parse_moment(value, VOLGOGRAD, end_of_day=True) == datetime(2024, 2, 1, 20, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize("value", ["", "  ", "-", "—", "нет", None])
def test_nothing_is_nothing(value):
    assert parse_moment(value if value is not None else "", VOLGOGRAD) is None


@pytest.mark.parametrize(
    "value",
    [
        "вчера",
        "31.02.2024",
        "2024-13-01",
        "01/02/2024",
        "01/02/2024 13:45",
        "01/02/2024 13:45 PM",
        "02.2024",
        "25:00",
        "01.02.2024 25:00",
        "1706784300",
        "Яма во дворе",
        "01.02.0204",
        "2024-02-01T10:45+99:00",
        "12345678.5",
        "1 мартобря 2024",
        "45" * 600,
    ],
)
def test_a_date_of_the_wrong_kind_is_named(value):
    with pytest.raises(ValueRejected) as refused:
        parse_moment(value, VOLGOGRAD)
    assert value[:100] in refused.value.message


def test_an_hour_that_came_twice_is_the_first_one():
    # Volgograd went from +4 to +3 on 27 December 2020 at 02:00.
    assert parse_moment("27.12.2020 01:30", VOLGOGRAD) == datetime(2020, 12, 26, 21, 30, tzinfo=UTC)


def test_an_hour_that_never_was_moves_on():
    # Clocks went from 02:00 to 03:00 there; 02:30 becomes 03:30 summer time.
    assert parse_moment("10.03.2024 02:30", NEW_YORK) == datetime(2024, 3, 10, 7, 30, tzinfo=UTC)


moments = st.datetimes(datetime(1991, 1, 1), datetime(2099, 12, 30)).map(
    lambda moment: moment.replace(microsecond=0)
)
FORMS = ["%d.%m.%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d.%m.%Y, %H:%M:%S"]


@settings(deadline=None)
@given(moments, st.sampled_from(FORMS), st.sampled_from([VOLGOGRAD, NEW_YORK, UTC]))
def test_what_was_written_is_read_back(moment, form, zone):
    assert parse_moment(moment.strftime(form), zone) == moment.replace(tzinfo=zone).astimezone(UTC)


@settings(deadline=None)
@given(moments)
def test_the_day_number_of_excel_is_the_same_moment(moment):
    serial = (moment - datetime(1899, 12, 30)) / timedelta(days=1)
    assert parse_moment(repr(serial), UTC) == moment.replace(tzinfo=UTC)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_moment_nothing_or_a_refusal(text):
    try:
        found = parse_moment(text, VOLGOGRAD)
    except ValueRejected as refused:
        assert refused.message
    else:
        assert found is None or found.tzinfo is UTC


def test_importance_by_number_and_word():
    assert [parse_importance(value) for value in ("", "3", "Высокая", "не инцидент", "Критическая")] == [
        None,
        3,
        3,
        0,
        4,
    ]
    with pytest.raises(ValueRejected, match="«так себе»"):
        parse_importance("так себе")


@pytest.mark.parametrize(
    "step,outcome,expected",
    [
        ("В работе", "", SheetState(True, Stage.WORK)),
        ("На модерации", "", SheetState(True, Stage.NEW)),
        ("Отложено", "", SheetState(True, Stage.POSTPONED)),
        ("Закрыт", "Решено", SheetState(False, Stage.CLOSED, Outcome.SOLVED)),
        ("закрыто ", "Даны разъяснения", SheetState(False, Stage.CLOSED, Outcome.EXPLAINED)),
        ("Не требует ответа", "", SheetState(False, Stage.CLOSED, Outcome.NO_ANSWER_NEEDED)),
        ("", "Решён", SheetState(False, Stage.CLOSED, Outcome.SOLVED)),
        ("", "", SheetState(True, Stage.NEW)),
        ("В работе", "Решено", SheetState(True, Stage.WORK)),
        ("Ушёл в поля", "", SheetState(True, Stage.NEW, None, ("Ушёл в поля",))),
        ("Закрыт", "Как-нибудь", SheetState(False, Stage.CLOSED, None, ("Как-нибудь",))),
    ],
)
def test_states_by_words(step, outcome, expected):
    assert read_state(step, outcome) == expected


def test_a_date_of_closing_decides_only_where_no_known_word_does():
    assert not read_state("", "", MOMENT).is_open
    assert read_state("В работе", "", MOMENT).is_open
    unknown = read_state("Ушёл в поля", "", MOMENT)
    assert not unknown.is_open and unknown.unknown_words == ("Ушёл в поля",)
