"""The job of setting spam aside without a person: only where a centre switched it on (off as shipped).

Each case leaves by the same gate as by a person's hand, and its entry says that the program did it; a coordinator opens
it again. Never a case that somebody works on, with danger, of restricted access, or registered elsewhere.
"""

from datetime import datetime

from django.utils import timezone

from otklik.acting import System, acting
from otklik.cases.actions.spam import set_aside
from otklik.cases.models import Case
from otklik.failures import Failure
from otklik.organisations import region_settings
from otklik.policy.regulation import CRITICAL

ACTOR = System("triage")
AT_ONCE = 100


def set_spam_aside(now: datetime | None = None) -> int:
    """Set aside what is waiting and was read as spam, in the centres that wish it. Returns how many."""
    now = now or timezone.now()
    with acting(ACTOR, read_only=True):
        waiting = Case.objects.filter(
            kind="spam", state=Case.State.NEW, owner=None, restricted=False, tone="", importance__lt=CRITICAL,
            notifies=True, regime=Case.Regime.SOCIAL,
        )
        found = list(waiting.order_by("pk").values_list("pk", "scope_id")[:AT_ONCE])
        wishing = {
            scope for scope in {scope for _pk, scope in found} if region_settings.get("spam_by_itself", scope)
        }
    done = 0
    for pk, scope in found:
        if scope in wishing:
            try:
                set_aside(ACTOR, pk, outcome=Case.Outcome.SPAM, now=now)
                done += 1
            except Failure:  # moved or registered meanwhile: a person's now
                continue
    return done
