"""What a computed clock says besides its date: warnings, reasons, forecasts, extensions, promises."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.policy.calendar import WorkingHours
from otklik.policy.extending import extended_plan
from otklik.policy.plans import Circumstances, ClockPlan
from otklik.policy.reading import policy_from_mapping, read_toml, shipped, shipped_calendar, shipped_policies
from otklik.policy.reckoning import fix_plan, reckon
from otklik.policy.regulation import Policy, PolicyError
from otklik.policy.years import CalendarError

ZONE = ZoneInfo("Europe/Volgograd")
CALENDAR = shipped_calendar()
HOURS = WorkingHours()
SECOND = timedelta(seconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def shipped_policy(regime: str) -> Policy:
    return shipped_policies()[regime][-1]


def clocks(policy: Policy | str, known: Circumstances, hours: WorkingHours = HOURS) -> dict[str, ClockPlan]:
    policy = shipped_policy(policy) if isinstance(policy, str) else policy
    return {plan.kind: plan for plan in reckon(policy, CALENDAR, known, hours, ZONE)}


def changed_social(**change: object) -> Policy:
    path = next(p for p in shipped("regimes") if p.name == "social.toml")
    return policy_from_mapping({**read_toml(path), **change})


moments = st.datetimes(datetime(2024, 1, 1), datetime(2026, 11, 1)).map(lambda m: m.replace(tzinfo=ZONE))
regimes = st.sampled_from(["social", "pos", "law59", "law8"])


@given(
    regimes, moments, st.integers(0, 4), st.one_of(st.none(), st.timedeltas(timedelta(), timedelta(days=9)))
)
def test_the_moments_of_a_clock_stand_in_order(
    regime: str, received: datetime, importance: int, registered_after: timedelta | None
) -> None:
    registered = None if registered_after is None else received + registered_after
    known = Circumstances(received, registered, received if regime == "social" else None, importance)
    for plan in clocks(regime, known).values():
        assert plan.control <= plan.due
        assert plan.starts_at - SECOND < plan.control  # a limit to 23:59:59 may begin within that very second
        assert list(plan.warn_at) == sorted(plan.warn_at)
        assert plan.warn_at[-1] == plan.control
        assert plan.legal_date == plan.due.date()
        assert plan.due.tzinfo is ZONE
        assert plan.control == plan.due or CALENDAR.is_working_day(plan.control.date())
        assert all(sentence.endswith(".") for sentence in plan.why)


@given(moments, moments, st.integers(0, 3))
def test_more_important_is_never_due_later(received: datetime, registered: datetime, importance: int) -> None:
    usual, urgent = (
        clocks("social", Circumstances(received, importance=n)) for n in (importance, importance + 1)
    )
    assert all(urgent[kind].due <= usual[kind].due for kind in usual)


@given(st.sampled_from(["law59", "law8"]), moments, st.integers(0, 9))
def test_a_limit_in_days_counts_dates_and_ignores_the_hour(
    regime: str, received: datetime, days: int
) -> None:
    known = Circumstances(received, received + timedelta(days=days))
    assert known.registered is not None
    found = clocks(regime, known)
    assert found["register"].legal_date == received.date() + timedelta(days=3)
    assert found["answer"].legal_date == known.registered.date() + timedelta(days=30)
    assert found["forward"].legal_date == known.registered.date() + timedelta(days=7)


def test_a_night_message_starts_in_the_morning() -> None:
    assert clocks("social", Circumstances(at("2026-03-13T22:00")))["answer"].starts_at == at(
        "2026-03-16T09:00"
    )


def test_warnings_fall_into_working_time_at_half_and_four_fifths() -> None:
    plan = clocks("social", Circumstances(at("2026-03-13T17:00")))["answer"]
    assert plan.warn_at == (at("2026-03-16T12:00"), at("2026-03-16T14:24"), at("2026-03-16T16:00"))


def test_warnings_of_a_limit_in_days_lead_to_the_control_date() -> None:
    plan = clocks("law59", Circumstances(at("2026-04-10T00:00"), at("2026-04-10T00:00")))["answer"]
    assert plan.warn_at[-1] == plan.control == at("2026-05-08T23:59:59")
    assert plan.due == at("2026-05-10T23:59:59")
    assert plan.warn_at[0] == at("2026-04-24T11:59:59")


def test_the_reasons_retell_the_count_with_days_off_short_and_moved_days() -> None:
    why = " ".join(clocks("social", Circumstances(at("2026-05-08T16:30")))["answer"].why)
    assert "Получено в пятницу 08.05.2026 в 16:30." in why
    assert "сокращённый, работа до 17:00 (часть 1 статьи 95 ТК РФ)" in why
    assert "Суббота 09.05.2026 — нерабочий праздничный день (День Победы, статья 112 ТК РФ)" in why
    assert "Понедельник 11.05.2026 — выходной, перенесённый с 09.05.2026 (часть 2 статьи 112 ТК РФ)" in why
    assert "Срок — во вторник 12.05.2026 в 16:30." in why


def test_the_reasons_name_the_decree_of_a_working_saturday() -> None:
    why = " ".join(clocks("social", Circumstances(at("2024-04-26T17:00")))["answer"].why)
    assert (
        "рабочий: выходной перенесён на 29.04.2024 (постановление Правительства РФ от 10.08.2023 № 1314)"
        in why
    )


def test_the_reasons_say_why_the_control_date_is_earlier() -> None:
    why = " ".join(
        clocks("law59", Circumstances(at("2026-04-08T09:00"), at("2026-04-10T10:00")))["answer"].why
    )
    assert "часть 1 статьи 12 59-ФЗ" in why
    assert "день 30-й — воскресенье 10.05.2026" in why
    assert "законный срок от этого не сдвигается" in why
    assert "пятница 08.05.2026" in why


def test_a_provisional_year_is_marked_and_said() -> None:
    inside = clocks("social", Circumstances(at("2026-12-30T10:00")))["react"]
    across = clocks("social", Circumstances(at("2026-12-30T14:00")))["answer"]
    assert (inside.provisional, across.provisional) == (False, True)
    assert any("Календарь 2027 года предварительный" in sentence for sentence in across.why)
    assert not any("предварительный" in sentence for sentence in inside.why)


def test_a_critical_message_needs_no_calendar_at_all() -> None:
    plan = clocks("social", Circumstances(at("2027-01-03T04:00"), importance=4))["answer"]
    assert plan.starts_at == plan.due == plan.control == at("2027-01-03T04:00")
    assert plan.limit.round_the_clock
    assert not plan.provisional


def test_without_registration_the_answer_is_a_forecast_from_the_last_lawful_day() -> None:
    found = clocks("law59", Circumstances(at("2026-04-01T12:00")))
    assert (found["register"].forecast, found["answer"].forecast) == (False, True)
    assert any("последнего законного дня регистрации — 04.04.2026" in s for s in found["answer"].why)
    known = clocks("law59", Circumstances(at("2026-04-01T12:00"), at("2026-04-02T12:00")))
    assert not known["answer"].forecast


def test_what_comes_from_the_state_portal_is_always_a_forecast() -> None:
    for registered in (None, at("2026-04-02T12:00")):
        plan = clocks("pos", Circumstances(at("2026-04-01T12:00"), registered))["answer"]
        assert plan.forecast
        assert any("Срок не подтверждён" in sentence for sentence in plan.why)


def test_a_late_registration_is_said() -> None:
    plan = clocks("law8", Circumstances(at("2026-06-01T12:00"), at("2026-06-08T12:00")))["register"]
    assert any("позже срока" in sentence for sentence in plan.why)


def test_forwarding_and_putting_off_say_when_they_apply() -> None:
    found = clocks("law8", Circumstances(at("2026-06-01T12:00"), at("2026-06-01T13:00")))
    assert {kind for kind, plan in found.items() if plan.condition} == {"forward", "extend"}


def test_the_final_answer_has_no_clock_before_an_interim_one() -> None:
    assert "final" not in clocks("social", Circumstances(at("2026-03-13T17:00")))


@pytest.mark.parametrize(
    "known",
    [
        Circumstances(at("2026-03-13T17:00"), registered=at("2026-03-12T17:00")),
        Circumstances(at("2026-03-13T17:00"), interim=at("2026-03-13T16:59")),
        Circumstances(at("2026-03-13T17:00"), importance=5),
        Circumstances(at("2026-03-13T17:00"), importance=-1),
    ],
)
def test_an_impossible_order_of_events_is_refused(known: Circumstances) -> None:
    with pytest.raises(PolicyError):
        clocks("social", known)


def test_a_date_before_the_calendar_is_refused() -> None:
    with pytest.raises(CalendarError, match="2013"):
        clocks("law59", Circumstances(at("2009-03-13T17:00")))


def test_a_theme_may_have_its_own_limit_but_danger_goes_first() -> None:
    rule = {
        "kind": "answer",
        "limit": 8,
        "unit": "working_hours",
        "starts": "received",
        "stops": ["answer_published"],
        "source": "образец",
        "override": [
            {"theme": "snow", "limit": 2, "unit": "working_hours"},
            {"importance": 4, "limit": 0, "unit": "hours"},
            {"theme": "snow", "importance": 3, "limit": 1, "unit": "working_hours"},
        ],
    }
    policy = changed_social(clocks=[rule])
    received = at("2026-03-16T09:00")

    def due(theme: str, importance: int) -> datetime:
        return clocks(policy, Circumstances(received, importance=importance, theme=theme))["answer"].due

    assert due("snow", 2) == at("2026-03-16T11:00")
    assert due("snow", 3) == at("2026-03-16T10:00")
    assert due("snow", 4) == received
    assert due("lamps", 3) == at("2026-03-16T17:00")


def test_other_percents_move_the_warnings() -> None:
    policy = changed_social(warn_percent=[25, 50, 75])
    plan = clocks(policy, Circumstances(at("2026-03-16T09:00")))["answer"]
    assert plan.warn_at == (at("2026-03-16T11:00"), at("2026-03-16T13:00"), at("2026-03-16T15:00"))


LAW59 = Circumstances(at("2026-04-06T09:00"), at("2026-04-06T10:00"))
LAW8 = Circumstances(at("2026-06-01T09:00"), at("2026-06-01T10:00"))


def extended(
    regime: str, known: Circumstances, days: int, noticed: str, reason: str = "нужен ответ Москвы"
) -> ClockPlan:
    return extended_plan(shipped_policy(regime), CALENDAR, known, days, at(noticed), reason, ZONE)


def test_an_appeal_is_extended_by_thirty_days_when_notified_in_time() -> None:
    plan = extended("law59", LAW59, 30, "2026-05-06T23:00")
    assert plan.legal_date == date(2026, 6, 5)
    assert any(
        "часть 2 статьи 12 59-ФЗ" in sentence and "нужен ответ Москвы" in sentence for sentence in plan.why
    )


def test_a_request_is_put_off_by_fifteen_days_only_if_notified_in_seven() -> None:
    assert extended("law8", LAW8, 15, "2026-06-08T18:00").legal_date == date(2026, 7, 16)
    with pytest.raises(PolicyError, match=r"до 08\.06\.2026"):
        extended("law8", LAW8, 15, "2026-06-09T09:00")


@pytest.mark.parametrize(
    ("regime", "known", "days", "noticed", "reason"),
    [
        ("law59", LAW59, 31, "2026-05-01T10:00", "причина"),
        ("law59", LAW59, 0, "2026-05-01T10:00", "причина"),
        ("law59", LAW59, 30, "2026-05-07T10:00", "причина"),
        ("law59", LAW59, 30, "2026-05-01T10:00", "  "),
        ("law59", Circumstances(at("2026-04-06T09:00")), 30, "2026-05-01T10:00", "причина"),
        ("law8", LAW8, 16, "2026-06-02T10:00", "причина"),
        ("social", LAW59, 5, "2026-04-07T10:00", "причина"),
        ("pos", LAW59, 5, "2026-04-07T10:00", "причина"),
    ],
)
def test_an_extension_the_law_does_not_know_is_refused(
    regime: str, known: Circumstances, days: int, noticed: str, reason: str
) -> None:
    with pytest.raises(PolicyError):
        extended(regime, known, days, noticed, reason)


def test_a_promise_is_due_at_the_end_of_the_promised_day_and_watched_before_the_weekend() -> None:
    plan = fix_plan(CALENDAR, date(2026, 3, 15), at("2026-03-10T12:00"), ZONE)
    assert (plan.kind, plan.due, plan.control) == (
        "fix",
        at("2026-03-15T23:59:59"),
        at("2026-03-13T23:59:59"),
    )
    with pytest.raises(PolicyError):
        fix_plan(CALENDAR, date(2026, 3, 9), at("2026-03-10T12:00"), ZONE)
