"""Following what became of a reported fix. Inside an open gate only."""

from datetime import datetime

from otklik.cases.models import Case, DoneReport

CameOf = DoneReport.CameOf


def report(case: Case, organisation_id: int, *, shown: bool, now: datetime) -> None:
    """The responsible executor says «сделано»: the last word of a turn counts."""
    DoneReport.objects.update_or_create(
        case=case, turn=case.turn,
        defaults={
            "scope_id": case.scope_id, "organisation_id": organisation_id, "theme_id": case.theme_id,
            "reported_at": now, "shown": shown, "came_of": "", "came_at": None,
        },
    )


def take_back(case: Case) -> None:
    """The executor took «сделано» back before it was answered: nothing was reported."""
    DoneReport.objects.filter(case=case, turn=case.turn, came_of="").delete()


def follow(case: Case, came_of: str, now: datetime) -> None:
    """What became of the report of this turn; later words win over earlier ones."""
    DoneReport.objects.filter(case=case, turn=case.turn).update(came_of=came_of, came_at=now)
