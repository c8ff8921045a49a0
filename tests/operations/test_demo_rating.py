"""The months of the demo's rating are made as the job would have made them."""

from datetime import date

from otklik.acting import acting
from otklik.insight.models import RatingRun
from otklik.operations.demo_rating import make_rating
from tests.insight.test_rating_months import region_of_october
from tests.making import SYSTEM, at


def test_past_months_are_out_and_a_young_draft_waits(db):
    region_of_october()
    assert make_rating(at("2026-11-26 10:00")) == 4
    assert make_rating(at("2026-11-26 10:00")) == 0
    with acting(SYSTEM):
        assert list(RatingRun.objects.order_by("month").values_list("month", "state")) == [
            (date(2026, 9, 1), "published"), (date(2026, 10, 1), "published"),
        ]


def test_within_the_days_for_disputes_it_stays_a_draft(db):
    region_of_october()
    make_rating(at("2026-11-08 10:00"))
    with acting(SYSTEM):
        assert RatingRun.objects.get(month=date(2026, 10, 1)).state == "draft"
