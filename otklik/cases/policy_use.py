"""How many cases are judged by a version of a regulation. A number, no content: for whoever edits it."""

from otklik.acting import System, acting
from otklik.cases.models import Clock
from otklik.policy.regulation import Policy
from otklik.territory.models import Territory
from otklik.territory.tree import scope_ids

ACTOR = System("policies")


def open_cases_on(policy: Policy, place: Territory) -> int:
    """How many cases of a place have a limit that runs by this version: they keep it."""
    with acting(ACTOR, read_only=True):
        running = Clock.objects.filter(policy_version=policy.reference, stopped_at=None, scope_id__in=scope_ids(place))
        return running.values("case_id").distinct().count()
