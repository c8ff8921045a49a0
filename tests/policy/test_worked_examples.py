"""Worked examples, counted by hand on a wall calendar, come out of the command line as counted.

An example: regime, kind, what is known (received first, then options), due and control moments ("=" when control
equals due). Times are local (UTC+3) unless the example is about an offset.
"""

import json
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from otklik.policy.cli import policy


class Example(NamedTuple):
    """One line of the table; `known` are arguments of the command line."""

    regime: str
    kind: str
    known: str
    due: str
    control: str = "="


def _day(day: str) -> str:
    return f"{day}T23:59:59+03:00"


def _hours(kind: str, known: str, due: str) -> Example:
    return Example("social", kind, known, f"{due}+03:00" if "+" not in due else due)


def _days(regime: str, kind: str, known: str, legal: str, control: str = "") -> Example:
    return Example(regime, kind, known, _day(legal), _day(control) if control else "=")


HOURS = [
    # an ordinary week of March 2026, 09:00–18:00, no break
    _hours("answer", "2026-03-13T17:00", "2026-03-16T16:00:00"),  # Friday evening, over a weekend
    _hours("answer", "2026-03-16T09:00", "2026-03-16T17:00:00"),
    _hours("answer", "2026-03-16T10:00", "2026-03-16T18:00:00"),  # ends with the day, not next morning
    _hours("answer", "2026-03-16T10:01", "2026-03-17T09:01:00"),
    _hours("answer", "2026-03-16T18:00", "2026-03-17T17:00:00"),  # the day is over at 18:00
    _hours("answer", "2026-03-16T22:15", "2026-03-17T17:00:00"),  # night
    _hours("answer", "2026-03-16T06:00", "2026-03-16T17:00:00"),  # early morning
    _hours("answer", "2026-03-14T12:00", "2026-03-16T17:00:00"),  # Saturday
    _hours("answer", "2026-03-15T23:59", "2026-03-16T17:00:00"),  # Sunday night
    _hours("answer", "2026-03-13T17:40:30", "2026-03-16T16:40:30"),  # seconds are kept
    _hours("answer", "2026-03-16T09:00 --importance 0", "2026-03-16T17:00:00"),
    _hours("answer", "2026-03-16T09:00 --importance 1", "2026-03-16T17:00:00"),
    _hours("answer", "2026-03-13T17:00 --importance 3", "2026-03-16T12:00:00"),
    _hours("answer", "2026-03-16T14:00 --importance 3", "2026-03-16T18:00:00"),
    _hours("answer", "2026-03-16T14:30 --importance 3", "2026-03-17T09:30:00"),
    _hours("answer", "2026-03-15T03:12 --importance 4", "2026-03-15T03:12:00"),  # at once, Sunday night
    _hours("react", "2026-03-15T03:12 --importance 4", "2026-03-15T03:12:00"),
    _hours("react", "2026-01-01T00:00 --importance 4", "2026-01-01T00:00:00"),
    _hours("react", "2026-03-13T17:00", "2026-03-13T18:00:00"),
    _hours("react", "2026-03-13T17:40", "2026-03-16T09:40:00"),
    _hours("react", "2026-03-13T17:40 --importance 3", "2026-03-16T09:40:00"),
    # shortened days
    _hours("answer", "2026-04-30T10:00", "2026-05-04T10:00:00"),  # 7 h on 30 April, 1 May is a holiday
    _hours("answer", "2026-04-29T17:30", "2026-04-30T16:30:00"),
    _hours("answer", "2026-05-08T16:30", "2026-05-12T16:30:00"),  # 9–11 May off
    _hours("answer", "2026-06-11T17:00", "2026-06-15T17:00:00"),  # after the shortened end
    _hours("answer", "2026-11-03T16:00", "2026-11-05T16:00:00"),
    _hours("react", "2026-11-03T16:30", "2026-11-05T09:30:00"),
    _hours("answer", "2024-02-22T16:00", "2024-02-26T16:00:00"),
    _hours(
        "answer", "2025-03-07T16:00", "2025-03-10T16:00:00"
    ),  # 10 March 2025 is worked: 8 March moved to June
    # moved days
    _hours("answer", "2024-04-26T17:00", "2024-04-27T16:00:00"),  # a working Saturday of full length
    _hours("answer", "2024-04-27T17:00", "2024-05-02T16:00:00"),
    _hours("answer", "2024-11-02T09:00", "2024-11-02T17:00:00"),  # a working Saturday, shortened
    _hours("answer", "2024-11-01T17:00", "2024-11-02T16:00:00"),
    _hours("answer", "2024-11-02T16:00", "2024-11-05T16:00:00"),
    _hours("answer", "2024-12-28T12:00", "2025-01-09T11:00:00"),
    _hours("answer", "2025-11-01T10:00", "2025-11-05T10:00:00"),
    _hours(
        "answer", "2025-05-07T14:00", "2025-05-12T13:00:00"
    ),  # 8 May moved from 23 February, 9 May, weekend
    _hours("answer", "2025-12-30T18:00", "2026-01-12T17:00:00"),  # New Year with both moved days
    _hours("answer", "2026-12-30T14:00", "2027-01-11T13:00:00"),  # into the provisional year
    # other hours
    _hours("answer", "2026-03-16T08:00 --hours 08:00-17:00 --break 12:00-13:00", "2026-03-16T17:00:00"),
    _hours("answer", "2026-03-16T11:30 --hours 08:00-17:00 --break 12:00-13:00", "2026-03-17T11:30:00"),
    _hours("react", "2026-03-16T11:30 --hours 08:00-17:00 --break 12:00-13:00", "2026-03-16T13:30:00"),
    _hours("react", "2026-03-16T12:20 --hours 08:00-17:00 --break 12:00-13:00", "2026-03-16T14:00:00"),
    _hours("answer", "2026-03-13T19:00 --hours 08:00-20:00", "2026-03-16T15:00:00"),
    # offsets and the change of the zone on 27.12.2020 (from UTC+4 to UTC+3, at 02:00)
    _hours("answer", "2026-03-13T14:00+00:00", "2026-03-16T16:00:00"),
    _hours("answer", "2026-03-13T14:00Z", "2026-03-16T16:00:00"),
    _hours("answer", "2026-03-13T23:30+06:00", "2026-03-16T17:00:00"),  # 20:30 here
    _hours("answer", "2020-12-25T17:00", "2020-12-28T16:00:00+03:00"),
    _hours("answer", "2020-12-24T10:00", "2020-12-24T18:00:00+04:00"),
    _hours("react", "2020-12-25T13:30+00:00 --hours 09:00-19:00", "2020-12-25T18:30:00+04:00"),
    _hours(
        "answer", "2020-12-27T01:30 --importance 4", "2020-12-27T01:30:00+04:00"
    ),  # the hour that came twice
]

