"""When a queue is silent."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from otklik.cases.silence_rules import Silence, silence_of
from otklik.policy.calendar import Calendar, WorkingHours
from otklik.policy.reading import shipped_law

ZONE = ZoneInfo("Europe/Volgograd")
IVA, PETR, SUBSTITUTE = 1, 2, 3


def at(words: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{words}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("people", "stands", "acted", "now", "silence"),
    [
        ([], {}, {}, "04 10:01", Silence("nobody", at("04 10:00"))),
        ([IVA], {}, {}, "04 13:59", None),
        ([IVA], {}, {}, "04 14:00", Silence("idle", at("04 10:00"))),
        ([IVA], {}, {IVA: "04 12:00"}, "04 15:59", None),
        ([IVA], {}, {IVA: "04 12:00"}, "04 16:00", Silence("idle", at("04 12:00"))),
        ([IVA, PETR], {}, {PETR: "04 12:00"}, "04 15:00", None),  # one of them works
        ([IVA], {}, {IVA: "04 16:00"}, "05 08:59", None),  # the night is nobody's silence
        ([IVA], {}, {IVA: "04 16:00"}, "05 11:00", Silence("idle", at("04 16:00"))),
        ([IVA], {}, {IVA: "06 17:00"}, "09 23:00", None),  # nor days off: the ninth is one in 2026
        ([IVA], {IVA: None}, {}, "04 10:01", Silence("away", at("04 10:00"))),
        ([IVA], {IVA: None}, {IVA: "03 18:00"}, "04 10:01", Silence("away", at("04 10:00"))),
        ([IVA, PETR], {IVA: None}, {}, "04 12:00", None),
        ([IVA], {IVA: SUBSTITUTE}, {}, "04 12:00", None),
        ([IVA], {IVA: SUBSTITUTE}, {SUBSTITUTE: "04 13:00"}, "04 16:59", None),
        ([IVA], {IVA: SUBSTITUTE}, {}, "04 14:00", Silence("idle", at("04 10:00"))),
    ],
)
def test_a_queue_is_silent_when_nobody_is_there_or_nobody_acts(people, stands, acted, now, silence) -> None:
    found = silence_of(
        at("04 10:00"), people, stands, {who: at(when) for who, when in acted.items()}, at(now), timedelta(hours=4),
        Calendar([], shipped_law()), WorkingHours(),
    )
    assert found == silence
