"""The program gives the dates of every worked example: due, control, warnings, what is supposed and provisional."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.policy.of_the_table import Row, counted, moment, rows

ROWS = list(rows())


def test_there_are_as_many_examples_as_were_written_and_no_two_of_one_pattern() -> None:
    assert len(ROWS) >= 273
    assert len({row["id"] for row in ROWS}) == len({row["pattern"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_worked_example_is_counted_as_by_hand(row: Row) -> None:
    plan = counted(row)
    assert plan.due.isoformat() == row["due"]
    assert plan.control.isoformat() == row["control"]
    assert plan.forecast == (row["forecast"] == "да")
    assert plan.provisional == (row["provisional"] == "да")
    if row["limit"] and not row["extension"]:
        assert (str(plan.limit.amount), plan.limit.unit) == (row["limit"], row["unit"])
    if row["warn"]:
        zone = ZoneInfo(row["zone"])
        expected = [moment(text, zone) for text in row["warn"].split("; ")]
        assert [_close(a, b) for a, b in zip(plan.warn_at, expected, strict=True)] == [True] * 3
    assert all(plan.why)


def _close(one: datetime, other: datetime) -> bool:
    """To the minute: the table counts whole minutes."""
    return abs(one - other) < timedelta(minutes=1)