DAYS = [
    _days("social", "final", "2026-04-28T09:00 --interim 2026-04-28T10:00", "2026-05-08"),
    _days("social", "final", "2026-03-13T09:00 --interim 2026-03-13T10:00", "2026-03-24"),
    _days("social", "final", "2026-03-13T09:00 --interim 2026-03-14T10:00", "2026-03-24"),  # Saturday
    _days("social", "final", "2024-04-24T09:00 --interim 2024-04-24T18:30", "2024-05-07"),  # working Saturday
    _days("social", "final", "2025-12-23T09:00 --interim 2025-12-23T10:00", "2026-01-13"),
    _days("law59", "register", "2026-04-03T23:59", "2026-04-06"),
    _days("law59", "register", "2026-04-03T00:00", "2026-04-06"),
    _days("law59", "register", "2026-04-01T12:00", "2026-04-04", "2026-04-03"),
    _days("law59", "register", "2026-04-02T12:00", "2026-04-05", "2026-04-03"),
    _days("law59", "register", "2026-04-04T12:00", "2026-04-07"),
    _days("law59", "register", "2026-12-29T12:00", "2027-01-01", "2026-12-30"),
    _days("law59", "register", "2027-01-02T12:00", "2027-01-05"),  # nobody works before it
    _days("law59", "register", "2026-04-02T22:30+00:00", "2026-04-06"),  # it is Friday here
    _days("law59", "forward", "2026-04-06T09:00 --registered 2026-04-06T10:00", "2026-04-13"),
    _days("law59", "forward", "2026-05-02T09:00 --registered 2026-05-02T10:00", "2026-05-09", "2026-05-08"),
    _days("law59", "forward", "2026-04-01T12:00", "2026-04-11", "2026-04-10"),  # forecast from 4 April
    _days("law59", "answer", "2026-04-06T09:00 --registered 2026-04-06T10:00", "2026-05-06"),
    _days("law59", "answer", "2026-04-08T09:00 --registered 2026-04-10T10:00", "2026-05-10", "2026-05-08"),
    _days("law59", "answer", "2026-12-01T09:00 --registered 2026-12-01", "2026-12-31", "2026-12-30"),
    _days("law59", "answer", "2025-12-11T09:00 --registered 2025-12-11T10:00", "2026-01-10", "2025-12-30"),
    _days(
        "law59", "answer", "2024-03-28T09:00 --registered 2024-03-28T10:00", "2024-04-27"
    ),  # worked Saturday
    _days("law59", "answer", "2024-03-29T09:00 --registered 2024-03-29T10:00", "2024-04-28", "2024-04-27"),
    _days("law59", "answer", "2024-01-31T09:00 --registered 2024-01-31T10:00", "2024-03-01"),  # leap year
    _days("law59", "answer", "2025-01-31T09:00 --registered 2025-01-31T10:00", "2025-03-02", "2025-02-28"),
    _days("law59", "answer", "2025-01-24T09:00 --registered 2025-01-24T10:00", "2025-02-23", "2025-02-21"),
    _days("law59", "answer", "2025-02-08T09:00 --registered 2025-02-08T10:00", "2025-03-10"),
    _days("law59", "answer", "2026-02-07T09:00 --registered 2026-02-07T10:00", "2026-03-09", "2026-03-06"),
    _days("law59", "answer", "2026-04-01T12:00", "2026-05-04"),  # forecast from 4 April
    _days("law8", "register", "2026-06-09T12:00", "2026-06-12", "2026-06-11"),
    _days("law8", "forward", "2026-06-01T09:00 --registered 2026-06-01T10:00", "2026-06-08"),
    _days("law8", "extend", "2026-06-01T09:00 --registered 2026-06-01T10:00", "2026-06-08"),
    _days("law8", "answer", "2026-06-01T09:00 --registered 2026-06-01T10:00", "2026-07-01"),
    _days("law8", "extend", "2026-06-05T09:00 --registered 2026-06-05T10:00", "2026-06-12", "2026-06-11"),
    _days("law8", "answer", "2026-06-05T09:00 --registered 2026-06-05T10:00", "2026-07-05", "2026-07-03"),
    _days("law8", "answer", "2026-06-02T12:00", "2026-07-05", "2026-07-03"),  # forecast from 5 June
    _days("pos", "answer", "2026-03-13T17:00", "2026-04-12", "2026-04-10"),
    _days("pos", "answer", "2026-03-13T17:00 --registered 2026-03-16T10:00", "2026-04-15"),
]

EXAMPLES = HOURS + DAYS


def explained(regime: str, known: str) -> list[dict[str, Any]]:
    arguments = ["explain", "--regime", regime, "--received", *known.split(), "--json"]
    result = CliRunner().invoke(policy, arguments)
    assert result.exit_code == 0, result.stderr
    clocks: list[dict[str, Any]] = json.loads(result.stdout)["clocks"]
    return clocks


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.regime} {e.kind} {e.known}")
def test_a_worked_example_is_counted_as_by_hand(example: Example) -> None:
    clock = next(c for c in explained(example.regime, example.known) if c["kind"] == example.kind)
    assert clock["due"] == example.due
    assert clock["control"] == (example.due if example.control == "=" else example.control)


def test_the_table_covers_every_regime_and_kind_and_is_long_enough() -> None:
    assert len(EXAMPLES) >= 60
    assert {(e.regime, e.kind) for e in EXAMPLES} == {
        ("social", "react"),
        ("social", "answer"),
        ("social", "final"),
        ("pos", "answer"),
        ("law59", "register"),
        ("law59", "forward"),
        ("law59", "answer"),
        ("law8", "register"),
        ("law8", "forward"),
        ("law8", "answer"),
        ("law8", "extend"),
    }
