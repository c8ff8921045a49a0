"""A rating for the world: a draft of this month, one case of it disputed."""

from django.utils import timezone

from otklik.acting import Staff
from otklik.cases.models import Case
from otklik.insight.following import catch_up
from otklik.insight.rating_disputes import dispute
from otklik.insight.rating_running import draft


def make_rating(coordinator: Staff, case: Case) -> dict[str, list[str]]:
    """Values for the addresses of the rating."""
    now = timezone.now()
    while catch_up(now, 2000):
        pass
    run = draft(timezone.localdate().replace(day=1), now)
    assert run is not None
    row = dispute(coordinator, run.pk, case.number, words="Ждали ответа областной организации")
    return {"month": [f"{run.month:%Y-%m}"], "dispute_id": [str(row.pk)]}
